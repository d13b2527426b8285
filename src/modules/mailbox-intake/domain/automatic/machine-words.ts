import type { ParsedMail } from '../parsed-mail.js';

/**
 * Subjects that responders write, in the languages of mail programs. They stand first, for "Re:" and "Fwd:" before them
 * are a person's; some programs put theirs behind the subject, in brackets.
 */
const SUBJECT = new RegExp(
  [
    String.raw`^(?:auto: |\[auto\] ?)?(?:autom(?:atic|ated|atisch\w*)|auto)[ -]?(?:e?-?mail )?(?:reply|response|answer|responder|antwort|message)\b`,
    String.raw`^(?:auto: )?(?:i am |i'm )?(?:currently )?(?:out of (?:the )?office|ooo|away from (?:the |my )?(?:office|desk|e?-?mail)|on (?:annual |maternity |parental |sick )?(?:leave|vacation|holidays?))\b`,
    String.raw`^[^?:]{1,80} is (?:currently )?(?:out of (?:the )?office|on (?:leave|vacation|holiday))`,
    String.raw`^auto: [^?]{1,120}`,
    String.raw`^(?:vacation|absence|away) (?:reply|notice|message|auto)`,
    String.raw`^(?:resposta|retorno|mensagem|e-?mail|aviso) autom[aá]tic[ao]`,
    String.raw`^(?:auto-?resposta|respondendo automaticamente)`,
    String.raw`^(?:estou |estarei )?(?:fora d[oe] escrit[oó]rio|ausente (?:do escrit[oó]rio|temporariamente|at[eé])|aus[eê]ncia (?:tempor[aá]ria|do escrit[oó]rio|programada)|aviso de (?:aus[eê]ncia|f[eé]rias))`,
    String.raw`^(?:estou|estarei) (?:de|em) f[eé]rias\b`,
    String.raw`^(?:respuesta|contestaci[oó]n|mensaje) autom[aá]tic[ao]`,
    String.raw`^(?:estoy |estar[eé] )?(?:fuera de (?:la )?oficina|ausente de (?:la )?oficina|de vacaciones)`,
    String.raw`^(?:r[eé]ponse|message) automatique|^absen(?:t|te|ce) (?:du|de) bureau|^message d['’]absence`,
    String.raw`^automatische (?:antwort|abwesenheit)|^abwesenheits(?:notiz|meldung|nachricht)|^(?:bin )?abwesend\b|^au[sß]+er haus`,
    String.raw`^risposta automatica|^fuori (?:sede|ufficio)|^automatisch(?:e)? antwoord|^afwezigheid|^niet aanwezig`,
    String.raw`^automatyczna odpowied|^odpowied[zź] automatyczna|^poza biurem|^автоответ|^автоматический ответ|^нет на месте|^automaattinen vastaus|^poissa(?:olo)?|^autosvar|^fr[aå]nvaro|^ikke til stede|^automatick[aá] odpov|^otomatik yan[ıi]t|^automatikus v[aá]lasz|^r[aă]spuns automat`,
    String.raw`^自動(?:応答|返信|回覆|回復)|^自动(?:回复|答复)|^不在(?:通知|届)`,
    String.raw`[([](?:automatic|auto|automated)[ -]?(?:response|reply)[)\]]\s*$`,
  ].join('|'),
  'i',
);

/** A message that says of itself, at its beginning or at its end, that nobody wrote it. */
const SAYS_SO = new RegExp(
  [
    String.raw`\bth(?:is|e following) (?:is|message is|e-?mail is)(?: an?)? (?:auto(?:matic|mated|matically generated)?)[ -](?:reply|response|answer|message|e-?mail|acknowledg|notification|confirmation)`,
    String.raw`\bthis (?:e-?mail|message|reply|response) (?:was|is|has been) (?:sent |generated |created )?automatic`,
    String.raw`\best[ae] (?:[eé] uma |[eé] um )?(?:mensagem|resposta|e-?mail|retorno)(?: [eé])? (?:(?:[eé]|foi) )?(?:uma |um )?(?:(?:mensagem|resposta|e-?mail|retorno) )?(?:autom[aá]tic|(?:enviad|gerad)[ao] automaticamente)`,
    String.raw`\b(?:mensagem|e-?mail|resposta) autom[aá]tic[ao],? (?:favor |por favor,? )?n[aã]o (?:[eé] necess[aá]rio )?respond`,
    String.raw`\best[ae] es una (?:respuesta|mensaje) autom[aá]tic|\bdies ist eine automatische|\bceci est une? (?:r[eé]ponse|message) automatique|\bquesta [eè] una risposta automatica`,
  ].join('|'),
  'i',
);

const MAX_SUBJECT = 300;
/** Responders are brief; beyond, a sentence in the middle says nothing about the whole. */
const MAX_TEXT = 3_000;
const EDGE = 500;

/** Why the words are those of a responder; null: they are not. Words are never proof: people write them too. */
export function machineByWords(
  mail: Pick<ParsedMail, 'subject' | 'visibleText'>,
): 'subject' | 'text' | null {
  const subject = mail.subject.slice(0, MAX_SUBJECT).trim();
  // Who asks about holidays or an error is a person.
  if (subject.includes('?')) return null;
  if (SUBJECT.test(subject)) return 'subject';
  const text = mail.visibleText;
  if (text.length > MAX_TEXT || text.includes('?')) return null;
  const edges = text.length <= 2 * EDGE ? text : `${text.slice(0, EDGE)}\n${text.slice(-EDGE)}`;
  return SAYS_SO.test(edges.replace(/\s+/g, ' ')) ? 'text' : null;
}
