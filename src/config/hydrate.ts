import { validateSync, type ValidationError } from 'class-validator';
import { fieldsOf, nestedFieldOf, type ConfigClass, type NestedField } from './fields.js';
import type { ConfigPath, ProblemReport } from './problems.js';

/**
 * Makes an instance of a configuration class from plain data: refuses unknown keys (with the nearest known one as a
 * hint), keeps the class's defaults for what is missing or empty, goes down into nested classes, and lets
 * class-validator judge every field. Everything wrong goes into `report`; the instance is whole only if nothing did.
 * `interpolated` tells that a text came from `${…}`: only then it may stand for a number or a truth value.
 */
export function hydrate<Type extends object>(
  type: ConfigClass<Type>,
  plain: unknown,
  path: ConfigPath,
  report: ProblemReport,
  interpolated: (path: ConfigPath) => boolean = () => false,
): Type {
  const instance = new type();
  if (!isMapping(plain)) {
    report.add(path, 'must be a mapping (name: value)');
    return instance;
  }
  const known = fieldsOf(type);
  const target = instance as Record<string, unknown>;
  for (const [key, value] of Object.entries(plain)) {
    const at = [...path, key];
    if (!known.includes(key)) {
      report.add(at, unknownKey(key, known));
    } else if (value !== null && value !== undefined) {
      const nested = nestedFieldOf(type, key);
      target[key] =
        nested === undefined
          ? coerced(type, key, value, interpolated(at))
          : hydrateNested(nested, value, at, report, interpolated);
    }
  }
  for (const property of known) {
    const reason = wrongKind(declaredType(type, property), target[property]);
    if (reason !== null) report.add([...path, property], reason);
  }
  judge(type, instance, path, report);
  replaceRefused(type, target, path, report);
  return inOrderOfDeclaration(type, instance);
}

/** Constructors set fields with defaults first; whoever is shown a configuration expects the order of the file. */
function inOrderOfDeclaration<Type extends object>(type: ConfigClass<Type>, instance: Type): Type {
  const ordered = Object.create(type.prototype as object) as Record<string, unknown>;
  const values = instance as Record<string, unknown>;
  for (const field of fieldsOf(type)) {
    if (field in values) ordered[field] = values[field];
  }
  return ordered as Type;
}

/** Refused fields get a harmless value of the declared kind, so that the rules between fields can still run. */
function replaceRefused(
  type: ConfigClass,
  target: Record<string, unknown>,
  path: ConfigPath,
  report: ProblemReport,
): void {
  const defaults = new type() as Record<string, unknown>;
  for (const property of fieldsOf(type)) {
    const nested = nestedFieldOf(type, property);
    const missing = target[property] === undefined && report.has([...path, property]);
    if (nested !== undefined) {
      if (missing)
        target[property] =
          nested.kind === 'one' ? new (nested.type())() : nested.kind === 'list' ? [] : {};
    } else if (report.has([...path, property])) {
      target[property] = defaults[property] ?? placeholder(declaredType(type, property));
    }
  }
}

function placeholder(declared: unknown): unknown {
  if (declared === String) return '';
  if (declared === Number) return 0;
  if (declared === Boolean) return false;
  return declared === Array ? [] : undefined;
}

/** Says in YAML's words what class-validator would say in ours: most slips are missing quotes or a missing list. */
function wrongKind(declared: unknown, value: unknown): string | null {
  if (value === undefined) return null;
  if (declared === Array && !Array.isArray(value))
    return 'must be a list (lines that begin with "- ")';
  if (declared === Boolean && typeof value !== 'boolean') return 'must be true or false';
  if (declared === Number && typeof value !== 'number') return 'must be a number, without quotes';
  if (declared !== String || typeof value === 'string') return null;
  return typeof value === 'object'
    ? 'must be a text; one that begins with { or [ must stand in quotes, and a reference is ${NAME}'
    : 'must be a text; put it in quotes';
}

function declaredType(type: ConfigClass, property: string): unknown {
  return Reflect.getMetadata('design:type', type.prototype as object, property);
}

/** True for a YAML mapping, as opposed to a list, a scalar or nothing. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** "is unknown" with the nearest of `known`, where one is near enough to be a slip of the pen. */
export function unknownKey(key: string, known: readonly string[]): string {
  const nearest = nearestOf(key, known);
  return nearest === undefined
    ? `is unknown here; known are ${known.join(', ')}`
    : `is unknown here; did you mean ${nearest}?`;
}

/** The nearest of `known` within a third of the word's length (at least two) in single-letter edits. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  const reach = Math.max(2, Math.floor(word.length / 3));
  return known
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= reach)
    .sort((one, other) => one.distance - other.distance)[0]?.name;
}

function hydrateNested(
  nested: NestedField,
  value: unknown,
  path: ConfigPath,
  report: ProblemReport,
  interpolated: (path: ConfigPath) => boolean,
): unknown {
  const type = nested.type();
  if (nested.kind === 'one') return hydrate(type, value, path, report, interpolated);
  if (nested.kind === 'list') {
    if (Array.isArray(value)) {
      return value.map((item, index) =>
        hydrate(type, item, [...path, index], report, interpolated),
      );
    }
    report.add(path, 'must be a list (lines that begin with "- ")');
    return [];
  }
  // No prototype: a key such as `constructor` that comes from outside finds nothing.
  const map = Object.create(null) as Record<string, unknown>;
  if (!isMapping(value)) {
    report.add(path, 'must be a mapping (name: value)');
    return map;
  }
  for (const [key, entry] of Object.entries(value)) {
    map[key] = hydrate(type, entry ?? {}, [...path, key], report, interpolated);
  }
  return map;
}

function judge(type: ConfigClass, instance: object, path: ConfigPath, report: ProblemReport): void {
  const target = instance as Record<string, unknown>;
  for (const error of flatErrors(instance)) {
    const { property } = error;
    const at = [...path, property];
    if (report.has(at)) continue;
    const value = target[property];
    if (value === undefined) {
      report.add(at, 'is missing');
      continue;
    }
    const wrong = Array.isArray(value) ? wrongItems(type, target, property, value) : [];
    if (wrong.length === 0) report.add(at, reasonOf(error));
    for (const { index, reason } of wrong) report.add([...at, index], reason);
  }
}

/** Which items of a list are to blame: class-validator says only that one of them is, so each is tried alone. */
function wrongItems(
  type: ConfigClass,
  instance: Record<string, unknown>,
  property: string,
  items: readonly unknown[],
): { index: number; reason: string }[] {
  return items.flatMap((item, index) => {
    const alone = Object.assign(new type(), instance, { [property]: [item] });
    const error = flatErrors(alone).find((found) => found.property === property);
    return error === undefined ? [] : [{ index, reason: reasonOf(error) }];
  });
}

function flatErrors(instance: object): ValidationError[] {
  return validateSync(instance, { stopAtFirstError: true, forbidUnknownValues: false });
}

/** class-validator's sentence without the field's name in front: the path says it. */
function reasonOf(error: ValidationError): string {
  const [message = 'is not valid'] = Object.values(error.constraints ?? {});
  return message.replace(`each value in ${error.property} `, '').replace(`${error.property} `, '');
}

function coerced(
  type: ConfigClass,
  property: string,
  value: unknown,
  interpolated: boolean,
): unknown {
  if (!interpolated || typeof value !== 'string') return value;
  const declared = declaredType(type, property);
  if (declared === Number && /^-?\d+$/.test(value)) return Number(value);
  if (declared === Boolean && /^(true|false)$/.test(value)) return value === 'true';
  return value;
}

function editDistance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[other.length] ?? 0;
}
