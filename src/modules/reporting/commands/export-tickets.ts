import { Injectable } from '@nestjs/common';
import { BlobStore, FileScans } from '../../files/index.js';
import { clockDto, Sla } from '../../sla/index.js';
import { ExportedTickets, type Sight, type TicketSelection } from '../../tickets/index.js';
import { AppError, Clock, Database, OperatorError, type Tx } from '../../../platform/index.js';
import { exportScope } from '../domain/export-scope.js';
import { ExportFolder } from '../gateway/export-folder.js';
import { ExportStore } from '../store/export.store.js';

export interface ExportOrder {
  /** A folder that is not there yet. */
  readonly to: string;
  /** Null: every queue that is not private. */
  readonly queues: readonly string[] | null;
  readonly protocols: readonly string[] | null;
  readonly from: Date | null;
  /** Excluded. */
  readonly until: Date | null;
  /** Why private queues are looked into (D20). */
  readonly reason: string | null;
}

export interface ExportResult {
  readonly at: string;
  readonly queues: readonly string[];
  readonly privateQueues: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  /** Stored files that could not be read; the first hundred. */
  readonly unreadable: readonly string[];
}

const FILES = ['tickets', 'messages', 'deadlines', 'feedback', 'history'] as const;
type FileName = (typeof FILES)[number];
/** Tickets at a time: memory does not grow with their number. */
const PAGE = 100;
const MAX_LISTED = 100;

/** What an export reads from. */
@Injectable()
export class ExportSources {
  constructor(
    readonly tickets: ExportedTickets,
    readonly sla: Sla,
    readonly others: ExportStore,
    readonly blobs: BlobStore,
    readonly scans: FileScans,
  ) {}
}

/** What goes on while one export is written. */
interface Work {
  readonly tx: Tx;
  readonly sight: Sight;
  readonly folder: ExportFolder<FileName>;
  readonly counts: { attachments: number; originals: number; unreadable: number; held: number };
  readonly unreadable: string[];
}

/**
 * Tickets with all that is on them, as files for other programs: everything as of one instant, page by page. Private
 * queues stay out unless they are named (D20); then each of their tickets is marked with the operator's reason before it
 * is written. The folder is there wholly or not at all. Throws OperatorError for what cannot be done.
 */
@Injectable()
export class ExportTickets {
  constructor(
    private readonly from: ExportSources,
    private readonly clock: Clock,
    private readonly database: Database,
  ) {}

  async run(order: ExportOrder, say: (line: string) => void): Promise<ExportResult> {
    const folder = await ExportFolder.begin(order.to, FILES);
    try {
      // Files are written while the snapshot is open: nothing is locked, and nothing runs twice.
      return await this.database.inSnapshot((tx) => this.write(tx, order, folder, say));
    } catch (error) {
      await folder.discard();
      throw error;
    }
  }

  private async write(
    tx: Tx,
    order: ExportOrder,
    folder: ExportFolder<FileName>,
    say: (line: string) => void,
  ): Promise<ExportResult> {
    const scope = exportScope(await this.from.others.queues(tx), order);
    if (scope.kind === 'refused') throw new OperatorError(scope.why);
    const at = this.clock.now().toISOString();
    const sight = { visibleQueues: scope.visible, breakGlassTickets: [] };
    const counts = { attachments: 0, originals: 0, unreadable: 0, held: 0 };
    const work: Work = { tx, sight, folder, counts, unreadable: [] };
    const { protocols, from, until } = order;
    const selection = { queues: scope.queues, protocols, from, until };
    const tickets = await this.pages(work, selection, scope.private, order.reason ?? '', say);
    if (protocols !== null && tickets < new Set(protocols).size) {
      throw new OperatorError(
        'Not every named ticket is in the queues and days of this export; private queues are left out unless --queue names them.',
      );
    }
    const { queues, private: privateQueues } = scope;
    const files = await folder.lines();
    const lines = Object.fromEntries(
      files.map((one) => [one.file.replace('.jsonl', ''), one.lines]),
    );
    const result = {
      at,
      queues,
      privateQueues,
      counts: { ...lines, ...counts },
      unreadable: work.unreadable,
    };
    const { to: _, ...asked } = order;
    await folder.finish({ format: 'helpdesk-export', version: 1, ...result, asked, files });
    return result;
  }

  private async pages(
    work: Work,
    selection: TicketSelection,
    privateQueues: readonly string[],
    reason: string,
    say: (line: string) => void,
  ): Promise<number> {
    const { tx, sight, folder } = work;
    let written = 0;
    for (let after: string | null = null; ;) {
      const page = await this.from.tickets.page(tx, sight, selection, after, PAGE);
      const secret = page.filter(({ queue }) => privateQueues.includes(queue));
      await this.from.tickets.recordLook(
        secret.map(({ protocol }) => protocol),
        reason,
      );
      for (const ticket of page) await folder.add('tickets', ticket);
      await this.belongings(
        work,
        page.map(({ protocol }) => protocol),
      );
      written += page.length;
      if (written % 10_000 < page.length && written >= 10_000) say(`${written} tickets`);
      if (page.length < PAGE) return written;
      after = page.at(-1)!.protocol;
    }
  }

  private async belongings(work: Work, protocols: readonly string[]): Promise<void> {
    const { tx, sight, folder } = work;
    for await (const message of this.from.tickets.messages(tx, sight, protocols)) {
      const { files, originalSha256, ...shown } = message;
      const attached = [];
      for (const { id, sha256 } of files) {
        const path = await this.copy(work, 'attachments', sha256);
        attached.push({ id, sha256, path });
      }
      work.counts.held += shown.attachments.length - files.length;
      const original =
        originalSha256 === null
          ? null
          : { sha256: originalSha256, path: await this.copy(work, 'originals', originalSha256) };
      await folder.add('messages', { ...shown, files: attached, original });
    }
    for (const { ticketId, clock } of await this.from.sla.clocksOfTickets(tx, protocols)) {
      await folder.add('deadlines', { protocol: ticketId, ...clockDto(clock) });
    }
    for (const given of await this.from.others.feedback(tx, protocols)) {
      await folder.add('feedback', given);
    }
    for (const entry of await this.from.tickets.history(tx, sight, protocols)) {
      await folder.add('history', entry);
    }
  }

  /** Where the content lies in the export; null where it is held as infected or cannot be read. */
  private async copy(
    { folder, counts, unreadable }: Work,
    kind: 'attachments' | 'originals',
    sha256: string,
  ): Promise<string | null> {
    const file = `${kind}/${sha256.slice(0, 2)}/${sha256}${kind === 'originals' ? '.eml' : ''}`;
    const content = Buffer.from(sha256, 'hex');
    if (kind === 'originals' && (await this.from.scans.caution(content))?.held === true) {
      counts.held += 1;
      return null;
    }
    try {
      const done = await folder.copy(file, sha256, () => this.from.blobs.open(content));
      if (done === 'copied') counts[kind] += 1;
      return file;
    } catch (error) {
      // A full disk ends the export; a stored file that is lost must not keep all others from being taken out.
      if (!isLost(error)) throw error;
      counts.unreadable += 1;
      if (unreadable.length < MAX_LISTED) unreadable.push(sha256);
      return null;
    }
  }
}

/** Everything but what the folder being written says. */
function isLost(error: unknown): boolean {
  if (error instanceof AppError) return error.code !== 'unavailable';
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined || code === 'ENOENT';
}
