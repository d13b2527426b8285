import { IsBoolean, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { Nested, Secret } from '../fields.js';

/** A bucket of a store that speaks S3: AWS, MinIO, Ceph, Garage, Swift, Magalu … */
export class S3Config {
  /** URL of the store. Default: AWS in `region`. */
  @IsOptional()
  @Matches(/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/, {
    message: '$property must be a URL such as https://s3.empresa.com.br',
  })
  endpoint?: string;

  /** Region that requests are signed for; stores other than AWS mostly take the default. */
  @Matches(/^[A-Za-z0-9-]{1,60}$/, { message: '$property must be a region such as sa-east-1' })
  region: string = 'us-east-1';

  /** The bucket; it must exist, for this helpdesk alone or with a `prefix` of its own. */
  @Matches(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
    message: '$property must be the name of a bucket',
  })
  bucket: string;

  /** Begins every object's name, for example `helpdesk/`. Empty: none. */
  @Matches(/^([A-Za-z0-9_.-]+\/)*$/, { message: '$property must be empty or end with /' })
  prefix: string = '';

  /** Access key. Default: what the machine offers (AWS_ACCESS_KEY_ID, instance role …). */
  @IsOptional()
  @IsString()
  @Length(1, 200)
  accessKeyId?: string;

  /** Secret of the access key. */
  @IsOptional()
  @IsString()
  @Length(1, 500)
  @Secret()
  secretAccessKey?: string;

  /** Bucket in the path instead of in the host's name: what most stores other than AWS want. */
  @IsBoolean()
  pathStyle: boolean = true;
}

/** Encryption of stored files and small contents (AES-256-GCM). */
export class StorageEncryptionConfig {
  /** Id of the key in `security.masterKeys` that seals from now on. What another key sealed needs that key for ever. */
  @Matches(/^[A-Za-z0-9_-]{1,40}$/, {
    message: '$property must be the id of one of security.masterKeys',
  })
  keyId: string;
}

/** Where large files lie. */
export class StorageConfig {
  /** Folder for stored files. Default: `files` in HELPDESK_DATA. */
  @IsOptional()
  @IsString()
  @Length(1, 1000)
  directory?: string;

  /** Where new files go: `folder` or `s3`. What is not there is looked for in the other place, if that is configured. */
  @IsIn(['folder', 's3'])
  store: 'folder' | 's3' = 'folder';

  /** A bucket for stored files. */
  @IsOptional()
  @Nested(() => S3Config)
  s3?: S3Config;

  /** Encryption at rest; without it files lie as they are. */
  @IsOptional()
  @Nested(() => StorageEncryptionConfig)
  encryption?: StorageEncryptionConfig;
}
