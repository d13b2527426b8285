/** What a mailbox's `oauth2` section says, as far as endpoints and scopes depend on it. */
export interface OAuthSettings {
  readonly provider: 'google' | 'microsoft' | 'custom';
  readonly flow: 'authorization_code' | 'device_code' | 'client_credentials';
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly tenant?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly authorizationEndpoint?: string | undefined;
  readonly deviceAuthorizationEndpoint?: string | undefined;
  readonly tokenEndpoint?: string | undefined;
  readonly redirectUri?: string | undefined;
}

export interface OAuthEndpoints {
  readonly authorization: string | null;
  readonly deviceAuthorization: string | null;
  readonly token: string | null;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** What the provider wants besides RFC 6749 so that it hands out a refresh token. */
  readonly authorizationParameters: Readonly<Record<string, string>>;
}

/** A redirect to loopback: nothing has to listen there, the person pastes the address that the browser shows. */
const DEFAULT_REDIRECT = 'http://localhost:8091/';

/** Endpoints and scopes by provider; what the configuration names itself wins. */
export function oauthEndpoints(settings: OAuthSettings): OAuthEndpoints {
  const known = knownEndpoints(settings);
  return {
    authorization: settings.authorizationEndpoint ?? known.authorization,
    deviceAuthorization: settings.deviceAuthorizationEndpoint ?? known.deviceAuthorization,
    token: settings.tokenEndpoint ?? known.token,
    redirectUri: settings.redirectUri ?? DEFAULT_REDIRECT,
    scopes: settings.scopes ?? known.scopes,
    authorizationParameters: known.authorizationParameters,
  };
}

function knownEndpoints(settings: OAuthSettings): Omit<OAuthEndpoints, 'redirectUri'> {
  switch (settings.provider) {
    case 'google':
      return {
        authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
        deviceAuthorization: 'https://oauth2.googleapis.com/device/code',
        token: 'https://oauth2.googleapis.com/token',
        scopes: ['https://mail.google.com/'],
        authorizationParameters: { access_type: 'offline', prompt: 'consent' },
      };
    case 'microsoft': {
      const base = `https://login.microsoftonline.com/${settings.tenant ?? 'common'}/oauth2/v2.0`;
      return {
        authorization: `${base}/authorize`,
        deviceAuthorization: `${base}/devicecode`,
        token: `${base}/token`,
        scopes:
          settings.flow === 'client_credentials'
            ? ['https://outlook.office365.com/.default']
            : [
                'https://outlook.office.com/IMAP.AccessAsUser.All',
                'https://outlook.office.com/SMTP.Send',
                'offline_access',
              ],
        authorizationParameters: { prompt: 'select_account' },
      };
    }
    default:
      return {
        authorization: null,
        deviceAuthorization: null,
        token: null,
        scopes: [],
        authorizationParameters: {},
      };
  }
}

/** The page where a person consents (RFC 6749 §4.1.1 with PKCE, RFC 7636). */
export function authorizationUrl(
  endpoints: OAuthEndpoints & { readonly authorization: string },
  settings: OAuthSettings,
  request: { readonly state: string; readonly challenge: string; readonly loginHint: string },
): string {
  const url = new URL(endpoints.authorization);
  const parameters = {
    response_type: 'code',
    client_id: settings.clientId,
    redirect_uri: endpoints.redirectUri,
    ...(endpoints.scopes.length > 0 ? { scope: endpoints.scopes.join(' ') } : {}),
    state: request.state,
    code_challenge: request.challenge,
    code_challenge_method: 'S256',
    login_hint: request.loginHint,
    ...endpoints.authorizationParameters,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** What the address that a person pasted back holds. */
export type PastedRedirect =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'problem'; readonly reason: string };

/** Reads the pasted redirect address; `state` must be the one we sent, or somebody else's consent was pasted. */
export function readRedirect(pasted: string, state: string): PastedRedirect {
  let parameters: URLSearchParams;
  try {
    parameters = new URL(pasted.trim()).searchParams;
  } catch {
    return {
      kind: 'problem',
      reason: 'This is no web address: paste the whole address that the browser shows at the end.',
    };
  }
  const refusal = parameters.get('error');
  if (refusal !== null) {
    const more = parameters.get('error_description');
    return {
      kind: 'problem',
      reason: `The provider refused: ${refusal}${more === null ? '' : ` (${more})`}.`,
    };
  }
  if (parameters.get('state') !== state) {
    return {
      kind: 'problem',
      reason: 'This address belongs to another attempt: open the link of this one and try again.',
    };
  }
  const code = parameters.get('code');
  return code === null || code === ''
    ? { kind: 'problem', reason: 'There is no authorization code in this address.' }
    : { kind: 'code', code };
}
