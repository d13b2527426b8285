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
 * `<random>.<chamado>@<domain>`: unguessable, so that naming it is proof of having got the mail (D26). The part
 * between the dots has room for a signed token.
 */
export function ownMessageId(
  random: string,
  ticketId: string | null,
  mailboxAddress: string,
): string {
  const domain = mailboxAddress.slice(mailboxAddress.lastIndexOf('@') + 1).toLowerCase();
  return `${random}.${ticketId ?? '0'}@${domain}`;
}
