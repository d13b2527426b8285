import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import os from 'node:os';
import { runProgram } from '../../../src/cli/program.js';
import { commandsFor } from '../../../src/cli/registry.js';
import { readEnvironment } from '../../../src/config/env.js';
import type { TestAgent } from '../../support/http-app.js';
import { at, ReportingDesk } from './reporting-desk.js';

/** Now is Thursday 5 November 2026, 10:00 in São Paulo. */
const NOVEMBER = 'from=2026-11-01&to=2026-11-05';

describe('reports', () => {
  let desk: ReportingDesk;
  let ana: TestAgent;

  beforeAll(async () => {
    desk = await ReportingDesk.open();
    ana = await desk.http.agent({ email: 'ana@empresa.example', queues: ['suporte'] });
  });
  afterAll(() => desk?.http.close());
  beforeEach(async () => {
    await desk.database.query('truncate tickets, messages, clocks, feedback cascade');
  });

  describe('compliance', () => {
    /** Nine promises of one day, one of every fate. */
    async function everyFate(): Promise<void> {
      const late = '2026-11-04 18:00';
      const ended = { endedAt: '2026-11-04 11:00', businessHours: 10 };
      const fates = [
        { state: 'met', ...ended, answered: true },
        { state: 'met', ...ended, answered: true, revocations: 1 },
        { state: 'breached', ...ended, dueAt: '2026-11-03 18:00', answered: true },
        {
          state: 'breached',
          ...ended,
          dueAt: '2026-11-03 18:00',
          endReason: 'no_answer_needed',
        },
        { state: 'running' },
        // Due, and the watcher has not come by yet.
        { state: 'running', dueAt: late },
        { state: 'breached', dueAt: late },
        { state: 'cancelled', ...ended, endReason: 'spam' },
        { state: 'cancelled', ...ended, endReason: 'answer_returned' },
      ];
      for (const fate of fates) await desk.clock(await desk.ticket('2026-11-03 10:00'), fate);
    }

    it('D9, D13, D19: every promise is in one outcome; closing without an answer and returned answers are told apart', async () => {
      await everyFate();
      expect(await desk.items(ana, `compliance?${NOVEMBER}`)).toEqual([
        {
          kind: 'first_return',
          group: null,
          period: null,
          total: 9,
          met: 2,
          breached: 2,
          breachedWithoutAnswer: 1,
          runningLate: 2,
          running: 1,
          withoutAnswer: 1,
          calledOff: 1,
          revoked: 1,
          // 2 of 2 + 2 + 2.
          metShare: 0.3333,
        },
      ]);
    });

    it('D19: internal targets and escalations are rows of their own; a paused clock runs', async () => {
      const ticketId = await desk.ticket('2026-11-03 10:00');
      const ended = { endedAt: '2026-11-04 11:00', businessHours: 1 };
      await desk.clock(ticketId, { kind: 'internal_return', state: 'breached', ...ended });
      await desk.clock(ticketId, { kind: 'resolution', state: 'met', ...ended });
      await desk.clock(ticketId, {
        kind: 'overall_resolution',
        state: 'paused',
        dueAt: '2026-11-03 12:00',
      });
      const { body } = await desk.get(ana, `compliance?${NOVEMBER}`);
      type Row = { kind: string; met: number; running: number; metShare: unknown };
      const short = (rows: Row[]) =>
        rows.map(({ kind, met, running, metShare }) => [kind, met, running, metShare]);
      const { items, internalTargets } = body as { items: Row[]; internalTargets: Row[] };
      expect(short(items)).toEqual([
        ['overall_resolution', 0, 1, null],
        ['resolution', 1, 0, 1],
      ]);
      expect(short(internalTargets)).toEqual([['internal_return', 0, 0, 0]]);
    });

    it('D19: the past stays: a clock that ended counts for the queue, reason and agent that it had then', async () => {
      const bia = await desk.http.agent({ email: 'bia@empresa.example', queues: ['suporte'] });
      const ticketId = await desk.ticket('2026-11-03 10:00', { assignee_id: bia.agentId });
      await desk.clock(ticketId, {
        state: 'met',
        endedAt: '2026-11-03 12:00',
        businessHours: 2,
        answered: true,
        endedQueue: 'suporte',
        endedReason: 'leads',
        endedAgent: ana.agentId,
      });
      await desk.database.query(
        `insert into queues (key, name, private) values ('produto', 'Produto', false) on conflict do nothing`,
      );
      await desk.database.query(
        `update tickets set queue_key = 'produto', reason_key = 'dominios' where id = $1`,
        [ticketId],
      );
      const groups = async (groupBy: string) =>
        (await desk.items(ana, `compliance?${NOVEMBER}&groupBy=${groupBy}`)).map(
          ({ group }) => group,
        );
      expect(await groups('queue')).toEqual([{ key: 'suporte', label: 'Suporte' }]);
      expect(await groups('reason')).toEqual([{ key: 'leads', label: 'Leads' }]);
      expect(await groups('agent')).toEqual([{ key: ana.agentId, label: 'Atendente ana' }]);
    });

    it('D15: days, weeks and months begin at midnight in the zone', async () => {
      for (const startedAt of [
        '2026-10-31 23:59:59.999', // Saturday, October; 02:59:59.999 of the next day in UTC
        '2026-11-01 00:00', // Sunday, November; still the week of 26 October
        '2026-11-01 23:59:59.999',
        '2026-11-02 00:00', // Monday
      ]) {
        await desk.clock(await desk.ticket('2026-11-01 12:00'), { state: 'running', startedAt });
      }
      const totals = async (query: string) =>
        (await desk.items(ana, `compliance?${query}`)).map(({ period, total }) => [period, total]);
      expect(await totals(`${NOVEMBER}&period=day`)).toEqual([
        ['2026-11-01', 2],
        ['2026-11-02', 1],
      ]);
      expect(await totals('from=2026-10-31&to=2026-10-31')).toEqual([[null, 1]]);
      expect(await totals('from=2026-10-01&to=2026-11-05&period=week')).toEqual([
        ['2026-10-26', 3],
        ['2026-11-02', 1],
      ]);
      expect(await totals('from=2026-10-01&to=2026-11-05&period=month')).toEqual([
        ['2026-10-01', 1],
        ['2026-11-01', 3],
      ]);
    });

    it('filters by reason, agent, mailbox, tag and queue, joined by “and”', async () => {
      const one = await desk.ticket('2026-11-03 10:00', {
        reason_key: 'leads',
        assignee_id: ana.agentId,
        mailbox_key: 'suporte',
        tags: ['vip'],
      });
      await desk.clock(one, { state: 'running' });
      await desk.clock(await desk.ticket('2026-11-03 10:00'), { state: 'running' });
      const total = async (query: string) =>
        (await desk.items<{ total: number }>(ana, `compliance?${NOVEMBER}&${query}`))[0]?.total ??
        0;
      expect(await total('reason=leads')).toBe(1);
      expect(await total('reason=none')).toBe(1);
      expect(await total('reason=leads,none')).toBe(2);
      expect(await total('agent=me')).toBe(1);
      expect(await total('agent=none')).toBe(1);
      expect(await total('mailbox=suporte&tag=vip')).toBe(1);
      expect(await total('mailbox=suporte&tag=outra')).toBe(0);
      expect(await total('queue=suporte')).toBe(2);
      expect(await total('queue=nenhuma')).toBe(0);
    });
  });

  describe('times', () => {
    it('median and 90th percentile in business time, of answers given and tickets resolved in the range', async () => {
      // Five returns of 1, 2, 3, 4, 10 h: the middle one is 3 h; nine tenths of the way from the first to the fifth lies
      // 0.6 of the way from the fourth to the fifth: 4 + 0.6 × 6 = 7.6 h; 20 h / 5 = 4 h.
      for (const businessHours of [10, 1, 3, 2, 4]) {
        await desk.clock(await desk.ticket('2026-10-20 10:00'), {
          state: 'met',
          startedAt: '2026-10-20 10:00',
          endedAt: '2026-11-03 11:00',
          answered: true,
          businessHours,
        });
      }
      // Not a return: called off. Not in the range: ended before it.
      const ticketId = await desk.ticket('2026-11-03 10:00');
      await desk.clock(ticketId, {
        state: 'cancelled',
        endedAt: '2026-11-03 11:00',
        businessHours: 99,
      });
      await desk.clock(ticketId, {
        state: 'met',
        endedAt: '2026-10-31 17:00',
        answered: true,
        businessHours: 99,
      });
      // D9: what was closed without an answer took no time to be resolved; it is told by `closures`.
      await desk.resolved('2026-10-20 10:00', '2026-11-04 10:00', { hours: 6 });
      await desk.resolved('2026-10-20 10:00', '2026-11-04 10:00', { hours: 8 });
      await desk.resolved('2026-11-04 10:00', '2026-11-04 11:00', {
        hours: 1,
        closeReason: 'spam',
      });
      const items = await desk.items(ana, `times?${NOVEMBER}`);
      expect(items).toEqual([
        {
          measure: 'firstReturn',
          group: null,
          period: null,
          count: 5,
          medianMinutes: 180,
          p90Minutes: 456,
          meanMinutes: 240,
        },
        {
          measure: 'resolution',
          group: null,
          period: null,
          count: 2,
          medianMinutes: 420,
          // 6 + 0.9 × 2 = 7.8 h.
          p90Minutes: 468,
          meanMinutes: 420,
        },
      ]);
    });

    it('D19: a ticket that was reopened has no time to its resolution any more', async () => {
      const ticketId = await desk.resolved('2026-11-03 10:00', '2026-11-04 10:00', { hours: 6 });
      await desk.database.query(
        `update tickets set status = 'open', resolved_at = null where id = $1`,
        [ticketId],
      );
      expect(await desk.items(ana, `times?${NOVEMBER}`)).toEqual([]);
    });
  });

  it('D9: closures without an answer by their reason, apart from answers', async () => {
    await desk.resolved('2026-11-03 10:00', '2026-11-03 11:00', { hours: 1 });
    for (const closeReason of [
      'spam',
      'spam',
      'duplicate',
      'out_of_scope',
      'no_answer_needed',
      'no_response',
    ]) {
      await desk.resolved('2026-11-03 10:00', '2026-11-03 12:00', { closeReason });
    }
    expect(await desk.items(ana, `closures?${NOVEMBER}&groupBy=channel`)).toEqual([
      {
        group: { key: 'email', label: 'E-mail' },
        period: null,
        resolved: 7,
        answered: 1,
        spam: 2,
        duplicate: 1,
        outOfScope: 1,
        noAnswerNeeded: 1,
        noResponse: 1,
      },
    ]);
  });

  it('volume: opened and resolved, each in its own period; suspected and confirmed spam is nobody’s question (D23)', async () => {
    await desk.ticket('2026-10-31 10:00');
    await desk.resolved('2026-10-31 11:00', '2026-11-03 10:00', { hours: 9 });
    await desk.ticket('2026-11-03 10:00');
    await desk.ticket('2026-11-03 10:00', { lane: 'suspected' });
    await desk.resolved('2026-11-03 10:00', '2026-11-03 12:00', { closeReason: 'spam' });
    const items = await desk.items(ana, 'volume?from=2026-10-01&to=2026-11-05&period=month');
    expect(items).toEqual([
      { group: null, period: '2026-10-01', opened: 2, resolved: 0 },
      { group: null, period: '2026-11-01', opened: 1, resolved: 1 },
    ]);
  });

  it('peak hours: by weekday and hour of the zone, whatever the day in UTC', async () => {
    await desk.ticket('2026-11-02 22:59'); // Monday; Tuesday 01:59 in UTC
    await desk.ticket('2026-11-03 09:00');
    await desk.ticket('2026-11-03 09:59:59');
    await desk.ticket('2026-11-01 00:00', { channel: 'phone' }); // Sunday
    const { body } = await desk.get(ana, `peak-hours?${NOVEMBER}`);
    const { items, weekdays } = body as {
      items: { opened: number; heatmap: number[][]; peak: object }[];
      weekdays: number[];
    };
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ opened: 4, peak: { weekday: 2, hour: 9, opened: 2 } });
    const { heatmap } = items[0]!;
    expect([heatmap[0]![22], heatmap[1]![9], heatmap[6]![0]]).toEqual([1, 2, 1]);
    expect(heatmap.map((hours) => hours.length)).toEqual([24, 24, 24, 24, 24, 24, 24]);
    expect(heatmap.flat().reduce((sum, opened) => sum + opened, 0)).toBe(4);
    // Sunday 1 to Thursday 5 November.
    expect(weekdays).toEqual([1, 1, 1, 1, 0, 0, 1]);
    const grouped = await desk.items(ana, `peak-hours?${NOVEMBER}&groupBy=channel`);
    expect(grouped.map(({ group, opened }) => [group, opened])).toEqual([
      [{ key: 'email', label: 'E-mail' }, 3],
      [{ key: 'phone', label: 'Telefone' }, 1],
    ]);
  });

  it('backlog: by age in business days, overdue, the oldest (D15: the day of receipt is left out)', async () => {
    // On Thursday 5 November: Monday 2 is Finados, Friday 30 October the fourth business day back.
    await desk.ticket('2026-11-05 08:00'); // 0
    await desk.ticket('2026-11-04 23:59', { status: 'awaiting_customer' }); // 1
    await desk.ticket('2026-10-30 10:00', { due_at: at('2026-11-05 09:59') }); // 3: Thu, Wed, Tue
    await desk.ticket('2026-10-29 10:00', { due_at: at('2026-11-05 18:00') }); // 4
    await desk.ticket('2026-10-13 23:00'); // 16
    await desk.resolved('2026-09-01 10:00', '2026-09-02 10:00', { hours: 9 });
    const [row] = await desk.items(ana, 'backlog?groupBy=queue');
    expect(row).toEqual({
      group: { key: 'suporte', label: 'Suporte' },
      open: 4,
      awaitingCustomer: 1,
      overdue: 1,
      ages: [
        { fromBusinessDays: 0, toBusinessDays: 0, open: 1, awaitingCustomer: 0 },
        { fromBusinessDays: 1, toBusinessDays: 3, open: 1, awaitingCustomer: 1 },
        { fromBusinessDays: 4, toBusinessDays: 6, open: 1, awaitingCustomer: 0 },
        { fromBusinessDays: 7, toBusinessDays: 15, open: 0, awaitingCustomer: 0 },
        { fromBusinessDays: 16, toBusinessDays: null, open: 1, awaitingCustomer: 0 },
      ],
      oldestReceivedAt: at('2026-10-13 23:00').toISOString(),
      oldestBusinessDays: 16,
    });
  });

  it('D12: feedback: how many gave what, the mean, and the comments', async () => {
    const scores = [5, 5, 4, 1];
    for (const [index, score] of scores.entries()) {
      const ticketId = await desk.resolved('2026-11-02 10:00', '2026-11-03 10:00', { hours: 1 });
      const comment = index === 3 ? '=HYPERLINK("https://mal.example";"Demorou")' : '';
      await desk.feedback(ticketId, score, comment, '2026-11-04 10:00');
    }
    expect(await desk.items(ana, `feedback?${NOVEMBER}&period=week`)).toEqual([
      {
        group: null,
        period: '2026-11-02',
        count: 4,
        // 15 / 4.
        mean: 3.75,
        scores: [1, 0, 0, 1, 2],
        comments: 1,
      },
    ]);
    const comments = await desk.items(ana, `feedback/comments?${NOVEMBER}`);
    expect(comments).toMatchObject([
      { score: 1, comment: '=HYPERLINK("https://mal.example";"Demorou")', queue: 'Suporte' },
    ]);
    const csv = await desk.get(ana, `feedback/comments?${NOVEMBER}&format=csv`);
    // A customer's formula stays text in the agent's spreadsheet.
    expect(csv.text).toContain(`;"'=HYPERLINK(""https://mal.example"";""Demorou"")";`);
  });

  describe('CSV', () => {
    it('by Accept or ?format, with pt-BR titles, as a Brazilian Excel opens it', async () => {
      const ticketId = await desk.ticket('2026-11-03 10:00');
      const ended = { endedAt: '2026-11-03 11:00', businessHours: 1.25, answered: true };
      await desk.clock(ticketId, { state: 'met', ...ended, endedQueue: 'suporte' });
      const csv = await desk.get(ana, `times?${NOVEMBER}&groupBy=queue&period=day`, {
        Accept: 'text/csv',
      });
      expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
      expect(csv.headers['content-disposition']).toBe('attachment; filename="times.csv"');
      expect(csv.text).toBe(
        '\uFEFFFila;Dia;Medida;Quantidade;Mediana (horas úteis);Percentil 90 (horas úteis);Média (horas úteis)\r\n' +
          'Suporte;2026-11-03;Primeiro retorno;1;1,25;1,25;1,25\r\n',
      );
      const forPrograms = await desk.get(ana, `times?${NOVEMBER}&format=csv&separator=comma`);
      expect(forPrograms.text.split('\r\n')[1]).toBe('Primeiro retorno,1,1.25,1.25,1.25');
      const json = await desk.get(ana, `times?${NOVEMBER}&format=json`, { Accept: 'text/csv' });
      expect(json.body).toMatchObject({ zone: 'America/Sao_Paulo', groupBy: null });
    });

    it('has its titles also without a row', async () => {
      const titles = {
        compliance: 'Prazo;Meta interna;Total;Cumpridos;Descumpridos;',
        closures: 'Resolvidos;Com resposta;Sem resposta: spam;',
        volume: 'Abertos;Resolvidos\r\n',
        'peak-hours': 'Dia da semana;Hora;Abertos;Média por dia\r\n',
        backlog: 'Abertos;Aguardando resposta;Em atraso;Abertos há 0 dias úteis;',
        feedback: 'Avaliações;Nota média;Nota 1;',
      };
      for (const [name, begin] of Object.entries(titles)) {
        const csv = await desk.get(ana, `${name}?format=csv`);
        expect(csv.text.slice(0, begin.length + 1)).toBe(`\uFEFF${begin}`);
      }
    });
  });

  it('refuses in words what it cannot answer', async () => {
    const refusals = [
      ['compliance?from=2025-01-01&to=2026-02-05', 'no máximo 400 dias'],
      ['volume?from=2026-11-05&to=2026-11-01', 'antes do primeiro'],
      ['feedback?from=2026-02-30', 'dia que exista'],
      ['times?calendar=lua', 'inválidos'],
      ['times?period=year', 'inválidos'],
      ['backlog?from=2026-11-01', 'inválidos'],
      ['peak-hours?agent=eu', 'inválidos'],
    ] as const;
    for (const [path, words] of refusals) {
      const answer = await desk.get(ana, path);
      expect([path, answer.status]).toEqual([path, 422]);
      expect((answer.body as { detail: string }).detail).toContain(words);
    }
  });

  it('the operator prints the same figures, of every queue', async () => {
    await desk.ticket('2026-11-03 10:00');
    await desk.ticket('2026-11-03 10:00', {}, 'financeiro');
    const run = async (line: string): Promise<{ code: number; out: string; err: string }> => {
      const [stdout, stderr]: string[][] = [[], []];
      const variables = {
        DATABASE_URL: desk.http.fresh.url,
        IMAP_PASSWORD: 'x',
        SMTP_PASSWORD: 'x',
      };
      const { environment, problems } = readEnvironment(variables, os.tmpdir());
      const argv = line.split(' ');
      const code = await runProgram(await commandsFor(argv), argv, {
        environment,
        environmentProblems: problems,
        stdout: (text) => void stdout!.push(text),
        stderr: (text) => void stderr!.push(text),
      });
      return { code, out: stdout!.join(''), err: stderr!.join('') };
    };
    const range = '--from 2026-11-01 --to 2026-11-05';
    expect(await run(`report volume ${range} --group-by queue --csv`)).toEqual({
      code: 0,
      out: '\uFEFFFila;Abertos;Resolvidos\r\nFinanceiro;1;0\r\nSuporte;1;0\n',
      err: '',
    });
    const refused = await run('report volume --from 2026-11-31 --to 2026-11-05');
    expect([refused.code, refused.err.trim()]).toEqual([
      2,
      '--from is no day, such as 2026-11-05.',
    ]);
  });
});
