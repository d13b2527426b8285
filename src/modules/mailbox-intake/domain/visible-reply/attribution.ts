import { nextFilled, type Line } from './text-lines.js';

/** The line by which a mail program introduces a quotation ("Em 6 de fev. de 2020 às 23:57, Nome escreveu:"). */
export interface Attribution {
  /** Index after its last line: it may be wrapped. */
  readonly end: number;
  readonly text: string;
  readonly why: string;
  readonly confidence: number;
}

const MAX_LENGTH = 400;
const MAX_LINES = 4;
/** Some programs put the address on lines of its own, with blank lines around. */
const MAX_LINES_APART = 8;

/** "Wrote" in the languages in which programs write it. */
const WROTE =
  /(?<!\p{L})(?:escreveu|escreveram|wrote|writes|schrieb|schreibt|geschrieben|a écrit|écrit|escribió|ha scritto|scrive|scritto|schreef|geschreven|napisał(?:\(a\)|a)?|pisze|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|skrev|skrifaði|kirjoitti|kirjutas|написал(?:\(а\)|а|и)?|пишет|писал(?:а)?|написа|написав(?:ла)?|написала|пише|írta|a scris|yazdı|έγραψε|כתב(?:ה)?|كتب|napisao(?:la)?|je napisal(?:a)?|rašė|rakstīja|viết|menulis|va escriure|escribiu|写道|寫道|作成|작성|napisala)(?!\p{L})|님이 작성|写道|寫道|のメール|が書きました/iu;
/** Words that also stand in ordinary sentences: they count only with an address. */
const SAID = /(?<!\p{L})(?:sent|enviou|said|disse|missatge de)(?!\p{L})/iu;
const CITING = /^(?:quoting|citando|zitat von|zitiere|citation de|citerar|citando a)\s.{1,120}:$/i;
/** Words before the date, as a program begins such a line. */
const OPENER =
  /^\W{0,3}(?:on|em|no dia|na data|a|le|el|am|il|il giorno|in data|op|den|d\.|dnia|w dniu|dne|dňa|v|vào|på|la|în data|pada|στις|на|в|у|בתאריך|ב|في|在|于|於)\s[^\n]{0,60}?\d/iu;
/** A date or time at the beginning, perhaps after the weekday or month. */
const DATE_FIRST = /^[^\p{L}\d]{0,3}(?:\p{L}{1,14}[.,]{0,2}\s)?\d{1,4}[\s\d./:,年]/u;
const SENDER_FIRST = /^(?!mailto:)[^<>@\s][^<>@]{0,80}<[^<>\s]{1,64}@[^<>\s]{1,120}>/;
const TIME = /(?<!\d)\d{1,2}\s?[:.h]\s?\d{2}(?!\d)|(?<!\d)\d{1,2}\s?(?:am|pm)\b/i;
const DATE = /\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}\s?[月日]/;
const ADDRESS = /[^\s<>@]@[^\s<>@]/;
const ENDS_IN_ADDRESS = /[<([]\s?[^<>()[\]\s]{1,64}@[^<>()[\]\s]{1,120}[>)\]]{1,2}\s?[:：]$/;
const RULED = /^-{2,}\s(.{10,300})\s-{2,}$/;
const OLD_GMAIL = /^\d{4}\/\d{1,2}\/\d{1,2} [^<>@]{1,100}<[^<>\s]{1,64}@[^<>\s]{1,120}>$/;

/** Yahoo's telephones put the quoted text right behind it. */
const TEXT_BEHIND = /^(.{10,250}?@[^<>\s]{1,120}>\s?\p{L}[\p{L} ]{2,20}:)\s+\S/u;

/** The attribution that begins at `at`; null where none does. */
export function attributionAt(lines: readonly Line[], at: number): Attribution | null {
  const first = lines[at]!.text;
  if (first.length > MAX_LENGTH || !mayBegin(lines, at, first)) return null;
  const found = endingFrom(lines, at);
  if (found === null) return null;
  // Where a later line begins one that ends in the same place, the lines before it are the writer's own.
  const dated = beginsDated(first);
  for (let later = found.end - 1; later > at; later -= 1) {
    const { text } = lines[later]!;
    if (text === '' || !(beginsDated(text) || (!dated && begins(text)))) continue;
    if (endingFrom(lines, later)?.end === found.end) return null;
  }
  return found;
}

function beginsDated(text: string): boolean {
  return (DATE_FIRST.test(text) || OPENER.test(text)) && (DATE.test(text) || TIME.test(text));
}

/** The cheap question: a number, an address or a mark near which such a line begins. */
function mayBegin(lines: readonly Line[], at: number, first: string): boolean {
  if (/[\d@]/.test(first)) return begins(first) || endsWithColon(first);
  return endsWithColon(first) && quotedAfter(lines, at + 1);
}

function begins(text: string): boolean {
  return DATE_FIRST.test(text) || OPENER.test(text) || SENDER_FIRST.test(text) || RULED.test(text);
}

function endingFrom(lines: readonly Line[], at: number): Attribution | null {
  let joined = '';
  let apart = false;
  for (let index = at; index < lines.length; index += 1) {
    const line = lines[index]!;
    if (line.quoted || index >= at + (apart ? MAX_LINES_APART : MAX_LINES)) return null;
    if (line.text === '') {
      // A blank line inside is believed only right before an address that stands alone.
      if (!apart && !/^<?$|^<\S{0,100}$/.test(lines[index + 1]?.text ?? '')) return null;
      apart = true;
      continue;
    }
    joined = joined === '' ? line.text : `${joined} ${line.text}`;
    if (joined.length > MAX_LENGTH) return null;
    const accepted = accept(lines, index + 1, joined);
    if (accepted !== null) return { end: index + 1, text: joined, ...accepted };
  }
  return null;
}

type Accepted = Pick<Attribution, 'why' | 'confidence'>;

function accept(lines: readonly Line[], next: number, text: string): Accepted | null {
  const ruled = RULED.exec(text)?.[1];
  if (ruled !== undefined) return WROTE.test(ruled) ? sure('attribution between dashes') : null;
  if (OLD_GMAIL.test(text)) return { why: 'date and sender alone', confidence: 0.8 };
  if (!endsWithColon(text)) {
    const before = TEXT_BEHIND.exec(text)?.[1];
    if (before !== undefined && WROTE.test(before.slice(-26)) && TIME.test(before))
      return { why: 'attribution with text behind it', confidence: 0.8 };
    return text.includes('@') && TIME.test(text) && wroteAfterAddress(text)
      ? { why: 'attribution', confidence: 0.8 }
      : null;
  }
  const dated = DATE.test(text) || TIME.test(text);
  const wrote = WROTE.test(text) || (SAID.test(text) && ADDRESS.test(text));
  if (wrote && (dated || ADDRESS.test(text)) && begins(text)) return sure('attribution');
  if (CITING.test(text) && ADDRESS.test(text)) return sure('attribution');
  if (dated && ENDS_IN_ADDRESS.test(text) && (DATE_FIRST.test(text) || OPENER.test(text)))
    return sure('date and sender');
  if (quotedAfter(lines, next) && text.length <= 200 && (wrote || ENDS_IN_ADDRESS.test(text)))
    return sure('attribution before quoted lines');
  return null;
}

function wroteAfterAddress(text: string): boolean {
  const before = Math.max(0, text.length - 24);
  const found = text.slice(before).search(WROTE);
  return (
    found >= 0 &&
    /@\S{1,120}\s*$/.test(text.slice(Math.max(0, before + found - 130), before + found))
  );
}

function sure(why: string): Accepted {
  return { why, confidence: 0.95 };
}

function endsWithColon(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last === 0x3a || last === 0xff1a || (last === 0x2d && text.startsWith('--'));
}

function quotedAfter(lines: readonly Line[], at: number): boolean {
  return lines[nextFilled(lines, at)]?.quoted ?? false;
}
