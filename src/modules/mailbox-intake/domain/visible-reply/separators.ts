import { headerBlockAt, type HeaderBlock } from './header-block.js';
import { headerFieldOf } from './header-labels.js';
import { nextFilled, type Line } from './text-lines.js';

/** A line by which a mail program says that a message of somebody's follows. */
export interface Separator {
  readonly kind: 'original' | 'forwarded' | 'earlier';
  /** Index after the separator and the header that follows it. */
  readonly end: number;
  readonly header: HeaderBlock | null;
  /** A header that the program ran together with the separator in one line (Yahoo). */
  readonly runOn: string | null;
}

const MAX_PHRASE = 64;
/** Stems of "forwarded" as programs write it between dashes or before a colon. */
const FORWARDED =
  /forward|encaminhad|reenvia[dt]|weitergeleitet|transf[eé]r|réexpédi|transmis|inoltrat|doorgestuurd|przekaz|przesłan|přepos|preposl|videresend|vidarebefordra|edelleen ?läh|välitet|пересыл|пересл|пересил|переадрес|перенаправ|препрат|továbbít|redirec[tț]|retransmi|proslijeđ|prosleđ|posredovan|edasta|persiųst|pārsūt|yönlendir|[iİ]letil|[iİ]leti başlang|προωθ|転送|转发|轉寄|전달|הועבר|chuyển tiếp|diteruskan/i;
const ORIGINAL =
  /origin|oorspronk|ursprüng|orygin|původn|pôvodn|opprinnelig|oprindelig|ursprungl|alkuper|исходн|оригин|первоначальн|eredeti|izvorn|özgün|αρχικ|מקורי|原始|元の|원본|gốc|reply message|mensagem anterior|mensagem respondida/i;
const EARLIER =
  /^\W{0,4}(?:previous (?:replies|discussion|messages)|respostas anteriores|mensagens anteriores|vorherige antworten|respuestas anteriores|réponses précédentes|risposte precedenti)\W{0,4}$/i;
/** Ticket systems ask for the answer above such a line; below stands what they sent. */
const ABOVE =
  /(?:reply|type|write|escreva|responda|digite|resposta|responder|antwort\w*|répon\w+|responde\w*|rispond\w+)\b.{0,40}\b(?:above|acima|encima|arriba|über|au-dessus|sopra)\b/i;
const RULED = /^\*?\s*[-_=]{2,}\s*([^\n]*?)\s*[-_=]{2,}\s*\*?$/;
const RULED_RUN_ON = /^[-_]{3,}\s?([^-_:\n]{3,60}?)\s?[-_]{3,}\s?(\S.*)$/;
const RULE = /^(?:[-_=*—–]\s?){3,}$/;

/** A line of nothing but dashes, underscores, equal signs or asterisks. */
export function isRule(line: string): boolean {
  return line.length >= 3 && line.length <= 200 && RULE.test(line);
}

/** The separator that begins at `at`; null where none does. */
export function separatorAt(lines: readonly Line[], at: number): Separator | null {
  const text = lines[at]!.inner;
  const first = text.charCodeAt(0);
  // The cheap question first: `-`, `_`, `=`, `*`, `#`, or a short line that ends with a colon.
  const ruled = first === 0x2d || first === 0x5f || first === 0x3d || first === 0x2a;
  if (ruled) return ruledSeparator(lines, at, text);
  if (first === 0x23 && text.length <= 120 && ABOVE.test(text)) return plain('earlier', at + 1);
  const last = text.charCodeAt(text.length - 1);
  if ((last !== 0x3a && last !== 0xff1a) || text.length > MAX_PHRASE) return null;
  return announced(lines, at, text);
}

function ruledSeparator(lines: readonly Line[], at: number, text: string): Separator | null {
  if (text.length <= MAX_PHRASE * 2) {
    const phrase = RULED.exec(text)?.[1];
    if (phrase !== undefined && phrase !== '') {
      const kind = kindOf(phrase);
      if (kind !== null) return withHeader(lines, at, kind);
      return ABOVE.test(phrase) ? plain('earlier', at + 1) : null;
    }
    if (isRule(text) && EARLIER.test(lines[at + 1]?.inner ?? '')) return plain('earlier', at + 2);
  }
  const runOn = RULED_RUN_ON.exec(text);
  if (runOn === null || kindOf(runOn[1]!) === null || headerFieldOf(runOn[2]!) === null)
    return null;
  return { kind: kindOf(runOn[1]!)!, end: at + 1, header: null, runOn: runOn[2]! };
}

/** "Begin forwarded message:" counts only where a header follows. */
function announced(lines: readonly Line[], at: number, text: string): Separator | null {
  if (!FORWARDED.test(text)) return null;
  const found = withHeader(lines, at, 'forwarded');
  return found.header === null ? null : found;
}

function kindOf(phrase: string): 'forwarded' | 'original' | null {
  if (phrase.length > MAX_PHRASE) return null;
  if (FORWARDED.test(phrase)) return 'forwarded';
  return ORIGINAL.test(phrase) ? 'original' : null;
}

function withHeader(lines: readonly Line[], at: number, kind: 'forwarded' | 'original'): Separator {
  const header = headerBlockAt(lines, nextFilled(lines, at + 1), true) ?? quotedHeader(lines, at);
  return { kind, end: header?.end ?? at + 1, header, runOn: null };
}

/** As above, where the blank lines between carry quotation marks (Apple Mail). */
function quotedHeader(lines: readonly Line[], at: number): HeaderBlock | null {
  let next = at + 1;
  while (next < lines.length && next <= at + 4 && lines[next]!.inner === '') next += 1;
  return headerBlockAt(lines, next, true);
}

function plain(kind: Separator['kind'], end: number): Separator {
  return { kind, end, header: null, runOn: null };
}
