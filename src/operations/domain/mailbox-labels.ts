/** What a mailbox is called in metrics, by its key. */
export type MailboxLabels = ReadonlyMap<string, string>;

/**
 * Metrics are kept and shown far from the helpdesk, by people whom nobody made members of anything: a private queue's
 * mailbox appears there as `private-1`, `private-2`, …, in the order of the keys (D20). Others by their key.
 */
export function mailboxLabels(
  mailboxes: readonly { readonly mailbox: string; readonly private: boolean }[],
): MailboxLabels {
  const hidden = mailboxes
    .filter((one) => one.private)
    .map(({ mailbox }) => mailbox)
    .toSorted();
  return new Map(
    mailboxes.map(({ mailbox }) => {
      const at = hidden.indexOf(mailbox);
      return [mailbox, at < 0 ? mailbox : `private-${at + 1}`];
    }),
  );
}

/** An alarm's key as a label: `mailbox.financeiro` becomes `mailbox.private-1`. */
export function alarmLabel(key: string, labels: MailboxLabels): string {
  return key
    .split('.')
    .map((part) => labels.get(part) ?? part)
    .join('.');
}
