import { describe, expect, it } from '@jest/globals';
import { salvageHeader } from './salvage-header.js';

describe('salvaged header', () => {
  it('D22: reads sender, subject and Message-ID without a parser', () => {
    const raw =
      'From: "Ana" <Ana@Cliente.test>\r\nSubject: muito\r\n longo\r\nMessage-ID: <m@c.test>\r\n\r\nFrom: x@y.test';
    expect(salvageHeader(Buffer.from(raw))).toMatchObject({
      from: 'ana@cliente.test',
      subject: 'muito longo',
      messageId: 'm@c.test',
    });
  });
  it.each([
    ['nothing', ''],
    ['binary', '\0\xff\xfe'],
    ['only a body', 'oi'],
  ])('D22: %s gives an empty stub', (_name, raw) => {
    expect(salvageHeader(Buffer.from(raw, 'latin1'))).toMatchObject({
      from: null,
      subject: '',
      messageId: null,
    });
  });
});
