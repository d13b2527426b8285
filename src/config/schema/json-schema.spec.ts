import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fieldsOf, nestedFieldOf, type ConfigClass } from '../fields.js';
import { HelpdeskConfig } from '../helpdesk-config.js';
import { parseConfig } from '../load.js';
import { formatProblems } from '../problems.js';
import { readFieldDocs } from './field-docs.js';
import { configJsonSchema } from './json-schema.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const EXAMPLE = readFileSync(path.join(ROOT, 'helpdesk.example.yaml'), 'utf8');

/** Every configuration class that can be reached from the root. */
function classes(type: ConfigClass, found = new Set<ConfigClass>()): Set<ConfigClass> {
  found.add(type);
  for (const field of fieldsOf(type)) {
    const nested = nestedFieldOf(type, field)?.type();
    if (nested !== undefined && !found.has(nested)) classes(nested, found);
  }
  return found;
}

describe('helpdesk.schema.json', () => {
  it('is what the classes say (npm run helpdesk -- config schema writes it anew)', () => {
    const committed: unknown = JSON.parse(
      readFileSync(path.join(ROOT, 'helpdesk.schema.json'), 'utf8'),
    );
    expect(committed).toEqual(
      JSON.parse(JSON.stringify(configJsonSchema(path.join(ROOT, 'src/config')))),
    );
  });

  it('refers to nothing that is not in it', () => {
    const schema = configJsonSchema('/nowhere');
    const references = [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, to]) => to,
    );
    const defined = Object.keys(schema['$defs'] as object).map((name) => `#/$defs/${name}`);
    expect([...new Set(references)].sort()).toEqual(defined.sort());
  });

  it('asks for company, http and mailboxes alone', () => {
    expect(configJsonSchema('/nowhere')['required']).toEqual(['company', 'http', 'mailboxes']);
  });

  it('every field has its doc comment', () => {
    const docs = readFieldDocs(path.join(ROOT, 'src/config'));
    const missing = [...classes(HelpdeskConfig)].flatMap((type) =>
      fieldsOf(type)
        .filter((field) => Object.hasOwn(fieldOwner(type, field), field))
        .map((field) => `${type.name}.${field}`)
        .filter((name) => !docs.has(name)),
    );
    expect(missing).toEqual([]);
  });
});

/** Inherited fields are described where they are declared: only own ones are asked for. */
function fieldOwner(type: ConfigClass, field: string): object {
  const parent = Object.getPrototypeOf(type) as ConfigClass;
  return parent.name !== '' && fieldsOf(parent).includes(field) ? {} : { [field]: true };
}

describe('helpdesk.example.yaml', () => {
  it('is valid, without a warning', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-example-'));
    try {
      mkdirSync(path.join(folder, 'secrets'));
      writeFileSync(path.join(folder, 'secrets/suporte-smtp-password'), 'smtp-password\n');
      const result = parseConfig(EXAMPLE, {
        env: {
          HELPDESK_METRICS_TOKEN: 'm'.repeat(32),
          HELPDESK_MASTER_KEY: 'k'.repeat(32),
          HELPDESK_HMAC_KEY: 'h'.repeat(32),
          SUPORTE_IMAP_PASSWORD: 'imap-password',
          GOOGLE_CLIENT_SECRET: 'google',
          CRM_WEBHOOK_SECRET: `whsec_${'c'.repeat(43)}=`,
        },
        baseDirectory: folder,
      });
      if ('problems' in result) throw new Error(formatProblems(result.problems));
      expect(result.warnings).toEqual([]);
      expect(result.config.mailboxes['suporte']?.smtp.password).toBe('smtp-password');
      expect(result.config.mailboxes['financeiro']?.smtp.oauth2?.provider).toBe('google');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('shows every section, and its first line leads editors to the schema', () => {
    for (const section of fieldsOf(HelpdeskConfig))
      expect(EXAMPLE).toMatch(new RegExp(`^${section}:`, 'm'));
    expect(EXAMPLE.split('\n')[0]).toBe('# yaml-language-server: $schema=./helpdesk.schema.json');
  });
});
