/** Looks for secrets that a test run used in everything that its processes logged. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Secrets that stand in the sources of tests; those made at run time are registered (`kept-output.ts`). */
export const FIXED_SECRETS = [
  { name: 'mail password', value: 'segredo' },
  { name: 'database password', value: 's3gredo' },
  { name: "agent's password", value: 'uma senha bem comprida' },
  { name: 'OAuth access token', value: 'segredo-access-' },
  { name: 'OAuth refresh token', value: 'segredo-refresh-' },
  { name: 'master key', value: 'v'.repeat(40) },
  { name: 'HMAC key', value: 'n'.repeat(32) },
  { name: 'operations token', value: 'operations-token' },
];

/** The hash of this many bytes rolls through the text; no needle is shorter. */
const WINDOW = 7;
const BASE = 16_777_619;
const BUCKETS = 1 << 20;
const { imul } = Math;

/**
 * Where secrets stand in the `*.log` files of `folder` (and in `further` files): `{ secret, file, line }`, once for each
 * secret and file. Each is looked for as it is and as URLs and base64 write it. One pass, however many secrets there are.
 */
export function findSecrets(folder, further = []) {
  const needles = needlesOf([...FIXED_SECRETS, ...registered(folder)]);
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => path.join(folder, name));
  return [...files, ...further].flatMap((file) => searchIn(file, needles));
}

/** Every secret that the processes of this run registered. */
export function registered(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.secrets'))
    .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function needlesOf(secrets) {
  const buckets = new Map();
  const seen = new Set();
  for (const { name, value } of secrets) {
    const base64 = Buffer.from(value).toString('base64');
    // The last digits of base64 depend on what follows.
    const forms = [
      value,
      encodeURIComponent(value),
      JSON.stringify(value).slice(1, -1),
      base64.replace(/.{0,2}=*$/, ''),
    ];
    for (const form of forms) {
      if (form.length < WINDOW || seen.has(form)) continue;
      seen.add(form);
      const bytes = Buffer.from(form);
      const bucket = hashOf(bytes) & (BUCKETS - 1);
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), { name, bytes }]);
    }
  }
  const there = new Uint8Array(BUCKETS);
  for (const bucket of buckets.keys()) there[bucket] = 1;
  return { buckets, there };
}

function hashOf(bytes) {
  let hash = 0;
  for (let at = 0; at < WINDOW; at += 1) hash = (imul(hash, BASE) + bytes[at]) | 0;
  return hash;
}

function searchIn(file, { buckets, there }) {
  const text = readFileSync(file);
  const found = new Map();
  if (text.length < WINDOW) return [];
  let leaving = 1;
  for (let at = 1; at < WINDOW; at += 1) leaving = imul(leaving, BASE);
  let hash = hashOf(text);
  for (let at = 0; ; at += 1) {
    const bucket = hash & (BUCKETS - 1);
    if (there[bucket] === 1) {
      for (const { name, bytes } of buckets.get(bucket)) {
        if (
          !found.has(name) &&
          text.compare(bytes, 0, bytes.length, at, Math.min(at + bytes.length, text.length)) === 0
        )
          found.set(name, at);
      }
    }
    if (at + WINDOW >= text.length) break;
    hash = (imul(hash - imul(text[at], leaving), BASE) + text[at + WINDOW]) | 0;
  }
  return [...found].map(([secret, at]) => ({ secret, file, line: lineAt(text, at) }));
}

function lineAt(text, offset) {
  let line = 1;
  for (let at = text.indexOf(10); at >= 0 && at < offset; at = text.indexOf(10, at + 1)) line += 1;
  return line;
}
