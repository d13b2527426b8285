import { afterEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { StagedBlob } from '../../../src/modules/files/index.js';
import { WorkerParser } from '../../../src/modules/mailbox-intake/parser/worker-parser.js';

const real = new URL(
  '../../../dist/src/modules/mailbox-intake/parser/parser-worker.js',
  import.meta.url,
);
const fragile = new URL('../../fixtures/parser-workers/fragile-worker.mjs', import.meta.url);

async function stage(content: Readable): Promise<StagedBlob> {
  const bytes = await buffer(content);
  return {
    sha256: createHash('sha256').update(bytes).digest(),
    sizeBytes: bytes.length,
    content: bytes,
    location: null,
  };
}

const mail = (body: string, subject = 'oi'): Buffer =>
  Buffer.from(`From: ana@cliente.test\r\nSubject: ${subject}\r\n\r\n${body}\r\n`);

describe('the parser’s thread', () => {
  let parser: WorkerParser;
  afterEach(() => parser.close());

  it('parses many messages at a time, each to its own answer', async () => {
    parser = new WorkerParser(real);
    const subjects = Array.from({ length: 100 }, (_, index) => `mensagem ${index}`);
    const parsed = await Promise.all(
      subjects.map((subject) => parser.parse({ kind: 'bytes', raw: mail('x', subject) }, stage)),
    );
    expect(parsed.map(({ subject }) => subject)).toEqual(subjects);
  });

  it('streams a large message in and its attachments out, small and large', async () => {
    parser = new WorkerParser(real);
    const small = randomBytes(1_000);
    const large = randomBytes(3 * 1024 * 1024);
    const part = (bytes: Buffer, name: string): string =>
      `--B\r\nContent-Type: application/octet-stream; name="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${bytes.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`;
    const raw = Buffer.from(
      `From: ana@cliente.test\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\ntexto\r\n${part(large, 'grande.bin')}${part(small, 'pequeno.bin')}--B--\r\n`,
    );
    const pieces = Array.from({ length: Math.ceil(raw.length / 65_536) }, (_, i) =>
      raw.subarray(i * 65_536, (i + 1) * 65_536),
    );
    const parsed = await parser.parse(
      { kind: 'stream', sizeBytes: raw.length, open: async () => Readable.from(pieces) },
      stage,
    );
    expect(parsed.text).toBe('texto');
    expect(parsed.attachments.map(({ filename, blob }) => [filename, blob.sizeBytes])).toEqual([
      ['grande.bin', large.length],
      ['pequeno.bin', small.length],
    ]);
    expect(parsed.attachments[0]!.blob.content!.equals(large)).toBe(true);
    expect(parsed.attachments[1]!.blob.content!.equals(small)).toBe(true);
  });

  it.each(['ORDER-CRASH', 'ORDER-MEMORY', 'ORDER-HANG'])(
    'D22: a message that ends the thread (%s) fails alone; its neighbours are parsed',
    async (order) => {
      parser = new WorkerParser(fragile, 3_000);
      const bodies = ['um', 'dois', order, 'quatro', 'cinco'];
      const results = await Promise.allSettled(
        bodies.map((body) => parser.parse({ kind: 'bytes', raw: mail(body) }, stage)),
      );
      expect(
        results.map((result) =>
          result.status === 'fulfilled' ? result.value.text.trim() : (result.reason as Error).name,
        ),
      ).toEqual(['um', 'dois', 'UnparsableMail', 'quatro', 'cinco']);
      // And the parser goes on.
      expect((await parser.parse({ kind: 'bytes', raw: mail('depois') }, stage)).text.trim()).toBe(
        'depois',
      );
    },
  );

  it('D22: a message that never ends is given up after a bounded time of work, however long silence may last', async () => {
    parser = new WorkerParser(fragile, 60_000, 500);
    const results = await Promise.allSettled(
      ['ORDER-HANG', 'dois'].map((body) => parser.parse({ kind: 'bytes', raw: mail(body) }, stage)),
    );
    expect(results[0]).toMatchObject({ status: 'rejected', reason: { reason: 'timeout' } });
    expect(results[1]).toMatchObject({ status: 'fulfilled', value: { text: 'dois\n' } });
  });

  it('a fault of our own storage is not the message’s', async () => {
    parser = new WorkerParser(real);
    const raw = Buffer.from(
      `From: a@c.test\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${randomBytes(600_000).toString('base64')}\r\n`,
    );
    const full = Object.assign(new Error('disk full'), { code: 'ENOSPC' });
    const parsing = parser.parse({ kind: 'bytes', raw }, async (content) => {
      content.on('error', () => undefined).resume();
      throw full;
    });
    await expect(parsing).rejects.toBe(full);
  });
});
