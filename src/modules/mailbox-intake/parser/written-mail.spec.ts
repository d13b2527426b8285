import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseMail } from './parse-mail.js';

/**
 * Messages that we wrote ourselves in the shapes of Brazilian webmails and programs, in a folder that `npm run corpus`
 * reads too. Text is compared with white space folded.
 */
const FOLDER = path.resolve(import.meta.dirname, '../../../../test/fixtures/mail');

interface Stated {
  readonly repo: string;
  readonly path: string;
  readonly subject: string;
  readonly from_email: string;
  readonly reply_text?: string;
  readonly reply_contains?: readonly string[];
  readonly reply_not_contains?: readonly string[];
  readonly forward?: Record<'subject' | 'from_address' | 'from_name' | 'body', string>;
}

const stated = readFileSync(path.join(FOLDER, 'expected.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Stated)
  .filter(({ repo }) => repo === 'pt-br');
const folded = (text: string): string => text.replace(/\s+/g, ' ').trim();
const bytes = { sha256: Buffer.alloc(32), sizeBytes: 0 };
const nowhere = { whole: () => Promise.resolve(bytes), stream: () => Promise.resolve(bytes) };

describe('mail as Brazilian programs write it', () => {
  it.each(stated.map((one) => [one.path, one] as const))('%s', async (file, states) => {
    const raw = readFileSync(path.join(FOLDER, 'messages', states.repo, file));
    const mail = await parseMail(raw, nowhere);
    expect(mail.subject).toBe(states.subject);
    expect(mail.from?.address).toBe(states.from_email);
    const visible = folded(mail.visibleText);
    if (states.reply_text !== undefined) expect(visible).toBe(folded(states.reply_text));
    for (const piece of states.reply_contains ?? []) expect(visible).toContain(folded(piece));
    for (const piece of states.reply_not_contains ?? [])
      expect(visible).not.toContain(folded(piece));
    const { forward } = states;
    if (forward === undefined) expect(mail.forwarded).toBeNull();
    else {
      expect(mail.forwarded).toMatchObject({
        subject: forward.subject,
        from: { address: forward.from_address, name: forward.from_name },
      });
      expect(folded(mail.forwarded!.body)).toBe(folded(forward.body));
    }
    expect(mail.spans.at(-1)?.to ?? 0).toBe(mail.text.length);
  });
});
