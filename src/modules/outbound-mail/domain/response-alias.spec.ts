import { describe, expect, it } from '@jest/globals';
import { aliasInResponse } from './response-alias.js';

describe('D26: the Message-ID that a relay gave our mail', () => {
  it.each([
    ['250 2.0.0 OK <A1@PROD.OUTLOOK.COM> [Hostname=x]', 'A1@PROD.OUTLOOK.COM'],
    ['250 2.0.0 Ok: queued as 4F2', null],
    ['250 OK <own@empresa.test>', null],
    ['250 OK <no id>', null],
  ])('%s', (response, expected) => {
    expect(aliasInResponse(response, 'own@empresa.test')).toBe(expected);
  });
});
