import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { CommandContext } from '../../../src/cli/command.js';
import { storageCopy } from '../../../src/modules/files/cli/storage-copy.js';
import { storageVerify } from '../../../src/modules/files/cli/storage-verify.js';
import { CopyStorage } from '../../../src/modules/files/commands/copy-storage.js';
import { VerifyStorage } from '../../../src/modules/files/commands/verify-storage.js';
import type { SealingKeys } from '../../../src/modules/files/gateway/file-storage.js';
import { FolderStorage } from '../../../src/modules/files/gateway/folder-storage.js';
import type { ObjectStorage } from '../../../src/modules/files/gateway/object-storage.js';
import { StorageAlarms } from '../../../src/modules/files/gateway/storage-alarms.js';
import { StoragePlaces } from '../../../src/modules/files/gateway/storage-places.js';
import type { StagedBlob } from '../../../src/modules/files/index.js';
import { StorageCare } from '../../../src/modules/files/storage-care.js';
import { BlobTable } from '../../../src/modules/files/store/blob.store.js';
import { StoredFilesStore } from '../../../src/modules/files/store/stored-files.store.js';
import { blobStoreIn, fileStorageIn } from '../../support/blobs.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

const LARGE = 300 * 1024;
const KEY = { id: '2026', secret: 'a'.repeat(32) };

/** Files move from a folder to a second place; that one is a folder here as well. */
describe('two places of stored files', () => {
  let fresh: FreshDatabase;
  let directory: string;
  let before: ObjectStorage;
  let after: ObjectStorage;
  let places: StoragePlaces;
  let keys: SealingKeys;

  beforeAll(async () => {
    fresh = await freshDatabase();
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'helpdesk-places-'));
    before = new FolderStorage(join(directory, 'before'));
    after = Object.assign(new FolderStorage(join(directory, 'after')), { name: 's3' as never });
    places = new StoragePlaces(after, before);
    keys = { current: null, all: [KEY] };
    await fresh.database.inTransaction((tx) => tx.execute('delete from blobs'));
  });
  afterAll(async () => {
    await fresh.close();
  });

  const put = async (bytes: Buffer, into: ObjectStorage = before): Promise<StagedBlob> => {
    const store = blobStoreIn(fresh, new StoragePlaces(into), () => keys);
    const staged = await store.stage(bytes);
    await fresh.database.inTransaction((tx) => store.record(tx, [staged]));
    return staged;
  };
  const read = async ({ sha256 }: StagedBlob): Promise<Buffer> =>
    blobStoreIn(fresh, new StoragePlaces(after), () => keys).read(sha256);
  const pathIn = (place: ObjectStorage, { location }: StagedBlob): string =>
    join(place.place, location!);
  /** Runs a command of the operator's; what it says as text follows what it says as JSON. */
  const operate = async (
    command: typeof storageCopy,
    options: Record<string, string> = {},
  ): Promise<{ code: unknown; said: unknown; text: string }> => {
    const rows = new StoredFilesStore(fresh.database);
    const files = fileStorageIn(fresh, places, () => keys);
    const made = new Map<unknown, unknown>([
      [CopyStorage, new CopyStorage(rows, places, files)],
      [
        VerifyStorage,
        new VerifyStorage(
          rows,
          new BlobTable(fresh.database),
          files,
          places,
          new StorageAlarms(fresh.alarms),
        ),
      ],
      [StoragePlaces, places],
    ]);
    let said: unknown;
    let text = '';
    const code = await command.run(
      {
        get: (type: unknown) => Promise.resolve(made.get(type)),
        output: {
          result: (value: unknown, lines: () => readonly string[]) => {
            said = value;
            text = lines().join('\n');
          },
        },
      } as unknown as CommandContext,
      { arguments: {}, options, json: true },
    );
    return { code, said, text };
  };
  const copy = () => operate(storageCopy, { to: 's3' });
  const unreachable = async (): Promise<string | undefined> =>
    (await fresh.alarms.open()).find(({ key }) => key === 'storage.unreachable')?.message;
  const failing = (): Readable =>
    Readable.from(
      (async function* () {
        yield await Promise.resolve(randomBytes(10));
        throw new Error('EIO');
      })(),
    );
  const flip = async (path: string): Promise<void> => {
    const bytes = await readFile(path);
    bytes[LARGE / 2]! ^= 1;
    await writeFile(path, bytes);
  };

  it.each([
    ['as they are', null],
    ['sealed', KEY],
  ])('a cut file never takes the place of the whole copy: %s', async (_name, current) => {
    keys = { current, all: [KEY] };
    const bytes = randomBytes(LARGE);
    const staged = await put(bytes);
    expect(await copy()).toMatchObject({ code: 0, said: { copied: 1, damaged: [] } });
    await truncate(pathIn(before, staged), 1000);
    expect(await copy()).toMatchObject({ code: 0, said: { copied: 0, there: 1, damaged: [] } });
    expect((await read(staged)).equals(bytes)).toBe(true);
  });

  it('what is damaged is listed and not kept, and what was cut in the target is made good', async () => {
    const [cut, changed, whole] = [
      await put(randomBytes(LARGE)),
      await put(randomBytes(LARGE)),
      await put(randomBytes(LARGE)),
    ];
    keys = { current: KEY, all: [KEY] };
    const sealed = await put(randomBytes(LARGE));
    await truncate(pathIn(before, cut), 1000);
    await flip(pathIn(before, changed));
    await flip(pathIn(before, sealed));
    const damaged = [cut, changed, sealed].map(({ location }) => location!);
    const first = await copy();
    expect(first).toMatchObject({ code: 1, said: { copied: 1, missing: [] } });
    expect((first.said as { damaged: string[] }).damaged.sort()).toEqual(damaged.sort());
    expect(first.text).toContain(`damaged, not copied: ${cut.location}`);
    for (const location of damaged) expect(await after.stat(location)).toBeNull();
    await truncate(pathIn(after, whole), 1000);
    expect(await copy()).toMatchObject({ said: { copied: 1, there: 0 } });
    expect(await read(whole)).toHaveLength(LARGE);
    await rm(pathIn(before, whole));
    await truncate(pathIn(after, whole), 1000);
    expect((await copy()).said).toMatchObject({
      damaged: expect.arrayContaining([whole.location]),
      missing: [],
    });
  });

  it('a sealed file whose key is not there is copied by its size', async () => {
    keys = { current: KEY, all: [KEY] };
    const staged = await put(randomBytes(LARGE));
    for (const all of [[], [{ ...KEY, secret: 'b'.repeat(32) }]]) {
      keys = { current: null, all };
      expect(await copy()).toMatchObject({ code: 0, said: { copied: 1 } });
      await rm(pathIn(after, staged));
    }
  });

  it('verify counts what lies only in the place of before', async () => {
    await put(randomBytes(LARGE));
    const cut = await put(randomBytes(LARGE));
    await put(randomBytes(LARGE), after);
    const first = await operate(storageVerify);
    expect(first).toMatchObject({ code: 1, said: { files: 3, broken: [], onlyInOther: 2 } });
    expect(first.text).toContain(`2 files lie only in ${before.place}`);
    expect(first.text).toContain('storage copy --to s3');
    await copy();
    expect(await operate(storageVerify)).toMatchObject({ code: 0, said: { onlyInOther: 0 } });
    await truncate(pathIn(after, cut), 1000);
    expect(await operate(storageVerify)).toMatchObject({ code: 1 });
  });

  it('content that comes again takes the place of its file that is gone or cut', async () => {
    for (const current of [null, KEY]) {
      for (const lose of [rm, (path: string) => truncate(path, 1000)]) {
        keys = { current, all: [KEY] };
        const bytes = randomBytes(LARGE);
        const first = await put(bytes, after);
        await lose(pathIn(after, first));
        keys = { current: null, all: [KEY] };
        const second = await put(bytes, after);
        expect((await read(second)).equals(bytes)).toBe(true);
        const [row] = await fresh.database.query<{ location: string }>(
          'select location from blobs where sha256 = $1',
          [createHash('sha256').update(bytes).digest()],
        );
        expect(row?.location).toBe(second.location);
      }
    }
  });

  it('two that bring lost content at once leave one file, and it is whole', async () => {
    const store = blobStoreIn(fresh, new StoragePlaces(after), () => keys);
    const bytes = randomBytes(LARGE);
    const first = await put(bytes, after);
    await rm(pathIn(after, first));
    const staged = [await store.stage(bytes), await store.stage(bytes)];
    await Promise.all(
      staged.map((one) => fresh.database.inTransaction((tx) => store.record(tx, [one]))),
    );
    const there = async (): Promise<number> =>
      (await Promise.all(staged.map(({ location }) => after.stat(location!)))).filter(
        (about) => about !== null,
      ).length;
    while ((await there()) > 1) await new Promise(setImmediate);
    expect((await read(first)).equals(bytes)).toBe(true);
  });

  it('the alarm names the place that does not answer, and ends only when a file can be written', async () => {
    const staged = await put(randomBytes(LARGE));
    // The folder stands in the way of nothing; its place for files on their way does.
    await mkdir(after.place);
    await writeFile(join(after.place, 'tmp'), 'in the way');
    await expect(after.probe()).rejects.toThrow(/EEXIST|ENOTDIR/);
    const store = blobStoreIn(fresh, places);
    await expect(store.stage(randomBytes(LARGE))).rejects.toMatchObject({ code: 'unavailable' });
    const care = () =>
      new StorageCare(
        fresh.background,
        fresh.wakeups,
        places,
        new StorageAlarms(fresh.alarms),
        null as never,
      );
    await care().round();
    expect(await unreachable()).toContain(`written or read in ${after.place} (`);
    await rm(join(after.place, 'tmp'));
    await care().round();
    expect(await unreachable()).toBeUndefined();
    expect(await readdir(join(after.place, 'tmp'))).toEqual([]);

    before.open = () => Promise.reject(new Error('connect ECONNREFUSED'));
    await expect(blobStoreIn(fresh, places).read(staged.sha256)).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(await unreachable()).toContain(`${before.place} (connect ECONNREFUSED)`);
    before.open = () => Promise.resolve(failing());
    await fresh.alarms.clear('storage.unreachable');
    await expect(blobStoreIn(fresh, places).read(staged.sha256)).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(await unreachable()).toContain(`${before.place} (EIO)`);
  });

  it('an error about a damaged file says which one, and not where it lies', async () => {
    const staged = await put(randomBytes(LARGE), after);
    await rm(pathIn(after, staged));
    await expect(read(staged)).rejects.toMatchObject({
      message: `internal: The stored file ${staged.sha256.toString('hex').slice(0, 12)} is damaged or missing`,
    });
  });

  it('a download of damaged bytes breaks off before its end', async () => {
    const bytes = randomBytes(600_000);
    const staged = await put(bytes, after);
    await flip(pathIn(after, staged));
    let given = 0;
    const content = await blobStoreIn(fresh, new StoragePlaces(after)).open(staged.sha256);
    const reading = (async () => {
      for await (const piece of content) given += (piece as Buffer).length;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'internal' });
    expect(given).toBeGreaterThan(0);
    expect(given).toBeLessThan(bytes.length);
  });
});
