import type { ParsedMail } from '../parsed-mail.js';
import { fromMailSystem, nullEnvelopeSender } from './mail-system.js';
import { splitAtOriginal } from './original-copy.js';
import { readServiceNotification } from './service-notification.js';

/** How mail systems begin the subject of what comes back or is late, in the languages of their users. */
const FAILURE_SUBJECT = new RegExp(
  [
    String.raw`undeliver(?:ed|able)`,
    String.raw`non-?deliver(?:y|able|ed)`,
    String.raw`(?:e?-?mail|message) (?:delivery|could not|not|failure|system error|status|undeliverable|delay|failed)`,
    String.raw`delivery (?:status|fail|report|notification|delay|problem|error|has failed|unsuccessful)`,
    String.raw`returned (?:mail|message|to sender)|return(?:ed)? mail|failure (?:notice|delivery|notification)|mail failure|failed (?:mail|delivery)`,
    String.raw`(?:could not|cannot|can't|unable to) (?:be )?(?:send|deliver)|not delivered|error (?:during|in) delivery|delayed mail`,
    String.raw`warning: ?(?:could not|message|mail|.{0,80}(?:delayed|user unknown|not been delivered))|warning - delayed|ndn: |ndr: |dsn: `,
    String.raw`(?:n[aã]o|nao) (?:foi |[eé] |p[oô]de (?:ser )?|ser[aá] )?(?:entregue|poss[ií]vel entregar|enviad)|mensagem n[aã]o entregue|e-?mail n[aã]o entregue`,
    String.raw`(?:falha|erro|problema|atraso|insucesso) (?:na|de|no|ao) (?:entrega|entregar|envio|enviar)|entrega (?:falhou|atrasada|com atraso|incompleta|n[aã]o realizada)|devolu[cç][aã]o de (?:mensagem|e-?mail)|mensagem devolvida|e-?mail devolvido|retorno de (?:mensagem|e-?mail)|(?:notifica[cç][aã]o|aviso|relat[oó]rio) (?:de |do )?(?:status d[ae] |estado d[ae] |falha (?:na|de) |n[aã]o |atraso (?:na|de) )?entrega`,
    String.raw`no se (?:puede|pudo|ha podido) entregar|no entregado|error en la entrega|entrega fallida|devuelto|notificaci[oó]n de (?:estado|entrega)`,
    String.raw`unzustellbar|nicht zugestellt|zustellung(?:sfehler| fehlgeschlagen)|unzustellbarkeit`,
    String.raw`non remis|non distribu[eé]|[eé]chec de (?:la )?(?:remise|distribution)|retour de courrier|impossible de remettre`,
    String.raw`impossibile recapitare|mancat[ao] (?:recapito|consegna)|onbestelbaar|niet bezorgd|ikke levere|kunde inte|nie dostarczon|niedostarcz|nie można dostarczyć`,
    String.raw`не доставлен|недоставлен|не удалось доставить|未送達|配信(?:不能|できません|エラー)|送信できません|エラーメール|退信|投递失败|無法傳遞|无法投递|未傳遞`,
  ].join('|'),
  'i',
);

/** What a mail system says first. Compared with white space folded, in lower case. */
const FAILURE_WORDS = new RegExp(
  [
    String.raw`(?:could|can|did|has|have|was|were|is|been) ?(?:not|n[o']t)(?: yet)? (?:be |been )?(?:delivered|sent|reach|deliver|accept|successfully|possible)`,
    String.raw`(?:cannot|unable to|not able to|wasn't able to|can't|impossible to|failed to|error (?:delivering|while)|trouble) (?:be )?(?:deliver|send|transmit|establish|process)`,
    String.raw`undeliver(?:able|ed)|delivery (?:to|has|of|failed|failure|status|attempt|error|report|problem)|deliver(?:y|ing) (?:your|the)|non-?delivery|not delivered|(?:failed|unknown) recipient|recipient(?:s|\(s\)|s\(s\))? (?:failed|not|has|could|reject)`,
    String.raw`permanent (?:fatal )?error|fatal error|returned (?:to|because|mail)|has been returned|(?:mail|message|e-mail) (?:was |has been |is )?(?:rejected|delayed|bounced|blocked|returned|refused)|was not delivered|mail system at|mail delivery software|transcript of session|bounce (?:message|notification)`,
    String.raw`no such user|user (?:is )?(?:unknown|not (?:found|known))|unknown user|mailbox (?:is )?(?:full|unavailable|not found)|invalid (?:final delivery|recipient|address)|addresses? (?:had|failed|were|was)|following (?:e?-?mail )?(?:recipient|address|error|user|reason)`,
    String.raw`n[aã]o (?:foi|p[oô]de|pude|pudemos|conseguimos|[eé]|ser[aá]|conseguiu|p[oô]de ser) (?:entreg|poss[ií]vel (?:a )?(?:entreg|envi)|ser entreg|encontrad|enviad|envi)|falha (?:na|de|ao) entreg|problema (?:ao|na) entreg|(?:foi|est[aá] sendo|sendo) devolvid|erro permanente|caixa (?:postal|de correio|de entrada)|endere[cç]o n[aã]o encontrado|mensagem (?:bloqueada|devolvida|rejeitada)|usu[aá]rio (?:desconhecido|inexistente)|atraso na entrega|ainda n[aã]o foi entregue`,
    String.raw`no (?:se )?(?:pudo|puede|ha podido|ha sido|fue) (?:ser )?entrega|konnte(?:n)? nicht|nicht zugestellt|n'a (?:pas )?pu [eê]tre|n'a pas [eé]t[eé]|impossibile|non [eè] stato possibile|kon niet|не (?:может|мо[гж]|было|удалось|доставл)|配信|届け|送信でき|エラー|无法|無法|失败|退回`,
  ].join('|'),
  'i',
);

/** A sentence that speaks of a mail, and of nothing else that is delivered. */
const MAIL_NOT_DELIVERED =
  /\b(?:e-?mail|mail|message|mensagem|mensaje|messaggio|nachricht)s?\b.{0,160}?\b(?:(?:could|can|was|were|has|have|did|is) ?(?:not|n[o']t)(?: yet)?(?: be| been)? (?:delivered|sent|reach)|undeliverable|n[aã]o (?:foi|p[oô]de ser|ser[aá]) (?:entregue|enviad)|no (?:pudo|ha podido) (?:ser )?entreg|nicht zugestellt|non [eè] stat[oa] (?:recapitat|consegnat))/i;

/** Fields of RFC 3464 that a system wrote into its text instead of a part. */
const INLINE_FIELDS =
  /^[ \t>]{0,4}(?:final|original)-recipient[ \t]*:[^\n]{1,400}$[\s\S]{0,800}?^[ \t>]{0,4}(?:action|status|diagnostic-code)[ \t]*:|^[ \t>]{0,4}action[ \t]*: ?(?:failed|delayed)[\s\S]{0,800}?^[ \t>]{0,4}final-recipient[ \t]*:/im;

/** A person hands on what came to them. */
const HANDED_ON = /^\s*(?:re|res|fwd?|enc|rv|tr|wg|aw|i|encaminhad[oa])\s*:/i;
const WRITTEN_BY_HAND = ['user-agent', 'x-mailer'] as const;
const MAIL_PROGRAM =
  /thunderbird|outlook|apple mail|iphone|android|mutt|roundcube|zimbra|horde|squirrelmail|eudora|the bat|evolution|kmail|webmail|yahoo|postbox|airmail|mailbird/i;

const MAX_READ = 6_000;

/** Why a message is taken for a bounce or a delivery report. */
export interface BounceSigns {
  readonly why: string;
  /** A mail system, the null sender or a well-formed report stands behind it; else only words and form do. */
  readonly strong: boolean;
}

/**
 * Whether a message is a mail system's word about an earlier mail (RFC 3464, RFC 6522, and the prose of systems that
 * know no RFC): by its parts, its sender and its words together. Persons write about bounces too: words alone are
 * believed only where they begin the message, have the form of a bounce, and no mail program stands behind them.
 */
export function recogniseBounce(mail: ParsedMail): BounceSigns | null {
  const reportType = mail.report?.type;
  if (reportType === 'disposition-notification' || reportType === 'feedback-report') return null;
  const system = fromMailSystem(mail);
  const nullSender = nullEnvelopeSender(mail);
  if (reportType === 'delivery-status' && (system || nullSender || isReport(mail)))
    return { why: 'delivery report (RFC 3464)', strong: true };
  const service = readServiceNotification(mail.text);
  if (service !== null && service.about !== 'complaint')
    return { why: 'notification of a sending service', strong: nullSender };
  const failed = (mail.headers['x-failed-recipients']?.[0] ?? '').includes('@');
  const subject = FAILURE_SUBJECT.test(mail.subject.slice(0, 300));
  if (failed && (system || nullSender)) return { why: 'X-Failed-Recipients', strong: true };
  if (!system && !nullSender && !subject) return null;
  return byWords(mail, { system, nullSender, subject });
}

function byWords(
  mail: ParsedMail,
  { system, nullSender, subject }: { system: boolean; nullSender: boolean; subject: boolean },
): BounceSigns | null {
  const { said, copy } = splitAtOriginal(mail.text);
  const words = FAILURE_WORDS.test(said.slice(0, MAX_READ).replace(/\s+/g, ' '));
  const fields = INLINE_FIELDS.test(said.slice(0, MAX_READ));
  const returnsCopy = copy !== '' || (mail.report?.originalHeader ?? '') !== '' || hasCopy(mail);
  if (system && (words || fields || (subject && (nullSender || returnsCopy || said.trim() === ''))))
    return { why: 'sender and words of a mail system', strong: true };
  if (system && subject) return { why: 'sender and subject of a mail system', strong: true };
  // In a language that nobody here knows, or a notice about something else.
  if (system && nullSender) return { why: 'mail system and null sender', strong: false };
  if (fields && (nullSender || subject) && !handedOn(mail))
    return { why: 'delivery report within the text', strong: nullSender };
  if (nullSender && subject && words && (returnsCopy || namesAddress(said)))
    return { why: 'null sender and words of a mail system', strong: true };
  if (nullSender && MAIL_NOT_DELIVERED.test(opening(said)) && namesAddress(said))
    return { why: 'null sender and words of a mail system', strong: true };
  const begins = FAILURE_WORDS.test(opening(said));
  if (subject && begins && namesAddress(said) && returnsCopy && !handedOn(mail))
    return { why: 'form and words of a bounce', strong: false };
  return null;
}

/** The whole message is the report (RFC 6522); a report among the parts of other mail may be somebody's attachment. */
function isReport(mail: ParsedMail): boolean {
  return /^multipart\/report\b/i.test(mail.headers['content-type']?.[0] ?? '') && !handedOn(mail);
}

function hasCopy(mail: ParsedMail): boolean {
  return mail.attachments.some(({ mediaType }) =>
    /^(?:message\/(?:rfc822|global)|text\/rfc822-headers)/.test(mediaType),
  );
}

function opening(said: string): string {
  return said.trimStart().slice(0, 400).replace(/\s+/g, ' ');
}

function namesAddress(said: string): boolean {
  return /[^\s<>@]@[^\s<>@]+\.[a-z]{2}/i.test(said.slice(0, MAX_READ));
}

function handedOn(mail: ParsedMail): boolean {
  return (
    HANDED_ON.test(mail.subject) ||
    WRITTEN_BY_HAND.some((name) => MAIL_PROGRAM.test(mail.headers[name]?.[0] ?? ''))
  );
}
