import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { machineByHeaders } from '../domain/automatic/machine-headers.js';
import { machineByWords } from '../domain/automatic/machine-words.js';
import { readBounce } from '../domain/returned/read-bounce.js';
import { recogniseBounce } from '../domain/returned/recognise-bounce.js';
import { returnedByWords, returnedMessageIds } from '../domain/returned-message.js';
import { parseMail } from './parse-mail.js';

/** Bounces and automatic answers that we wrote ourselves as Brazilian systems do, in the folder that the scorer reads too. */
const FOLDER = path.resolve(import.meta.dirname, '../../../../test/fixtures/mail');
const OURS = 'resposta.1000123@empresa.example';

interface Stated {
  readonly repo: string;
  readonly path: string;
  readonly is_bounce?: boolean;
  readonly bounce_recipient?: readonly string[];
  readonly hard_bounce?: readonly boolean[];
  readonly reason?: readonly string[];
  readonly temporary?: boolean;
  readonly is_auto_reply?: boolean;
}

const stated = readFileSync(path.join(FOLDER, 'expected.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Stated)
  .filter(({ repo }) => repo === 'pt-br-machines');
const bytes = { sha256: Buffer.alloc(32), sizeBytes: 0 };
const nowhere = { whole: () => Promise.resolve(bytes), stream: () => Promise.resolve(bytes) };
const read = ({ repo, path: file }: Stated): ReturnType<typeof parseMail> =>
  parseMail(readFileSync(path.join(FOLDER, 'messages', repo, file)), nowhere);

describe('machines as they write Portuguese', () => {
  const bounces = stated.filter(({ is_bounce }) => is_bounce === true);
  it.each(bounces.map((one) => [one.path, one] as const))('D19 D21: %s', async (_path, states) => {
    const mail = await read(states);
    expect(recogniseBounce(mail)).toMatchObject({ strong: true });
    const reports = readBounce(mail);
    expect(reports.flatMap(({ addresses }) => addresses)).toEqual(states.bounce_recipient);
    expect(reports).toMatchObject([
      {
        reason: states.reason![0],
        addressDead: states.hard_bounce![0],
        final: states.temporary !== true,
      },
    ]);
    // Bound to our mail by the id of the returned copy, or by what a person reads.
    if (returnedMessageIds(mail).length > 0) expect(returnedMessageIds(mail)).toContain(OURS);
    else expect(returnedByWords(mail)).toMatchObject({ protocol: '1000123' });
  });

  const others = stated.filter(({ is_auto_reply }) => is_auto_reply !== undefined);
  it.each(others.map((one) => [one.path, one] as const))('D21: %s', async (_path, states) => {
    const mail = await read(states);
    expect(recogniseBounce(mail)).toBeNull();
    const automatic = machineByHeaders(mail) !== null || machineByWords(mail) !== null;
    expect(automatic).toBe(states.is_auto_reply);
  });
});
