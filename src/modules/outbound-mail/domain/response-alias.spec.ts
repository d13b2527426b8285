import { describe, expect, it } from '@jest/globals';
import { aliasInResponse } from './response-alias.js';

describe('D26: the Message-ID that a relay gave our mail', () => {
  it.each([
    ['250 2.0.0 OK <A1@PROD.OUTLOOK.COM> [Hostname=x]', 'A1@PROD.OUTLOOK.COM'],
    ['250 2.0.0 Ok: queued as 4F2', null],
    ['250 OK <own@empresa.test>', null],
    ['250 OK <no id>', null],
  ])('%s', (response, expected) => {
    expect(aliasInResponse(response, 'own@empresa.test', 'smtp.empresa.test')).toBe(expected);
  });

  const given = '0100018f1c2d3e4f-1a2b3c4d-0a1b-2c3d-4e5f-0123456789ab-000000';
  it.each([
    ['email-smtp.us-east-1.amazonaws.com', `${given}@email.amazonses.com`],
    ['email-smtp.sa-east-1.amazonaws.com', `${given}@sa-east-1.amazonses.com`],
    ['smtp.empresa.test', null],
  ])('of Amazon SES by its region: %s', (host, expected) => {
    expect(aliasInResponse(`250 Ok ${given}`, 'own@empresa.test', host)).toBe(expected);
  });
});
