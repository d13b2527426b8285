import { createHash } from 'node:crypto';
import { fieldsOf, isSecretField, nestedFieldOf, type ConfigClass } from './fields.js';
import { HelpdeskConfig } from './helpdesk-config.js';
import { isMapping } from './hydrate.js';
import { isReferenceOnly } from './interpolate.js';
import { formatPath, type ConfigPath } from './problems.js';

/**
 * Calls `visit` for every secret field in plain configuration data, with what stands there. `visit` returns what
 * stands there afterwards; the data itself is left alone, a changed copy comes back.
 */
export function mapSecrets(
  plain: unknown,
  visit: (value: string, path: ConfigPath) => string,
): unknown {
  return mapClass(HelpdeskConfig, plain, [], visit);
}

/**
 * Plain data that may be stored and shown: a secret written as plain text becomes `${config:path#tag}`, a reference to
 * that place in helpdesk.yaml. The tag changes with the value, so that a new password makes a new version; it is too
 * short (24 bits) to confirm a guess, and it is the only thing that leaves the file.
 */
export function withoutSecrets(plain: unknown): unknown {
  return mapSecrets(plain, (value, path) =>
    isReferenceOnly(value) ? value : `\${config:${referenceTo(value, path)}}`,
  );
}

/** Finds what `withoutSecrets` hid, in this machine's own helpdesk.yaml; undefined where it differs or is missing. */
export function ownSecretsOf(plain: unknown): (reference: string) => string | undefined {
  const own = new Map<string, string>();
  mapSecrets(plain, (value, path) => {
    if (!isReferenceOnly(value)) own.set(referenceTo(value, path), value);
    return value;
  });
  return (reference) => own.get(reference);
}

/** Where secrets stand in plain text. */
export function plainSecretPaths(plain: unknown): ConfigPath[] {
  const paths: ConfigPath[] = [];
  mapSecrets(plain, (value, path) => {
    if (!isReferenceOnly(value)) paths.push(path);
    return value;
  });
  return paths;
}

function referenceTo(value: string, path: ConfigPath): string {
  const at = formatPath(path);
  return `${at}#${createHash('sha256').update(`${at}\0${value}`).digest('hex').slice(0, 6)}`;
}

function mapClass(
  type: ConfigClass,
  plain: unknown,
  path: ConfigPath,
  visit: (value: string, path: ConfigPath) => string,
): unknown {
  if (!isMapping(plain)) return plain;
  const known = fieldsOf(type);
  return mapEntries(plain, (value, key) => {
    const at = [...path, key];
    if (!known.includes(key)) return value;
    if (isSecretField(type, key)) return typeof value === 'string' ? visit(value, at) : value;
    const nested = nestedFieldOf(type, key);
    if (nested === undefined) return value;
    const inner = nested.type();
    if (nested.kind === 'one') return mapClass(inner, value, at, visit);
    if (nested.kind === 'map' && isMapping(value)) {
      return mapEntries(value, (entry, name) => mapClass(inner, entry, [...at, name], visit));
    }
    return Array.isArray(value)
      ? value.map((item, index) => mapClass(inner, item, [...at, index], visit))
      : value;
  });
}

function mapEntries(
  plain: Record<string, unknown>,
  change: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, change(value, key)]));
}
