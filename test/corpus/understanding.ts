/**
 * The seam between the scorer and the product: what the intake understands of a parsed message, asked of the very
 * functions that production calls. When one of them changes its shape, this file follows and nothing else.
 */
import { CurrentConfig } from '../../src/config/index.js';
import { Mailboxes } from '../../src/modules/mailboxes/index.js';
import { decide, type Decision } from '../../src/modules/mailbox-intake/domain/decide.js';
import { context } from '../../src/modules/mailbox-intake/domain/filters/filter-cases.js';
import type { MessageContext } from '../../src/modules/mailbox-intake/domain/message-context.js';
import type { ParsedMail } from '../../src/modules/mailbox-intake/domain/parsed-mail.js';
import { textOfHtml } from '../../src/modules/mailbox-intake/parser/body-text.js';
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
  /** The HTML as it would be shown, as text; null where there is none. */
  readonly shownHtmlText: string | null;
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
      bounce: isBounce(decision) ? this.bounce(mail) : null,
      isAutoReply: isAutoReply(decision),
      shownHtmlText: mail.html === null ? null : textOfHtml(mail.html),
    };
  }

  /** Recipients count only where they are ours: asked once for whom the report names, once as if they all were. */
  private bounce(mail: ParsedMail): Understanding['bounce'] {
    const ours = (recipients: readonly string[]): Decision['plan'] =>
      this.decide(mail, { returned: { messageId: 'ours@hd.example', ticketId: '1', recipients } })
        .plan;
    const first = ours([]);
    if (first.kind !== 'bounce') return { recipients: [], hard: false };
    const plan = ours(first.recipients);
    return { recipients: first.recipients, hard: plan.kind === 'bounce' && plan.hard };
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

function isBounce({ plan }: Decision): boolean {
  return plan.kind === 'bounce' || (plan.kind === 'record' && plan.disposition === 'bounce');
}

/** Automatic, and neither a bounce nor mail of a list or to many. */
function isAutoReply(decision: Decision): boolean {
  const { automatic, silent } = decision.findings;
  if (isBounce(decision)) return false;
  if (automatic === null) return silent === 'subject of an automatic answer';
  return !/^(list-|precedence: (list|bulk|junk)|feedback-id|sender takes)/i.test(automatic);
}
