import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { CollectGarbage } from '../../../src/modules/files/commands/collect-garbage.js';
import { VerifyStorage } from '../../../src/modules/files/commands/verify-storage.js';
import type { SealingKeys } from '../../../src/modules/files/gateway/file-storage.js';
import { FolderStorage } from '../../../src/modules/files/gateway/folder-storage.js';
import { StorageAlarms } from '../../../src/modules/files/gateway/storage-alarms.js';
import { StoragePlaces } from '../../../src/modules/files/gateway/storage-places.js';
import type { BlobStore, StagedBlob } from '../../../src/modules/files/index.js';
import { BlobTable } from '../../../src/modules/files/store/blob.store.js';
import { StoredFilesStore } from '../../../src/modules/files/store/stored-files.store.js';
import { FixedClock, Leases, newId, SystemClock, type Clock } from '../../../src/platform/index.js';
import { blobStoreIn, fileStorageIn } from '../../support/blobs.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

const LARGE = 300 * 1024;
const DAYS_AGO_2 = new Date(Date.now() - 2 * 86_400_000);

describe('stored files', () => {
  let fresh: FreshDatabase;
  let directory: string;
  let places: StoragePlaces;
  let keys: SealingKeys = { current: null, all: [] };
  let store: BlobStore;

  beforeAll(async () => {
    fresh = await freshDatabase();
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'helpdesk-files-'));
    places = new StoragePlaces(new FolderStorage(directory));
    keys = { current: null, all: [] };
    store = blobStoreIn(fresh, places, () => keys);
    await fresh.database.inTransaction(async (tx) => {
      await tx.execute('delete from attachments');
      await tx.execute('delete from blobs');
    });
    await fresh.alarms.clear('storage.damaged');
  });
  afterAll(async () => {
    await fresh.close();
  });

  const record = (...staged: StagedBlob[]): Promise<void> =>
    fresh.database.inTransaction((tx) => store.record(tx, staged));
  const put = async (bytes: Buffer): Promise<StagedBlob> => {
    const staged = await store.stage(bytes);
    await record(staged);
    return staged;
  };
  const collect = (dryRun = false, clock: Clock = new SystemClock()) =>
    new CollectGarbage(
      new Leases(fresh.database, newId()),
      clock,
      new StoredFilesStore(fresh.database),
      places,
    ).run(dryRun);
  const verify = () =>
    new VerifyStorage(
      new StoredFilesStore(fresh.database),
      new BlobTable(fresh.database),
      fileStorageIn(fresh, places, () => keys),
      places,
      new StorageAlarms(fresh.alarms),
    ).run();
  const locations = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const page of places.active.list())
      found.push(...page.map(({ location }) => location));
    return found.sort();
  };
  const age = async (sha256: Buffer | null, location: string | null): Promise<void> => {
    if (location !== null) await utimes(join(directory, location), DAYS_AGO_2, DAYS_AGO_2);
    if (sha256 !== null)
      await fresh.database.inTransaction((tx) =>
        tx.execute('update blobs set recorded_at = $2 where sha256 = $1', [sha256, DAYS_AGO_2]),
      );
  };
  const openAlarms = async (): Promise<string[]> =>
    (await fresh.alarms.open()).map(({ key }) => key);

  it('the same content put twice has one row and one file; the second file goes', async () => {
    const bytes = randomBytes(LARGE);
    const first = await put(bytes);
    const second = await put(bytes);
    expect(second.location).not.toBe(first.location);
    // Removed after the commit, by the way.
    while ((await locations()).length > 1) await new Promise(setImmediate);
    expect(await locations()).toEqual([first.location]);
    expect((await store.read(first.sha256)).equals(bytes)).toBe(true);
    const twice = [await store.stage(bytes), await store.stage(bytes)];
    await record(...twice);
    while ((await locations()).length > 1) await new Promise(setImmediate);
    expect((await store.read(first.sha256)).equals(bytes)).toBe(true);
  });

  it('a damaged, a cut and a missing file are an error and an alarm, by stream and as a whole', async () => {
    const changes: ((path: string) => Promise<void>)[] = [
      async (path) => {
        const bytes = await readFile(path);
        bytes[LARGE - 1]! ^= 1;
        await writeFile(path, bytes);
      },
      async (path) => writeFile(path, (await readFile(path)).subarray(0, 1000)),
      (path) => rm(path),
    ];
    for (const change of changes) {
      await fresh.alarms.clear('storage.damaged');
      const { sha256, location } = await put(randomBytes(LARGE));
      await change(join(directory, location!));
      await expect(store.read(sha256)).rejects.toMatchObject({ code: 'internal' });
      const reading = (async () => {
        for await (const piece of await store.open(sha256)) void piece;
      })();
      await expect(reading).rejects.toMatchObject({ code: 'internal' });
      expect(await openAlarms()).toContain('storage.damaged');
    }
    const verified = await verify();
    expect(verified).toMatchObject({ files: 0, contents: 0, withoutRow: 0 });
    expect(verified.broken).toHaveLength(3);
    await fresh.database.inTransaction((tx) => tx.execute('delete from blobs'));
    await put(randomBytes(10));
    await put(randomBytes(LARGE));
    expect(await verify()).toMatchObject({ files: 1, contents: 1, broken: [] });
    expect(await openAlarms()).not.toContain('storage.damaged');
  });

  it('seals with the key of the moment, opens with the one of then, and says which is missing', async () => {
    const [old, next] = [
      { id: '2025', secret: 'a'.repeat(32) },
      { id: '2026', secret: 'b'.repeat(32) },
    ];
    const [small, large] = [randomBytes(1000), randomBytes(LARGE)];
    const plain = await put(randomBytes(LARGE));
    keys = { current: old, all: [old] };
    const sealed = [await put(small), await put(large)];
    keys = { current: next, all: [next, old] };
    const later = await put(randomBytes(LARGE));
    const lying = await readFile(join(directory, sealed[1]!.location!));
    expect(lying.includes(large.subarray(0, 64))).toBe(false);
    expect(sealed[1]!.location).not.toContain(sealed[1]!.sha256.toString('hex').slice(0, 16));
    const [row] = await fresh.database.query<{ content: Buffer; key_id: string }>(
      'select content, key_id from blobs where sha256 = $1',
      [sealed[0]!.sha256],
    );
    expect(row?.key_id).toBe('2025');
    expect(row?.content.includes(small.subarray(0, 32))).toBe(false);
    for (const { sha256 } of [plain, ...sealed, later]) {
      const bytes = await store.read(sha256);
      expect(createHash('sha256').update(bytes).digest()).toEqual(sha256);
    }
    // The same content under another key is the same content.
    await put(large);
    expect((await store.read(sealed[1]!.sha256)).equals(large)).toBe(true);

    keys = { current: next, all: [next] };
    await expect(store.read(sealed[0]!.sha256)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.read(sealed[1]!.sha256)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('"2025", which security.masterKeys lacks') },
    });
    keys = { current: next, all: [next, { id: '2025', secret: 'c'.repeat(32) }] };
    await expect(store.read(sealed[1]!.sha256)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('is not the one that sealed') },
    });
    expect((await verify()).broken).toHaveLength(2);
  });

  it('collects old files without a row and old rows that nothing needs, and nothing else', async () => {
    const needed = await put(randomBytes(LARGE));
    await fresh.database.inTransaction(async (tx) => {
      await tx.execute(
        `insert into attachments (id, filename, media_type, size_bytes, sha256, created_at)
         values (gen_random_uuid(), 'a', 'text/plain', 1, $1, now())`,
        [needed.sha256],
      );
    });
    await age(needed.sha256, needed.location);
    const unused = await put(randomBytes(LARGE));
    await age(unused.sha256, unused.location);
    const unusedSmall = await put(randomBytes(10));
    await age(unusedSmall.sha256, null);
    const young = await put(randomBytes(LARGE));
    const abandoned = await store.stage(randomBytes(LARGE));
    await age(null, abandoned.location);
    const inHand = await store.stage(randomBytes(LARGE));
    await writeFile(join(directory, 'README'), 'an operator wrote this');

    const wouldGo = { rows: 2, rowBytes: LARGE + 10, files: 1, young: 1 };
    expect(await collect(true)).toMatchObject(wouldGo);
    expect(await locations()).toHaveLength(5);
    expect(await collect()).toMatchObject({ rows: 2, files: 2, young: 1 });
    expect(await locations()).toEqual([needed.location!, young.location!, inHand.location!].sort());
    expect(await readdir(directory)).toContain('README');
    await record(inHand);
    expect(await store.read(inHand.sha256)).toHaveLength(LARGE);
    expect((await verify()).broken).toEqual([]);
  });

  it('never loses what is put while garbage is collected: 240 puttings of six contents against collectors', async () => {
    const contents = Array.from({ length: 6 }, (_, at) =>
      at % 2 === 0 ? randomBytes(LARGE) : randomBytes(100),
    );
    let stop = false;
    const collecting = Promise.all(
      [0, 1].map(async () => {
        while (!stop) {
          // As if a day had gone by since: everything that nothing points at, and every file of before, is garbage.
          await fresh.database.inTransaction((tx) =>
            tx.execute('update blobs set recorded_at = $1', [DAYS_AGO_2]),
          );
          for (const location of await locations()) {
            const named = await new StoredFilesStore(fresh.database).named([location]);
            if (named.size > 0)
              await utimes(join(directory, location), DAYS_AGO_2, DAYS_AGO_2).catch(
                () => undefined,
              );
          }
          await collect().catch((error: unknown) => {
            // The foreign key stood in the way: the rows stay for the next time.
            if (!/foreign key/.test(String(error))) throw error;
          });
        }
      }),
    );
    const putter = async (from: number): Promise<void> => {
      for (let at = 0; at < 60; at += 1) {
        const bytes = contents[(from + at) % contents.length]!;
        const staged = await store.stageStream(Readable.from([bytes]), 10 * LARGE);
        const id = newId();
        await fresh.database.inTransaction(async (tx) => {
          await store.record(tx, [staged]);
          await tx.execute(
            `insert into attachments (id, filename, media_type, size_bytes, sha256, created_at)
             values ($2, 'a', 'text/plain', 1, $1, now())`,
            [staged.sha256, id],
          );
        });
        expect((await store.read(staged.sha256)).equals(bytes)).toBe(true);
        await fresh.database.inTransaction((tx) =>
          tx.execute('delete from attachments where id = $1', [id]),
        );
      }
    };
    await Promise.all([0, 1, 2, 3].map(putter));
    stop = true;
    await collecting;
  }, 60_000);

  it('a clock that is wrong removes nothing: not what is in hand, and not a moment too early', async () => {
    const inHand = await store.stage(randomBytes(LARGE));
    const hoursAhead = (hours: number): Clock =>
      new FixedClock(new Date(Date.now() + hours * 3_600_000));
    for (const hours of [25, -25])
      await expect(collect(false, hoursAhead(hours))).rejects.toThrow(
        /differ by more than an hour/,
      );
    const almostOld = new Date(Date.now() - 23.5 * 3_600_000);
    await utimes(join(directory, inHand.location!), almostOld, almostOld);
    expect(await collect(false, hoursAhead(0.9))).toMatchObject({ files: 0, young: 1 });
    await record(inHand);
    expect(await store.read(inHand.sha256)).toHaveLength(LARGE);
  });

  it('does not collect while somebody else holds the files', async () => {
    const other = new Leases(fresh.database, newId());
    const lease = await other.acquire('storage:removal');
    expect(await collect()).toBeNull();
    await other.release(lease!);
    expect(await collect()).not.toBeNull();
  });
});
