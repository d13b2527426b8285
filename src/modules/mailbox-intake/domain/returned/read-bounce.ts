import type { ParsedMail } from '../parsed-mail.js';
import { failureReason, isAddressDead } from './failure-reason.js';
import type { FailureReason } from './failure-reasons.js';
import { splitAtOriginal } from './original-copy.js';
import { localPartsInProse, recipientsInProse } from './prose-recipients.js';
import { readServiceNotification } from './service-notification.js';
import { readReportFields, type RecipientFields } from './report-fields.js';

/** What became of one recipient's copy, as a bounce tells it. */
export interface ReturnedRecipient {
  /** All addresses the report gives for this one: the final, and the one that was written to. Lower case; may be empty. */
  readonly addresses: readonly string[];
  readonly action: string | null;
  readonly status: string | null;
  /** The receiving server's reply code (RFC 5321 4.2). */
  readonly smtpCode: number | null;
  readonly reason: FailureReason;
  /** Nobody goes on trying: this copy will not arrive. */
  readonly final: boolean;
  /** Hard: the address itself is dead. Soft is what may pass, or met only this mail. */
  readonly addressDead: boolean;
  /** What the server said, one line; '' where nothing is known. */
  readonly diagnostic: string;
}

const MAX_DIAGNOSTIC = 300;
/** Nobody has given up yet (RFC 3464 2.3.3 `delayed`, in the words of systems without fields). */
const STILL_TRYING =
  /(?:has|have) not (?:yet )?been delivered|not yet been delivered|warning message only|will (?:be retried|continue|keep|try again)|(?:delivery )?(?:has been |is |was |message )delayed|still (?:being|trying)|no action is required|do not need to resend|attempts? will (?:continue|be made)|temporarily delayed|ser[aá] tentad|continuar[aá] tentando|ainda n[aã]o foi entregue|atraso na entrega|novas tentativas|not been able to deliver .{0,60}yet|we will (?:continue|keep) (?:to try|trying)/i;
const DELAY_SUBJECT =
  /\b(?:delay(?:ed)?|warning|atras(?:o|ada)|retard|verz[oö]gert|could not send message for past|still trying|entrega com atraso)\b/i;
const GIVEN_UP =
  /giving up|gave up|given up|permanent(?: fatal)? error|not going to try|queue too long|failed permanently|final(?:ly)? failed|this is a permanent/i;

/**
 * Reads a bounce or delivery report: whom it is about, whether their copy is lost, and why. Fields of RFC 3464 are read
 * where they are, in a part or in the text; else the system's prose. One entry at least; an entry without addresses means
 * that the report names nobody. Pure and linear in what it reads, which is bounded.
 */
export function readBounce(mail: ParsedMail): ReturnedRecipient[] {
  const { said, copy } = splitAtOriginal(mail.text);
  const service = readServiceNotification(mail.text);
  const fields = service?.recipients ?? readReportFields(mail.report?.status ?? '');
  const groups = fields.length > 0 ? fields : readReportFields(said);
  const about = { mail, said, copy };
  const known = groups.filter(({ addresses }) => addresses.length > 0);
  if (known.length > 0) return known.map((group) => fromFields(group, about, known.length === 1));
  return fromProse(about, groups[0] ?? null);
}

interface About {
  readonly mail: ParsedMail;
  readonly said: string;
  readonly copy: string;
}

function fromFields(group: RecipientFields, about: About, alone: boolean): ReturnedRecipient {
  const { action } = group;
  const diagnostic = oneLine(group.diagnostic ?? '');
  const prose = alone ? about.said : sentencesAbout(about.said, group.addresses);
  const said = diagnosticSaysLittle(diagnostic)
    ? `${diagnostic} ${serverReply(prose)}`
    : diagnostic;
  const status = specificStatus(group.status, said);
  const final = action === null ? !isDelay(about) : action === 'failed';
  return outcome({ addresses: group.addresses, action, status, final, diagnostic: said, prose });
}

function fromProse(about: About, group: RecipientFields | null): ReturnedRecipient[] {
  const { mail, said } = about;
  const addresses = namedIn(about);
  const reply = serverReply(said);
  const status = specificStatus(group?.status ?? null, reply === '' ? said : reply);
  const action = group?.action ?? null;
  const final = action === null ? !isDelay(about) : action === 'failed';
  const prose = `${said.slice(0, 4_000)} ${mail.subject}`;
  const one = (named: readonly string[]): ReturnedRecipient => {
    const own = named.length === 0 ? '' : sentencesAbout(said, named);
    const ownReply = serverReply(own);
    return outcome({
      addresses: named,
      action,
      status: ownReply === '' ? status : specificStatus(group?.status ?? null, ownReply),
      final,
      diagnostic: ownReply || (addresses.length > 1 ? '' : reply),
      prose: addresses.length > 1 ? own : `${own} ${prose}`,
    });
  };
  return addresses.length === 0 ? [one([])] : addresses.map((address) => one([address]));
}

function outcome(of: {
  addresses: readonly string[];
  action: string | null;
  status: string | null;
  final: boolean;
  diagnostic: string;
  prose: string;
}): ReturnedRecipient {
  const reason = failureReason(of);
  return {
    addresses: of.addresses,
    action: of.action,
    status: of.status,
    smtpCode: smtpCodeIn(of.diagnostic),
    reason,
    final: of.final,
    addressDead: isAddressDead(reason, of.final, of.status),
    diagnostic: oneLine(of.diagnostic).slice(0, MAX_DIAGNOSTIC),
  };
}

/** In the header that some systems add, in the prose, in the subject, in the header of the copy that came back. */
function namedIn({ mail, said, copy }: About): string[] {
  const ours = [mail.to, mail.cc].flat().map(({ address }) => address.toLowerCase());
  const failed = (mail.headers['x-failed-recipients'] ?? [])
    .flatMap((value) => value.slice(0, 2_000).split(/[\s,;<>]+/))
    .filter((word) => /^[^@]+@[^@]+$/.test(word))
    .map((word) => word.toLowerCase());
  if (failed.length > 0) return [...new Set(failed)];
  const prose = recipientsInProse(said, ours);
  if (prose.length > 0) return prose;
  const subject = recipientsInProse(`address ${mail.subject.slice(0, 300)}`, ours);
  if (subject.length > 0) return subject;
  const local = localPartsInProse(said, mail.from?.address.split('@')[1] ?? '');
  if (local.length > 0) return local;
  const returned = `${copy}\n${(mail.report?.originalHeader ?? '').slice(0, 20_000)}`;
  const to =
    /^[ >]{0,4}to:[ \t]*([^\n]{1,1000}(?:\n[ \t][^\n]{1,1000}){0,5})/im.exec(returned)?.[1] ?? '';
  return recipientsInProse(`address ${to.replace(/\s+/g, ' ')}`, []);
}

function isDelay({ mail, said }: About): boolean {
  const told = said.slice(0, 6_000).replace(/\s+/g, ' ');
  if (GIVEN_UP.test(told)) return false;
  return (
    STILL_TRYING.test(told) ||
    (DELAY_SUBJECT.test(mail.subject) && !/fail|falh/i.test(mail.subject))
  );
}

/** The paragraph in which an address stands, with the lines that belong to it. */
function sentencesAbout(said: string, addresses: readonly string[]): string {
  const lower = said.toLowerCase();
  const at = addresses.map((address) => lower.indexOf(address)).find((found) => found >= 0);
  if (at === undefined) return said;
  const rest = said.slice(at, at + 1_500);
  const end = /\n\s*\n/.exec(rest.slice(1))?.index ?? rest.length;
  return rest.slice(0, Math.max(end + 1, 200));
}

/** The line in which a server's answer is cited: "… said: 550 5.1.1 …", ">>> RCPT TO … <<< 550 …". */
function serverReply(text: string): string {
  const read = text.slice(0, 8_000);
  const found =
    /(?:said|responded|response|reply|returned|error|reason|answer|resposta|<<<|motivo|erro)[^\n]{0,60}[:<>]\s{0,80}((?:[45]\d\d|[45]\.\d{1,3}\.\d{1,3})[ \-#(][^\n]{2,400}(?:\n[ \t]{2,}[^\n]{1,200}){0,4})/i.exec(
      read,
    ) ??
    /(?:^|[\s(])([45][0-7]\d[ -](?:[45]\.\d{1,3}\.\d{1,3}[ -])?[^\n]{4,400}(?:\n[ \t]{2,}[^\n]{1,200}){0,4})/m.exec(
      read,
    ) ??
    /(?:^|[\s(#])([45]\.\d{1,3}\.\d{1,3}[ )][^\n]{4,300})/m.exec(read);
  return oneLine(found?.[1] ?? '');
}

/** "smtp;" with a bare code, or nothing: what it means is told elsewhere. */
function diagnosticSaysLittle(diagnostic: string): boolean {
  return !/[a-z\u0080-\uffff]{4,}[\s\S]*[a-z\u0080-\uffff]{3,}/i.test(
    diagnostic.replace(/^[\w-]+;/, '').replace(/\d\S*/g, ''),
  );
}

/** X.0.0 says nothing (RFC 3463 3.1): what the server said may be more exact. */
function specificStatus(status: string | null, said: string): string | null {
  if (status !== null && !/^[245]\.0\.0$/.test(status)) return status;
  const told = /(?:^|[\s(#:-])([45]\.\d{1,3}\.\d{1,3})(?=[\s),:;-]|$)/.exec(
    said.slice(0, 8_000),
  )?.[1];
  return told ?? status;
}

function smtpCodeIn(diagnostic: string): number | null {
  const code = /(?:^|[\s:;<>(-])([45][0-7]\d)(?=[\s\-<(]|$)/.exec(diagnostic)?.[1];
  return code === undefined ? null : Number(code);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
