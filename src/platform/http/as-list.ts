/** For `@Transform`: `a,b` and repeated parameters alike are a list; blanks between commas are no members. */
export const asList = ({ value }: { value: unknown }): unknown => {
  if (value === undefined) return undefined;
  const parts = Array.isArray(value) ? (value as unknown[]) : [value];
  return parts
    .flatMap((part) => (typeof part === 'string' ? part.split(',') : [part]))
    .filter((part) => part !== '');
};
