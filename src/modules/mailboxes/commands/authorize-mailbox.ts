import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { CurrentConfig, type OAuthConfig } from '../../../config/index.js';
import { OperatorError } from '../../../platform/index.js';
import {
  authorizationUrl,
  oauthEndpoints,
  readRedirect,
  type OAuthEndpoints,
} from '../domain/oauth-provider.js';
import { MailSessionError } from '../domain/session-failure.js';
import {
  OAuthRefusal,
  newPkce,
  requestDeviceCode,
  requestToken,
  type TokenGrant,
} from '../gateway/oauth-client.js';
import { OAuthTokens, oauthFailure } from '../gateway/oauth-tokens.js';

/** How the command talks with the person at the terminal. */
export interface AuthorizationDialog {
  say(line: string): void;
  ask(question: string): Promise<string>;
}

/**
 * Obtains the OAuth2 tokens of a mailbox by its configured flow and keeps them, encrypted. Running it again replaces
 * them. Throws OperatorError with one sentence.
 */
@Injectable()
export class AuthorizeMailbox {
  constructor(
    private readonly config: CurrentConfig,
    private readonly tokens: OAuthTokens,
  ) {}

  async run(mailboxKey: string, dialog: AuthorizationDialog): Promise<void> {
    const { security, mailboxes } = this.config.get();
    const mailbox = mailboxes[mailboxKey];
    const settings = mailbox?.imap.oauth2 ?? mailbox?.smtp.oauth2;
    if (mailbox === undefined || settings === undefined) {
      throw new OperatorError(
        `Mailbox ${mailboxKey} has no oauth2 section: it needs no authorization.`,
      );
    }
    if (security.masterKeys.length === 0) {
      throw new OperatorError(
        'security.masterKeys is empty: tokens are kept encrypted, so give a master key first.',
      );
    }
    const endpoints = oauthEndpoints(settings);
    const tokenEndpoint = needed(endpoints.token, 'tokenEndpoint');
    try {
      const grant = await this.grant(settings, endpoints, tokenEndpoint, mailbox.address, dialog);
      if (grant.refreshToken === null && settings.flow !== 'client_credentials') {
        dialog.say(
          'Warning: the provider gave no refresh token; this authorization ends with its access token.',
        );
      }
      await this.tokens.keep(mailboxKey, grant);
    } catch (error) {
      if (error instanceof OperatorError) throw error;
      if (error instanceof MailSessionError)
        throw new OperatorError(error.message, { cause: error });
      throw new OperatorError(oauthFailure(error, mailboxKey, tokenEndpoint).message, {
        cause: error,
      });
    }
  }

  private grant(
    settings: OAuthConfig,
    endpoints: OAuthEndpoints,
    tokenEndpoint: string,
    address: string,
    dialog: AuthorizationDialog,
  ): Promise<TokenGrant> {
    switch (settings.flow) {
      case 'client_credentials':
        return requestToken(tokenEndpoint, settings, {
          grant_type: 'client_credentials',
          scope: endpoints.scopes.join(' '),
        });
      case 'device_code':
        return byDeviceCode(settings, endpoints, tokenEndpoint, dialog);
      default:
        return byPastedRedirect(settings, endpoints, tokenEndpoint, address, dialog);
    }
  }
}

async function byPastedRedirect(
  settings: OAuthConfig,
  endpoints: OAuthEndpoints,
  tokenEndpoint: string,
  address: string,
  dialog: AuthorizationDialog,
): Promise<TokenGrant> {
  const authorization = needed(endpoints.authorization, 'authorizationEndpoint');
  const { verifier, challenge, state } = newPkce();
  dialog.say(`Open this address in a browser, log in as ${address} and consent:`);
  dialog.say(
    authorizationUrl({ ...endpoints, authorization }, settings, {
      state,
      challenge,
      loginHint: address,
    }),
  );
  dialog.say('At the end the browser goes to a page that may not open: copy its whole address.');
  const pasted = readRedirect(await dialog.ask('Paste the address here:'), state);
  if (pasted.kind === 'problem') throw new OperatorError(pasted.reason);
  return requestToken(tokenEndpoint, settings, {
    grant_type: 'authorization_code',
    code: pasted.code,
    redirect_uri: endpoints.redirectUri,
    code_verifier: verifier,
  });
}

/** RFC 8628: shows the code and asks the token endpoint until the person has consented. */
async function byDeviceCode(
  settings: OAuthConfig,
  endpoints: OAuthEndpoints,
  tokenEndpoint: string,
  dialog: AuthorizationDialog,
): Promise<TokenGrant> {
  const endpoint = needed(endpoints.deviceAuthorization, 'deviceAuthorizationEndpoint');
  const device = await requestDeviceCode(endpoint, settings, endpoints.scopes);
  dialog.say(`Open ${device.verificationUri} in any browser and enter the code ${device.userCode}`);
  const giveUpAt = performance.now() + device.expiresInSeconds * 1000;
  let intervalMs = device.intervalSeconds * 1000;
  for (;;) {
    await delay(intervalMs);
    try {
      return await requestToken(tokenEndpoint, settings, {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: device.deviceCode,
      });
    } catch (error) {
      if (!(error instanceof OAuthRefusal)) throw error;
      // §3.5: slow_down asks for five seconds more between attempts, from now on.
      if (error.error === 'slow_down') intervalMs += 5_000;
      else if (error.error !== 'authorization_pending') throw error;
    }
    if (performance.now() > giveUpAt) {
      throw new OperatorError('Nobody entered the code in time: run the command again.');
    }
  }
}

function needed(endpoint: string | null, name: string): string {
  if (endpoint !== null) return endpoint;
  throw new OperatorError(`The oauth2 section of a custom provider needs ${name} for this flow.`);
}
