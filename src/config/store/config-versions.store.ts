import type { Database, Tx } from '../../platform/index.js';

/** A stored version of the configuration. */
export interface StoredVersion {
  readonly version: number;
  readonly appliedAt: Date;
  readonly appliedBy: string;
  readonly sha256: string;
  readonly document: Record<string, unknown>;
}

type VersionRow = Omit<StoredVersion, 'version'> & { readonly version: string };

const COLUMNS = `version, applied_at as "appliedAt", applied_by as "appliedBy", sha256, document`;
/** Any fixed number: two applies on one database run one after the other. */
const APPLY_LOCK = 4_931_208;

/** The numbered versions of helpdesk.yaml. */
export class ConfigVersionsStore {
  /** Lets one apply at a time go on, until the end of `tx`. */
  async lock(tx: Tx): Promise<void> {
    await tx.query('select pg_advisory_xact_lock($1)', [APPLY_LOCK]);
  }

  /** The newest version; null where none was applied yet. */
  async newest(reader: Tx | Database): Promise<StoredVersion | null> {
    const [row] = await reader.query<VersionRow & Record<string, unknown>>(
      `select ${COLUMNS} from config_versions order by version desc limit 1`,
    );
    return row === undefined ? null : { ...row, version: Number(row.version) };
  }

  /** The number of the newest version, 0 where there is none: what followers ask again and again. */
  async newestNumber(database: Database): Promise<number> {
    const [row] = await database.query<{ version: string | null }>(
      'select max(version) as version from config_versions',
    );
    return Number(row?.version ?? 0);
  }

  /** Writes a version and returns its number. */
  async add(tx: Tx, version: Omit<StoredVersion, 'version'>): Promise<number> {
    const [row] = await tx.query<{ version: string }>(
      `insert into config_versions (applied_at, applied_by, sha256, document) values ($1, $2, $3, $4) returning version`,
      [version.appliedAt, version.appliedBy, version.sha256, JSON.stringify(version.document)],
    );
    return Number(row?.version);
  }
}
