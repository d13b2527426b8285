import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import type { EarlierCopy } from '../domain/message-context.js';

export interface KnownMail {
  /** Earlier copies by fingerprint (hex), oldest first. */
  readonly copies: Map<string, EarlierCopy[]>;
  /** Fingerprints (hex) known under each Message-ID. */
  readonly fingerprintsOf: Map<string, Set<string>>;
}

interface KnownRow extends Record<string, unknown> {
  intakeId: string;
  mailboxKey: string;
  folderRole: EarlierCopy['folderRole'];
  disposition: EarlierCopy['disposition'];
  ticketId: string | null;
  fingerprint: string;
  messageId: string | null;
  tickets: EarlierCopy['tickets'] | null;
}

/** What is known about messages that look like those at hand (D25). A whole batch is asked about at once. */
@Injectable()
export class KnownMailStore {
  /**
   * Holds every fingerprint of the batch until the end of `tx`: copies that arrive in two mailboxes at the same moment
   * are decided one after the other. Taken in one order by everybody, so nobody waits in a circle.
   */
  async lockFingerprints(tx: Tx, fingerprints: readonly string[]): Promise<void> {
    const keys = [
      ...new Set(fingerprints.map((hex) => BigInt.asIntN(64, BigInt(`0x${hex.slice(0, 16)}`)))),
    ];
    keys.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    await tx.query('select pg_advisory_xact_lock(k) from unnest($1::bigint[]) k', [
      keys.map(String),
    ]);
  }

  /** Whom a mail of ours went to, in lower case; asked only when a report returns it. */
  async recipientsOf(tx: Tx, messageId: string): Promise<string[]> {
    const rows = await tx.query<{ address: string }>(
      `select lower(r ->> 'address') as address
         from outbox o cross join jsonb_array_elements(o.recipients) r
        where o.message_id = $1 or o.id in (select a.outbox_id from message_id_aliases a where a.alias = $1)`,
      [messageId],
    );
    return rows.map(({ address }) => address);
  }

  /** The newest mail on a ticket that was sent to one of these addresses (lower case) since then; null where none was. */
  async lastMailTo(
    tx: Tx,
    ticketId: string,
    addresses: readonly string[],
    since: Date,
  ): Promise<{ messageId: string; ticketId: string } | null> {
    const [row] = await tx.query<{ messageId: string; ticketId: string }>(
      `select o.message_id as "messageId", o.ticket_id as "ticketId" from outbox o
        where o.ticket_id = $1 and o.sent_at > $3
          and exists (select 1 from jsonb_array_elements(o.recipients) r where lower(r ->> 'address') = any($2::text[]))
        order by o.id desc limit 1`,
      [ticketId, addresses, since],
    );
    return row ?? null;
  }

  async about(
    tx: Tx,
    fingerprints: readonly string[],
    messageIds: readonly string[],
    exceptIds: readonly string[],
  ): Promise<KnownMail> {
    const rows = await tx.query<KnownRow>(
      `select i.id as "intakeId", i.mailbox_key as "mailboxKey", i.folder_role as "folderRole", i.disposition, i.ticket_id as "ticketId",
              encode(i.fingerprint, 'hex') as fingerprint, i.message_id_header as "messageId",
              case when i.fingerprint = any($1::bytea[]) and i.ticket_id is not null then (
                select json_agg(json_build_object('ticketId', t.id::text, 'queueKey', t.queue_key, 'mailboxKey', t.mailbox_key) order by t.id)
                  from tickets own join tickets t on t.id = own.id or t.twin_group = own.twin_group
                 where own.id = i.ticket_id) end as tickets
         from intake i
        where i.id in (select id from intake where fingerprint = any($1::bytea[])
                       union select id from intake where message_id_header = any($2::text[]))
          and i.state <> 'stored' and i.fingerprint is not null and not i.id = any($3::bigint[])
        order by i.id`,
      [fingerprints.map((hex) => Buffer.from(hex, 'hex')), messageIds, exceptIds],
    );
    const known: KnownMail = { copies: new Map(), fingerprintsOf: new Map() };
    const wanted = new Set(fingerprints);
    for (const row of rows) {
      if (wanted.has(row.fingerprint)) {
        const copies = known.copies.get(row.fingerprint) ?? [];
        copies.push({ ...row, tickets: row.tickets ?? [] });
        known.copies.set(row.fingerprint, copies);
      }
      if (row.messageId !== null) {
        const seen = known.fingerprintsOf.get(row.messageId) ?? new Set();
        known.fingerprintsOf.set(row.messageId, seen.add(row.fingerprint));
      }
    }
    return known;
  }
}
