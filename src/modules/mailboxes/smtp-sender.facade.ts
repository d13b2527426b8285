import { Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { CurrentConfig, type SmtpConfig } from '../../config/index.js';
import { messageOf } from '../../platform/index.js';
import { NoteCertificate } from './commands/note-certificate.js';
import type { OutgoingMail, RecipientOutcome, SendOutcome } from './domain/outgoing-mail.js';
import { serverSettings, type ServerSettings } from './domain/server-settings.js';
import { envelopeAddress, localRefusal } from './domain/smtp-address.js';
import {
  acceptedTransaction,
  connectOutcome,
  failedTransaction,
  withLocalRefusals,
} from './domain/smtp-outcome.js';
import { MailCredentials } from './gateway/mail-credentials.js';
import { composeMime, type MimeMessage } from './gateway/mime-message.js';
import { SmtpTransactionError, type SmtpChannel } from './gateway/smtp-channel.js';
import { SmtpPool } from './gateway/smtp-pool.js';

interface CheckedRecipient {
  /** As the caller gave it: outcomes are told by it. */
  readonly given: string;
  /** As the server gets it. */
  readonly address: string;
  readonly needsUtf8: boolean;
}

/** SMTP for every mailbox, with kept connections (at most `smtp.maxConnections` a mailbox). */
@Injectable()
export class SmtpSender implements OnApplicationShutdown {
  private readonly pools = new Map<string, { readonly key: string; readonly pool: SmtpPool }>();

  constructor(
    private readonly config: CurrentConfig,
    private readonly credentials: MailCredentials,
    @Optional() private readonly certificates?: NoteCertificate,
  ) {}

  /**
   * One attempt to send one mail; never throws for what a server or the network did. Waits where all connections of
   * the mailbox are in use. Calling it twice sends twice: who may try again is the outbox's decision.
   */
  async send(mailboxKey: string, mail: OutgoingMail): Promise<SendOutcome> {
    const { smtp } = this.mailbox(mailboxKey);
    const server = serverSettings('SMTP', smtp);
    const { usable, refused } = checkRecipients(mail.envelope.to);
    const sender = mail.envelope.from === '' ? null : envelopeAddress(mail.envelope.from);
    if (sender?.kind === 'invalid') {
      return {
        kind: 'mailbox_stopped',
        code: null,
        response: `The envelope sender of mailbox ${mailboxKey} is ${sender.reason}: check its address.`,
      };
    }
    if (usable.length === 0) return withLocalRefusals(null, refused);
    const from = sender?.address ?? '';
    const pool = this.poolOf(mailboxKey, smtp, server);
    const outcome = await this.attempt(pool, server, from, usable, mail);
    return withLocalRefusals(outcome, refused);
  }

  /** Closes idle connections (at a stop, or when a mailbox's settings changed). */
  onApplicationShutdown(): void {
    for (const { pool } of this.pools.values()) pool.close();
    this.pools.clear();
  }

  private async attempt(
    pool: SmtpPool,
    server: ServerSettings,
    from: string,
    recipients: readonly CheckedRecipient[],
    mail: OutgoingMail,
  ): Promise<SendOutcome> {
    const given = recipients.map((recipient) => recipient.given);
    for (let fresh = false; ; fresh = true) {
      let connected = false;
      try {
        return await pool.use(async ({ channel }) => {
          connected = true;
          return transact(channel, from, recipients, mail);
        }, fresh);
      } catch (error) {
        if (error instanceof SmtpTransactionError) {
          // A kept connection that the server had given up: nothing was taken, so ask once more on a new one.
          if (error.stale && !fresh) continue;
          return translated(
            failedTransaction(error.cause, error.phase, server, wire(recipients)),
            recipients,
          );
        }
        if (!connected) return connectOutcome(error, server, given);
        return unsendable(error, given);
      }
    }
  }

  private mailbox(mailboxKey: string): { smtp: SmtpConfig } {
    const mailbox = this.config.get().mailboxes[mailboxKey];
    if (mailbox === undefined) throw new Error(`No mailbox ${mailboxKey} in the configuration`);
    return mailbox;
  }

  private poolOf(mailboxKey: string, smtp: SmtpConfig, server: ServerSettings): SmtpPool {
    const key = JSON.stringify(smtp);
    const kept = this.pools.get(mailboxKey);
    if (kept?.key === key) return kept.pool;
    kept?.pool.close();
    const pool = new SmtpPool(
      server,
      smtp.maxConnections,
      (refusedToken) => this.credentials.of(mailboxKey, smtp, refusedToken),
      async ({ certificateExpiresAt }) =>
        this.certificates?.run(mailboxKey, 'smtp', certificateExpiresAt),
    );
    this.pools.set(mailboxKey, { key, pool });
    return pool;
  }
}

async function transact(
  channel: SmtpChannel,
  from: string,
  recipients: readonly CheckedRecipient[],
  mail: OutgoingMail,
): Promise<SendOutcome> {
  const takes = (recipient: CheckedRecipient): boolean =>
    !recipient.needsUtf8 || channel.supportsUtf8;
  const refused = recipients
    .filter((recipient) => !takes(recipient))
    .map(({ given }) => localRefusal(given, 553, 'the server takes no international addresses'));
  const taken = recipients.filter(takes);
  if (taken.length === 0) return withLocalRefusals(null, refused);
  const message: MimeMessage = await composeMime(mail, channel.supportsUtf8);
  const { response, rejectedErrors } = await channel.send({ from, to: wire(taken) }, message);
  const accepted = acceptedTransaction(response, wire(taken), rejectedErrors);
  return withLocalRefusals(translated(accepted, taken), refused);
}

/** A mail that cannot be composed (a stored file that cannot be read): not the server's fault, tried again later. */
function unsendable(error: unknown, recipients: readonly string[]): SendOutcome {
  const response = `The mail could not be composed: ${messageOf(error)}`;
  return {
    kind: 'temporary',
    code: null,
    response,
    recipients: recipients.map((address) => ({ address, state: 'pending', code: null, response })),
  };
}

function checkRecipients(addresses: readonly string[]): {
  usable: CheckedRecipient[];
  refused: RecipientOutcome[];
} {
  const usable: CheckedRecipient[] = [];
  const refused: RecipientOutcome[] = [];
  for (const given of addresses) {
    const checked = envelopeAddress(given);
    if (checked.kind === 'usable') usable.push({ given, ...checked });
    else refused.push(localRefusal(given, 501, checked.reason));
  }
  return { usable, refused };
}

function wire(recipients: readonly CheckedRecipient[]): string[] {
  return recipients.map((recipient) => recipient.address);
}

/** Names recipients in the outcome as the caller gave them. */
function translated(outcome: SendOutcome, recipients: readonly CheckedRecipient[]): SendOutcome {
  if (outcome.kind === 'mailbox_stopped' || outcome.kind === 'unknown') return outcome;
  const given = new Map(recipients.map((recipient) => [recipient.address, recipient.given]));
  return {
    ...outcome,
    recipients: outcome.recipients.map((one) => ({
      ...one,
      address: given.get(one.address) ?? one.address,
    })),
  };
}
