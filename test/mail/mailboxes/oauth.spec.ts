import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CurrentConfig, OAuthConfig } from '../../../src/config/index.js';
import { AuthorizeMailbox } from '../../../src/modules/mailboxes/commands/authorize-mailbox.js';
import { MailCredentials } from '../../../src/modules/mailboxes/gateway/mail-credentials.js';
import { OAuthTokens } from '../../../src/modules/mailboxes/gateway/oauth-tokens.js';
import { MailSessions, SmtpSender } from '../../../src/modules/mailboxes/index.js';
import { OAuthTokenStore } from '../../../src/modules/mailboxes/store/oauth-token.store.js';
import { Leases, newId } from '../../../src/platform/index.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { Dovecot } from '../../support/dovecot.js';
import { mailboxConfig } from './mailbox-config.js';
import { ScriptedSmtp } from './scripted-smtp.js';
import { TokenEndpoint } from '../../support/token-endpoint.js';

const BOX = 'suporte@hd.test';
const OLD_KEY = { id: 'velha', secret: 'v'.repeat(40) };
const NEW_KEY = { id: 'nova', secret: 'n'.repeat(40) };

describe('OAuth2 (XOAUTH2)', () => {
  let fresh: FreshDatabase;
  let endpoint: TokenEndpoint;

  beforeAll(async () => {
    fresh = await freshDatabase();
    await fresh.database.inTransaction(async (tx) => {
      await tx.execute(
        "insert into queues (key, name, private) values ('support', 'Suporte', false)",
      );
      await tx.execute(
        "insert into mailboxes (key, address, queue_key) values ('suporte', 'suporte@hd.test', 'support')",
      );
    });
  });
  beforeEach(async () => {
    endpoint = await TokenEndpoint.start(BOX);
  });
  afterEach(async () => {
    await endpoint.stop();
    await fresh.database.inTransaction((tx) => tx.execute('delete from oauth_tokens'));
  });
  afterAll(async () => {
    await fresh.close();
  });

  const oauth2 = (changes: Partial<OAuthConfig> = {}): OAuthConfig => ({
    provider: 'custom',
    flow: 'authorization_code',
    clientId: 'helpdesk',
    clientSecret: 's3cret',
    scopes: ['mail'],
    authorizationEndpoint: `${endpoint.url}/authorize`,
    deviceAuthorizationEndpoint: `${endpoint.url}/device`,
    tokenEndpoint: `${endpoint.url}/token`,
    ...changes,
  });
  const configWith = (settings: OAuthConfig, keys = [OLD_KEY]): CurrentConfig =>
    mailboxConfig(
      { suporte: { imap: { oauth2: settings }, smtp: { user: BOX, oauth2: settings } } },
      keys,
    );
  /** What one process has of its own. */
  const process = (config: CurrentConfig): OAuthTokens => {
    const leases = new Leases(fresh.database, newId());
    return new OAuthTokens(
      new OAuthTokenStore(fresh.database, leases),
      leases,
      config,
      fresh.clock,
    );
  };
  const grant = (refreshToken: string | null, expiresInSeconds = 3600) => ({
    accessToken: 'segredo-access-first',
    refreshToken,
    expiresInSeconds,
  });

  it('logs in to Dovecot by client credentials, and renews a token that the server refuses', async () => {
    const settings = oauth2({ flow: 'client_credentials' });
    const dovecot = await Dovecot.start([], { introspectionUrl: `${endpoint.url}/introspect` });
    try {
      const config = configWith(settings);
      config.get().mailboxes['suporte']!.imap.port = dovecot.imapPort;
      const tokens = process(config);
      const sessions = new MailSessions(config, new MailCredentials(tokens));
      const session = await sessions.connect('suporte');
      expect(await session.position('INBOX')).toMatchObject({ folder: 'INBOX' });
      await session.close();
      endpoint.valid.clear();
      const again = await sessions.connect('suporte');
      await again.close();
      expect(endpoint.requests).toHaveLength(2);
    } finally {
      await dovecot.stop();
    }
  });

  it('renews ahead of expiry, once for all processes, and keeps the rotated refresh token encrypted', async () => {
    const config = configWith(oauth2());
    await process(config).keep('suporte', grant('segredo-refresh-0', 240));
    const all = [process(config), process(config), process(config)];
    const tokens = await Promise.all(
      all.flatMap((one) => [one, one]).map((one) => one.accessToken('suporte', oauth2())),
    );
    expect(new Set(tokens)).toEqual(new Set(['segredo-access-1']));
    expect(endpoint.requests.map((request) => request['grant_type'])).toEqual(['refresh_token']);
    // The rotated token is the one that works the next time.
    expect(await process(config).accessToken('suporte', oauth2(), 'segredo-access-1')).toBe(
      'segredo-access-2',
    );
    const [row] = await fresh.database.query<{ ciphertext: Buffer; key_id: string }>(
      'select key_id, ciphertext from oauth_tokens',
    );
    expect(row!.key_id).toBe('velha');
    expect(row!.ciphertext.toString('latin1')).not.toMatch(/access|refresh/);
  });

  it('a valid token is not asked for again', async () => {
    const config = configWith(oauth2());
    await process(config).keep('suporte', grant('segredo-refresh-0'));
    expect(await process(config).accessToken('suporte', oauth2())).toBe('segredo-access-first');
    expect(endpoint.requests).toEqual([]);
  });

  it('a token endpoint in trouble does not hurt while the old token lasts', async () => {
    const config = configWith(oauth2());
    await process(config).keep('suporte', grant('segredo-refresh-0', 200));
    endpoint.errors = ['temporarily_unavailable'];
    expect(await process(config).accessToken('suporte', oauth2())).toBe('segredo-access-first');
  });

  it('master keys rotate: what the old key sealed is sealed by the new one as soon as it is seen', async () => {
    await process(configWith(oauth2())).keep('suporte', grant('segredo-refresh-0'));
    const rotated = configWith(oauth2(), [NEW_KEY, OLD_KEY]);
    expect(await process(rotated).accessToken('suporte', oauth2())).toBe('segredo-access-first');
    const onlyNew = process(configWith(oauth2(), [NEW_KEY]));
    expect(await onlyNew.accessToken('suporte', oauth2())).toBe('segredo-access-first');
    const lost = process(configWith(oauth2(), [OLD_KEY]));
    await expect(lost.accessToken('suporte', oauth2())).rejects.toThrow('master key "nova"');
  });

  it('says in words: not authorized yet, withdrawn, wrong client, endpoint unknown', async () => {
    const tokens = process(configWith(oauth2()));
    await expect(tokens.accessToken('suporte', oauth2())).rejects.toThrow(
      'mailbox authorize suporte',
    );
    await tokens.keep('suporte', grant('withdrawn', 1));
    await expect(tokens.accessToken('suporte', oauth2())).rejects.toMatchObject({
      failure: { kind: 'authentication', message: expect.stringContaining('withdrawn: run') },
    });
    const wrong = oauth2({ flow: 'client_credentials', clientSecret: 'errado' });
    await expect(tokens.accessToken('suporte', wrong)).rejects.toThrow('check clientId');
    const nowhere = oauth2({
      flow: 'client_credentials',
      tokenEndpoint: 'http://nenhures.invalid/t',
    });
    await expect(tokens.accessToken('suporte', nowhere)).rejects.toMatchObject({
      failure: { kind: 'unknown_host' },
    });
  });

  it('authorizes by pasted redirect with PKCE', async () => {
    const config = configWith(oauth2());
    const tokens = process(config);
    const said: string[] = [];
    await new AuthorizeMailbox(config, tokens).run('suporte', {
      say: (line) => said.push(line),
      ask: async () => {
        const page = new URL(said.find((line) => line.startsWith('http'))!);
        endpoint.challenge = page.searchParams.get('code_challenge')!;
        const back = new URL(page.searchParams.get('redirect_uri')!);
        back.searchParams.set('code', 'the-code');
        back.searchParams.set('state', page.searchParams.get('state')!);
        return back.href;
      },
    });
    expect(await tokens.accessToken('suporte', oauth2())).toBe('segredo-access-1');
    expect(endpoint.requests[0]!['code_verifier']).toMatch(/^[\w-]{43}$/);
    const stolen = new AuthorizeMailbox(config, tokens).run('suporte', {
      say: () => undefined,
      ask: async () => 'http://localhost:8091/?code=the-code&state=other',
    });
    await expect(stolen).rejects.toThrow('another attempt');
  });

  it('authorizes by device code, waiting until the person has consented', async () => {
    const settings = oauth2({ flow: 'device_code' });
    const config = configWith(settings);
    const tokens = process(config);
    endpoint.errors = ['authorization_pending', 'authorization_pending'];
    const said: string[] = [];
    await new AuthorizeMailbox(config, tokens).run('suporte', {
      say: (line) => said.push(line),
      ask: () => Promise.reject(new Error('nothing is asked')),
    });
    expect(said.join(' ')).toContain('ABCD-EFGH');
    expect(await tokens.accessToken('suporte', settings)).toBe('segredo-access-1');
    endpoint.errors = ['access_denied'];
    const refused = new AuthorizeMailbox(config, tokens).run('suporte', {
      say: () => undefined,
      ask: async () => '',
    });
    await expect(refused).rejects.toThrow('access_denied');
  });

  it('keeps when the authorization ends: as the endpoint tells, or the last day that the operator names', async () => {
    const ends = async (): Promise<Date | null> =>
      (
        await fresh.database.query<{ ends: Date | null }>(
          'select authorization_expires_at as ends from oauth_tokens',
        )
      )[0]!.ends;
    const config = configWith(oauth2());
    await process(config).keep('suporte', grant(endpoint.refreshToken, 240));
    expect(await ends()).toBeNull();
    endpoint.refreshExpiresIn = 604_800;
    await process(config).accessToken('suporte', oauth2());
    expect(await ends()).toEqual(new Date(fresh.clock.now().getTime() + 604_800_000));
    endpoint.refreshExpiresIn = undefined;
    const named = configWith(oauth2({ expiresOn: '2026-11-06' }));
    await process(named).accessToken('suporte', oauth2(), `segredo-access-1`);
    expect(await ends()).toEqual(new Date('2026-11-07T03:00:00Z'));
  });

  it('SMTP: sends the XOAUTH2 string, and once more with a new token after a refusal', async () => {
    const server = await ScriptedSmtp.start();
    server.script = { offers: ['AUTH XOAUTH2'] };
    const settings = oauth2({ flow: 'client_credentials' });
    const config = configWith(settings);
    Object.assign(config.get().mailboxes['suporte']!.smtp, { port: server.port });
    const sender = new SmtpSender(config, new MailCredentials(process(config)));
    const mail = {
      envelope: { from: '', to: ['maria@cliente.test'] },
      messageId: 'a@hd.test',
      inReplyTo: null,
      references: [],
      date: fresh.clock.now(),
      from: { address: BOX, name: '' },
      replyTo: null,
      to: [{ address: 'maria@cliente.test', name: '' }],
      cc: [],
      subject: 'x',
      text: 'x',
      html: null,
      headers: {},
      attachments: [],
    };
    expect((await sender.send('suporte', mail)).kind).toBe('accepted');
    sender.onApplicationShutdown();
    server.script = { offers: ['AUTH XOAUTH2'], auth: '535 5.7.3 no' };
    expect((await sender.send('suporte', mail)).kind).toBe('mailbox_stopped');
    const strings = server.lines
      .filter((line) => line.startsWith('AUTH'))
      .map((line) => Buffer.from(line.split(' ')[2]!, 'base64').toString());
    expect(strings).toEqual(
      ['segredo-access-1', 'segredo-access-1', 'segredo-access-2'].map(
        (token) => `user=${BOX}\u0001auth=Bearer ${token}\u0001\u0001`,
      ),
    );
    await server.stop();
  });
});
