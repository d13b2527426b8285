import { buffer } from 'node:stream/consumers';
import { Database } from '../../src/platform/index.js';
import { BlobStore } from '../../src/modules/files/index.js';
import { MailboxProcessor } from '../../src/modules/mailbox-intake/background/mailbox-processor.js';
import { RecordMail } from '../../src/modules/mailbox-intake/commands/record-mail.js';
import type { CorpusDesk } from './corpus-desk.js';
import type { CorpusMessage } from './corpus-folder.js';

/** What became of the messages in the database. */
export interface Accounts {
  readonly dispositions: Readonly<Record<string, number>>;
  /** Without a row, without a disposition, or said to be on a ticket that does not show it. */
  readonly unaccounted: readonly string[];
  readonly quarantined: readonly { readonly message: string; readonly reason: string }[];
  readonly differing: readonly string[];
}

const RECORDED_AT_ONCE = 200;
const MAILBOX = 'suporte';
const UIDVALIDITY = '1';

interface Row extends Record<string, unknown> {
  readonly uid: number;
  readonly state: string;
  readonly disposition: string | null;
  readonly error: string | null;
  readonly sha256: Buffer | null;
  readonly lost: boolean;
}

/** Records and processes all messages as a mailbox would bring them, and looks at what is stored. */
export async function account(
  desk: CorpusDesk,
  messages: readonly CorpusMessage[],
): Promise<Accounts> {
  const record = await desk.get(RecordMail);
  const blobs = await desk.get(BlobStore);
  for (let at = 0; at < messages.length; at += RECORDED_AT_ONCE) {
    const part = messages.slice(at, at + RECORDED_AT_ONCE);
    const arrived = await Promise.all(
      part.map(async ({ raw }, index) => ({
        uid: at + index + 1,
        sizeBytes: raw.length,
        blob: await blobs.stage(raw),
        partial: false,
        receivedAt: new Date(),
        disposition: null,
      })),
    );
    await record.run(
      null,
      {
        mailboxKey: MAILBOX,
        queueKey: 'suporte',
        folder: 'INBOX',
        role: 'inbox',
        uidvalidity: UIDVALIDITY,
      },
      arrived,
      { uidvalidity: UIDVALIDITY, lastUid: at + part.length, startAt: null },
    );
  }
  await (await desk.get(MailboxProcessor)).drain(MAILBOX, null);
  return inspect(desk, messages, blobs);
}

async function inspect(
  desk: CorpusDesk,
  messages: readonly CorpusMessage[],
  blobs: BlobStore,
): Promise<Accounts> {
  const rows = await (
    await desk.get(Database)
  ).query<Row>(
    `select i.uid::int as uid, i.state, i.disposition, i.error, i.sha256,
            i.ticket_id is not null and i.disposition not in ('duplicate', 'twin', 'bounce')
              and not exists (select from messages m where m.intake_id = i.id) as lost
       from intake i where i.mailbox_key = $1`,
    [MAILBOX],
  );
  const byUid = new Map(rows.map((row) => [row.uid, row]));
  const dispositions: Record<string, number> = {};
  const unaccounted: string[] = [];
  const differing: string[] = [];
  const quarantined: { message: string; reason: string }[] = [];
  for (const [index, message] of messages.entries()) {
    const name = `${message.source}/${message.path}`;
    const row = byUid.get(index + 1);
    if (row === undefined || row.disposition === null || row.lost) unaccounted.push(name);
    if (row === undefined) continue;
    const disposition = row.disposition ?? 'none';
    dispositions[disposition] = (dispositions[disposition] ?? 0) + 1;
    if (row.disposition === 'quarantined')
      quarantined.push({ message: name, reason: row.error ?? '' });
    const stored = row.sha256 === null ? null : await buffer(await blobs.open(row.sha256));
    if (stored === null || !stored.equals(message.raw)) differing.push(name);
  }
  return { dispositions, unaccounted, quarantined, differing };
}
