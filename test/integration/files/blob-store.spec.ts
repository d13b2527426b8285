import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  StorageDirectory,
  type BlobStore,
  type StagedBlob,
} from '../../../src/modules/files/index.js';
import { TEMPORARY_FOLDER } from '../../../src/modules/files/store/durable-file.js';
import { TemporaryFiles } from '../../../src/modules/files/store/temporary-files.js';
import { AppError } from '../../../src/platform/index.js';
import { blobStoreIn } from '../../support/blobs.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

const INLINE = 256 * 1024;

describe('BlobStore', () => {
  let fresh: FreshDatabase;
  let directory: string;
  let store: BlobStore;

  beforeAll(async () => {
    fresh = await freshDatabase();
    directory = await mkdtemp(join(tmpdir(), 'helpdesk-files-'));
    store = blobStoreIn(fresh, directory);
  });

  afterAll(async () => {
    await fresh.close();
    await rm(directory, { recursive: true, force: true });
  });

  const record = (...staged: StagedBlob[]): Promise<void> =>
    fresh.database.inTransaction((tx) => store.record(tx, staged));

  const filesBelow = async (folder: string): Promise<string[]> =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);

  it('keeps up to 256 KB in PostgreSQL and anything larger in a file', async () => {
    const small = await store.stage(randomBytes(INLINE));
    const large = await store.stage(randomBytes(INLINE + 1));
    expect(small.location).toBeNull();
    expect(large.content).toBeNull();
    await record(small, large);
    expect((await store.read(small.sha256)).equals(small.content!)).toBe(true);
    const again = await store.read(large.sha256);
    expect(createHash('sha256').update(again).digest()).toEqual(large.sha256);
    expect(await filesBelow(directory)).toContainEqual(
      expect.stringMatching(new RegExp(`^${large.sha256.toString('hex')}-[0-9a-f]{16}$`)),
    );
  });

  it('forgets what nobody recorded, and never what a row names', async () => {
    const [kept, again, unused] = [
      randomBytes(INLINE + 1),
      randomBytes(INLINE + 1),
      Buffer.from('x'),
    ];
    const recorded = await store.stage(kept);
    await record(recorded);
    const copy = await store.stage(kept);
    const before = await filesBelow(directory);
    const staged = [recorded, copy, await store.stage(again), await store.stage(unused)];
    await store.forget(staged);
    await store.forget(staged);
    expect((await store.read(recorded.sha256)).equals(kept)).toBe(true);
    expect((await filesBelow(directory)).length).toBe(before.length - 1);
  });

  it('gives back every byte value, empty content and content of either source alike', async () => {
    const bytes = [
      Buffer.alloc(0),
      Buffer.from([...Array(256).keys()]),
      Buffer.from('a\0b\\c'),
      randomBytes(INLINE * 3 + 7),
    ];
    const staged: StagedBlob[] = [];
    for (const content of bytes) {
      const byStream = await store.stageStream(Readable.from([content]), INLINE * 4);
      const byBuffer = await store.stage(content);
      expect(byStream.sha256).toEqual(byBuffer.sha256);
      expect(byStream.sizeBytes).toBe(byBuffer.sizeBytes);
      staged.push(byStream, byBuffer);
    }
    await record(...staged);
    for (const content of bytes) {
      const sha256 = createHash('sha256').update(content).digest();
      expect((await store.read(sha256)).equals(content)).toBe(true);
      expect((await buffer(await store.open(sha256))).equals(content)).toBe(true);
    }
  });

  it('puts twice as once, also from two transactions with the same blobs in another order', async () => {
    const staged = await Promise.all(
      Array.from({ length: 40 }, () => store.stage(randomBytes(5000))),
    );
    await Promise.all(
      [staged, staged.toReversed(), staged, staged.toReversed()].map((order) =>
        fresh.database.inTransaction((tx) => store.record(tx, order)),
      ),
    );
    for (const { sha256, content } of staged)
      expect((await store.read(sha256)).equals(content!)).toBe(true);
  });

  it('refuses a stream beyond the limit and leaves nothing behind', async () => {
    const before = await filesBelow(directory);
    const endless = Readable.from(
      (function* () {
        for (;;) yield randomBytes(64 * 1024);
      })(),
    );
    await expect(store.stageStream(endless, 1024 * 1024)).rejects.toMatchObject({
      code: 'body_too_large',
    });
    const broken = Readable.from(
      (async function* () {
        yield randomBytes(INLINE * 2);
        throw new Error('the line went dead');
      })(),
    );
    await expect(store.stageStream(broken, 10 * INLINE)).rejects.toThrow('the line went dead');
    expect(await filesBelow(directory)).toEqual(before);
  });

  it('streams 100 MB and holds no more than a few pieces between source and file, either way', async () => {
    const chunk = randomBytes(1024 * 1024);
    const writing = async (): Promise<number> => {
      const folder = join(directory, TEMPORARY_FOLDER);
      const sizes = (await readdir(folder)).map(
        async (name) => (await stat(join(folder, name))).size,
      );
      return Math.max(0, ...(await Promise.all(sizes)));
    };
    let ahead = 0;
    const source = Readable.from(
      (async function* () {
        for (let index = 0; index < 100; index += 1) {
          ahead = Math.max(ahead, index * chunk.length - (await writing()));
          yield chunk;
        }
      })(),
      { highWaterMark: 1 },
    );
    const staged = await store.stageStream(source, 200 * 1024 * 1024);
    await record(staged);
    expect(ahead).toBeLessThanOrEqual(4 * chunk.length);

    let sizeBytes = 0;
    let waiting = 0;
    const content = await store.open(staged.sha256);
    for await (const piece of content) {
      sizeBytes += (piece as Buffer).length;
      waiting = Math.max(waiting, content.readableLength);
    }
    expect(sizeBytes).toBe(100 * 1024 * 1024);
    expect(waiting).toBeLessThanOrEqual(4 * chunk.length);
  });

  it('removes at the start what a dead process left half written, and nothing younger', async () => {
    const folder = join(directory, 'tmp');
    await writeFile(join(folder, 'old'), 'x');
    await writeFile(join(folder, 'young'), 'x');
    const now = fresh.clock.now();
    const daysAgo = (days: number): Date => new Date(now.getTime() - days * 86_400_000);
    await utimes(join(folder, 'old'), daysAgo(2), daysAgo(2));
    await utimes(join(folder, 'young'), now, now);
    const sweeper = new TemporaryFiles(
      new StorageDirectory(directory),
      fresh.clock,
      fresh.background,
    );
    sweeper.start();
    await sweeper.stop();
    expect(await readdir(folder)).toEqual(['young']);
    await rm(join(folder, 'young'));
  });

  it('says not_found for a hash that nobody recorded', async () => {
    const unknown = createHash('sha256').update('never stored').digest();
    await expect(store.read(unknown)).rejects.toThrow(AppError);
    await expect(store.open(unknown)).rejects.toMatchObject({ code: 'not_found' });
  });
});
