import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { ClamdConfig } from '../../../src/config/index.js';
import { ClamdUnavailable, scanStream } from '../../../src/modules/files/gateway/clamd.js';
import { Clamd, EICAR } from '../../support/clamd.js';

let clamd: Clamd;
beforeAll(async () => {
  clamd = await Clamd.start('1M');
});
afterAll(() => clamd?.stop());

const config = (more: Partial<ClamdConfig> = {}): ClamdConfig =>
  Object.assign(new ClamdConfig(), { host: '127.0.0.1', port: clamd.port, ...more });
const scan = (content: Buffer | string, more?: Partial<ClamdConfig>): Promise<unknown> =>
  scanStream(config(more), Readable.from([Buffer.from(content)], { objectMode: false }));

const MAIL = `From: a@b.example\r\nTo: suporte@empresa.example\r\nSubject: Nota\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nOi\r\n--x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="nota.com"\r\n\r\n${Buffer.from(EICAR).toString('base64')}\r\n--x--\r\n`;

describe('a real clamd', () => {
  it('finds a test virus in a file and inside an original, and nothing in ordinary text', async () => {
    expect(await scan('bom dia')).toEqual({ kind: 'clean' });
    const found = { kind: 'infected', signature: expect.stringContaining('Helpdesk.Test.EICAR') };
    expect(await scan(EICAR)).toEqual(found);
    expect(await scan(MAIL)).toEqual(found);
    expect(await scan('')).toEqual({ kind: 'clean' });
  });

  it('a file past its StreamMaxLength is told from a clamd that is gone; our own limit without sending all', async () => {
    // It hangs up with our bytes unread, so that its word on the limit mostly gets lost in the reset.
    const past = await scan(Buffer.alloc(5_000_000, 'x')).catch((error: unknown) => error);
    expect(past).toEqual(
      past instanceof ClamdUnavailable
        ? expect.objectContaining({ inTheMiddle: true })
        : { kind: 'too_large' },
    );
    expect(await scan(Buffer.alloc(500_000, 'x'), { maxBytes: 100_000 })).toEqual({
      kind: 'too_large',
    });
    expect(await scan(Buffer.alloc(500_000, 'x'))).toEqual({ kind: 'clean' });
  });

  it('many at once, and none once it is gone', async () => {
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, at) => scan(at % 2 === 0 ? EICAR : `texto ${at}`)),
    );
    expect(many.filter((one) => (one as { kind: string }).kind === 'infected')).toHaveLength(10);
    await clamd.kill();
    await expect(scan('bom dia')).rejects.toThrow(/ECONNREFUSED/);
    await clamd.boot();
    expect(await scan('bom dia')).toEqual({ kind: 'clean' });
  });
});
