/** First and last N: clients thread by the root and the near ancestors; a header of 100 ids breaks servers. */
const MAX_REFERENCES = 20;
// RFC 5322 §3.6.4 in practice: something@something, no white space, and short enough for one header line (998).
const MESSAGE_ID = /^[^\s<>@]+@[^\s<>@]+$/;
const MAX_ID_LENGTH = 250;

export interface Threading {
  readonly inReplyTo: string | null;
  /** Without angle brackets, oldest first. */
  readonly references: readonly string[];
}

/**
 * In-Reply-To and References (RFC 5322 §3.6.4) from the Message-IDs of the conversation, oldest first: ids that are
 * none are left out, repeated ones keep their last place, and beyond twenty the first and the last nineteen stay.
 */
export function threadingOf(conversation: readonly string[]): Threading {
  const valid = conversation
    .map((id) => id.trim().replace(/^<|>$/g, ''))
    .filter((id) => id.length <= MAX_ID_LENGTH && MESSAGE_ID.test(id));
  const distinct = valid.filter((id, index) => valid.lastIndexOf(id) === index);
  const references =
    distinct.length <= MAX_REFERENCES
      ? distinct
      : [distinct[0]!, ...distinct.slice(-(MAX_REFERENCES - 1))];
  return { inReplyTo: references.at(-1) ?? null, references };
}

/**
 * `<random>.<chamado>.<mac>@<domain>`: unguessable, so that naming it is proof of having got the mail (D26), and signed,
 * so that it proves its ticket also where the mail's own row is gone. Mail about no ticket has `0` and no mac.
 */
export function ownMessageId(
  random: string,
  ticketId: string | null,
  mailboxAddress: string,
  sign: (head: string) => string,
): string {
  const domain = mailboxAddress.slice(mailboxAddress.lastIndexOf('@') + 1).toLowerCase();
  if (ticketId === null) return `${random}.0@${domain}`;
  const head = `${random}.${ticketId}`;
  return `${head}.${sign(head)}@${domain}`;
}

/**
 * Where answers are asked for: the mailbox's address, or its sub-address `+r.<token>` (RFC 5233), which is thread proof
 * by itself where a mail program keeps neither References nor subject (D26).
 */
export function replyAddress(
  mailbox: {
    readonly address: string;
    readonly replyAddress: 'plain' | 'signed';
    readonly subAddressSeparator: string;
  },
  ticketId: string | null,
  tokenOf: (ticketId: string) => string,
): string {
  const { address, subAddressSeparator: separator } = mailbox;
  if (mailbox.replyAddress === 'plain' || separator === '' || ticketId === null) return address;
  const at = address.lastIndexOf('@');
  const local = `${address.slice(0, at)}${separator}r.${tokenOf(ticketId)}`;
  // RFC 5321 §4.5.3.1.1: a longer local part may be refused.
  return local.length > 64 ? address : `${local}${address.slice(at)}`;
}
