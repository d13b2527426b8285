/**
 * The seam between the scorer and the product: what the intake understands of a parsed message, asked of the very
 * functions that production calls. When one of them changes its shape, this file follows and nothing else.
 */
import { CurrentConfig } from '../../src/config/index.js';
import { Mailboxes } from '../../src/modules/mailboxes/index.js';
import { machineByWords } from '../../src/modules/mailbox-intake/domain/automatic/machine-words.js';
import { decide, type Decision } from '../../src/modules/mailbox-intake/domain/decide.js';
import { context } from '../../src/modules/mailbox-intake/domain/filters/filter-cases.js';
import type { MessageContext } from '../../src/modules/mailbox-intake/domain/message-context.js';
import type { ParsedMail } from '../../src/modules/mailbox-intake/domain/parsed-mail.js';
import { recogniseComplaint } from '../../src/modules/mailbox-intake/domain/returned/complaint.js';
import { readBounce } from '../../src/modules/mailbox-intake/domain/returned/read-bounce.js';
import { recogniseBounce } from '../../src/modules/mailbox-intake/domain/returned/recognise-bounce.js';
import type { CorpusDesk } from './corpus-desk.js';

export interface ForwardReading {
  readonly subject: string;
  readonly fromAddress: string | null;
  readonly fromName: string;
  readonly body: string;
}

/** What the intake makes of one message. */
export interface Understanding {
  readonly visibleReply: string;
  /** null: no forwarded message. */
  readonly forward: ForwardReading | null;
  /** null: no bounce. */
  readonly bounce: { readonly recipients: readonly string[]; readonly hard: boolean } | null;
  readonly isAutoReply: boolean;
}

export class Understander {
  private constructor(private readonly where: Partial<MessageContext>) {}

  /** With the context of a mailbox that has seen nothing yet. */
  static async of(desk: CorpusDesk): Promise<Understander> {
    const config = (await desk.get(CurrentConfig)).get();
    const own = (await desk.get(Mailboxes)).ownAddresses();
    return new Understander({ config, own, mailbox: config.mailboxes['suporte']! });
  }

  of(mail: ParsedMail): Understanding {
    const decision = this.decide(mail, {});
    return {
      visibleReply: mail.visibleText,
      forward: forwardOf(mail),
      bounce: bounceOf(mail),
      isAutoReply: isAutoReply(mail, decision),
    };
  }

  private decide(mail: ParsedMail, differs: Partial<MessageContext>): Decision {
    return decide(mail, context({ ...this.where, ...differs }), () => 0);
  }
}

function forwardOf({ forwarded }: ParsedMail): ForwardReading | null {
  if (forwarded === null) return null;
  const { subject, from, body } = forwarded;
  return { subject, fromAddress: from?.address ?? null, fromName: from?.name ?? '', body };
}

/** The address that we would have written to, of each recipient; hard where one of them is dead. */
function bounceOf(mail: ParsedMail): Understanding['bounce'] {
  if (recogniseBounce(mail) === null) return null;
  const reports = readBounce(mail);
  const recipients = reports.flatMap(({ addresses }) => addresses.slice(-1));
  return {
    recipients: [...new Set(recipients)],
    hard: reports.some(({ addressDead }) => addressDead),
  };
}

/** Automatic, and neither a bounce nor a complaint nor mail of a list or to many. */
function isAutoReply(mail: ParsedMail, { findings: { automatic } }: Decision): boolean {
  if (recogniseBounce(mail) !== null || recogniseComplaint(mail) !== null) return false;
  if (automatic === null) return machineByWords(mail) !== null;
  return !/^(list-|precedence: (list|bulk|junk)|feedback-id|sender takes)/i.test(automatic);
}
