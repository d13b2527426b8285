import type { ParsedMail } from '../parsed-mail.js';

const MAX_READ = 2_000;

/** Filters that hold a mail until its sender does something: products' names, and the words of those without one. */
const PRODUCT =
  /\b(?:antispam uol|tira-?teima|antispam (?:bol|terra|ig|locaweb)|boxbe|spam ?arrest|tmda|qconfirm|mailblocks|choicemail|sender verification|challenge[ /-]response|verifica[cç][aã]o de remetente|confirma[cç][aã]o de remetente)\b/i;
const HELD =
  /(?:message|mail|mensagem|e-?mail|mensaje)[^.!\n]{0,80}(?:held|pending|quarantin|wait|not (?:yet )?(?:been )?delivered|retid|pendente|aguard|bloquead|ser[aá] entregue (?:somente |apenas |s[oó] )?(?:ap[oó]s|depois)|seja (?:entregue|encaminhad|liberad))|(?:not|n[aã]o) (?:yet )?(?:on|in|est[aá]|consta|faz parte)[^.!\n]{0,60}(?:approved|allow|white|safe|guest|autorizad|permitid|conhecid|cadastrad|lista)/i;
const ASKS =
  /(?:please |por favor,? )?\b(?:click|clique|confirm(?:e|ar|a)?|verify|verifique|authenticate|autentique|reply to this|responda (?:a )?est|digite|type the|prove)\b[^.!\n]{0,100}(?:link|below|abaixo|here|aqui|code|c[oó]digo|human|remetente|sender|address|endere[cç]o|message|mensagem|e-?mail|caracteres)/i;

/**
 * Whether a machine asks the sender of a mail to confirm it before it is delivered (challenge-response). Only of use
 * for a message that answers a mail of ours: nobody confirms by machine, so a person must (RFC 3834 1 forbids answers).
 */
export function isChallenge(mail: Pick<ParsedMail, 'subject' | 'text'>): boolean {
  const text = `${mail.subject.slice(0, 300)}\n${mail.text.slice(0, MAX_READ)}`;
  const folded = text.replace(/[ \t]+/g, ' ').replace(/([^.!:\n])\n(?=[a-zà-ú])/g, '$1 ');
  return ASKS.test(folded) && (PRODUCT.test(folded) || HELD.test(folded));
}
