import { account } from './accounting.js';
import type { CorpusDesk } from './corpus-desk.js';
import type { CorpusMessage } from './corpus-folder.js';
import { readMail, Reader } from './reading.js';

/** What came of reading damaged messages. */
export interface MutantScores {
  readonly mutants: number;
  /** Thrown by the reading or the filters; each names the mutant, so that it can be made again. */
  readonly exceptions: readonly { readonly message: string; readonly error: string }[];
  /** Text that PostgreSQL would refuse. */
  readonly withNul: readonly string[];
  /** Given up within the limits of the parser, as a mailbox would quarantine them. */
  readonly givenUp: readonly string[];
  readonly slowest: { readonly message: string; readonly seconds: number };
  /** Of those that were also recorded and processed. */
  readonly stored: number;
  readonly unaccounted: readonly string[];
  readonly differing: readonly string[];
  readonly quarantined: number;
}

export interface MutantOrder {
  readonly count: number;
  readonly seed: number;
  /** Number of the first mutant: a long run can go on where it was interrupted. */
  readonly from: number;
  readonly say: (line: string) => void;
}

/** One in so many is also recorded and processed. */
const STORED_ONE_IN = 25;
const SAID_EVERY = 5_000;
const AT_ONCE = 12;

/** Damages messages by a seed, reads them, and stores a part of them. The same seed and number make the same mutant. */
export async function scoreMutants(
  desk: CorpusDesk,
  messages: readonly CorpusMessage[],
  { count, seed, from, say }: MutantOrder,
): Promise<MutantScores> {
  const reader = await Reader.of(desk);
  const exceptions: { message: string; error: string }[] = [];
  const withNul: string[] = [];
  const givenUp: string[] = [];
  const stored: CorpusMessage[] = [];
  let slowest = { message: '', seconds: 0 };
  let next = from;
  const work = async (): Promise<void> => {
    while (next < from + count) {
      const number = next;
      next += 1;
      const mutant = mutantOf(messages, seed, number);
      if (number % STORED_ONE_IN === 0) stored.push(mutant);
      const name = `${mutant.source}/${mutant.path}`;
      const read = await readMail(reader, mutant.raw);
      if (read.kind === 'exception') exceptions.push({ message: name, error: read.error });
      if (read.kind === 'given_up') givenUp.push(name);
      if (read.kind === 'read' && JSON.stringify(read.mail.textual).includes('\\u0000'))
        withNul.push(name);
      if (read.seconds > slowest.seconds) slowest = { message: name, seconds: read.seconds };
      if ((number + 1) % SAID_EVERY === 0)
        say(
          `${number + 1} mutants, go on with --from ${number + 1}: ${exceptions.length} exceptions`,
        );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const accounts = await account(desk, stored);
  return {
    mutants: count,
    exceptions,
    withNul,
    givenUp,
    slowest,
    stored: stored.length,
    unaccounted: accounts.unaccounted,
    differing: accounts.differing,
    quarantined: accounts.quarantined.length,
  };
}

export function mutantsLine(scores: MutantScores): string {
  return `mutants: ${scores.mutants} messages, ${scores.exceptions.length} exceptions, ${scores.withNul.length} with NUL, ${scores.givenUp.length} given up, ${scores.stored} stored, ${scores.unaccounted.length} unaccounted, ${scores.differing.length} bytes differing, slowest ${scores.slowest.seconds.toFixed(2)} s`;
}

export function mutantsHold(scores: MutantScores): boolean {
  const { exceptions, withNul, unaccounted, differing } = scores;
  return [exceptions, withNul, unaccounted, differing].every((list) => list.length === 0);
}

type Random = (below: number) => number;

/** A small generator of numbers (mulberry32), for the same damage on every machine. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

const MAX_BYTES = 300_000;

function mutantOf(messages: readonly CorpusMessage[], seed: number, number: number): CorpusMessage {
  const random = randomOf(Math.imul(seed, 1_000_003) + number);
  const origin = messages[random(messages.length)]!;
  let raw = origin.raw.subarray(0, MAX_BYTES);
  for (let blows = 1 + random(6); blows > 0; blows -= 1) {
    const other = messages[random(messages.length)]!.raw;
    raw = BLOWS[random(BLOWS.length)]!(raw, random, other);
  }
  return {
    source: `mutant ${number} of ${origin.source}`,
    path: origin.path,
    kind: origin.kind,
    raw: raw.subarray(0, 2 * MAX_BYTES),
    stated: null,
  };
}

const NASTY = [
  '\0',
  '\x1b$B',
  '=?',
  '?=',
  '=?utf-8?Q?',
  '=?utf-7?B?',
  '\r',
  '\n',
  '\r\n\r\n',
  '--',
  '"',
  '\\',
  ';',
  '<',
  '>',
  '=',
  '=\r\n',
  '%00',
  '%',
  '~{',
  '\xff\xfe',
  '\xc3',
  '\xed\xa0\x80',
  'begin 644 a\n',
  'Content-Type: multipart/mixed; boundary=',
  'Content-Type: message/rfc822\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'charset=',
  'utf-16le',
  'iso-2022-kr',
  'BEGIN:VEVENT\r\n',
  'Subject:',
  '<div><div>',
  '<!--',
  '&#0;',
  'De: a\nEnviado: b\n',
  '> ',
];

type Blow = (raw: Buffer, random: Random, other: Buffer) => Buffer;

function spliced(raw: Buffer, at: number, cut: number, put: Buffer): Buffer {
  return Buffer.concat([raw.subarray(0, at), put, raw.subarray(at + cut)]);
}

const BLOWS: readonly Blow[] = [
  // A bit, a byte, a range.
  (raw, random) => {
    const out = Buffer.from(raw);
    for (let times = 1 + random(20); times > 0 && out.length > 0; times -= 1)
      out[random(out.length)]! ^= 1 << random(8);
    return out;
  },
  (raw, random) => spliced(raw, random(raw.length + 1), random(400), Buffer.alloc(0)),
  (raw, random) => spliced(raw, random(raw.length + 1), 0, Buffer.alloc(random(60), random(256))),
  // What parsers stumble over, in the header above all.
  (raw, random) => {
    const at = random(random(2) === 0 ? Math.min(raw.length, 1_500) + 1 : raw.length + 1);
    const nasty = NASTY[random(NASTY.length)]!.repeat(1 + random(random(8) === 0 ? 500 : 3));
    return spliced(raw, at, random(10), Buffer.from(nasty, 'latin1'));
  },
  // A part of itself again, a part of another message, an early end.
  (raw, random) => {
    const from = random(raw.length + 1);
    return spliced(raw, random(raw.length + 1), 0, raw.subarray(from, from + random(3_000)));
  },
  (raw, random, other) => {
    const from = random(other.length + 1);
    return spliced(
      raw,
      random(raw.length + 1),
      random(2_000),
      other.subarray(from, from + random(3_000)),
    );
  },
  (raw, random) => raw.subarray(0, random(raw.length + 1)),
  // Other line ends; other labels.
  (raw, random) =>
    Buffer.from(
      raw.toString('latin1').replace(/\r?\n/g, ['\n', '\r\n', '\r', '\n\n'][random(4)]!),
      'latin1',
    ),
  (raw, random) =>
    Buffer.from(
      raw
        .toString('latin1')
        .replace(
          /charset="?[\w-]+/gi,
          `charset=${['utf-7', 'utf-16', 'hz', 'x', 'big5', ''][random(6)]}`,
        )
        .replace(/quoted-printable|base64|7bit|8bit/gi, (all) =>
          random(2) === 0 ? all : ['base64', 'quoted-printable', '7bit'][random(3)]!,
        ),
      'latin1',
    ),
];
