import { describe, expect, it } from '@jest/globals';
import type { CommandContext } from '../../../cli/command.js';
import { CalendarConfig } from '../../../config/index.js';
import { OperatorError } from '../../../platform/index.js';
import { calendarExplain, type ExplainedDeadline } from './calendar-explain.js';

/** Runs the command on a machine with these calendars; `null`: without any configuration. */
async function run(
  options: Record<string, string | undefined>,
  calendars: Record<string, CalendarConfig> | null = null,
) {
  let value: unknown;
  let text: readonly string[] = [];
  const said: string[] = [];
  const context = {
    // This very file stands for a configuration that exists: it is not read, `configFile` below is.
    environment: {
      configFile: calendars === null ? '/nowhere/helpdesk.yaml' : import.meta.filename,
    },
    configFile: () => ({ config: { calendars } }),
    output: {
      say: (line: string) => said.push(line),
      result: (result: unknown, lines: () => readonly string[]) => {
        value = result;
        text = lines();
      },
    },
  } as unknown as CommandContext;
  const given = {
    at: '2026-11-20T19:40:00-03:00',
    businessDays: '3',
    calendar: 'default',
    ...options,
  };
  await calendarExplain.run(context, { arguments: {}, options: given, json: true });
  return { value: value as ExplainedDeadline, text, said };
}

describe('calendar explain', () => {
  it('D19: the due instant, the days counted, the days skipped and why', async () => {
    const { value, text, said } = await run({});
    expect(value).toEqual({
      calendar: 'default',
      zone: 'America/Sao_Paulo',
      receivedAt: '2026-11-20T19:40:00.000-03:00',
      receivedOn: '2026-11-20',
      businessDays: 3,
      dueAt: '2026-11-25T18:00:00.000-03:00',
      daysCounted: ['2026-11-23', '2026-11-24', '2026-11-25'],
      daysSkipped: [
        { date: '2026-11-21', kind: 'weekday', why: 'sábado', whyEn: 'Saturday' },
        { date: '2026-11-22', kind: 'weekday', why: 'domingo', whyEn: 'Sunday' },
      ],
      promise: 'quarta-feira, 25 de novembro de 2026, até as 18h',
      explanation: expect.objectContaining({
        ptBR: expect.stringMatching(/^Recebido sexta 20\/11/),
      }),
    });
    expect(text).toContain('skipped  2026-11-21  sábado');
    expect(said).toEqual([expect.stringContaining('out of the box')]);
  });

  it('D16: service time, and another way of counting days', async () => {
    const minutes = await run({
      businessDays: undefined,
      businessMinutes: '120',
      at: '2026-11-19T17:00-03:00',
    });
    expect(minutes.value).toMatchObject({
      businessMinutes: 120,
      dueAt: '2026-11-23T10:00:00.000-03:00',
      daysCounted: ['2026-11-19', '2026-11-23'],
      explanation: {
        ptBR: 'Recebido quinta 19/11 às 17:00; contam 2 h de atendimento (quinta 19: 1 h, segunda 23: 1 h); não conta sexta 20/11 (feriado, Consciência Negra); prazo segunda 23/11 às 10:00',
      },
    });
    const { value } = await run({ counting: 'after_hours_next_day' });
    expect(value.dueAt).toBe('2026-11-26T18:00:00.000-03:00');
  });

  it('answers by the calendar that is named', async () => {
    const finance = Object.assign(new CalendarConfig(), { nationalHolidays: false });
    const { value } = await run(
      { calendar: 'finance', at: '2026-11-19T10:00-03:00', businessDays: '1' },
      { finance },
    );
    expect(value.dueAt).toBe('2026-11-20T18:00:00.000-03:00');
  });

  it.each([
    [{ at: '2026-11-20 19:40' }, /--at needs an instant with its offset/],
    [{ at: '2026-02-30T10:00:00Z' }, /--at needs an instant/],
    [{ businessDays: 'three' }, /whole number from 1 to/],
    [{ businessDays: '0' }, /whole number from 1 to/],
    [{ at: '1999-12-31T10:00:00-03:00' }, /2003 to 2199; 1999 lies outside/],
    [{ businessDays: undefined }, /Give --business-days or --business-minutes/],
    [{ businessMinutes: '10' }, /Give --business-days or --business-minutes/],
    [{ calendar: 'nope' }, /no calendar "nope"; there are default/],
  ])('refuses %p in one sentence', async (options, sentence) => {
    const answer = run(options, {});
    await expect(answer).rejects.toThrow(OperatorError);
    await expect(answer).rejects.toThrow(sentence);
  });
});
