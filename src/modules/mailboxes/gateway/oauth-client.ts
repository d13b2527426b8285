import { createHash, randomBytes } from 'node:crypto';
import type { OAuthSettings } from '../domain/oauth-provider.js';

const REQUEST_TIMEOUT_MS = 10_000;

/** What a token endpoint handed out. */
export interface TokenGrant {
  readonly accessToken: string;
  /** Null where none came: the one we have stays valid (RFC 6749 §6). */
  readonly refreshToken: string | null;
  /** Seconds; null where the endpoint does not say. */
  readonly expiresInSeconds: number | null;
  /** Of the refresh token, where the endpoint tells it; seconds. */
  readonly authorizationExpiresInSeconds?: number | null;
}

/** The endpoint understood us and said no (RFC 6749 §5.2): `error` is its code, for example `invalid_grant`. */
export class OAuthRefusal extends Error {
  constructor(
    readonly error: string,
    description: string,
    readonly host: string,
  ) {
    super(description === '' ? error : `${error} (${description})`);
    this.name = 'OAuthRefusal';
  }
}

/** A device code request (RFC 8628 §3.2). */
export interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly intervalSeconds: number;
  readonly expiresInSeconds: number;
}

/** PKCE (RFC 7636 §4.1–4.2): a secret that only we know, and its hash for the consent page. */
export function newPkce(): { verifier: string; challenge: string; state: string } {
  const verifier = randomBytes(32).toString('base64url');
  return {
    verifier,
    challenge: createHash('sha256').update(verifier).digest('base64url'),
    state: randomBytes(16).toString('base64url'),
  };
}

/** Asks a token endpoint. Throws OAuthRefusal for a refusal, what `fetch` throws for the network. */
export async function requestToken(
  endpoint: string,
  settings: OAuthSettings,
  parameters: Readonly<Record<string, string>>,
): Promise<TokenGrant> {
  const answer = await post(endpoint, {
    client_id: settings.clientId,
    ...(settings.clientSecret === undefined ? {} : { client_secret: settings.clientSecret }),
    ...parameters,
  });
  const accessToken = answer['access_token'];
  if (typeof accessToken !== 'string' || accessToken === '') {
    throw new OAuthRefusal('invalid_response', 'no access_token', new URL(endpoint).host);
  }
  const refreshToken = answer['refresh_token'];
  const seconds = (name: string): number | null => {
    const value = Number(answer[name]);
    return Number.isFinite(value) && value > 0 ? value : null;
  };
  return {
    accessToken,
    refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : null,
    expiresInSeconds: seconds('expires_in'),
    // In no RFC, and told by several: Google and Microsoft by the first name, Keycloak by the second.
    authorizationExpiresInSeconds:
      seconds('refresh_token_expires_in') ?? seconds('refresh_expires_in'),
  };
}

/** Begins the device flow. Throws as `requestToken`. */
export async function requestDeviceCode(
  endpoint: string,
  settings: OAuthSettings,
  scopes: readonly string[],
): Promise<DeviceCode> {
  const answer = await post(endpoint, { client_id: settings.clientId, scope: scopes.join(' ') });
  const text = (name: string): string => {
    const value = answer[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    deviceCode: text('device_code'),
    userCode: text('user_code'),
    verificationUri: text('verification_uri') || text('verification_url'),
    intervalSeconds: Number(answer['interval']) || 5,
    expiresInSeconds: Number(answer['expires_in']) || 900,
  };
}

async function post(
  endpoint: string,
  form: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(endpoint, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const { host } = new URL(endpoint);
  let answer: Readonly<Record<string, unknown>>;
  try {
    answer = (await response.json()) as Readonly<Record<string, unknown>>;
  } catch {
    throw new OAuthRefusal(`http_${response.status}`, 'the answer is no JSON', host);
  }
  if (response.ok) return answer;
  const description = answer['error_description'];
  throw new OAuthRefusal(
    typeof answer['error'] === 'string' ? answer['error'] : `http_${response.status}`,
    typeof description === 'string' ? description.slice(0, 300) : '',
    host,
  );
}
