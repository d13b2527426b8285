import { describe, expect, it } from '@jest/globals';
import { MailSessionError, classifySessionFailure, type ServerName } from './session-failure.js';

const server: ServerName = {
  protocol: 'IMAP',
  host: 'imap.empresa.test',
  port: 993,
  tls: 'implicit',
};

describe('classifySessionFailure', () => {
  it.each([
    [{ code: 'ENOTFOUND' }, 'unknown_host', 'imap.empresa.test is unknown'],
    [{ code: 'EDNS', originalCode: 'ENOTFOUND' }, 'unknown_host', 'unknown'],
    [{ code: 'ECONNREFUSED' }, 'refused', 'check host, port and firewall'],
    [{ code: 'ESOCKET', originalCode: 'ECONNREFUSED' }, 'refused', 'imap.empresa.test:993'],
    [{ errors: [{ code: 'ECONNREFUSED' }] }, 'refused', 'Nothing answers'],
    [{ code: 'CONNECT_TIMEOUT' }, 'timeout', 'silent for too long'],
    [{ code: 'ETIMEOUT' }, 'timeout', 'silent'],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'tls', 'give that authority'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'tls', 'another name'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'tls', 'not valid today'],
    [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'tls', '`tls: starttls`'],
    [{ code: 'ClosedAfterConnectText' }, 'tls', 'tls: implicit'],
    [
      { authenticationFailed: true, response: 'NO [AUTHENTICATIONFAILED] no' },
      'authentication',
      'check user and password',
    ],
    [{ serverResponseCode: 'APPENDLIMIT', message: 'too big' }, 'too_large', 'of this size'],
    [{ serverResponseCode: 'TOOBIG', responseText: 'No' }, 'too_large', 'of this size'],
    [{ responseText: 'Message exceeds fixed maximum message size' }, 'too_large', 'of this size'],
    [{ serverResponseCode: 'OVERQUOTA', responseText: 'Too much' }, 'quota', 'over its quota'],
    [{ responseText: 'Quota exceeded (mailbox for user is full)' }, 'quota', 'free some space'],
    [{ code: 'NoConnection' }, 'disconnected', 'closed the connection'],
    [{ responseText: 'I am a teapot' }, 'protocol', '"I am a teapot"'],
    [new Error('something new'), 'other', 'something new'],
    ['text', 'other', 'text'],
  ])('%j is %s', (error, kind, words) => {
    const failure = classifySessionFailure(error, server);
    expect(failure.kind).toBe(kind);
    expect(failure.message).toContain(words);
  });

  it('says that STARTTLS is missing', () => {
    const failure = classifySessionFailure(
      { tlsFailed: true, message: 'Server does not support STARTTLS' },
      { ...server, tls: 'starttls' },
    );
    expect(failure).toMatchObject({ kind: 'tls' });
    expect(failure.message).toContain('STARTTLS');
  });

  it('keeps a failure that was classified before', () => {
    const failure = { kind: 'folder_missing', message: 'There is no folder X.' } as const;
    expect(classifySessionFailure(new MailSessionError(failure), server)).toBe(failure);
  });

  it('lets no control character of a server through', () => {
    const { message } = classifySessionFailure({ responseText: 'a\r\nb\u001b[31m' }, server);
    expect(message).not.toMatch(/[\p{Cc}]/u);
  });
});
