import { appendFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder where one test run gathers what its processes log and which secrets it used; the reporter searches it at
 * the end (`secret-search.mjs`). Undefined outside of `npm test`: then nothing is kept.
 */
const folder = process.env['HELPDESK_TEST_OUTPUT'];

/** Keeps text that came out of the product: a log, standard error, an error that a client was shown. */
export function keepOutput(name: string, text: string): void {
  if (folder !== undefined) appendFileSync(path.join(folder, `${name}.${process.pid}.log`), text);
}

const known = new Set<string>();

/** Names a value that must stand in no log and in no error of this run. Too short to be told from a word: left out. */
export function registerSecret(name: string, value: string | undefined): void {
  if (folder === undefined || value === undefined || value.length < 7 || known.has(value)) return;
  known.add(value);
  appendFileSync(
    path.join(folder, `${process.pid}.secrets`),
    `${JSON.stringify({ name, value })}\n`,
  );
}

const LINK = /(?:[?&]token=|\/feedback\/|\/unsubscribe\/)([\w-]+\.[\w-]+\.[\w-]+\.[\w-]+)/g;

/** Registers every signed link in a mail or an address. */
export function registerLinks(text: string): void {
  for (const [, token] of text.matchAll(LINK)) registerSecret('signed link', token);
}
