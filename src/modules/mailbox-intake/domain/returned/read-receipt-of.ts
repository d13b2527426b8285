import type { ParsedMail } from '../parsed-mail.js';

/** What a read receipt says. */
export interface ReadReceipt {
  readonly why: string;
  /** A disposition notification (RFC 8098), not only words. */
  readonly report: boolean;
  /** `displayed`, `deleted`, `dispatched`, `processed`, `denied`, `failed`; null: not said. */
  readonly disposition: string | null;
  /** pt-BR, for the ticket. */
  readonly meaning: string;
}

const MEANINGS: Readonly<Record<string, string>> = {
  displayed: 'O destinatário abriu a mensagem.',
  deleted: 'O destinatário apagou a mensagem sem abrir.',
  denied: 'O destinatário não quis confirmar a leitura.',
};
/** Outlook and others put the word before the subject of what was read. */
const SUBJECT = /^(?:lid[ao]|n[aã]o lid[ao]|read|not read|le[ií]d[ao]|gelesen|lu|letto|gelezen): /i;
const WORDS =
  /\b(?:foi (?:lid|abert|exibid)a|foi exclu[ií]da sem ser lida|was (?:read|displayed|opened|deleted without being read)|ha sido le[ií]do|wurde (?:gelesen|am)|a [eé]t[eé] lu)\b/i;

/** Whether a message tells that a mail was read, and how it tells it. */
export function readReceiptOf(mail: ParsedMail): ReadReceipt | null {
  if (mail.report?.type === 'disposition-notification') {
    const field = /^disposition\s*:[^;\n]{0,200};\s*([a-z]+)/im.exec(mail.report.status)?.[1];
    const disposition = field?.toLowerCase() ?? null;
    const meaning = MEANINGS[disposition ?? 'displayed'] ?? 'Confirmação de leitura.';
    return { why: 'disposition notification (RFC 8098)', report: true, disposition, meaning };
  }
  if (!SUBJECT.test(mail.subject) || !WORDS.test(mail.visibleText.slice(0, 1_000))) return null;
  const disposition = /sem ser lida|without being read/i.test(mail.visibleText.slice(0, 1_000))
    ? 'deleted'
    : 'displayed';
  const meaning = MEANINGS[disposition]!;
  return { why: 'words of a read receipt', report: false, disposition, meaning };
}
