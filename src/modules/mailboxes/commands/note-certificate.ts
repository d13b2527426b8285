import { Injectable } from '@nestjs/common';
import { Clock, createLogger, messageOf } from '../../../platform/index.js';
import { ExpiryStore } from '../store/expiry.store.js';

const log = createLogger('mailboxes');

/** Keeps when the certificates of the mailboxes' servers expire, as every new connection shows them. */
@Injectable()
export class NoteCertificate {
  /** What this process has written, so that a connection a minute does not write as often. */
  private readonly noted = new Map<string, number | null>();

  constructor(
    private readonly store: ExpiryStore,
    private readonly clock: Clock,
  ) {}

  /** `expiresAt` null: no TLS. Never throws: mail goes on where this cannot be written. */
  async run(mailboxKey: string, protocol: 'imap' | 'smtp', expiresAt: Date | null): Promise<void> {
    const name = `${protocol}:${mailboxKey}`;
    const at = expiresAt?.getTime() ?? null;
    if (this.noted.get(name) === at) return;
    try {
      await this.store.certificateSeen(mailboxKey, protocol, expiresAt, this.clock.now());
      this.noted.set(name, at);
    } catch (error) {
      log.warn(
        { mailbox: mailboxKey, protocol, err: messageOf(error) },
        'the expiry of a certificate could not be kept',
      );
    }
  }
}
