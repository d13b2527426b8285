import type { Line } from './text-lines.js';
import { ANNOUNCED, NEW, type Finding, type TextSpan } from './text-span.js';

/** What the rules say about one line. */
export type Marked = Finding;

/** A text that was read. */
export interface ReadText {
  /** Cover the text end to end. */
  readonly spans: readonly TextSpan[];
  /** What is shown at first, trimmed; the whole text where nothing new is in it. */
  readonly visibleText: string;
}

/** Lines of a quotation that are shown between answers; a longer one is folded. */
const MAX_CONTEXT_LINES = 15;
/** More pieces than any mail has; the rest is one. */
const MAX_SPANS = 400;

interface Group {
  readonly from: number;
  to: number;
  readonly mark: Marked;
  filled: number;
  shown: boolean;
}

/** Makes spans of the marked lines and decides which are shown. */
export function arrange(text: string, lines: readonly Line[], marks: readonly Marked[]): ReadText {
  const groups = groupsOf(lines, marks);
  const anyNew = groups.some(({ mark, filled }) => mark.kind === 'new' && filled > 0);
  if (anyNew) showContext(groups);
  else for (const group of groups) group.shown = true;
  const spans = spansOf(text, lines, groups);
  return { spans, visibleText: anyNew ? visibleOf(text, spans) : text.trim() };
}

/** Runs of lines with one finding; blank lines belong to what stands before them. */
function groupsOf(lines: readonly Line[], marks: readonly Marked[]): Group[] {
  const groups: Group[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const filled = lines[at]!.text !== '';
    const last = groups.at(-1);
    const mark = marks[at]!;
    const same = last !== undefined && last.mark.kind === mark.kind && last.mark.why === mark.why;
    if (last !== undefined && (!filled || same || groups.length >= MAX_SPANS)) {
      last.to = at + 1;
      if (filled) last.filled += 1;
    } else {
      const shown = mark.kind === 'new' || mark === ANNOUNCED;
      groups.push({ from: at, to: at + 1, mark, filled: filled ? 1 : 0, shown });
    }
  }
  if (groups.length >= MAX_SPANS) groups.at(-1)!.shown = true;
  return groups;
}

/** A short quotation stays between the answers that need it; what is answered as a whole is folded. */
function showContext(groups: readonly Group[]): void {
  const isNew = ({ mark, filled }: Group): boolean => mark.kind === 'new' && filled > 0;
  const answers = groups.filter(isNew).length;
  groups.forEach((group, at) => {
    if (group.mark.kind !== 'quotation' || group.filled > MAX_CONTEXT_LINES) return;
    if (!groups.slice(at + 1).some(isNew)) return;
    const introduced = groups[at - 1]?.mark.kind === 'attribution';
    const answeredAsWhole = introduced && answers === 1;
    group.shown = !answeredAsWhole;
  });
}

function spansOf(text: string, lines: readonly Line[], groups: readonly Group[]): TextSpan[] {
  const spans = groups.map(({ from, mark, shown }, at): TextSpan => {
    const next = groups[at + 1];
    const end = next === undefined ? lines.at(-1)!.to : lines[next.from]!.from;
    const { kind, why, confidence } = mark;
    return { from: lines[from]!.from, to: end, kind, why, confidence, shown };
  });
  const last = spans.at(-1);
  const covered = last?.to ?? 0;
  if (covered >= text.length) return spans;
  // What nobody looked at goes on as what stands before it: a thread of years is quoted to its end.
  if (last?.shown === false) return [...spans.slice(0, -1), { ...last, to: text.length }];
  const rest = { ...NEW, why: 'not looked at', confidence: 0.3, shown: true };
  return [...spans, { ...rest, from: covered, to: text.length }];
}

/** Pieces between which nothing was left out stay as they stood. */
function visibleOf(text: string, spans: readonly TextSpan[]): string {
  const pieces: string[] = [];
  let from = -1;
  spans.forEach((span, at) => {
    if (!span.shown) return;
    if (from < 0) from = span.from;
    if (spans[at + 1]?.shown === true) return;
    pieces.push(text.slice(from, span.to).trimEnd().replace(LEADING_BLANK, ''));
    from = -1;
  });
  return pieces
    .filter((piece) => piece.trim() !== '')
    .join('\n\n')
    .trim();
}

const LEADING_BLANK = /^(?:[^\S\n]*\n)+/;
