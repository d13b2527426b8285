import { attributionAt } from './attribution.js';
import { bannerLine, footerLine, leadsQuotation, listFooterAt, noticeAt } from './footers.js';
import { headerBlockAt } from './header-block.js';
import { arrange, type Marked, type ReadText } from './arrange.js';
import { isRule, separatorAt } from './separators.js';
import { CLOSING_FOUND, closingIn, delimiterAt } from './signature.js';
import { nextFilled, textLines, type Line } from './text-lines.js';
import { ANNOUNCED, NEW, type Finding } from './text-span.js';
import { wrappedRemainder } from './wrapped-quotation.js';

const QUOTED: Finding = { kind: 'quotation', why: 'quotation marks', confidence: 0.95 };
const BELOW: Finding = { kind: 'quotation', why: 'below its introduction', confidence: 0.85 };
const BELOW_FOOTER: Finding = {
  kind: 'quotation',
  why: 'below the footer of a program that quotes there',
  confidence: 0.5,
};
/** "My answers are below, in red": then what looks quoted may hold them. */
const ANSWERS_INSIDE =
  /(?:respond\w+|respostas?|coment[áa]rios?|answers?|comments?|replies|respuestas?|antworten|réponses?)\b.{0,40}\b(?:abaixo|em (?:vermelho|azul|verde|negrito)|no corpo|entre as linhas|inline|below|in (?:red|blue|green|bold)|en rojo|abajo|unten|in rot|ci-dessous|en rouge)\b|\b(?:abaixo em (?:vermelho|azul|verde|negrito)|see (?:inline|my comments))\b/i;

/** Shorter lines with a colon are labels or greetings ("Ana:"). */
const MIN_ANNOUNCEMENT = 15;

/** The beginning of somebody else's message: header lines to hide, and what follows them. */
interface Introduction {
  readonly end: number;
  readonly finding: Finding;
  readonly forwarded: boolean;
}

/**
 * Tells what the sender wrote this time from quotations, signatures and what programs append: spans of the whole text,
 * and the text of those that are shown. Nothing is cut from the text itself; where nothing new would be left, all of it
 * is shown. Never throws; one pass in linear time, beyond its first 4,000 lines the text counts as new.
 */
export function readReply(text: string): ReadText {
  const lines = textLines(text);
  const marks = new Reader(text, lines).read();
  return arrange(text, lines, marks);
}

/** Walks the lines once from the top. */
class Reader {
  private readonly marks: Marked[];
  private fence = false;
  private readonly lastFence: number;
  private inside: Finding | null = null;
  private hasNew = false;
  /** Where the own lines that were last looked at end: asked for many lines, found once. */
  private boundary = 0;

  constructor(
    private readonly text: string,
    private readonly lines: readonly Line[],
  ) {
    this.marks = Array.from(lines, () => NEW);
    this.lastFence = lines.findLastIndex(({ text: line }) => line.startsWith('```'));
  }

  read(): readonly Marked[] {
    const { lines } = this;
    let at = 0;
    while (at < lines.length) at = this.step(at);
    this.closings();
    return this.marks;
  }

  /** Marks the line at `at`, or more; returns the next line to look at. */
  private step(at: number): number {
    const line = this.lines[at]!;
    if (line.text === '') return at + 1;
    if (line.text.startsWith('```')) {
      this.fence = !this.fence && at < this.lastFence;
      this.hasNew = true;
      return at + 1;
    }
    if (this.fence) return at + 1;
    if (line.quoted) return this.quoted(at);
    const introduction = this.introductionAt(at);
    if (introduction !== null) return this.introduced(at, introduction);
    if (this.inside !== null) return this.mark(at, at + 1, this.inside);
    return this.ownLine(at, line);
  }

  /** Quoted lines end a signature. A forward that is quoted as a whole is a forward. */
  private quoted(at: number): number {
    this.inside = null;
    const separator = separatorAt(this.lines, at);
    if (separator?.kind === 'forwarded' && separator.header !== null) {
      return this.mark(at, separator.end, forwardedHeader());
    }
    const end = wrappedRemainder(this.lines, at);
    return this.mark(at, end, QUOTED);
  }

  private ownLine(at: number, line: Line): number {
    const { lines } = this;
    const end = this.endOfOwn(at, line.text);
    if (end > 0) {
      const signature = delimiterAt(this.text, lines, at, end) ?? listFooterAt(lines, at, end);
      if (signature !== null) {
        this.inside = signature;
        return this.mark(at, at + 1, signature);
      }
    }
    const banner = this.hasNew ? null : bannerLine(line.text);
    if (banner !== null) return this.mark(at, this.endOfParagraph(at), banner);
    const footer = footerLine(line.text);
    if (footer !== null && this.endsHere(at)) {
      this.mark(at, at + 1, footer);
      const next = nextFilled(lines, at + 1);
      if (leadsQuotation(line.text) && next < lines.length && this.plainFrom(next))
        return this.mark(at + 1, lines.length, BELOW_FOOTER);
      return at + 1;
    }
    if (lines[at - 1]?.text === '' || at === 0) {
      const notice = noticeAt(lines, at, lines.length);
      if (notice !== null && this.hasNew) {
        this.inside = notice;
        return this.mark(at, at + 1, notice);
      }
    }
    this.hasNew = true;
    return at + 1;
  }

  /** End of the writer's own lines from `at` on; 0 where the line is no candidate for what needs it. */
  private endOfOwn(at: number, text: string): number {
    const first = text.charCodeAt(0);
    if (first !== 0x2d && first !== 0x5f && first !== 0x3d && first !== 0x2014 && first !== 0x2a)
      return 0;
    if (text !== '--' && text !== '—' && !isRule(text)) return 0;
    if (this.boundary > at) return this.boundary;
    let index = at + 1;
    while (index < this.lines.length && !this.startsOther(index)) index += 1;
    this.boundary = index;
    return index;
  }

  private endOfParagraph(at: number): number {
    let end = at + 1;
    while (end < this.lines.length && end < at + 4 && this.lines[end]!.text !== '') end += 1;
    return end;
  }

  /** A footer stands alone: nothing, another footer, a quotation, or a blank line follows. */
  private endsHere(at: number): boolean {
    const next = this.lines[at + 1];
    if (next === undefined || next.text === '' || next.quoted) return true;
    return (
      isRule(next.text) ||
      next.text === '--' ||
      footerLine(next.text) !== null ||
      this.introductionAt(at + 1) !== null
    );
  }

  /** Somebody else's words begin here. */
  private startsOther(at: number): boolean {
    const line = this.lines[at]!;
    return line.quoted || (line.text !== '' && this.introductionAt(at) !== null);
  }

  private plainFrom(at: number): boolean {
    for (let index = at; index < Math.min(this.lines.length, at + 3); index += 1) {
      const { text } = this.lines[index]!;
      if (this.startsOther(index) || isRule(text) || footerLine(text) !== null) return false;
    }
    return true;
  }

  private introductionAt(at: number): Introduction | null {
    const separator = separatorAt(this.lines, at);
    if (separator !== null) {
      const forwarded = separator.kind === 'forwarded';
      const why = forwarded ? 'forwarded header' : `separator of an ${separator.kind} message`;
      const finding = forwarded
        ? forwardedHeader()
        : ({ kind: 'attribution', why, confidence: 0.95 } as const);
      return { end: this.introducedAgain(separator.end), finding, forwarded };
    }
    const block = headerBlockAt(this.lines, at);
    if (block !== null) {
      const finding = { kind: 'attribution', why: 'header of a message', confidence: 0.9 } as const;
      return { end: block.end, finding, forwarded: false };
    }
    const attribution = attributionAt(this.lines, at);
    if (attribution === null) return null;
    const { why, confidence, end } = attribution;
    return { end, finding: { kind: 'attribution', why, confidence }, forwarded: false };
  }

  /** Some programs put an attribution below their separator. */
  private introducedAgain(end: number): number {
    const next = nextFilled(this.lines, end);
    if (next >= this.lines.length || this.lines[next]!.quoted) return end;
    return attributionAt(this.lines, next)?.end ?? end;
  }

  private introduced(at: number, introduction: Introduction): number {
    const { lines } = this;
    this.inside = null;
    if (this.announced(at)) return this.mark(at, lines.length, ANNOUNCED);
    this.rulesBefore(at, introduction.finding);
    this.mark(at, introduction.end, introduction.finding);
    const next = nextFilled(lines, introduction.end);
    if (next >= lines.length || lines[next]!.quoted) return introduction.end;
    // What is forwarded without a word is what the sender wants to say.
    if (introduction.forwarded && !this.hasNew) return introduction.end;
    if (!introduction.forwarded && this.answersInside(at)) {
      this.hasNew = true;
      return introduction.end;
    }
    const why = introduction.forwarded ? { ...BELOW, why: 'forwarded' } : BELOW;
    return this.mark(introduction.end, lines.length, why);
  }

  /** The line above is the writer's and ends with a colon; programs put nothing there. */
  private announced(at: number): boolean {
    let above = at - 1;
    while (above >= 0 && this.lines[above]!.text === '') above -= 1;
    if (above < 0 || this.marks[above]!.kind !== 'new') return false;
    const { text } = this.lines[above]!;
    return text.endsWith(':') && text.length >= MIN_ANNOUNCEMENT;
  }

  /** The rule that a program draws above the header that it quotes. */
  private rulesBefore(at: number, finding: Finding): void {
    for (let index = at - 1; index >= 0 && index >= at - 4; index -= 1) {
      const { text } = this.lines[index]!;
      if (text === '') continue;
      if (!isRule(text)) return;
      this.marks[index] = finding;
    }
  }

  private answersInside(at: number): boolean {
    let own = '';
    for (let index = Math.max(0, at - 40); index < at; index += 1)
      if (this.marks[index]!.kind === 'new') own += ` ${this.lines[index]!.text}`;
    return ANSWERS_INSIDE.test(own.slice(-2_000));
  }

  /** Formal closings with a name, at the end of each stretch of own lines. */
  private closings(): void {
    const { marks, lines } = this;
    let from = 0;
    for (let at = 0; at <= marks.length; at += 1) {
      if (at < marks.length && (marks[at]!.kind === 'new' || lines[at]!.text === '')) continue;
      const closing = closingIn(lines, from, at);
      if (closing >= 0) this.mark(closing, at, CLOSING_FOUND);
      from = at + 1;
    }
  }

  private mark(from: number, to: number, finding: Finding): number {
    this.marks.fill(finding, from, to);
    return to;
  }
}

function forwardedHeader(): Finding {
  return { kind: 'forwarded-header', why: 'forwarded header', confidence: 0.95 };
}
