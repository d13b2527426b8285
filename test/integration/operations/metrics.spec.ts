import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CurrentConfig } from '../../../src/config/index.js';
import { Metrics } from '../../../src/operations/metrics.js';
import { Readiness } from '../../../src/operations/readiness.js';
import { FiguresStore } from '../../../src/operations/store/figures.store.js';
import { TrafficStore } from '../../../src/operations/store/traffic.store.js';
import { Leases } from '../../../src/platform/index.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

describe('metrics, read from the database at every scrape', () => {
  let fresh: FreshDatabase;
  let metrics: Metrics;
  let figures: FiguresStore;
  let traffic: TrafficStore;
  let uid = 0;

  beforeEach(async () => {
    fresh = await freshDatabase();
    await execute(`insert into queues (key, name, private) values ('suporte', 'Suporte', false)`);
    await execute(
      `insert into mailboxes (key, address, queue_key)
       values ('suporte', 'suporte@hd.test', 'suporte'), ('velha', 'velha@hd.test', 'suporte')`,
    );
    await execute(`update mailboxes set retired_at = now() where key = 'velha'`);
    figures = new FiguresStore(fresh.database);
    traffic = new TrafficStore(fresh.database);
    metrics = new Metrics(figures, traffic, fresh.alarms, fresh.leases, {
      get: () => ({ mailboxes: { suporte: {}, financeiro: { canary: {}, mode: 'live' } } }),
    } as unknown as CurrentConfig);
  });
  afterEach(() => fresh.close());

  const execute = (sql: string): Promise<number> =>
    fresh.database.inTransaction((tx) => tx.execute(sql));

  const received = (
    state: string,
    disposition: string | null,
    ageSeconds: number,
  ): Promise<number> =>
    execute(
      `insert into intake (mailbox_key, queue_key, folder, uidvalidity, uid, size_bytes, received_at, fetched_at, state, disposition)
       values ('suporte', 'suporte', 'INBOX', 1, ${(uid += 1)}, 1, now() - interval '${ageSeconds} seconds', now(), '${state}',
               ${disposition === null ? 'null' : `'${disposition}'`})`,
    );

  const outgoing = (state: string, automatic: boolean, ageSeconds: number): Promise<number> =>
    execute(
      `insert into outbox (mailbox_key, kind, automatic, message_id, from_address, envelope_from, recipients, primary_recipient,
                           subject, body_text, state, not_before, give_up_at, created_at, sent_at)
       values ('suporte', 'reply', ${automatic}, '${(uid += 1)}@hd.test', 'suporte@hd.test', '', '[]', 'ana@cliente.test', 'x', 'x',
               '${state}', now(), now(), now() - interval '${ageSeconds} seconds', ${state === 'sent' ? 'now()' : 'null'})`,
    );

  const value = async (series: string): Promise<number> => {
    const line = (await metrics.read()).split('\n').find((one) => one.startsWith(`${series} `));
    if (line === undefined) throw new Error(`There is no ${series}`);
    return Number(line.split(' ').at(-1));
  };

  it('says how many mailboxes this process holds, among how many workers, and how many nobody holds', async () => {
    expect(await value('helpdesk_mailboxes_unheld')).toBe(1);
    const other = new Leases(fresh.database, 'other');
    await other.acquire('watcher:other');
    await fresh.leases.acquire('watcher:this');
    const lease = await fresh.leases.acquire('mailbox:suporte');
    expect(await value('helpdesk_mailboxes_held')).toBe(1);
    expect(await value('helpdesk_mailbox_workers')).toBe(2);
    expect(await value('helpdesk_mailboxes_unheld')).toBe(0);
    await fresh.leases.release(lease!);
    await other.acquire('mailbox:suporte');
    expect(await value('helpdesk_mailboxes_held')).toBe(0);
    expect(await value('helpdesk_mailboxes_unheld')).toBe(0);
  });

  it('D22: says what the last comparison of server and records left, and how old it is', async () => {
    expect(await value('helpdesk_reconciliation_differences{mailbox="suporte"}')).toBe(-1);
    await execute(
      `insert into reconciliations (mailbox_key, requested_by, fix, requested_at, finished_at, error, differences)
       values ('suporte', 'schedule', false, now(), now() - interval '100 seconds', null, 2),
              ('suporte', 'schedule', false, now(), now(), 'not reached', null)`,
    );
    await outgoing('unknown', false, 10);
    expect(await value('helpdesk_reconciliation_differences{mailbox="suporte"}')).toBe(2);
    const age = await value('helpdesk_reconciliation_age_seconds{mailbox="suporte"}');
    expect(age).toBeGreaterThanOrEqual(99);
    expect(await value('helpdesk_mails_in_doubt{mailbox="suporte"}')).toBe(1);
  });

  it('knows every mailbox in force from the start, with zeros', async () => {
    const page = await metrics.read();
    expect(page).toContain('helpdesk_oldest_unprocessed_mail_seconds{mailbox="suporte"} 0');
    expect(page).toContain('helpdesk_ingested_mails_total{mailbox="suporte"} 0');
    expect(page).toContain('helpdesk_sent_mails_total{mailbox="suporte",automatic="true"} 0');
    expect(page).toContain('helpdesk_mailbox_state{mailbox="suporte",state="stopped"} 1');
    expect(page).toContain('process_resident_memory_bytes');
    expect(page).not.toContain('velha');
  });

  it('shows the age of the oldest message that is not processed, and the quarantine', async () => {
    await received('stored', null, 90);
    await received('stored', null, 10);
    await received('done', 'duplicate', 900);
    await received('quarantined', 'quarantined', 300);
    expect(await value('helpdesk_oldest_unprocessed_mail_seconds{mailbox="suporte"}')).toBeCloseTo(
      90,
      -1,
    );
    expect(await value('helpdesk_unprocessed_mails{mailbox="suporte"}')).toBe(2);
    expect(await value('helpdesk_quarantined_mails{mailbox="suporte"}')).toBe(1);
  });

  it("shows the age of the oldest unsent answer of a person's, not of what is held or automatic", async () => {
    await outgoing('queued', true, 500);
    await outgoing('held', false, 400);
    await outgoing('queued', false, 60);
    await outgoing('sending', false, 120);
    await outgoing('sent', false, 999);
    expect(await value('helpdesk_oldest_unsent_reply_seconds{mailbox="suporte"}')).toBeCloseTo(
      120,
      -1,
    );
    expect(await value('helpdesk_unsent_mails{mailbox="suporte"}')).toBe(3);
  });

  it('counts what comes and goes since the process started, each once', async () => {
    await received('done', 'duplicate', 0);
    await outgoing('sent', false, 0);
    await traffic.onModuleInit();
    await outgoing('queued', false, 0);
    await received('stored', null, 0);
    await received('stored', null, 0);
    await outgoing('sent', true, 0);
    for (let scrape = 0; scrape < 3; scrape += 1) {
      expect(await value('helpdesk_ingested_mails_total{mailbox="suporte"}')).toBe(2);
      expect(await value('helpdesk_sent_mails_total{mailbox="suporte",automatic="true"}')).toBe(1);
    }
    // What has settled is not read again, and still counted.
    await execute(`update intake set fetched_at = now() - interval '1 hour'`);
    await execute(
      `update outbox set created_at = now() - interval '1 hour', state = 'sent', sent_at = now() where state = 'queued'`,
    );
    await execute(`update outbox set created_at = now() - interval '1 hour'`);
    for (let scrape = 0; scrape < 3; scrape += 1) {
      expect(await value('helpdesk_ingested_mails_total{mailbox="suporte"}')).toBe(2);
      expect(await value('helpdesk_sent_mails_total{mailbox="suporte",automatic="true"}')).toBe(1);
      expect(await value('helpdesk_sent_mails_total{mailbox="suporte",automatic="false"}')).toBe(1);
    }
  });

  it('shows alarms, pauses, parked events and the state of a mailbox', async () => {
    await fresh.alarms.raise('mailbox.suporte', 'critical', 'The password is refused.');
    await execute(
      `insert into automation_pauses (mailbox_key, reason, paused_by, paused_at) values (null, 'x', 'x', now())`,
    );
    await execute(
      `insert into events (topic, subscriber, payload, attempts) values ('a', 'b', '{}', 20), ('a', 'b', '{}', 1)`,
    );
    await execute(
      `insert into mailbox_states (mailbox_key, state, since, last_seen_at, unseen_on_server, sending_state)
       values ('suporte', 'idle', now(), now() - interval '30 seconds', 7, 'stopped')`,
    );
    expect(await value('helpdesk_alarm{alarm="mailbox.suporte",severity="critical"}')).toBe(1);
    expect(await value('helpdesk_automation_paused{mailbox="suporte"}')).toBe(1);
    expect(await value('helpdesk_events_parked')).toBe(1);
    expect(await value('helpdesk_events_waiting')).toBe(1);
    expect(await value('helpdesk_mailbox_state{mailbox="suporte",state="idle"}')).toBe(1);
    expect(await value('helpdesk_mailbox_state{mailbox="suporte",state="stopped"}')).toBe(0);
    expect(await value('helpdesk_mailbox_sending_state{mailbox="suporte",state="stopped"}')).toBe(
      1,
    );
    expect(await value('helpdesk_mailbox_lag_messages{mailbox="suporte"}')).toBe(7);
    expect(await value('helpdesk_mailbox_last_seen_seconds{mailbox="suporte"}')).toBeCloseTo(
      30,
      -1,
    );
    await fresh.alarms.clear('mailbox.suporte');
    expect(await metrics.read()).not.toContain('helpdesk_alarm{');
  });

  it('D20: no label tells the name of a private queue’s mailbox', async () => {
    await traffic.onModuleInit();
    await execute(
      `insert into queues (key, name, private) values ('financeiro', 'Financeiro', true)`,
    );
    await execute(
      `insert into mailboxes (key, address, queue_key) values ('financeiro', 'financeiro@hd.test', 'financeiro')`,
    );
    await execute(
      `insert into intake (mailbox_key, queue_key, folder, uidvalidity, uid, size_bytes, received_at, fetched_at, state)
       values ('financeiro', 'financeiro', 'INBOX', 1, 1, 1, now(), now(), 'stored')`,
    );
    await execute(
      `insert into mailbox_certificates (mailbox_key, protocol, expires_at, seen_at)
       values ('financeiro', 'smtp', now() + interval '5 days', now()), ('velha', 'imap', now(), now())`,
    );
    await execute(
      `insert into canaries (mailbox_key, nonce, sent_at) values ('financeiro', 'n', now() - interval '90 seconds')`,
    );
    await fresh.alarms.raise('mailbox.financeiro', 'critical', 'The password is refused.');
    expect(
      await value('helpdesk_certificate_expires_seconds{mailbox="private-1",protocol="smtp"}'),
    ).toBeCloseTo(5 * 86_400, -2);
    expect(await metrics.read()).not.toMatch(/helpdesk_canary\w+\{mailbox="suporte"\}/);
    expect(await value('helpdesk_canary_seconds{mailbox="private-1"}')).toBe(-1);
    expect(await value('helpdesk_canary_waiting_seconds{mailbox="private-1"}')).toBeCloseTo(90, -1);
    expect(await new Readiness(figures, fresh.alarms).check()).toMatchObject({
      alarms: ['mailbox.private-1'],
      expires: { 'mailbox.private-1.certificate_smtp': expect.any(Number) },
    });
    expect(await value('helpdesk_unprocessed_mails{mailbox="private-1"}')).toBe(1);
    expect(await value('helpdesk_ingested_mails_total{mailbox="private-1"}')).toBe(1);
    expect(await value('helpdesk_alarm{alarm="mailbox.private-1",severity="critical"}')).toBe(1);
    expect(await metrics.read()).not.toMatch(/financ/i);
  });

  it('is ready until it leaves', async () => {
    const readiness = new Readiness(figures, fresh.alarms);
    expect(await readiness.check()).toEqual({ ready: true, alarms: [], expires: {} });
    await fresh.alarms.raise('intake.reconciliation.suporte', 'critical', 'one is missing');
    expect(await readiness.check()).toEqual({
      ready: true,
      alarms: ['intake.reconciliation.suporte'],
      expires: {},
    });
    readiness.leave();
    expect(await readiness.check()).toEqual({ ready: false, why: 'stopping' });
  });
});
