import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { StorageConfig, type S3Config } from '../../../src/config/index.js';
import { CollectGarbage } from '../../../src/modules/files/commands/collect-garbage.js';
import { CopyStorage } from '../../../src/modules/files/commands/copy-storage.js';
import { StorageAlarms } from '../../../src/modules/files/gateway/storage-alarms.js';
import { StoragePlaces } from '../../../src/modules/files/gateway/storage-places.js';
import type { BlobStore, StagedBlob } from '../../../src/modules/files/index.js';
import { StorageCare } from '../../../src/modules/files/storage-care.js';
import { StoredFilesStore } from '../../../src/modules/files/store/stored-files.store.js';
import { FixedClock, type Database } from '../../../src/platform/index.js';
import { blobStoreIn, fileStorageIn } from '../../support/blobs.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { Swift } from '../../support/swift.js';

const LARGE = 300 * 1024;

/** As if the database's clock went with the process's. */
class RowsAt extends StoredFilesStore {
  constructor(
    database: Database,
    private readonly at: Date,
  ) {
    super(database);
  }

  override now(): Promise<Date> {
    return Promise.resolve(this.at);
  }
}

/** Against OpenStack Swift's S3 interface: a real store that checks signatures. */
describe('stored files in S3', () => {
  let fresh: FreshDatabase;
  let swift: Swift;
  let bucket: S3Config;
  let directory: string;
  let places: StoragePlaces;
  let store: BlobStore;

  beforeAll(async () => {
    [fresh, swift] = await Promise.all([freshDatabase(), Swift.start()]);
    directory = await mkdtemp(join(tmpdir(), 'helpdesk-files-'));
    bucket = await eventually('the store takes a bucket', () =>
      swift.bucket('helpdesk', { prefix: 'um/dois/' }).catch(() => null),
    );
    places = placesOf('s3');
    store = blobStoreIn(fresh, places);
  }, 60_000);
  afterAll(async () => {
    await swift.stop();
    await fresh.close();
    await rm(directory, { recursive: true, force: true });
  });

  const placesOf = (store_: 'folder' | 's3', s3: S3Config = bucket): StoragePlaces =>
    StoragePlaces.of(Object.assign(new StorageConfig(), { store: store_, s3 }), directory);
  const put = async (bytes: Buffer, into = store): Promise<StagedBlob> => {
    const staged = await into.stageStream(Readable.from([bytes]), 2 * bytes.length);
    await fresh.database.inTransaction((tx) => into.record(tx, [staged]));
    return staged;
  };
  const locations = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const page of places.named('s3')!.list())
      found.push(...page.map(({ location }) => location));
    return found.sort();
  };
  const care = (): StorageCare =>
    new StorageCare(
      fresh.background,
      fresh.wakeups,
      places,
      new StorageAlarms(fresh.alarms),
      null as never,
    );
  const openAlarms = async (): Promise<string[]> =>
    (await fresh.alarms.open()).map(({ key }) => key);

  it('what is put comes back, also 20 MB; nothing stays on this machine', async () => {
    const bytes = randomBytes(20 * 1024 * 1024);
    const { sha256, location } = await put(bytes);
    const hash = createHash('sha256');
    for await (const piece of await store.open(sha256)) hash.update(piece as Buffer);
    expect(hash.digest()).toEqual(sha256);
    expect(await places.active.stat(location!)).toMatchObject({ sizeBytes: bytes.length });
    expect(await locations()).toContain(location);
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
  });

  it('keys that are not ours are refused and are an error that goes by itself', async () => {
    const wrong = placesOf('s3', { ...bucket, secretAccessKey: 'outra-senha' });
    const stranger = blobStoreIn(fresh, wrong);
    await expect(stranger.stage(randomBytes(LARGE))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(wrong.active.open('aa/bb/x')).rejects.toThrow(/signature/i);
  });

  it('lists more than a page, and collects what no row names', async () => {
    const before = await locations();
    const kept = await put(randomBytes(LARGE));
    const lost = await store.stage(randomBytes(LARGE));
    const collect = (at: Date) =>
      new CollectGarbage(
        fresh.leases,
        new FixedClock(at),
        new RowsAt(fresh.database, at),
        places,
      ).run(false);
    expect(await collect(new Date())).toMatchObject({ files: 0, young: 1 });
    // The store's own clock says how old a file is. The rows were put a moment ago by PostgreSQL's clock.
    await fresh.database.inTransaction((tx) =>
      tx.execute(`update blobs set recorded_at = now() + interval '9 days'`),
    );
    expect(await collect(new Date(Date.now() + 8 * 86_400_000))).toMatchObject({
      files: 1,
      young: 0,
    });
    expect(await locations()).toEqual([...before, kept.location!].sort());
    expect(await places.active.stat(lost.location!)).toBeNull();
  });

  it('files move from the folder to the store and back while both are read', async () => {
    const inFolder = placesOf('folder');
    const older = await put(randomBytes(LARGE), blobStoreIn(fresh, inFolder));
    // The store is asked first, the folder of before answers.
    expect(await store.read(older.sha256)).toHaveLength(LARGE);
    expect(await locations()).not.toContain(older.location);
    const copy = new CopyStorage(
      new StoredFilesStore(fresh.database),
      places,
      fileStorageIn(fresh, places),
    );
    const there = (await locations()).length;
    expect(await copy.run('s3')).toMatchObject({ copied: 1, there, missing: [] });
    expect(await copy.run('s3')).toMatchObject({ copied: 0, there: there + 1 });
    await rm(join(directory, older.location!));
    expect(await store.read(older.sha256)).toHaveLength(LARGE);
    expect(await copy.run('folder')).toMatchObject({ copied: there + 1, missing: [] });
    const alone = blobStoreIn(fresh, new StoragePlaces(inFolder.active));
    expect(await alone.read(older.sha256)).toHaveLength(LARGE);
    await rm(join(directory, older.location!));
    await inFolder.other!.remove(older.location!);
    expect(await copy.run('s3')).toMatchObject({ missing: [older.location] });
  });

  it('a store that is away is an alarm and an error for now; all is well when it is back', async () => {
    const { sha256 } = await put(randomBytes(LARGE));
    await swift.kill();
    await expect(store.stage(randomBytes(LARGE))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.read(sha256)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
    expect(await openAlarms()).toContain('storage.unreachable');
    await care().round();
    expect(await openAlarms()).toContain('storage.unreachable');
    // What is small needs no store.
    await put(randomBytes(1000));
    await swift.boot();
    await eventually('the alarm goes', async () => {
      await care().round();
      return !(await openAlarms()).includes('storage.unreachable');
    });
    expect(await store.read(sha256)).toHaveLength(LARGE);
  }, 60_000);
});
