import type { Tx } from '../../../platform/index.js';
import { isAgent } from '../domain/filters/agent-mail.js';
import type { Plan } from '../domain/decision.js';
import type { MessageContext, ThreadProof, TicketForJoining } from '../domain/message-context.js';
import type { ParsedMail } from '../domain/parsed-mail.js';
import { subAddressDetails } from '../domain/sub-address.js';
import { protocolInSubject } from '../domain/subject-protocol.js';
import type { ContextStores } from './gather-context.js';

const MAX_MERGES_FOLLOWED = 10;
/** A message names few ids near its end that matter; a hostile one names many. */
const MAX_IDS = 100;
/** Tickets that a customer's Message-ID may be on: more than one only where it was used twice. */
const MAX_CANDIDATES = 5;

type Placed = Pick<MessageContext, 'mailboxKey' | 'folderRole' | 'config' | 'own'>;

/** Looks for the ticket that a message belongs to (D26), strongest proof first; one is enough. */
export class FindThread {
  constructor(
    private readonly stores: ContextStores,
    /** Own Message-IDs that the batch mentions, and the ids of answers given outside, with their tickets. */
    private readonly ticketOf: Map<string, string>,
  ) {}

  /** Messages of this batch that are on a ticket by now. */
  private readonly decided = new Map<string, string>();

  /** Makes the outcome of one message of the batch known to the later ones. */
  remember(messageId: string, ticketId: string, plan?: Plan): void {
    if (plan?.kind === 'outside') this.ticketOf.set(messageId, ticketId);
    else this.decided.set(messageId, ticketId);
  }

  /** Own Message-IDs, nearest first; signed tokens; the subject's protocol; for our own people customers' Message-IDs. */
  async proofs(tx: Tx, mail: ParsedMail, placed: Placed): Promise<ThreadProof[]> {
    const near = [...mail.inReplyTo, ...mail.references.toReversed()].slice(0, MAX_IDS);
    const ownId = near.find((id) => this.ticketOf.has(id));
    if (ownId !== undefined) {
      const ticket = await this.ticket(tx, this.ticketOf.get(ownId)!);
      if (ticket !== null) return [{ by: 'own_message_id', found: ownId, ticket }];
    }
    return (
      (await this.byToken(tx, mail, near, placed)) ??
      (await this.bySubject(tx, mail)) ??
      (await this.byKnownMessage(tx, mail, near, placed)) ??
      []
    );
  }

  /** The ticket, or the one that it was merged into. */
  async ticket(tx: Tx, ticketId: string): Promise<TicketForJoining | null> {
    const { tickets } = this.stores;
    let ticket = await tickets.forJoining(tx, ticketId);
    for (
      let hop = 0;
      ticket !== null && ticket.mergedInto !== null && hop < MAX_MERGES_FOLLOWED;
      hop += 1
    ) {
      ticket = await tickets.forJoining(tx, ticket.mergedInto);
    }
    return ticket;
  }

  private async byToken(
    tx: Tx,
    mail: ParsedMail,
    near: readonly string[],
    placed: Placed,
  ): Promise<ThreadProof[] | null> {
    const { tokens } = this.stores;
    for (const id of near) {
      const proof = tokens.verifyMessageId(id);
      const ticket = proof === null ? null : await this.ticket(tx, proof.ticketId);
      if (ticket !== null) return [{ by: 'signed_token', found: `key ${proof!.keyId}`, ticket }];
    }
    for (const { detail } of subAddressDetails(mail, placed)) {
      const proof = /^r\./i.test(detail) ? tokens.verify(detail.slice(2)) : null;
      const ticket = proof === null ? null : await this.ticket(tx, proof.ticketId);
      if (ticket !== null) return [{ by: 'signed_token', found: `key ${proof!.keyId}`, ticket }];
    }
    return null;
  }

  private async bySubject(tx: Tx, mail: ParsedMail): Promise<ThreadProof[] | null> {
    const found = protocolInSubject(mail.subject);
    const ticket = found === null ? null : await this.ticket(tx, found);
    return ticket === null ? null : [{ by: 'subject_protocol', found: found!, ticket }];
  }

  /**
   * D24: our people answer a customer's own mail, so that is what their answer names. Where the id is on several tickets
   * (it was used twice, or in two queues) the one whose people the answer is written to.
   */
  private async byKnownMessage(
    tx: Tx,
    mail: ParsedMail,
    near: readonly string[],
    placed: Placed,
  ): Promise<ThreadProof[] | null> {
    const from = mail.from?.address.toLowerCase() ?? '';
    if (near.length === 0 || (placed.folderRole !== 'sent' && !isAgent(from, placed))) return null;
    const known = await this.stores.threads.ticketsOfMessages(tx, near, placed.mailboxKey);
    for (const id of near) {
      const lately = this.decided.get(id);
      const found = [...(lately === undefined ? [] : [lately]), ...(known.get(id) ?? [])];
      const candidates = [...new Set(found)].slice(0, MAX_CANDIDATES);
      const written = new Set([...mail.to, ...mail.cc].map(({ address }) => address.toLowerCase()));
      for (const ticketId of candidates) {
        const ticket = await this.ticket(tx, ticketId);
        if (ticket === null) continue;
        if (candidates.length === 1 || ticket.participants.some((one) => written.has(one)))
          return [{ by: 'known_message_id', found: id, ticket }];
      }
    }
    return null;
  }
}
