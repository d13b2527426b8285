import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DeadlineNotices } from '../../../src/modules/notices/deadline-notices.js';
import { MorningDigests } from '../../../src/modules/notices/morning-digests.js';
import { SendingStore } from '../../../src/modules/outbound-mail/store/sending.store.js';
import { AutomaticAssignment } from '../../../src/modules/tickets/automatic-assignment.js';
import { ClockWatcher } from '../../../src/modules/sla/clock-watcher.js';
import { anotherApp, type TestAgent } from '../../support/http-app.js';
import { DESK_YAML, HelpDesk } from '../tickets/help-desk.js';

const YAML = `${DESK_YAML}
notifications: { email: true, digest: true, assignments: true }
`;
/** Thursday 5 November 2026, 10:00 in São Paulo, is when specs begin: a ticket is due on Tuesday 10 at 18:00. */
const WARNED = new Date('2026-11-10T17:00:00.000Z');
const BREACHED = new Date('2026-11-10T21:00:00.001Z');
const NEXT_OPENING = new Date('2026-11-11T12:00:00.000Z');

let desk: HelpDesk;
let bob: TestAgent;
let sonia: TestAgent;
let start: Date;

beforeAll(async () => {
  desk = await HelpDesk.open(YAML);
  start = desk.now;
  const { http } = desk;
  bob = await http.agent({ email: 'bob@empresa.example', queues: ['suporte'] });
  sonia = await http.agent({
    email: 'sonia@empresa.example',
    role: 'supervisor',
    queues: ['suporte', 'produto'],
  });
  await http.agent({ email: 'pedro@empresa.example', queues: ['produto'] });
});
afterAll(() => desk?.close());
afterEach(async () => {
  desk.http.clock.set(start);
  await sql(`delete from deadline_notices`);
  await sql(`delete from notice_misses`);
  await sql(`delete from agent_digests`);
  await sql(`delete from agent_absences`);
  await sql(`delete from outbox where kind = 'notice'`);
  await sql(`update clocks set state = 'cancelled', ended_at = now() where ended_at is null`);
  await sql(
    `update tickets set status = 'resolved', due_at = null, due_kind = null, breached = false`,
  );
});

const sql = (text: string, values: unknown[] = []): Promise<number> =>
  desk.http.database.inTransaction((tx) => tx.execute(text, values));
const get = <T>(type: abstract new (...args: never[]) => T, at = desk.http): T =>
  at.app.get(type as never, { strict: false });
const away = (agent: TestAgent): Promise<unknown> => desk.call(agent, 'post', '/me/absence', {});

/** The watcher comes by at this instant, the news is handled, and notices that wait for an opening are looked for. */
async function at(instant: Date): Promise<void> {
  desk.http.clock.set(instant);
  await get(ClockWatcher).round();
  await desk.http.drain();
  await get(DeadlineNotices).round();
}

async function told(ticketId: string): Promise<string[]> {
  const rows = await desk.http.database.query<{ to: string }>(
    `select split_part(primary_recipient, '@', 1) as "to" from outbox
      where ticket_id = $1 and kind = 'notice' order by 1`,
    [ticketId],
  );
  return rows.map((row) => row.to);
}

async function take(ticketId: string, agent: TestAgent): Promise<void> {
  const { status } = await desk.call(desk.ana, 'patch', `/tickets/${ticketId}`, {
    assignee: agent.agentId,
  });
  expect(status).toBe(200);
}

describe('D19: notices', () => {
  it('a warning goes to the holder, a breach to her and the supervisors, each once', async () => {
    const { ticketId } = await desk.open();
    await take(ticketId, bob);
    await at(WARNED);
    await at(WARNED);
    expect(await told(ticketId)).toEqual(['bob']);
    await at(BREACHED);
    // D18: 18:00 was the close of service.
    expect(await told(ticketId)).toEqual(['bob']);
    await at(NEXT_OPENING);
    await at(NEXT_OPENING);
    expect(await told(ticketId)).toEqual(['bob', 'bob', 'sonia']);
  });

  it('who is away is left out, and the queue told instead of her', async () => {
    const { ticketId } = await desk.open();
    await take(ticketId, bob);
    await away(bob);
    await at(WARNED);
    expect(await told(ticketId)).toEqual(['ana', 'sonia']);
  });

  it('D18: who is there is decided at the opening, not at night', async () => {
    const { ticketId } = await desk.open();
    await take(ticketId, bob);
    await at(BREACHED);
    await away(bob);
    await at(NEXT_OPENING);
    expect(await told(ticketId)).toEqual(['ana', 'sonia']);
  });

  it('an answer that came before the opening leaves nothing to say', async () => {
    const { ticketId } = await desk.open();
    await at(BREACHED);
    await desk.answer(ticketId);
    await at(NEXT_OPENING);
    expect(await told(ticketId)).toEqual([]);
  });

  it('where nobody is there it is counted and not lost in silence', async () => {
    const { ticketId } = await desk.open();
    for (const agent of [desk.ana, bob, sonia]) await away(agent);
    await at(WARNED);
    expect(await told(ticketId)).toEqual([]);
    const page = await desk.http.api().get('/metrics');
    expect(page.text).toContain('helpdesk_notices_without_recipient_total{news="warned"} 1');
  });

  it('D14: the deadline of an escalation is told to the second team', async () => {
    const { ticketId } = await desk.open();
    await desk.answer(ticketId);
    const { status } = await desk.call(desk.ana, 'post', `/tickets/${ticketId}/escalation`, {
      queue: 'produto',
      text: 'Podem olhar?',
    });
    expect(status).toBe(201);
    // Six business days from Thursday 5: Friday 13, 18:00.
    await at(new Date('2026-11-13T17:00:00.000Z'));
    expect(await told(ticketId)).toEqual(['pedro', 'sonia']);
  });

  it('D20: a private ticket is spoken of to members of its queue alone', async () => {
    const { ticketId } = await desk.openFinance();
    await at(WARNED);
    expect(await told(ticketId)).toEqual(['fabio']);
  });

  it('two workers tell each once', async () => {
    const other = await anotherApp(desk.http, YAML);
    try {
      const { ticketId } = await desk.open();
      await at(BREACHED);
      for (const clock of [desk.http.clock, other.clock]) clock.set(NEXT_OPENING);
      await Promise.all([get(DeadlineNotices).round(), get(DeadlineNotices, other).round()]);
      expect(await told(ticketId)).toEqual(['ana', 'bob', 'sonia']);
    } finally {
      await other.close();
    }
  });
});

interface Digest extends Record<string, unknown> {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly mailbox: string;
}

const digests = (): Promise<Digest[]> =>
  desk.http.database.query<Digest>(
    `select split_part(primary_recipient, '@', 1) as "to", subject, body_text as text, mailbox_key as mailbox
       from outbox where dedupe_key like 'digest:%' and state <> 'cancelled' order by 1`,
  );
const morning = async (instant: string): Promise<number> => {
  desk.http.clock.set(new Date(instant));
  return get(MorningDigests).round();
};

describe('automatic assignment', () => {
  it('tells whom it gave the ticket, and nobody of what she took', async () => {
    const robin = await HelpDesk.open(
      YAML.replace('name: Suporte }', 'name: Suporte, assignment: round_robin }'),
    );
    try {
      const { ticketId } = await robin.open();
      await get(AutomaticAssignment, robin.http).round();
      await robin.http.drain();
      const notices = (await robin.outbox(ticketId)).filter(({ kind }) => kind === 'notice');
      expect(notices.map(({ to, subject }) => [to, subject])).toEqual([
        ['ana@empresa.example', `[Chamado ${ticketId}] Novo chamado para você`],
      ]);
      const { ticketId: own } = await robin.open();
      await robin.call(robin.ana, 'patch', `/tickets/${own}`, { assignee: 'me' });
      await robin.http.drain();
      expect((await robin.outbox(own)).map(({ kind }) => kind)).not.toContain('notice');
    } finally {
      await robin.close();
    }
  });
});

describe('D18: the digest of the morning', () => {
  it('tells each agent what is due, overdue and untaken, and supervisors the totals', async () => {
    const first = await desk.open();
    const second = await desk.open();
    await take(first.ticketId, bob);
    // Tuesday 10: both are due today, one is bob's.
    expect(await morning('2026-11-10T11:59:00.000Z')).toBe(0);
    expect(await morning('2026-11-10T12:00:00.000Z')).toBe(3);
    expect(await morning('2026-11-10T12:01:00.000Z')).toBe(0);
    const [ana, forBob, forSonia] = await digests();
    expect(ana).toMatchObject({
      to: 'ana',
      subject: 'Resumo do dia 10/11/2026',
      mailbox: 'suporte',
    });
    expect(ana!.text).toContain('Sem atendente, aguardando a primeira resposta (1):');
    expect(ana!.text).toContain(`/api/v1/tickets/${second.ticketId}`);
    expect(ana!.text).not.toContain(first.ticketId);
    expect(forBob!.text).toContain(`Vencem hoje (1):\n- ${first.ticketId} (Suporte)`);
    expect(forSonia!.text).toContain(
      'Fila Suporte: 2 abertos, 0 aguardando resposta, 0 com prazo vencido, 2 vencem hoje, 1 sem atendente.',
    );
    // Neither what the customer wrote nor who she is.
    expect(ana!.text).not.toMatch(/Página|publicar|Bia|cliente\.example/);
  });

  it('is not sent where there is nothing to say, nor later than that morning', async () => {
    expect(await morning('2026-11-10T12:00:00.000Z')).toBe(0);
    await sql('delete from agent_digests');
    desk.http.clock.set(start);
    await desk.open();
    expect(await morning('2026-11-10T19:00:00.000Z')).toBe(0);
    expect(await morning('2026-11-08T12:00:00.000Z')).toBe(0);
    expect(await digests()).toEqual([]);
  });

  it('is not sent in the afternoon by a sender that was away in the morning', async () => {
    await desk.open();
    expect(await morning('2026-11-10T12:00:00.000Z')).toBe(3);
    const due = (at: string): Promise<boolean> =>
      get(SendingStore).anythingDue('suporte', new Date(at), true);
    await sql(`delete from outbox where kind <> 'notice'`);
    expect(await due('2026-11-10T14:59:00.000Z')).toBe(true);
    expect(await due('2026-11-10T15:00:00.000Z')).toBe(false);
    await morning('2026-11-10T19:00:00.000Z');
    expect(await digests()).toEqual([]);
  });

  it('not to who is away or does not want it', async () => {
    await desk.open();
    await away(bob);
    const patched = await desk.call(desk.ana, 'patch', '/me/notices', { digest: false });
    expect(patched.body).toEqual({ digest: false });
    expect(await morning('2026-11-10T12:00:00.000Z')).toBe(1);
    expect((await digests()).map(({ to }) => to)).toEqual(['sonia']);
    await desk.call(desk.ana, 'patch', '/me/notices', { digest: true });
  });

  it('D20: of a private queue its members alone, by its own mailbox', async () => {
    const { ticketId } = await desk.openFinance();
    expect(await morning('2026-11-10T12:00:00.000Z')).toBe(1);
    const [digest] = await digests();
    expect(digest).toMatchObject({ to: 'fabio', mailbox: 'financeiro' });
    expect(digest!.text).toContain(ticketId);
  });

  it('two workers send one', async () => {
    const other = await anotherApp(desk.http, YAML);
    try {
      await desk.open();
      for (const clock of [desk.http.clock, other.clock])
        clock.set(new Date('2026-11-10T12:00:00.000Z'));
      const sent = await Promise.all([
        get(MorningDigests).round(),
        get(MorningDigests, other).round(),
      ]);
      expect(sent[0] + sent[1]).toBe(3);
      expect(await digests()).toHaveLength(3);
    } finally {
      await other.close();
    }
  });
});
