import { Injectable } from '@nestjs/common';
import { CurrentConfig, type HelpdeskConfig } from '../../../config/index.js';
import { ReplyTokens, type Tx } from '../../../platform/index.js';
import { ContactReasons } from '../../contact-reasons/index.js';
import { Mailboxes, type OwnAddresses } from '../../mailboxes/index.js';
import { Outbound } from '../../outbound-mail/index.js';
import { Tickets } from '../../tickets/index.js';
import { canaryTokenIn, type CanaryClaim } from '../domain/canary.js';
import { authenticationFrom, type Authentication } from '../domain/authentication.js';
import type { Plan } from '../domain/decision.js';
import type { EarlierCopy, MessageContext, ThreadProof } from '../domain/message-context.js';
import { placeOfCopy } from '../domain/copies.js';
import type { ParsedMail } from '../domain/parsed-mail.js';
import { returnedByWords, returnedMessageIds, returnsMail } from '../domain/returned-message.js';
import { sentAsMessageId } from '../domain/sent-as.js';
import type { IntakeWork } from '../store/intake-work.store.js';
import { CanaryStore } from '../store/canary.store.js';
import { KnownMailStore, type KnownMail } from '../store/known-mail.store.js';
import { ThreadStore } from '../store/thread.store.js';
import { FindThread } from './find-thread.js';

/** A message that was parsed, with its row. */
export interface ParsedWork {
  readonly work: IntakeWork;
  readonly mail: ParsedMail;
  /** What we found out ourselves about its sender, where no trusted server had said anything. */
  readonly verified?: Authentication | null;
}

/** What contexts are read from, in one place because a constructor takes few. */
@Injectable()
export class ContextStores {
  constructor(
    readonly known: KnownMailStore,
    readonly threads: ThreadStore,
    readonly tickets: Tickets,
    readonly tokens: ReplyTokens,
    readonly reasons: ContactReasons,
    readonly canaries: CanaryStore,
  ) {}
}

/** What the filters need to know about a batch of messages, asked for with few statements. */
@Injectable()
export class GatherContext {
  constructor(
    private readonly config: CurrentConfig,
    private readonly mailboxes: Mailboxes,
    private readonly outbound: Outbound,
    private readonly stores: ContextStores,
  ) {}

  /** Locks the batch's fingerprints and reads what is known about all of its messages. */
  async begin(tx: Tx, batch: readonly ParsedWork[]): Promise<BatchContext> {
    const fingerprints = batch.map(({ mail }) => mail.fingerprint);
    await this.stores.known.lockFingerprints(tx, fingerprints);
    const messageIds = batch.flatMap(({ mail }) =>
      mail.messageId === null ? [] : [mail.messageId],
    );
    const ids = batch.map(({ work }) => work.id);
    const known = await this.stores.known.about(tx, fingerprints, messageIds, ids);
    const mentioned = [...new Set(batch.flatMap(({ mail }) => mentionedIds(mail)))];
    const ticketOf = new Map<string, string>();
    if (mentioned.length > 0) {
      const owned = await this.outbound.ticketsByOwnMessageIds(tx, mentioned);
      const outside = await this.stores.threads.answersGivenOutside(tx, mentioned);
      for (const { messageId, ticketId } of [...owned, ...outside])
        if (!ticketOf.has(messageId)) ticketOf.set(messageId, ticketId);
    }
    const own = this.mailboxes.ownAddresses();
    return new BatchContext(this.config.get(), own, this.stores, known, ticketOf);
  }
}

/** Every Message-ID that a message names: its own, those it answers, those it returns, the one it was sent with. */
function mentionedIds(mail: ParsedMail): string[] {
  const sentAs = sentAsMessageId(mail);
  return [
    ...(mail.messageId === null ? [] : [mail.messageId]),
    ...(sentAs === null ? [] : [sentAs]),
    ...mail.inReplyTo,
    ...mail.references,
    ...returnedMessageIds(mail),
  ];
}

/** A bounce that names no Message-ID is about a mail of these days: no server tries longer. */
const RETURNED_WITHIN_MS = 10 * 24 * 3_600_000;
/** No server tries longer to deliver: a probe's token is worth nothing after it. */
const CANARY_WITHIN_MS = 7 * 24 * 3_600_000;

/** The context of each message of one batch; what is decided on the way becomes known to the next. */
export class BatchContext {
  private readonly threads: FindThread;

  constructor(
    private readonly config: HelpdeskConfig,
    private readonly own: OwnAddresses,
    private readonly stores: ContextStores,
    private readonly known: KnownMail,
    private readonly ticketOf: Map<string, string>,
  ) {
    this.threads = new FindThread(stores, ticketOf);
  }

  async of(
    tx: Tx,
    { work, mail, verified }: ParsedWork,
  ): Promise<Omit<MessageContext, 'findings'>> {
    const { config, own } = this;
    const mailbox = config.mailboxes[work.mailboxKey];
    if (mailbox === undefined)
      throw new Error(`The configuration has no mailbox ${work.mailboxKey}`);
    const copies = this.known.copies.get(mail.fingerprint) ?? [];
    const others =
      mail.messageId === null ? undefined : this.known.fingerprintsOf.get(mail.messageId);
    const { mailboxKey, folderRole } = work;
    const reasonClassifier = this.stores.reasons.classifier();
    const placed = { mailboxKey, folderRole, mailbox, config, own, copies, reasonClassifier };
    const sentAs = folderRole === 'sent' ? sentAsMessageId(mail) : null;
    return {
      ...placed,
      receivedAt: work.receivedAt,
      partial: work.partial,
      messageIdIsOurs: mail.messageId !== null && this.ticketOf.has(mail.messageId),
      copyOfOurs: sentAs !== null && this.ticketOf.has(sentAs) ? sentAs : null,
      canary: await this.canaryClaimed(tx, work, mail),
      authentication: verified ?? authenticationFrom(mail, mailbox.trustedAuthservIds),
      fromAgentLogin: await this.fromAgentLogin(tx, mail),
      messageIdSeenBefore: others !== undefined && !others.has(mail.fingerprint),
      proofs: await this.proofsHere(tx, mail, placed),
      returned: await this.returnedBy(tx, mail, work.receivedAt),
    };
  }

  private async canaryClaimed(
    tx: Tx,
    work: IntakeWork,
    mail: ParsedMail,
  ): Promise<CanaryClaim | null> {
    const token = work.folderRole === 'sent' ? null : canaryTokenIn(mail);
    if (token === null) return null;
    const { canaries, tokens } = this.stores;
    const nonce = tokens.verifyCanary(token);
    if (nonce === null) return { kind: 'refused', why: 'bad_signature' };
    const since = new Date(work.receivedAt.getTime() - CANARY_WITHIN_MS);
    const canaryId = await canaries.claimable(tx, work, nonce, since);
    return canaryId === null
      ? { kind: 'refused', why: 'unknown_or_used' }
      : { kind: 'known', canaryId };
  }

  private async fromAgentLogin(tx: Tx, { forwarded, from }: ParsedMail): Promise<boolean> {
    if (forwarded === null || from === null) return false;
    return this.stores.threads.isAgentLogin(tx, from.address.toLowerCase());
  }

  private async returnedBy(
    tx: Tx,
    mail: ParsedMail,
    receivedAt: Date,
  ): Promise<MessageContext['returned']> {
    const { known } = this.stores;
    const messageId = returnedMessageIds(mail).find((id) => this.ticketOf.has(id));
    // Every answer names a mail of ours; only of what may be a report we must know whom that mail went to.
    if (messageId !== undefined) {
      const recipients = returnsMail(mail) ? await known.recipientsOf(tx, messageId) : [];
      return { messageId, ticketId: this.ticketOf.get(messageId)!, recipients };
    }
    const words = returnedByWords(mail);
    if (words === null) return null;
    const since = new Date(receivedAt.getTime() - RETURNED_WITHIN_MS);
    const ours = await known.lastMailTo(tx, words.protocol, words.recipients, since);
    if (ours === null) return null;
    return { ...ours, recipients: await known.recipientsOf(tx, ours.messageId) };
  }

  /**
   * The proofs of a message, pointing at the ticket of the mailbox it arrived in where the ticket has a twin there and
   * the other mailbox gets a copy of its own (D25). A copy that only repeats needs none: its first has decided.
   */
  private async proofsHere(
    tx: Tx,
    mail: ParsedMail,
    placed: Pick<
      MessageContext,
      'mailboxKey' | 'folderRole' | 'mailbox' | 'config' | 'own' | 'copies'
    >,
  ): Promise<ThreadProof[]> {
    const place = placed.folderRole === 'sent' ? null : placeOfCopy(mail, placed);
    const followUp = place?.kind === 'open' && place.copy.disposition === 'follow_up';
    if (place !== null && place.kind !== 'join' && !followUp) return [];
    const proofs = await this.threads.proofs(tx, mail, placed);
    const [proof] = proofs;
    if (proof === undefined) return proofs;
    const { mailboxKey, ticketId } = proof.ticket;
    const goesThereToo =
      mailboxKey !== null &&
      mailboxKey !== placed.mailboxKey &&
      [...mail.to, ...mail.cc].some(({ address }) => placed.own.mailboxOf(address) === mailboxKey);
    const twinId =
      place?.kind === 'join'
        ? place.ticketId
        : goesThereToo || followUp
          ? await this.stores.threads.twinIn(tx, ticketId, placed.mailboxKey)
          : null;
    const twin = twinId === null ? null : await this.threads.ticket(tx, twinId);
    if (twin !== null) return [{ ...proof, ticket: twin }];
    // A follow-up opened by the first copy has its twin opened by this one, unless the resolved ticket had one here.
    return followUp ? [] : proofs;
  }

  /** Makes the outcome of one message known to the later ones of the same batch. */
  remember(
    { work, mail }: ParsedWork,
    outcome: {
      disposition: EarlierCopy['disposition'];
      tickets: EarlierCopy['tickets'];
      ticketId: string | null;
    },
    plan?: Plan,
  ): void {
    const copies = this.known.copies.get(mail.fingerprint) ?? [];
    const { id: intakeId, mailboxKey, folderRole } = work;
    copies.push({ intakeId, mailboxKey, folderRole, ...outcome });
    this.known.copies.set(mail.fingerprint, copies);
    if (mail.messageId !== null) {
      const seen = this.known.fingerprintsOf.get(mail.messageId) ?? new Set();
      this.known.fingerprintsOf.set(mail.messageId, seen.add(mail.fingerprint));
      if (outcome.ticketId !== null) this.threads.remember(mail.messageId, outcome.ticketId, plan);
    }
  }
}
