import type { Line } from './text-lines.js';
import type { Finding } from './text-span.js';

const MAX_LOOSE_LINES = 14;

/**
 * The signature delimiter (RFC 3676 4.3: two dashes and a space). Trailing spaces get lost on the way, so a bare `--`
 * counts where little follows before `end`.
 */
export function delimiterAt(
  text: string,
  lines: readonly Line[],
  at: number,
  end: number,
): Finding | null {
  const line = lines[at]!;
  if (line.text !== '--' && line.text !== '—') return null;
  const exact = line.text === '--' && text.charCodeAt(line.from + 2) === 0x20;
  if (exact) return { kind: 'signature', why: 'signature delimiter', confidence: 0.95 };
  // Set apart by blank lines it divides sections.
  if (at + 1 < end && lines[at + 1]!.text === '') return null;
  let filled = 0;
  for (let index = at + 1; index < end && filled <= MAX_LOOSE_LINES; index += 1)
    if (lines[index]!.text !== '') filled += 1;
  return filled <= MAX_LOOSE_LINES
    ? { kind: 'signature', why: 'signature delimiter without its space', confidence: 0.8 }
    : null;
}

/** Formal closings only: thanks are something that somebody says. */
const CLOSING =
  /^(?:atenciosamente|att|atte|at\.te|cordialmente|com os melhores cumprimentos|melhores cumprimentos|cumprimentos|respeitosamente|saudações|sds|abs|abraços|um abraço|best regards|kind regards|warm regards|regards|best wishes|yours (?:sincerely|faithfully|truly)|sincerely|mit freundlichen grüßen|mit freundlichem gruß|viele grüße|beste grüße|freundliche grüße|mfg|cordialement|bien cordialement|salutations|saludos(?: cordiales)?|un saludo|cordiales saludos|cordiali saluti|distinti saluti|met vriendelijke groeten?|vriendelijke groeten|mvg|z poważaniem|pozdrawiam|s pozdravem|med venlig hilsen|venlig hilsen|mvh|hilsen|kh|vh|med vennlig hilsen|vennlig hilsen|med vänliga? hälsning(?:ar)?|vänliga hälsningar|hälsningar|ystävällisin terveisin|terveisin|с уважением|з повагою|üdvözlettel|cu stima|saygılarımla)(?: \/ .{1,30})?\s?[,.!;]?$/iu;
const MAX_CLOSING = 60;
const MAX_SIGNATURE_LINES = 9;
const MAX_SIGNATURE_LINE = 80;
/** What a person states about herself for us to read (D7) is no decoration. */
const STATES =
  /(?<!\p{L})(?:id|login|acesso|conta|usu[áa]rio|senha|protocolo|chamado|pedido|cpf|cnpj|ps|p\.s|obs|segue|anexo)(?!\p{L})|\?/iu;

/**
 * Formal closing and name at the end of [from, end): index of the closing line, or -1. A few short lines without
 * anything that is said to us; a closing with nothing below it stays.
 */
export function closingIn(lines: readonly Line[], from: number, end: number): number {
  let filled = 0;
  for (let index = end - 1; index >= from; index -= 1) {
    const { text } = lines[index]!;
    if (text === '') continue;
    if (text.length <= MAX_CLOSING && CLOSING.test(text)) return filled > 0 ? index : -1;
    filled += 1;
    if (filled > MAX_SIGNATURE_LINES || text.length > MAX_SIGNATURE_LINE || STATES.test(text))
      return -1;
    const words = text.split(' ').length;
    if (words > 8 || (words > 6 && /[.!]$/.test(text))) return -1;
  }
  return -1;
}

export const CLOSING_FOUND: Finding = {
  kind: 'signature',
  why: 'closing and name',
  confidence: 0.65,
};
