import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import type { Tx } from '../../../platform/index.js';
import { Mailboxes } from '../../mailboxes/index.js';
import { Outbound } from '../../outbound-mail/index.js';
import { Tickets } from '../../tickets/index.js';
import type {
  EarlierCopy,
  MessageContext,
  ThreadProof,
  TicketForJoining,
} from '../domain/message-context.js';
import { placeOfCopy } from '../domain/copies.js';
import type { ParsedMail } from '../domain/parsed-mail.js';
import { returnedMessageIds } from '../domain/returned-message.js';
import { protocolInSubject } from '../domain/subject-protocol.js';
import type { IntakeWork } from '../store/intake-work.store.js';
import { KnownMailStore, type KnownMail } from '../store/known-mail.store.js';

/** A message that was parsed, with its row. */
export interface ParsedWork {
  readonly work: IntakeWork;
  readonly mail: ParsedMail;
}

const MAX_MERGES_FOLLOWED = 10;

/** What the filters need to know about a batch of messages, asked for with few statements. */
@Injectable()
export class GatherContext {
  constructor(
    private readonly config: CurrentConfig,
    private readonly mailboxes: Mailboxes,
    private readonly outbound: Outbound,
    private readonly tickets: Tickets,
    private readonly known: KnownMailStore,
  ) {}

  /** Locks the batch's fingerprints and reads what is known about all of its messages. */
  async begin(tx: Tx, batch: readonly ParsedWork[]): Promise<BatchContext> {
    const fingerprints = batch.map(({ mail }) => mail.fingerprint);
    await this.known.lockFingerprints(tx, fingerprints);
    const messageIds = batch.flatMap(({ mail }) =>
      mail.messageId === null ? [] : [mail.messageId],
    );
    const ids = batch.map(({ work }) => work.id);
    const known = await this.known.about(tx, fingerprints, messageIds, ids);
    const mentioned = new Set(batch.flatMap(({ mail }) => mentionedIds(mail)));
    const owned =
      mentioned.size === 0 ? [] : await this.outbound.ticketsByOwnMessageIds(tx, [...mentioned]);
    const ticketOf = new Map<string, string>();
    for (const { messageId, ticketId } of owned)
      if (!ticketOf.has(messageId)) ticketOf.set(messageId, ticketId);
    return new BatchContext(this.config, this.mailboxes, this.tickets, this.known, known, ticketOf);
  }
}

/** Every Message-ID that a message names: its own, those it answers, those it returns. */
function mentionedIds(mail: ParsedMail): string[] {
  return [
    ...(mail.messageId === null ? [] : [mail.messageId]),
    ...mail.inReplyTo,
    ...mail.references,
    ...returnedMessageIds(mail),
  ];
}

/** The context of each message of one batch; what is decided on the way becomes known to the next. */
export class BatchContext {
  constructor(
    private readonly config: CurrentConfig,
    private readonly mailboxes: Mailboxes,
    private readonly tickets: Tickets,
    private readonly store: KnownMailStore,
    private readonly known: KnownMail,
    private readonly ticketOf: ReadonlyMap<string, string>,
  ) {}

  async of(tx: Tx, { work, mail }: ParsedWork): Promise<Omit<MessageContext, 'findings'>> {
    const config = this.config.get();
    const mailbox = config.mailboxes[work.mailboxKey];
    if (mailbox === undefined)
      throw new Error(`The configuration has no mailbox ${work.mailboxKey}`);
    const copies = this.known.copies.get(mail.fingerprint) ?? [];
    const others =
      mail.messageId === null ? undefined : this.known.fingerprintsOf.get(mail.messageId);
    const placed = {
      mailboxKey: work.mailboxKey,
      mailbox,
      config,
      own: this.mailboxes.ownAddresses(),
      copies,
    };
    return {
      ...placed,
      folderRole: work.folderRole,
      receivedAt: work.receivedAt,
      partial: work.partial,
      messageIdIsOurs: mail.messageId !== null && this.ticketOf.has(mail.messageId),
      messageIdSeenBefore: others !== undefined && !others.has(mail.fingerprint),
      proofs: await this.proofsHere(tx, mail, placed),
      returned: await this.returnedBy(tx, mail),
    };
  }

  private async returnedBy(tx: Tx, mail: ParsedMail): Promise<MessageContext['returned']> {
    const messageId = returnedMessageIds(mail).find((id) => this.ticketOf.has(id));
    if (messageId === undefined) return null;
    // Every answer names a mail of ours; only of what may be a report we must know whom that mail went to.
    const recipients =
      mail.report === null && mail.headers['x-failed-recipients'] === undefined
        ? []
        : await this.store.recipientsOf(tx, messageId);
    return { messageId, ticketId: this.ticketOf.get(messageId)!, recipients };
  }

  /**
   * The proofs of a message, pointing at the ticket of the mailbox it arrived in where the ticket has a twin there and
   * the other mailbox gets a copy of its own (D25). A copy that only repeats needs none: its first has decided.
   */
  private async proofsHere(
    tx: Tx,
    mail: ParsedMail,
    placed: Pick<MessageContext, 'mailboxKey' | 'mailbox' | 'config' | 'own' | 'copies'>,
  ): Promise<ThreadProof[]> {
    const place = placeOfCopy(mail, placed);
    if (place !== null && place.kind !== 'join') return [];
    const proofs = await this.proofsOf(tx, mail);
    const [proof] = proofs;
    if (proof === undefined) return proofs;
    const { mailboxKey, ticketId } = proof.ticket;
    const goesThereToo =
      mailboxKey !== null &&
      mailboxKey !== placed.mailboxKey &&
      [...mail.to, ...mail.cc].some(({ address }) => placed.own.mailboxOf(address) === mailboxKey);
    const twinId =
      place?.ticketId ??
      (goesThereToo ? await this.store.twinIn(tx, ticketId, placed.mailboxKey) : null);
    const twin = twinId === null ? null : await this.ticket(tx, twinId);
    return twin === null ? proofs : [{ ...proof, ticket: twin }];
  }

  /** Makes the outcome of one message known to the later ones of the same batch. */
  remember(
    { work, mail }: ParsedWork,
    outcome: {
      disposition: EarlierCopy['disposition'];
      tickets: EarlierCopy['tickets'];
      ticketId: string | null;
    },
  ): void {
    const copies = this.known.copies.get(mail.fingerprint) ?? [];
    copies.push({ intakeId: work.id, mailboxKey: work.mailboxKey, ...outcome });
    this.known.copies.set(mail.fingerprint, copies);
    if (mail.messageId !== null) {
      const seen = this.known.fingerprintsOf.get(mail.messageId) ?? new Set();
      this.known.fingerprintsOf.set(mail.messageId, seen.add(mail.fingerprint));
    }
  }

  /** D26: own Message-IDs, nearest first, then the subject's protocol. */
  private async proofsOf(tx: Tx, mail: ParsedMail): Promise<ThreadProof[]> {
    const near = [...mail.inReplyTo, ...mail.references.toReversed()];
    const ownId = near.find((id) => this.ticketOf.has(id));
    const proofs: ThreadProof[] = [];
    if (ownId !== undefined) {
      const ticket = await this.ticket(tx, this.ticketOf.get(ownId)!);
      if (ticket !== null) proofs.push({ by: 'own_message_id', found: ownId, ticket });
    }
    const protocol = proofs.length > 0 ? null : protocolInSubject(mail.subject);
    if (protocol !== null) {
      const ticket = await this.ticket(tx, protocol);
      if (ticket !== null) proofs.push({ by: 'subject_protocol', found: protocol, ticket });
    }
    return proofs;
  }

  private async ticket(tx: Tx, ticketId: string): Promise<TicketForJoining | null> {
    let ticket = await this.tickets.forJoining(tx, ticketId);
    for (
      let hop = 0;
      ticket !== null && ticket.mergedInto !== null && hop < MAX_MERGES_FOLLOWED;
      hop += 1
    ) {
      ticket = await this.tickets.forJoining(tx, ticket.mergedInto);
    }
    return ticket;
  }
}
