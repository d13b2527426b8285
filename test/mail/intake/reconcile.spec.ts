import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MailboxWatcher } from '../../../src/modules/mailbox-intake/background/mailbox-watcher.js';
import { Reconciliations } from '../../../src/modules/mailbox-intake/background/reconciliations.js';
import { reconcile as reconcileCommand } from '../../../src/modules/mailbox-intake/cli/reconcile.js';
import { ReconcileByOperator } from '../../../src/modules/mailbox-intake/commands/reconcile-by-operator.js';
import type { ReconciliationReport } from '../../../src/modules/mailbox-intake/domain/reconciliation.js';
import type { CommandContext } from '../../../src/cli/command.js';
import { Alarms } from '../../../src/platform/index.js';
import { Dovecot } from '../../support/dovecot.js';
import { eventually } from '../../support/eventually.js';
import type { HttpApp } from '../../support/http-app.js';
import { rawMail, WatchedDesk } from './watched-desk.js';

describe('the server compared with what is recorded', () => {
  let dovecot: Dovecot;
  let desk: WatchedDesk;
  let others: HttpApp[] = [];
  let tool: Promise<HttpApp> | null = null;
  let users = 0;

  beforeAll(async () => {
    dovecot = await Dovecot.start([]);
  });
  afterEach(async () => {
    for (const app of others) {
      await app.app.get(Reconciliations, { strict: false }).stop();
      await app.app.get(MailboxWatcher, { strict: false }).stop();
      await app.close();
    }
    others = [];
    tool = null;
    await desk?.app.app.get(Reconciliations, { strict: false }).stop();
    await desk?.close();
  });
  afterAll(() => dovecot?.stop());

  const newUser = (): string => {
    const address = `comparada${(users += 1)}@hd.test`;
    dovecot.addUser(address, 'segredo-imap');
    return address;
  };
  const another = async (): Promise<HttpApp> => {
    const app = await desk.another();
    others.push(app);
    return app;
  };
  /** As `helpdesk intake reconcile`, in a process of its own. */
  const reconcile = async (
    fix = false,
  ): Promise<{ left: number | null; report: ReconciliationReport; error: string | null }> => {
    tool ??= another();
    const command = (await tool).app.get(ReconcileByOperator, { strict: false });
    const answer = (await command.run('suporte', fix, 30_000))!;
    return { left: answer.differences, report: answer.report!, error: answer.error };
  };
  /** The same as the operator sees it: her exit code and the lines. */
  const told = async (seconds = 30): Promise<{ code: unknown; lines: string }> => {
    tool ??= another();
    const { app } = await tool;
    let lines = '';
    const context = {
      get: (type: never) => app.get(type, { strict: false }),
      output: {
        result: (_: unknown, text: () => string | readonly string[]) =>
          (lines = [text()].flat().join('\n')),
      },
    } as unknown as CommandContext;
    const options = { timeout: String(seconds) };
    const code = await reconcileCommand.run(context, { arguments: {}, options, json: false });
    return { code, lines };
  };
  const kinds = ({ items }: ReconciliationReport): [string, number | null, boolean][] =>
    items.map(({ kind, uid, fixed }) => [kind, uid, fixed]);
  const alarm = async (wanted = 'intake.reconciliation.suporte') =>
    (await desk.app.app.get(Alarms, { strict: false }).open()).find(({ key }) => key === wanted);
  /** A mailbox with these messages recorded and decided, watched by a worker that looks for requests. */
  const watched = async (messages: number): Promise<string> => {
    const address = newUser();
    desk = await WatchedDesk.open(dovecot, address, { mailbox: `startFrom: '2020-01-01'` });
    desk.app.app.get(Reconciliations, { strict: false }).start();
    for (let index = 0; index < messages; index += 1) await dovecot.deliver(address, rawMail());
    await desk.dispositions(messages);
    await desk.settled();
    return address;
  };
  const stopWorker = async (): Promise<void> => {
    await desk.app.app.get(Reconciliations, { strict: false }).stop();
    await desk.watcher.stop();
  };
  const forget = async (uid: number): Promise<void> => {
    await desk.query(
      'update messages set intake_id = null where intake_id = (select id from intake where uid = $1)',
      [uid],
    );
    await desk.query('delete from intake where uid = $1', [uid]);
  };

  it('D22 D1: a UID that was passed over is an alarm; --fix fetches exactly it, and a second run is clean', async () => {
    const address = await watched(5);
    await eventually('the comparison after the start', async () => {
      const rows = await desk.query<{ differences: number }>(
        `select differences from reconciliations where finished_at is not null`,
      );
      return rows.length === 1 && rows[0]!.differences === 0;
    });
    await forget(3);
    dovecot.doveadm('expunge', '-u', address, 'mailbox', 'INBOX', 'uid', '2');
    const found = await reconcile();
    expect(kinds(found.report)).toEqual([['missing', 3, false]]);
    expect(found.left).toBe(1);
    // Gone from the server is told and is no difference.
    expect(found.report.folders[0]).toMatchObject({
      onServer: 4,
      recorded: 3,
      gone: 1,
      waiting: 0,
    });
    expect(found.report.items[0]).toMatchObject({
      folder: 'INBOX',
      messageId: expect.stringMatching(/@cliente\.test$/),
      sizeBytes: expect.any(Number),
    });
    const raised = await alarm();
    expect(raised).toMatchObject({ severity: 'critical' });
    expect(JSON.stringify(raised)).not.toMatch(/mensagem \d|ana@/i);

    const before = await desk.query<{ n: number }>('select count(*)::int as n from tickets');
    const fixed = await reconcile(true);
    expect(kinds(fixed.report)).toEqual([['missing', 3, true]]);
    expect(fixed.left).toBe(0);
    expect(await alarm()).toBeUndefined();
    expect(await desk.dispositions(5)).toHaveLength(5);
    const after = await desk.query<{ n: number }>('select count(*)::int as n from tickets');
    expect(after[0]!.n).toBe(before[0]!.n + 1);
    const again = await reconcile();
    expect([again.left, again.report.items]).toEqual([0, []]);
  }, 60_000);

  it('D22: what was taken for gone and is there, and a cursor that stands too high', async () => {
    const address = await watched(3);
    await stopWorker();
    await forget(2);
    await desk.query(
      `insert into intake (mailbox_key, queue_key, folder, folder_role, uidvalidity, uid, size_bytes, received_at, fetched_at, state, disposition)
       select mailbox_key, queue_key, folder, folder_role, uidvalidity, 2, size_bytes, received_at, fetched_at, 'done', 'vanished'
         from intake where uid = 1`,
    );
    await desk.query(`update mailbox_cursors set last_uid = 900 where folder = 'INBOX'`);
    await dovecot.deliver(address, rawMail());
    const found = await reconcile();
    expect(kinds(found.report)).toEqual([
      ['cursor_ahead', null, false],
      ['vanished_but_there', 2, false],
      ['missing', 4, false],
    ]);
    // Nobody holds the mailbox: the operator's process does it all, processing included.
    const fixed = await reconcile(true);
    expect(fixed.left).toBe(0);
    expect((await reconcile()).report.items).toEqual([]);
    expect((await desk.dispositions(4)).filter((one) => one === 'ticket_opened')).toHaveLength(4);
    await dovecot.deliver(address, rawMail());
    // Just come, it is to come; with no worker for long it is on the server and not recorded.
    expect((await reconcile()).report.folders[0]).toMatchObject({ waiting: 1 });
    (await tool)!.clock.advanceMs(3_600_000);
    const late = await reconcile();
    expect(kinds(late.report)).toEqual([['missing', 5, false]]);
    expect(late.report.items[0]!.why).toContain('above the cursor');
  }, 60_000);

  it('D1: what is older than the start stays historical; after a UIDVALIDITY change the known are known', async () => {
    const address = newUser();
    for (let index = 0; index < 3; index += 1) await dovecot.deliver(address, rawMail());
    const delivered = Math.floor(Date.now() / 1000);
    await eventually('the next second', () => Math.floor(Date.now() / 1000) > delivered);
    desk = await WatchedDesk.open(dovecot, address, { mailbox: 'startFrom: now' });
    await desk.dispositions(3);
    await desk.settled();
    await dovecot.deliver(address, rawMail());
    await desk.dispositions(4);
    await stopWorker();
    await forget(2);
    const found = await reconcile();
    expect([found.left, found.report.folders[0]!.historical]).toEqual([0, 3]);
    expect((await reconcile(true)).left).toBe(0);
    expect((await desk.dispositions(4)).filter((one) => one === 'historical')).toHaveLength(3);

    dovecot.doveadm('mailbox', 'update', '-u', address, '--uid-validity', '4242', 'INBOX');
    await dovecot.deliver(address, rawMail());
    const anew = await reconcile();
    expect(kinds(anew.report)).toEqual([['unknown_after_uidvalidity', 5, false]]);
    const fixed = await reconcile(true);
    expect(fixed.left).toBe(0);
    const dispositions = await desk.dispositions(9);
    expect(dispositions.filter((one) => one === 'ticket_opened')).toHaveLength(2);
    expect((await reconcile()).left).toBe(0);
  }, 60_000);

  it('D22: two workers, mail that comes meanwhile, a message that waits: none is missing, what waits too long is told', async () => {
    const address = await watched(2);
    const second = await another();
    second.app.get(MailboxWatcher, { strict: false }).start();
    second.app.get(Reconciliations, { strict: false }).start();
    const writing = (async () => {
      for (let index = 0; index < 30; index += 1) await dovecot.deliver(address, rawMail());
    })();
    const during = await Promise.all([reconcile(), reconcile(), reconcile()]);
    expect(during.map(({ left }) => left)).toEqual([0, 0, 0]);
    await writing;
    await desk.dispositions(32);
    expect(kinds((await reconcile()).report)).toEqual([]);
    // What was processed cannot be made to wait; what was taken for gone can.
    await desk.query(`update intake set disposition = 'vanished' where uid = 7`);
    await desk.query(
      `update intake set state = 'stored', disposition = null, fetched_at = now() - interval '2 hours', next_attempt_at = 'infinity'
        where uid = 7`,
    );
    const waiting = await reconcile();
    expect(kinds(waiting.report)).toEqual([['unfinished', 7, false]]);
    expect(await alarm()).toMatchObject({ severity: 'warning' });
    const mended = await reconcile(true);
    expect([mended.left, kinds(mended.report)]).toEqual([0, [['unfinished', 7, true]]]);
    expect(mended.report.items[0]!.why).toContain('made due now');
    expect(await alarm()).toBeUndefined();
    await desk.dispositions(32);
    expect((await reconcile()).left).toBe(0);
    expect(await alarm()).toBeUndefined();
  }, 60_000);

  it('D22: a comparison that cannot be made is an alarm of its own until one ends', async () => {
    await watched(1);
    await forget(1);
    expect((await reconcile()).left).toBe(1);
    await desk.query(
      `insert into reconciliations (mailbox_key, requested_by, fix, requested_at, begun) values ('suporte', 'schedule', true, now(), 5)`,
    );
    const failed = await eventually('the alarm', () =>
      alarm('intake.reconciliation_failed.suporte'),
    );
    expect(failed).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('helpdesk mailbox check suporte'),
    });
    // What the last comparison found is still said.
    expect(await alarm()).toMatchObject({ severity: 'critical' });
    await reconcile();
    expect(await alarm('intake.reconciliation_failed.suporte')).toBeUndefined();
  }, 60_000);

  it('D22: what nobody has read counts as a difference, and what is just coming is not called recorded', async () => {
    const address = newUser();
    for (let index = 0; index < 3; index += 1) await dovecot.deliver(address, rawMail());
    const mailbox = `startFrom: '2020-01-01'`;
    desk = await WatchedDesk.open(dovecot, address, { mailbox, start: false });
    const unread = await told();
    expect(unread.code).toBe(1);
    expect(unread.lines).toContain('never_read');
    expect(unread.lines).not.toContain('everything on the server is recorded');
    expect((await reconcile(true)).left).toBe(0);
    expect(await told()).toMatchObject({
      code: 0,
      lines: expect.stringContaining('everything on the server is recorded'),
    });
    await dovecot.deliver(address, rawMail());
    const coming = await told();
    expect(coming.code).toBe(0);
    expect(coming.lines).toContain('1 not recorded yet (just coming)');
    expect(coming.lines).not.toContain('everything on the server is recorded');
  }, 60_000);

  it('D22: a folder made anew: what bears no Message-ID is not known either; a folder watched once is named', async () => {
    const address = await watched(1);
    await stopWorker();
    dovecot.doveadm('mailbox', 'update', '-u', address, '--uid-validity', '4242', 'INBOX');
    await dovecot.deliver(address, rawMail());
    await dovecot.deliver(address, 'From: Ana <ana@cliente.test>\r\nSubject: x\r\n\r\ntexto\r\n');
    await desk.query(
      `insert into mailbox_cursors (mailbox_key, folder, uidvalidity, last_uid, updated_at) values ('suporte', 'Antiga', 1, 1, now())`,
    );
    const { report } = await reconcile();
    expect(kinds(report)).toEqual([
      ['unknown_after_uidvalidity', 2, false],
      ['unknown_after_uidvalidity', 3, false],
    ]);
    expect(report.items[1]!.why).toContain('bears no Message-ID');
    expect((await told()).lines).toContain('suporte Antiga: was read once and is not watched');
  }, 60_000);

  it('a worker that cannot open its mailbox: the command ends with the reason instead of waiting for it', async () => {
    const address = newUser();
    const mailbox = `startFrom: '2020-01-01'\nfolders: { sent: Enviados }`;
    desk = await WatchedDesk.open(dovecot, address, { mailbox });
    await eventually('the mailbox fails', async () => {
      const rows = await desk.query(`select 1 from mailbox_states where state = 'failing'`);
      return rows.length === 1;
    });
    const { code, lines } = await told(20);
    expect(code).toBe(1);
    expect(lines).toContain('"Enviados"');
  }, 60_000);
});
