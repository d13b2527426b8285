import { Injectable } from '@nestjs/common';
import type { ServerConfig } from '../../../config/index.js';
import type { Credentials } from '../domain/server-settings.js';
import { OAuthTokens } from './oauth-tokens.js';

/** Log-in data of a mailbox's server: from the configuration, or a fresh OAuth2 access token. */
@Injectable()
export class MailCredentials {
  constructor(private readonly tokens: OAuthTokens) {}

  /**
   * Credentials for one connection. `refusedToken`: an access token that the server has just refused, so that a newer
   * one is fetched. Throws MailSessionError (`authentication`) where no token can be had.
   */
  async of(mailboxKey: string, server: ServerConfig, refusedToken?: string): Promise<Credentials> {
    if (server.user === undefined) return { kind: 'none' };
    if (server.oauth2 !== undefined) {
      const accessToken = await this.tokens.accessToken(mailboxKey, server.oauth2, refusedToken);
      return { kind: 'oauth2', user: server.user, accessToken };
    }
    return { kind: 'password', user: server.user, password: server.password ?? '' };
  }
}
