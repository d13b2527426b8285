/** A file that stood in the text of a message between `begin` and `end` (POSIX uuencode). */
export interface UuencodedFile {
  readonly filename: string;
  readonly content: Buffer;
}

const BEGIN = /^begin [0-7]{3,4} (\S.{0,254})$/;
const MAX_FILES = 50;

/**
 * Takes uuencoded files out of a text. A block without its `end`, or with a line that is none, stays text. One pass.
 */
export function withoutUuencoded(text: string): { text: string; files: UuencodedFile[] } {
  if (!text.startsWith('begin ') && !text.includes('\nbegin ')) return { text, files: [] };
  const lines = text.split('\n');
  const kept: string[] = [];
  const files: UuencodedFile[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const filename = BEGIN.exec(lines[at]!)?.[1];
    const block =
      filename === undefined || files.length >= MAX_FILES ? null : decoded(lines, at + 1);
    if (block === null) {
      kept.push(lines[at]!);
      continue;
    }
    files.push({ filename: filename!.trim(), content: block.content });
    at = block.end;
  }
  return files.length === 0 ? { text, files } : { text: kept.join('\n'), files };
}

function decoded(lines: readonly string[], from: number): { content: Buffer; end: number } | null {
  const pieces: Buffer[] = [];
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (line === 'end') return { content: Buffer.concat(pieces), end: at };
    if (line === '`' || line.trim() === '') continue;
    const piece = decodedLine(line);
    if (piece === null) return null;
    pieces.push(piece);
  }
  return null;
}

/** One line: its length, then four characters for three bytes; blanks at the end may have got lost on the way. */
function decodedLine(line: string): Buffer | null {
  const length = (line.charCodeAt(0) - 32) & 63;
  const groups = Math.ceil(length / 3);
  if (line.length > groups * 4 + 3 || !/^[ -`]+$/.test(line)) return null;
  const padded = line.padEnd(1 + groups * 4, ' ');
  const out = Buffer.alloc(groups * 3);
  for (let group = 0; group < groups; group += 1) {
    const at = 1 + group * 4;
    const value = (offset: number): number => (padded.charCodeAt(at + offset) - 32) & 63;
    const bits = (value(0) << 18) | (value(1) << 12) | (value(2) << 6) | value(3);
    out.writeUIntBE(bits, group * 3, 3);
  }
  return out.subarray(0, length);
}
