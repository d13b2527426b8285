import { createHash } from 'node:crypto';
import http from 'node:http';
import type net from 'node:net';

/** An OAuth2 provider on loopback: rotates refresh tokens, checks PKCE, and introspects tokens for Dovecot. */
export class TokenEndpoint {
  /** Every request to /token, as its form fields. */
  readonly requests: Record<string, string>[] = [];
  /** Access tokens that are good, and for whom. */
  readonly valid = new Map<string, string>();
  refreshToken = 'segredo-refresh-0';
  expiresIn = 3600;
  /** Of the refresh token, where it is told. */
  refreshExpiresIn: number | undefined = undefined;
  /** Answers with this error instead of a token, once for every entry. */
  errors: string[] = [];
  /** The challenge that the consent page was opened with. */
  challenge = '';
  private serial = 0;

  private constructor(
    private readonly server: http.Server,
    readonly url: string,
    /** Whose mailbox the tokens that are given out are for. */
    public user: string,
  ) {}

  static async start(user: string): Promise<TokenEndpoint> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const endpoint = new TokenEndpoint(server, `http://127.0.0.1:${port}`, user);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const form = Object.fromEntries(new URLSearchParams(body));
        const [status, answer] = endpoint.answer(request.url ?? '', form);
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer));
      });
    });
    return endpoint;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private answer(path: string, form: Record<string, string>): [number, unknown] {
    if (path.startsWith('/introspect')) {
      const email = this.valid.get(form['token'] ?? '');
      return [200, email === undefined ? { active: false } : { active: true, email }];
    }
    if (path === '/device') {
      return [
        200,
        {
          device_code: 'dev',
          user_code: 'ABCD-EFGH',
          verification_uri: 'https://x.test/d',
          interval: 0.02,
        },
      ];
    }
    this.requests.push(form);
    const error = this.errors.shift() ?? this.refusal(form);
    if (error !== null) return [400, { error, error_description: 'because' }];
    this.serial += 1;
    const accessToken = `segredo-access-${this.serial}`;
    this.valid.set(accessToken, this.user);
    const rotates = form['grant_type'] !== 'client_credentials';
    if (rotates) this.refreshToken = `segredo-refresh-${this.serial}`;
    return [
      200,
      {
        access_token: accessToken,
        token_type: 'Bearer',
        expires_in: this.expiresIn,
        refresh_token_expires_in: this.refreshExpiresIn,
        ...(rotates ? { refresh_token: this.refreshToken } : {}),
      },
    ];
  }

  private refusal(form: Record<string, string>): string | null {
    switch (form['grant_type']) {
      case 'refresh_token':
        // A second use of a rotated token is taken for theft, as real providers do.
        return form['refresh_token'] === this.refreshToken ? null : 'invalid_grant';
      case 'authorization_code': {
        const hash = createHash('sha256')
          .update(form['code_verifier'] ?? '')
          .digest('base64url');
        return form['code'] === 'the-code' && hash === this.challenge ? null : 'invalid_grant';
      }
      case 'client_credentials':
        return form['client_secret'] === 's3cret' ? null : 'invalid_client';
      default:
        return null;
    }
  }
}
