import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailboxesController } from '../../../src/modules/mailboxes/http/mailboxes.controller.js';
import { Mailboxes } from '../../../src/modules/mailboxes/index.js';
import { ExpiryStore } from '../../../src/modules/mailboxes/store/expiry.store.js';
import { MailboxOverviewStore } from '../../../src/modules/mailboxes/store/mailbox-overview.store.js';
import { MailboxStartStore } from '../../../src/modules/mailboxes/store/mailbox-start.store.js';
import { MailboxStateStore } from '../../../src/modules/mailboxes/store/mailbox-state.store.js';
import type { AuthenticatedRequest } from '../../../src/platform/http/index.js';
import { newId } from '../../../src/platform/index.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { mailboxConfig } from './mailbox-config.js';

describe('Mailboxes', () => {
  let fresh: FreshDatabase;
  const member = newId();
  const config = mailboxConfig({
    suporte: { startFrom: '2026-11-01' },
    financeiro: { startFrom: 'all' },
    contapj: {},
  });
  const mailboxesOn = (database: FreshDatabase): Mailboxes =>
    new Mailboxes(
      config,
      database.clock,
      new MailboxStateStore(database.database),
      new MailboxStartStore(database.database),
    );
  let mailboxes: Mailboxes;

  beforeAll(async () => {
    fresh = await freshDatabase();
    mailboxes = mailboxesOn(fresh);
    config.get().mailboxes['financeiro']!.queue = 'finance';
    await fresh.database.inTransaction(async (tx) => {
      await tx.execute(
        "insert into queues (key, name, private) values ('support', 'Suporte', false), ('finance', 'Financeiro', true)",
      );
      await tx.execute(
        `insert into mailboxes (key, address, queue_key) values ('suporte', 'suporte@hd.test', 'support'),
           ('financeiro', 'financeiro@hd.test', 'finance'), ('contapj', 'contapj@hd.test', 'support')`,
      );
      await tx.execute(
        "insert into agents (id, email, name, role, created_at) values ($1, 'fin@hd.test', 'Fin', 'agent', $2)",
        [member, fresh.clock.now()],
      );
      await tx.execute(
        "insert into queue_members (queue_key, agent_id, added_at) values ('finance', $1, $2)",
        [member, fresh.clock.now()],
      );
    });
  });
  afterAll(() => fresh.close());

  it('D1: a date starts at its first moment; now at the first connection and stays; all waits for the command', async () => {
    expect(await mailboxes.startOf('suporte')).toEqual({
      kind: 'from',
      at: new Date('2026-11-01T03:00:00Z'),
    });
    const first = fresh.clock.now();
    expect(await mailboxes.startOf('contapj')).toEqual({ kind: 'from', at: first });
    fresh.clock.advanceMs(3_600_000);
    expect(await mailboxes.startOf('contapj')).toEqual({ kind: 'from', at: first });
    expect(await mailboxes.startOf('financeiro')).toEqual({ kind: 'unconfirmed' });
    expect(await mailboxes.confirmStart('financeiro', 'cli')).toBeNull();
    expect(await mailboxes.startOf('financeiro')).toEqual({ kind: 'from', at: null });
  });

  it('D1: a changed date takes effect by the command, and the cursors begin anew', async () => {
    await fresh.database.inTransaction((tx) =>
      tx.execute(
        `insert into mailbox_cursors (mailbox_key, folder, uidvalidity, last_uid, start_at, updated_at)
         values ('suporte', 'INBOX', 1, 50, $1, $1)`,
        [fresh.clock.now()],
      ),
    );
    config.get().mailboxes['suporte']!.startFrom = '2026-10-01';
    expect(await mailboxes.startOf('suporte')).toMatchObject({
      at: new Date('2026-11-01T03:00:00Z'),
    });
    await mailboxes.confirmStart('suporte', 'cli');
    const at = new Date('2026-10-01T03:00:00Z');
    expect(await mailboxes.startOf('suporte')).toMatchObject({ at });
    expect(await fresh.database.query('select last_uid, start_at from mailbox_cursors')).toEqual([
      { last_uid: '0', start_at: at },
    ]);
  });

  it('keeps the live state: since, failures in a row, last seen, sending', async () => {
    const began = fresh.clock.now();
    await mailboxes.reportState('suporte', { state: 'failing', seen: false, error: 'no' });
    fresh.clock.advanceMs(1000);
    const retry = new Date(fresh.clock.now().getTime() + 5000);
    await mailboxes.reportState('suporte', {
      state: 'failing',
      seen: false,
      error: 'still no',
      nextAttemptAt: retry,
    });
    const state = async () => (await mailboxes.liveStates()).get('suporte')!;
    expect(await state()).toMatchObject({
      state: 'failing',
      since: began,
      lastError: 'still no',
      consecutiveFailures: 2,
      lastSeenAt: null,
      nextAttemptAt: retry,
    });
    await mailboxes.reportSending('suporte', { state: 'stopped', error: '535', retryAt: retry });
    await mailboxes.reportState('suporte', { state: 'idle', seen: true, unseenOnServer: 3 });
    expect(await state()).toMatchObject({
      state: 'idle',
      since: fresh.clock.now(),
      lastError: null,
      consecutiveFailures: 0,
      lastSeenAt: fresh.clock.now(),
      nextAttemptAt: null,
      unseenOnServer: 3,
      sendingState: 'stopped',
      sendingError: '535',
    });
  });

  it("D20: GET /mailboxes shows a private queue's mailbox to members and admins alone, and no secret to anybody", async () => {
    const controller = new MailboxesController(
      config,
      mailboxes,
      new MailboxOverviewStore(fresh.database),
      new ExpiryStore(fresh.database),
      fresh.clock,
    );
    const seenBy = async (agentId: string, role: 'agent' | 'admin' | 'supervisor') => {
      const list = await controller.list({ principal: { agentId, role } } as AuthenticatedRequest);
      expect(JSON.stringify(list)).not.toContain('segredo');
      return list.items.map(({ key }) => key);
    };
    expect(await seenBy(newId(), 'agent')).toEqual(['suporte', 'contapj']);
    expect(await seenBy(newId(), 'supervisor')).toEqual(['suporte', 'contapj']);
    expect(await seenBy(member, 'agent')).toEqual(['suporte', 'financeiro', 'contapj']);
    expect(await seenBy(newId(), 'admin')).toEqual(['suporte', 'financeiro', 'contapj']);
  });
});
