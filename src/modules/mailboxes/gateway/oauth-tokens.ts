import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, Leases, messageOf, type Lease } from '../../../platform/index.js';
import { authorizationEnd } from '../domain/expiry.js';
import { oauthEndpoints, type OAuthSettings } from '../domain/oauth-provider.js';
import { MailSessionError, classifySessionFailure } from '../domain/session-failure.js';
import { OAuthTokenStore } from '../store/oauth-token.store.js';
import { OAuthRefusal, requestToken, type TokenGrant } from './oauth-client.js';
import { TokenCipher } from './token-cipher.js';

/** A token is renewed this long before it expires: a connection attempt takes time, and clocks differ. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** What a token is trusted for where the endpoint does not say. */
const DEFAULT_LIFETIME_SECONDS = 3600;
const DEFAULT_ZONE = 'America/Sao_Paulo';
const WAIT_FOR_OTHER_MS = 250;
const WAIT_FOR_OTHER_AT_MOST_MS = 30_000;

/** The tokens of one mailbox as they lie, encrypted, in the database. */
interface StoredTokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Of the refresh token, as the endpoint told; null or missing: it did not. Milliseconds since the epoch. */
  readonly authorizationExpiresAt?: number | null;
}

/**
 * OAuth2 access tokens: from memory, from the database, or renewed ahead of expiry. Renewal is one at a time for all
 * processes (a lease, not a row lock: the network is never waited for in a transaction), because providers that rotate
 * refresh tokens take a second use of the old one for theft.
 */
@Injectable()
export class OAuthTokens {
  private readonly memory = new Map<string, StoredTokens>();
  private readonly running = new Map<string, Promise<StoredTokens>>();

  constructor(
    private readonly store: OAuthTokenStore,
    private readonly leases: Leases,
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * An access token that is valid for some minutes more. `refusedToken`: one that the server has just refused; a newer
   * one is fetched. Throws MailSessionError with a sentence that says what to do.
   */
  async accessToken(
    mailboxKey: string,
    settings: OAuthSettings,
    refusedToken?: string,
  ): Promise<string> {
    const held = this.memory.get(mailboxKey);
    if (held !== undefined && this.isFresh(held, refusedToken)) return held.accessToken;
    let run = this.running.get(mailboxKey);
    if (run === undefined) {
      run = this.renew(mailboxKey, settings, refusedToken).finally(() =>
        this.running.delete(mailboxKey),
      );
      this.running.set(mailboxKey, run);
    }
    return (await run).accessToken;
  }

  /** Keeps what an authorization handed out (`mailbox authorize`); replaces what was there. */
  async keep(mailboxKey: string, grant: TokenGrant): Promise<void> {
    await this.save(mailboxKey, this.tokensOf(grant, null));
  }

  private isFresh(tokens: StoredTokens, refusedToken: string | undefined): boolean {
    return (
      tokens.accessToken !== refusedToken &&
      tokens.expiresAt - RENEW_BEFORE_MS > this.clock.now().getTime()
    );
  }

  private async renew(
    mailboxKey: string,
    settings: OAuthSettings,
    refusedToken: string | undefined,
  ): Promise<StoredTokens> {
    const waitUntil = performance.now() + WAIT_FOR_OTHER_AT_MOST_MS;
    for (;;) {
      const stored = await this.load(mailboxKey);
      if (stored !== null && this.isFresh(stored, refusedToken))
        return this.remember(mailboxKey, stored);
      const lease = await this.leases.acquire(`oauth:${mailboxKey}`);
      if (lease !== null) return this.renewAlone(mailboxKey, settings, refusedToken, lease);
      if (performance.now() > waitUntil) {
        throw new MailSessionError({
          kind: 'timeout',
          message: `Another process is renewing the OAuth2 token of mailbox ${mailboxKey} and does not finish.`,
        });
      }
      await delay(WAIT_FOR_OTHER_MS);
    }
  }

  private async renewAlone(
    mailboxKey: string,
    settings: OAuthSettings,
    refusedToken: string | undefined,
    lease: Lease,
  ): Promise<StoredTokens> {
    try {
      // Somebody may have renewed between our look and our lease.
      const stored = await this.load(mailboxKey);
      if (stored !== null && this.isFresh(stored, refusedToken))
        return this.remember(mailboxKey, stored);
      let grant: TokenGrant;
      try {
        grant = await this.request(mailboxKey, settings, stored?.refreshToken ?? null);
      } catch (error) {
        // Ahead of expiry there is time: a token that still works is better than a failed session.
        const works = stored !== null && stored.expiresAt > this.clock.now().getTime() + 30_000;
        if (works && stored.accessToken !== refusedToken) return stored;
        throw error;
      }
      return await this.save(mailboxKey, this.tokensOf(grant, stored), lease);
    } finally {
      await this.leases.release(lease);
    }
  }

  private async request(
    mailboxKey: string,
    settings: OAuthSettings,
    refreshToken: string | null,
  ): Promise<TokenGrant> {
    const { token: endpoint, scopes } = oauthEndpoints(settings);
    if (endpoint === null) {
      throw authenticationError(
        `Mailbox ${mailboxKey} has no tokenEndpoint in its oauth2 section.`,
      );
    }
    const scope: Record<string, string> = scopes.length > 0 ? { scope: scopes.join(' ') } : {};
    if (settings.flow !== 'client_credentials' && refreshToken === null) {
      throw authenticationError(
        `Mailbox ${mailboxKey} is not authorized yet: run \`helpdesk mailbox authorize ${mailboxKey}\`.`,
      );
    }
    const parameters: Record<string, string> =
      settings.flow === 'client_credentials'
        ? { grant_type: 'client_credentials', ...scope }
        : { grant_type: 'refresh_token', refresh_token: refreshToken! };
    try {
      return await requestToken(endpoint, settings, parameters);
    } catch (error) {
      throw oauthFailure(error, mailboxKey, endpoint);
    }
  }

  private tokensOf(grant: TokenGrant, old: StoredTokens | null): StoredTokens {
    const now = this.clock.now().getTime();
    const lifetime = grant.expiresInSeconds ?? DEFAULT_LIFETIME_SECONDS;
    const told = grant.authorizationExpiresInSeconds ?? null;
    // A new refresh token of which nothing is told has a life of its own; an old one keeps what was told of it.
    const kept = grant.refreshToken === null ? (old?.authorizationExpiresAt ?? null) : null;
    return {
      accessToken: grant.accessToken,
      refreshToken: grant.refreshToken ?? old?.refreshToken ?? null,
      expiresAt: now + lifetime * 1000,
      authorizationExpiresAt: told === null ? kept : now + told * 1000,
    };
  }

  private async load(mailboxKey: string): Promise<StoredTokens | null> {
    const row = await this.store.find(mailboxKey);
    if (row === undefined) return null;
    const cipher = this.cipher();
    let tokens: StoredTokens;
    try {
      tokens = JSON.parse(cipher.open(row, mailboxKey)) as StoredTokens;
    } catch (error) {
      throw authenticationError(
        `The stored OAuth2 tokens of mailbox ${mailboxKey} cannot be opened: ${messageOf(error)} Put the key back, or run \`helpdesk mailbox authorize ${mailboxKey}\`.`,
        error,
      );
    }
    // Keys rotate: what an older key sealed is sealed anew as soon as it is seen.
    if (row.keyId !== cipher.currentKeyId) await this.save(mailboxKey, tokens);
    return tokens;
  }

  private async save(
    mailboxKey: string,
    tokens: StoredTokens,
    lease?: Lease,
  ): Promise<StoredTokens> {
    const sealed = this.cipher().seal(JSON.stringify(tokens), mailboxKey);
    const saved = await this.store.save(
      mailboxKey,
      sealed,
      { access: new Date(tokens.expiresAt), authorization: this.endOf(mailboxKey, tokens) },
      this.clock.now(),
      lease,
    );
    if (!saved) {
      throw new MailSessionError({
        kind: 'other',
        message: `Another process renewed the OAuth2 token of mailbox ${mailboxKey} at the same time.`,
      });
    }
    return this.remember(mailboxKey, tokens);
  }

  private endOf(mailboxKey: string, { authorizationExpiresAt }: StoredTokens): Date | null {
    const { mailboxes, calendars } = this.config.get();
    const mailbox = mailboxes[mailboxKey];
    const told = authorizationExpiresAt ?? null;
    const on = [mailbox?.imap.oauth2?.expiresOn, mailbox?.smtp.oauth2?.expiresOn]
      .filter((day) => day !== undefined)
      .toSorted();
    const zone = calendars[mailbox?.calendar ?? '']?.zone ?? DEFAULT_ZONE;
    return authorizationEnd(told === null ? null : new Date(told), on[0], zone);
  }

  private remember(mailboxKey: string, tokens: StoredTokens): StoredTokens {
    this.memory.set(mailboxKey, tokens);
    return tokens;
  }

  private cipher(): TokenCipher {
    return new TokenCipher(this.config.get().security.masterKeys);
  }
}

/** A refusal or network fault of a token endpoint as a sentence. */
export function oauthFailure(
  error: unknown,
  mailboxKey: string,
  endpoint: string,
): MailSessionError {
  if (error instanceof OAuthRefusal) {
    const advice =
      error.error === 'invalid_grant'
        ? `the authorization has expired or was withdrawn: run \`helpdesk mailbox authorize ${mailboxKey}\``
        : error.error === 'invalid_client' || error.error === 'unauthorized_client'
          ? 'check clientId, clientSecret and the flow that the application is allowed'
          : 'check the oauth2 section of the mailbox';
    const temporary = /^(?:http_5|temporarily_unavailable|server_error)/.test(error.error);
    return new MailSessionError(
      {
        kind: temporary ? 'other' : 'authentication',
        message: `${error.host} gave no OAuth2 token for mailbox ${mailboxKey} (${error.message}): ${advice}.`,
      },
      { cause: error },
    );
  }
  const url = new URL(endpoint);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const { kind, message } = classifySessionFailure(error, {
    protocol: 'IMAP',
    host: url.hostname,
    port,
    tls: 'implicit',
  });
  const words = message.replaceAll('IMAP server', 'OAuth2 token endpoint');
  return new MailSessionError({ kind, message: words }, { cause: error });
}

function authenticationError(message: string, cause?: unknown): MailSessionError {
  return new MailSessionError({ kind: 'authentication', message }, { cause });
}
