import type { VariableContract } from './contracts.js';
import { safeDisplayName } from './safe-display-name.js';

/**
 * The caller's data made ready for a template: every variable of the contract is there, absent nullable ones are
 * null, names are made harmless, and a link is http(s) or it is refused. Throws an Error naming the variable where
 * the caller breaks the contract (a mistake in our code, never in a template).
 */
export function prepareData(
  contract: Readonly<Record<string, VariableContract>>,
  data: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  for (const key of Object.keys(data)) {
    if (!Object.hasOwn(contract, key)) throw new Error(`The template has no variable ${key}`);
  }
  return Object.fromEntries(
    Object.entries(contract).map(([key, variable]) => [key, prepared(key, variable, data[key])]),
  );
}

function prepared(key: string, variable: VariableContract, value: unknown): unknown {
  if (value === undefined || value === null) {
    if (variable.nullable) return null;
    throw new Error(`The template needs the variable ${key}`);
  }
  switch (variable.kind) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'list':
      if (Array.isArray(value)) return value.map((item: unknown) => listItem(key, variable, item));
      break;
    case 'name':
      if (typeof value === 'string') return safeDisplayName(value);
      break;
    case 'url':
      if (typeof value === 'string' && /^https?:\/\/[^\s<>"]+$/i.test(value)) return value;
      break;
    default:
      if (typeof value === 'string') return value;
  }
  throw new Error(`The variable ${key} of a template must be a ${variable.kind}`);
}

function listItem(key: string, variable: VariableContract, item: unknown): Record<string, string> {
  const fields = variable.fields ?? [];
  return Object.fromEntries(
    fields.map((field) => {
      const value = (item as Record<string, unknown> | null)?.[field];
      if (typeof value !== 'string') throw new Error(`Each of ${key} needs the text ${field}`);
      return [field, value];
    }),
  );
}
