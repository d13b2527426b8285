/** Who a link to Meus chamados was sent to, and which of her tickets it opens. */
export interface PortalVisit {
  /** Lower case. */
  readonly address: string;
  /**
   * Private queues whose tickets it opens, besides those of all public ones; null: every ticket of hers. The link of a
   * mail about a ticket is read by that ticket's agents too, and comes back quoted, so it must not open what they may
   * not see (D20).
   */
  readonly privateQueues: readonly string[] | null;
}

/** No address holds a line break, and no queue's key a space. */
const BORDER = '\n';

/** The subject of a `portal` link. */
export function portalSubject({ address, privateQueues }: PortalVisit): string {
  return privateQueues === null ? address : `${address}${BORDER}${privateQueues.join(' ')}`;
}

/** What `portalSubject` said. */
export function portalVisit(subject: string): PortalVisit {
  const [address = '', queues] = subject.split(BORDER);
  const keys = queues?.split(' ').filter((key) => key !== '');
  return { address, privateQueues: keys ?? null };
}
