/** Whoever holds this lease reads, records and processes the mailbox; nobody else does. */
export function mailboxLease(mailboxKey: string): string {
  return `mailbox:${mailboxKey}`;
}
