import EmailReplyParser from 'email-reply-parser';

/** What a person wrote stands in the beginning; the cost of looking stays bounded. Characters. */
const MAX_LENGTH = 50_000;

/** A line after which everything is quoted. Only shapes that no sentence has. */
const QUOTATION_STARTS: readonly RegExp[] = [
  // Gmail, Thunderbird, Apple Mail in Portuguese: "Em qui., 6 de fev. de 2020 às 23:57, Nome <e@x> escreveu:"
  /^em .{6,200}\bescreveu:\s*$/i,
  /^on .{6,200}\bwrote:\s*$/i,
  /^-{2,}\s*(mensagem original|original message|mensagem encaminhada original)\s*-{2,}\s*$/i,
];
/** Outlook: "De: … / Enviado: … / Para: … / Assunto: …", often below a line of underscores. */
const OUTLOOK_FROM = /^\*?(de|from):\*?\s+\S/i;
const OUTLOOK_NEXT = /^\*?(enviad[ao]( em)?|sent|data|date|para|to):\*?\s+\S/i;
const RULE = /^_{5,}\s*$/;
const SIGNATURE = /^--\s?$/;
const SENT_FROM =
  /^(enviado d[oea] meu? |enviado do? (iphone|ipad|galaxy|outlook|yahoo)|obter o outlook para |sent from my |get outlook for )/i;
/** Signs of a quotation in a shape that the rules above do not know: worth the price of the library. */
const PERHAPS_QUOTED = /^(>|.{0,300}(wrote|schrieb|écrit|escribió|scritto|escreveu)\s*:\s*$)/im;

/**
 * What the sender wrote this time, without quotation and signature; the whole text where nothing would be left. Our own
 * rules are one cheap pass; the library, thirty times dearer, is asked only about what they do not explain. The full
 * row of Portuguese client shapes is another issue's work and belongs here.
 */
export function visibleTextOf(text: string): string {
  const head = text.slice(0, MAX_LENGTH).trim();
  if (head === '') return '';
  const own = beforeQuotation(head.split(/\r?\n/));
  const visible = PERHAPS_QUOTED.test(own) ? new EmailReplyParser().parseReply(own).trim() : own;
  return visible === '' ? head : visible;
}

function beforeQuotation(lines: readonly string[]): string {
  const end = lines.findIndex(
    (line, at) => startsQuotation(lines, at) || SIGNATURE.test(line) || SENT_FROM.test(line),
  );
  const kept = end < 0 ? [...lines] : lines.slice(0, end);
  while (kept.length > 0 && (kept.at(-1)!.trim() === '' || RULE.test(kept.at(-1)!))) kept.pop();
  return kept.join('\n').trim();
}

function startsQuotation(lines: readonly string[], at: number): boolean {
  const line = lines[at]!;
  // The cheap question first: nearly every line says no here.
  const first = line.charCodeAt(0);
  if (first === 0x2d) return QUOTATION_STARTS[2]!.test(line);
  if (OUTLOOK_FROM.test(line))
    return OUTLOOK_NEXT.test(lines[at + 1] ?? '') || OUTLOOK_NEXT.test(lines[at + 2] ?? '');
  if (!/^(em|on) /i.test(line)) return false;
  // The line of Gmail and Apple Mail may be wrapped once or twice.
  const joined = [
    line,
    `${line} ${lines[at + 1] ?? ''}`,
    `${line} ${lines[at + 1] ?? ''} ${lines[at + 2] ?? ''}`,
  ];
  return joined.some(
    (candidate) => QUOTATION_STARTS[0]!.test(candidate) || QUOTATION_STARTS[1]!.test(candidate),
  );
}
