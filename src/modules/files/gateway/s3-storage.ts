import type { S3Client } from '@aws-sdk/client-s3';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { S3Config } from '../../../config/index.js';
import { INLINE_LIMIT_BYTES, isBlobLocation } from '../domain/blob-location.js';
import { TEMPORARY_FOLDER, tryFolder } from '../store/durable-file.js';
import type { ObjectStorage, ObjectWriter, StoredObject } from './object-storage.js';

const CONNECT_WITHIN_MS = 5_000;
/** Of silence, not of the whole transfer. */
const ANSWER_WITHIN_MS = 30_000;
/** Callers try again themselves, after a while: here only a blip is bridged. */
const ATTEMPTS = 2;

/** What fails is thrown and told by whoever asked; the client itself would write to the console. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

type Sdk = typeof import('@aws-sdk/client-s3');

/** Stored files in a bucket of any store that speaks S3 (signature version 4): AWS, MinIO, Ceph, Garage, Swift … */
export class S3Storage implements ObjectStorage {
  readonly name = 's3';
  readonly place: string;
  private connected: Promise<{ sdk: Sdk; client: S3Client }> | null = null;

  /** `spool`: folder for files on their way (their hash must be known before they get their name). */
  constructor(
    private readonly config: S3Config,
    private readonly spool: string,
  ) {
    this.place = `${config.endpoint ?? 'AWS'} ${config.bucket}/${config.prefix}`;
  }

  async begin(): Promise<ObjectWriter> {
    const folder = join(this.spool, TEMPORARY_FOLDER);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, randomUUID());
    return new S3Writer(path, await open(path, 'wx', 0o600), (location, md5, sizeBytes) =>
      this.put(location, path, md5, sizeBytes),
    );
  }

  async open(location: string): Promise<Readable | null> {
    const { sdk, client } = await this.connection();
    const answer = await client
      .send(new sdk.GetObjectCommand(this.object(location)))
      .catch(nullWhereMissing);
    return answer === null ? null : (answer.Body as Readable);
  }

  async stat(location: string): Promise<StoredObject | null> {
    const { sdk, client } = await this.connection();
    const answer = await client
      .send(new sdk.HeadObjectCommand(this.object(location)))
      .catch(nullWhereMissing);
    return answer === null
      ? null
      : {
          location,
          sizeBytes: answer.ContentLength ?? 0,
          modifiedAt: answer.LastModified ?? new Date(),
        };
  }

  async remove(location: string): Promise<void> {
    const { sdk, client } = await this.connection();
    await client.send(new sdk.DeleteObjectCommand(this.object(location))).catch(nullWhereMissing);
  }

  async *list(): AsyncIterable<readonly StoredObject[]> {
    const { sdk, client } = await this.connection();
    const { bucket, prefix } = this.config;
    let token: string | undefined;
    do {
      const page = await client.send(
        new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
      );
      yield (page.Contents ?? [])
        .map(({ Key = '', Size = 0, LastModified }) => ({
          location: Key.slice(prefix.length),
          sizeBytes: Size,
          // A store that tells no time: as if it were of this moment, so that nothing is called old.
          modifiedAt: LastModified ?? new Date(),
        }))
        .filter(({ location }) => isBlobLocation(location));
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  /** Looks at the bucket without writing there, where every object costs, and at the folder of files on their way. */
  async probe(): Promise<void> {
    await tryFolder(this.spool, INLINE_LIMIT_BYTES);
    const { sdk, client } = await this.connection();
    await client.send(
      new sdk.ListObjectsV2Command({
        Bucket: this.config.bucket,
        Prefix: this.config.prefix,
        MaxKeys: 1,
      }),
    );
  }

  private async put(location: string, path: string, md5: string, sizeBytes: number): Promise<void> {
    const { sdk, client } = await this.connection();
    await client.send(
      new sdk.PutObjectCommand({
        ...this.object(location),
        Body: createReadStream(path),
        ContentLength: sizeBytes,
        // The store refuses what came otherwise than it was sent.
        ContentMD5: md5,
        ContentType: 'application/octet-stream',
      }),
    );
  }

  private object(location: string): { Bucket: string; Key: string } {
    return { Bucket: this.config.bucket, Key: `${this.config.prefix}${location}` };
  }

  private connection(): Promise<{ sdk: Sdk; client: S3Client }> {
    this.connected ??= this.connect();
    return this.connected;
  }

  private async connect(): Promise<{ sdk: Sdk; client: S3Client }> {
    // Loaded when first needed: who keeps files in a folder never pays for it.
    const sdk = await import('@aws-sdk/client-s3');
    const { endpoint, region, accessKeyId, secretAccessKey, pathStyle } = this.config;
    const client = new sdk.S3Client({
      region,
      forcePathStyle: pathStyle,
      maxAttempts: ATTEMPTS,
      logger: SILENT,
      requestHandler: { connectionTimeout: CONNECT_WITHIN_MS, requestTimeout: ANSWER_WITHIN_MS },
      // Newer checksums are AWS's own; Content-MD5 above is understood everywhere.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(accessKeyId === undefined || secretAccessKey === undefined
        ? {}
        : { credentials: { accessKeyId, secretAccessKey } }),
    });
    return { sdk, client };
  }
}

/** Goes to a local file first: S3 wants name and length at the beginning, and both are known at the end. */
class S3Writer implements ObjectWriter {
  private readonly md5 = createHash('md5');
  private sizeBytes = 0;

  constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly put: (location: string, md5: string, sizeBytes: number) => Promise<void>,
  ) {}

  async write(bytes: Buffer): Promise<void> {
    this.md5.update(bytes);
    this.sizeBytes += bytes.length;
    await this.handle.writeFile(bytes);
  }

  async keepAs(location: string): Promise<void> {
    try {
      await this.handle.close();
      await this.put(location, this.md5.digest('base64'), this.sizeBytes);
    } finally {
      await this.discard();
    }
  }

  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

function nullWhereMissing(error: { name?: string; $metadata?: { httpStatusCode?: number } }): null {
  if (error.name === 'NoSuchKey' || error.name === 'NotFound') return null;
  if (error.name !== 'NoSuchBucket' && error.$metadata?.httpStatusCode === 404) return null;
  throw error;
}

function ignore(): void {}
