import { describe, expect, it } from '@jest/globals';
import { authorizationUrl, oauthEndpoints, readRedirect } from './oauth-provider.js';

const client = { flow: 'authorization_code', clientId: 'app' } as const;

describe('oauthEndpoints', () => {
  it('knows Google', () => {
    expect(oauthEndpoints({ ...client, provider: 'google' })).toMatchObject({
      token: 'https://oauth2.googleapis.com/token',
      scopes: ['https://mail.google.com/'],
    });
  });

  it('knows Microsoft 365 by directory', () => {
    const endpoints = oauthEndpoints({ ...client, provider: 'microsoft', tenant: 'empresa.test' });
    expect(endpoints.token).toBe(
      'https://login.microsoftonline.com/empresa.test/oauth2/v2.0/token',
    );
    expect(endpoints.scopes).toContain('offline_access');
    expect(
      oauthEndpoints({ ...client, provider: 'microsoft', flow: 'client_credentials' }).scopes,
    ).toEqual(['https://outlook.office365.com/.default']);
  });

  it('lets the configuration win', () => {
    const endpoints = oauthEndpoints({
      ...client,
      provider: 'google',
      tokenEndpoint: 'http://127.0.0.1/t',
      scopes: ['x'],
    });
    expect(endpoints).toMatchObject({ token: 'http://127.0.0.1/t', scopes: ['x'] });
  });
});

it('the consent page gets PKCE, state and the provider’s own wishes', () => {
  const endpoints = oauthEndpoints({ ...client, provider: 'google' });
  const url = new URL(
    authorizationUrl(
      { ...endpoints, authorization: endpoints.authorization! },
      { ...client, provider: 'google' },
      { state: 's', challenge: 'c', loginHint: 'suporte@empresa.test' },
    ),
  );
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: 'code',
    state: 's',
    code_challenge: 'c',
    code_challenge_method: 'S256',
    access_type: 'offline',
  });
});

describe('readRedirect', () => {
  it.each([
    ['http://localhost:8091/?code=abc&state=s', { kind: 'code', code: 'abc' }],
    [' http://localhost:8091/?state=s&code=a%2Fb ', { kind: 'code', code: 'a/b' }],
  ])('%s', (pasted, expected) => {
    expect(readRedirect(pasted, 's')).toEqual(expected);
  });

  it.each([
    ['nonsense', 'no web address'],
    ['http://localhost/?error=access_denied&error_description=No', 'access_denied (No)'],
    ['http://localhost/?code=abc&state=other', 'another attempt'],
    ['http://localhost/?state=s', 'no authorization code'],
  ])('%s is refused in words', (pasted, words) => {
    const read = readRedirect(pasted, 's');
    expect(read.kind === 'problem' && read.reason).toContain(words);
  });
});
