import { describe, expect, it } from '@jest/globals';
import { parseMail } from './parse-mail.js';

/**
 * D22: shapes that cost other readers the square of their size. In place, without the thread's limits: a shape that
 * is not linear would keep the runner far beyond its time limit.
 */
const many = (text: string, times: number): string => text.repeat(times);
const html = (body: string): string => `Content-Type: text/html\r\n\r\n${body}`;

const HOSTILE: readonly (readonly [string, string])[] = [
  ['nested tables', html(many('<table><tr><td>', 60_000))],
  ['nested lists', html(many('<ul><li>x', 90_000))],
  ['comments without end', html(many('<!--', 400_000))],
  ['styles without end', html(many('<style>', 200_000))],
  ['blanks in HTML', html(many(' ', 2_000_000))],
  ['blanks in text', `\r\n${many(' ', 2_000_000)}`],
  ['padding', `Content-Transfer-Encoding: base64\r\n\r\n${many('A=', 1_000_000)}`],
  ['a broken subject', `Subject: x\r\n${many('j\r\n', 250_000)}\r\nx`],
  ['a parameter of blanks', `Content-Type: text/plain; name=x${many(' ', 500_000)}(\r\n\r\nx`],
  ['encoded words without end', `Subject: ${many('=?a?q?', 150_000)}\r\n\r\nx`],
  [
    'delimiters of a hundred levels',
    `${Array.from({ length: 100 }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`).join('')}${many('--b0x\r\n', 100_000)}`,
  ],
  ['parameters of a calendar', `Content-Type: text/calendar\r\n\r\nA${many(';a', 90_000)}`],
  ['shifts of UTF-7', `Content-Type: text/plain; charset=utf-7\r\n\r\n${many('+', 500_000)}`],
];

describe('hostile mail', () => {
  it.each(HOSTILE)(
    'D22: %s are read in one pass',
    async (_name, raw) => {
      const stored = { sha256: new Uint8Array(32), sizeBytes: 0 };
      const mail = await parseMail(Buffer.from(raw, 'latin1'), {
        whole: async () => stored,
        stream: async (content) => {
          content.resume();
          return stored;
        },
      });
      expect(mail.text.length).toBeLessThanOrEqual(1_000_000);
    },
    20_000,
  );
});
