import type { Decision } from '../domain/decide.js';
import type { ReadyMail } from './process-batch.js';

/** A message that was decided and waits to be acted upon with its neighbours. */
export interface DecidedMail {
  readonly ready: ReadyMail;
  readonly decision: Decision;
}

/**
 * Neighbours that open tickets of their own and have nothing to do with each other: another sender, another content,
 * another Message-ID. Acting on them side by side comes to the same as one after the other, and costs one conversation
 * with the database instead of many.
 */
export class ActingGroup {
  private readonly members: DecidedMail[] = [];
  private readonly keys = new Set<string>();

  /** Whether the message must not be decided before the group has been acted upon. */
  concerns({ mail }: ReadyMail): boolean {
    if (this.members.length === 0) return false;
    // Also what answers one of them: our people answer customers' own Message-IDs (D24).
    const answered = [...mail.inReplyTo, ...mail.references];
    return (
      contentKeys(mail).some((key) => this.keys.has(key)) ||
      answered.some((id) => this.keys.has(`id:${id}`))
    );
  }

  /** Takes the message in if it can be acted upon beside the others. */
  takes(decided: DecidedMail): boolean {
    const { plan, findings } = decided.decision;
    if (plan.kind !== 'open' || plan.twins.length > 0 || plan.twinOf !== null) return false;
    const senders = [findings.sender.from?.address, findings.sender.replyTo].flatMap((address) =>
      address === undefined || address === null ? [] : [`from:${address.toLowerCase()}`],
    );
    if (senders.some((key) => this.keys.has(key))) return false;
    for (const key of [...senders, ...contentKeys(decided.ready.mail)]) this.keys.add(key);
    this.members.push(decided);
    return true;
  }

  /** The members, in order; the group is empty afterwards. */
  leave(): DecidedMail[] {
    this.keys.clear();
    return this.members.splice(0);
  }
}

function contentKeys(mail: ReadyMail['mail']): string[] {
  return [
    `content:${mail.fingerprint}`,
    ...(mail.messageId === null ? [] : [`id:${mail.messageId}`]),
  ];
}
