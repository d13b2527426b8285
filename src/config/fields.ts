import 'reflect-metadata';
import { getMetadataStorage, isEmail, registerDecorator, ValidateBy } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';

/** A class of configuration: constructed without arguments, its initialisers are the defaults. */
export type ConfigClass<Type extends object = object> = new () => Type;

/** How a field holds further configuration classes. */
export interface NestedField {
  readonly kind: 'one' | 'list' | 'map';
  readonly type: () => ConfigClass;
}

const nestedFields = new Map<object, Map<string, NestedField>>();
const secretFields = new Map<object, Set<string>>();

/** The field is one mapping of the given class. */
export const Nested = (type: () => ConfigClass): PropertyDecorator => nestedField('one', type);
/** The field is a list of mappings of the given class. */
export const NestedList = (type: () => ConfigClass): PropertyDecorator => nestedField('list', type);
/** The field is a mapping from keys of the operator's choice to mappings of the given class. */
export const NestedMap = (type: () => ConfigClass): PropertyDecorator => nestedField('map', type);

/** The field holds a secret: its value is neither stored in the database nor shown. */
export function Secret(): PropertyDecorator {
  return (target, property) => {
    const fields = secretFields.get(target) ?? new Set();
    secretFields.set(target, fields.add(String(property)));
  };
}

export function nestedFieldOf(type: ConfigClass, property: string): NestedField | undefined {
  return inherited(type, (prototype) => nestedFields.get(prototype)?.get(property));
}

export function isSecretField(type: ConfigClass, property: string): boolean {
  return (
    inherited(type, (prototype) => secretFields.get(prototype)?.has(property) || undefined) ?? false
  );
}

/** Every field that the class knows, in the order of declaration. */
export function fieldsOf(type: ConfigClass): string[] {
  const names = getMetadataStorage()
    .getTargetValidationMetadatas(type, '', true, false)
    .map(({ propertyName }) => propertyName);
  return [...new Set(names)];
}

/** A regular name for queues, reasons, mailboxes and calendars: the database has the same rule. */
export const KEY_PATTERN = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** An e-mail address; a domain without a dot (`suporte@localhost`) is allowed for tests and intranets. */
export const isAddress = (value: unknown): boolean =>
  typeof value === 'string' && isEmail(value, { require_tld: false, allow_utf8_local_part: true });

export const IsAddress = (options: { each?: boolean } = {}): PropertyDecorator =>
  check('isAddress', isAddress, 'must be an e-mail address', { format: 'email' }, options.each);

export const IsDomain = (options: { each?: boolean } = {}): PropertyDecorator =>
  check(
    'isDomain',
    matches(/^[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u),
    'must be a domain such as empresa.com.br',
    {},
    options.each,
  );

export const IsHost = (): PropertyDecorator =>
  check(
    'isHost',
    matches(/^[^\s/@]{1,253}$/),
    'must be a host name or an IP address, without a scheme and a port',
  );

/** The name of an IANA time zone that this Node knows. */
export const IsZone = (): PropertyDecorator =>
  check('isZone', isZone, 'must be a time zone such as America/Sao_Paulo');

/** `09:00`; `24:00` is the end of the day. */
export const IsWallClock = (): PropertyDecorator =>
  check('isWallClock', matches(WALL_CLOCK), 'must be a time as "HH:MM"', {
    pattern: WALL_CLOCK.source,
  });

/** A day as configuration names it: `YYYY-MM-DD`, `--MM-DD` or days from Easter Sunday (`easter`, `easter-46`). */
export const IsDayRule = (): PropertyDecorator =>
  check(
    'isDayRule',
    matches(DAY_RULE),
    'must be a day as YYYY-MM-DD (once), --MM-DD (every year) or easter-46 (days from Easter Sunday)',
    { pattern: DAY_RULE.source },
  );

export const IsPattern = (): PropertyDecorator =>
  check('isPattern', isPattern, 'must be a regular expression', { format: 'regex' });

/** Text or the word `false`. */
export const IsTextOrFalse = (): PropertyDecorator =>
  check(
    'isTextOrFalse',
    (value) => value === false || matches(/\S/)(value),
    'must be the name of a folder, or false',
    {
      anyOf: [{ type: 'string', minLength: 1 }, { const: false }],
    },
  );

/** A mapping from keys to whole numbers, at least 1. */
export const IsNumberMap = (): PropertyDecorator =>
  check('isNumberMap', isNumberMap, 'must be a mapping from names to whole numbers, at least 1', {
    type: 'object',
    additionalProperties: { type: 'integer', minimum: 1 },
  });

const DAY_RULE = /^((\d{4}|-)-\d{2}-\d{2}|easter([+-]\d{1,3})?)$/;
const WALL_CLOCK = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

function matches(pattern: RegExp): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && pattern.test(value);
}

function isZone(value: unknown): boolean {
  try {
    if (typeof value !== 'string') return false;
    Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

function isPattern(value: unknown): boolean {
  try {
    return typeof value === 'string' && new RegExp(value, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

function isNumberMap(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((entry) => Number.isSafeInteger(entry) && (entry as number) >= 1)
  );
}

/** A rule of ours as a class-validator decorator, with what it means for the JSON Schema. */
function check(
  name: string,
  validate: (value: unknown) => boolean,
  message: string,
  schema: Record<string, unknown> = {},
  each = false,
): PropertyDecorator {
  return (target, property) => {
    ValidateBy(
      { name, validator: { validate, defaultMessage: () => `$property ${message}` } },
      { each },
    )(target, property);
    const type =
      schema['type'] === undefined && schema['anyOf'] === undefined
        ? { type: 'string', ...schema }
        : schema;
    JSONSchema(each ? { type: 'array', items: type } : type)(target, property as string);
  };
}

function nestedField(kind: NestedField['kind'], type: () => ConfigClass): PropertyDecorator {
  return (target, property) => {
    const fields = nestedFields.get(target) ?? new Map<string, NestedField>();
    nestedFields.set(target, fields.set(String(property), { kind, type }));
    // A rule that always holds: it makes the field known to class-validator, which knows only fields with rules.
    registerDecorator({
      name: 'nestedField',
      target: target.constructor,
      propertyName: String(property),
      validator: { validate: () => true },
    });
  };
}

function inherited<Found>(
  type: ConfigClass,
  find: (prototype: object) => Found | undefined,
): Found | undefined {
  for (
    let at: object | null = type.prototype as object;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const found = find(at);
    if (found !== undefined) return found;
  }
  return undefined;
}
