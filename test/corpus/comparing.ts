/** White space folded: sources wrap and pad as they like. */
export function folded(text: string): string {
  return text.replace(/[\s\u00a0\u200b\ufeff]+/g, ' ').trim();
}

/**
 * Equal with white space folded. Where a source states U+FFFD it says that it could not read something there: any
 * characters stand for it.
 */
export function sameText(stated: string, ours: string): boolean {
  const left = folded(stated);
  const right = folded(ours);
  if (left === right) return true;
  if (!left.includes('\ufffd') || left.length > 20_000) return false;
  const pattern = left
    .split(/\ufffd+/)
    .map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.{0,4}');
  return new RegExp(`^${pattern}$`, 's').test(right);
}

/** Only letters and digits: for bodies that a source shows as HTML or with link marks of its own. */
export function lettersOnly(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Whether `part` is contained in `whole`, each as often. */
export function contained(part: readonly string[], whole: readonly string[]): boolean {
  const left = [...whole];
  return part.every((value) => {
    const at = left.indexOf(value);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}
