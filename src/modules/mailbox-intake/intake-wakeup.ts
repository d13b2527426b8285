/** Wakes the processing of a mailbox's recorded messages. */
export function intakeWakeup(mailboxKey: string): string {
  return `intake:${mailboxKey}`;
}

/** Wakes the after-processing on the server. */
export function serverActionWakeup(mailboxKey: string): string {
  return `intake-server:${mailboxKey}`;
}

/** Wakes whoever holds a mailbox to compare its server with what is recorded. */
export function reconcileWakeup(mailboxKey: string): string {
  return `intake-reconcile:${mailboxKey}`;
}
