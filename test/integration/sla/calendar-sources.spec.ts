import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CalendarConfig } from '../../../src/config/index.js';
import { LookAtSources } from '../../../src/modules/business-calendar/commands/look-at-sources.js';
import { ImportedHolidays } from '../../../src/modules/business-calendar/imported-holidays.js';
import { CalendarSourceStore } from '../../../src/modules/business-calendar/store/calendar-source.store.js';
import { WhatIf } from '../../../src/modules/sla/commands/what-if.js';
import { OpenClockStore } from '../../../src/modules/sla/store/open-clock.store.js';
import { at, openDesk, SUPPORT, type Desk } from './desk.js';

const feed = (...days: string[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...days.flatMap((day, index) => [
      'BEGIN:VEVENT',
      `UID:${index}`,
      `DTSTART;VALUE=DATE:${day}`,
      'SUMMARY:Recesso',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n');

let desk: Desk;
let server: Server;
let answer: { status: number; body: string };
let asked: (string | undefined)[];
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-ics-'));
  server = createServer((request, response) => {
    asked.push(request.headers['if-none-match']);
    if (answer.status === 200 && request.headers['if-none-match'] === `"${answer.body.length}"`) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(answer.status, { ETag: `"${answer.body.length}"` }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  desk = await openDesk();
  asked = [];
});

afterEach(() => desk.close());

describe('iCalendar sources', () => {
  const url = (): string =>
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/feriados.ics`;
  const imported = () =>
    new ImportedHolidays(desk.config, new CalendarSourceStore(desk.database), desk.clock);
  const look = () =>
    new LookAtSources(
      desk.config,
      desk.database,
      new CalendarSourceStore(desk.database),
      imported(),
      desk.alarms,
      desk.clock,
    ).run(new AbortController().signal);
  const days = async (): Promise<string[]> => {
    const fresh = imported();
    await fresh.refresh();
    return fresh.of('default').map(({ date }) => date);
  };
  const alarms = async () => (await desk.alarms.open()).map(({ key }) => key);
  const hours = (count: number): void => desk.clock.advanceMs(count * 3_600_000);

  it('D16: what a URL says is taken over, kept while it fails (an alarm says so), and looked at again', async () => {
    desk.configure({ calendars: { default: { icalendar: [{ url: url(), refreshHours: 24 }] } } });
    answer = { status: 200, body: feed('20261116') };
    expect(await look()).toBe(1);
    expect(await days()).toEqual(['2026-11-16']);
    // Nothing is due for a day.
    expect(await look()).toBe(0);
    for (const bad of [
      { status: 500, body: '' },
      { status: 200, body: '<html>' },
      { status: 200, body: 'x'.repeat(1_100_000) },
    ]) {
      hours(24);
      answer = bad;
      expect(await look()).toBe(1);
      expect(await days()).toEqual(['2026-11-16']);
      expect(await alarms()).toEqual([expect.stringMatching(/^calendar\.default\./)]);
    }
    // Tried again a quarter of an hour after a failure.
    hours(0.25);
    answer = { status: 200, body: feed('20261116') };
    expect(await look()).toBe(1);
    expect(asked.at(-1)).toBe(`"${answer.body.length}"`);
    expect(await alarms()).toEqual([]);
    hours(24);
    answer = { status: 200, body: feed('20261116', '20261117') };
    await look();
    expect(await days()).toEqual(['2026-11-16', '2026-11-17']);
  });

  it('a file likewise; a source that is taken out takes its days and its alarm along', async () => {
    const file = path.join(folder, 'empresa.ics');
    writeFileSync(file, feed('20261118'));
    desk.configure({ calendars: { default: { icalendar: [{ file, refreshHours: 1 }] } } });
    await look();
    expect(await days()).toEqual(['2026-11-18']);
    rmSync(file);
    hours(1);
    await look();
    expect([await days(), (await alarms()).length]).toEqual([['2026-11-18'], 1]);
    desk.configure({});
    await look();
    expect(await alarms()).toEqual([]);
    expect(await desk.database.query('select * from calendar_sources')).toEqual([]);
  });

  it('D19: imported days make a new calendar version; clocks that run keep theirs', async () => {
    desk.configure({ calendars: { default: { icalendar: [{ url: url(), refreshHours: 24 }] } } });
    const start = async (local: string): Promise<string> => {
      const ticketId = await desk.ticket();
      const messageId = await desk.message(ticketId, at(local));
      await desk.inTx((tx) =>
        desk.sla.customerMessage(tx, {
          ticketId,
          messageId,
          startedAt: at(local),
          first: true,
          calendar: 'default',
          policy: SUPPORT,
        }),
      );
      return ticketId;
    };
    const before = await start('2026-11-09 10:00');
    answer = { status: 200, body: feed('20261111') };
    await look();
    hours(1);
    const after = await start('2026-11-09 10:00');
    const dueOf = async (ticketId: string) => (await desk.sla.clocksOf(ticketId))[0]!;
    expect(await dueOf(before)).toMatchObject({
      dueAt: at('2026-11-12 18:00'),
      calendar: { version: 1 },
    });
    expect(await dueOf(after)).toMatchObject({
      dueAt: at('2026-11-13 18:00'),
      calendar: { version: 2 },
      daysSkipped: [{ date: '2026-11-11', why: 'feriado, Recesso' }],
    });
  });
});

describe('calendar what-if', () => {
  const closed = (date: string): Partial<CalendarConfig> => ({
    specialDays: [{ date, name: 'Inventário', closed: true, intervals: [] }],
  });
  const ask = (changes: Partial<CalendarConfig>) =>
    new WhatIf(desk.calendars, new OpenClockStore(desk.database), desk.clock).run('default', {
      default: Object.assign(new CalendarConfig(), changes),
    });

  it('D19: says which open deadlines would move, by how much and for which days; changes nothing', async () => {
    desk.configure({});
    for (const local of ['2026-11-09 10:00', '2026-11-13 10:00']) {
      const ticketId = await desk.ticket();
      const messageId = await desk.message(ticketId, at(local));
      await desk.inTx((tx) =>
        desk.sla.customerMessage(tx, {
          ticketId,
          messageId,
          startedAt: at(local),
          first: true,
          calendar: 'default',
          policy: SUPPORT,
        }),
      );
    }
    const answered = await ask(closed('2026-11-17'));
    expect(answered).toMatchObject({
      clocksLookedAt: 2,
      earlier: 0,
      later: 1,
      breachedLeftAsTheyAre: 0,
      moved: [
        {
          kind: 'first_return',
          dueAt: '2026-11-18T18:00:00.000-03:00',
          wouldBeDueAt: '2026-11-19T18:00:00.000-03:00',
          byMinutes: 1_440,
        },
      ],
    });
    expect(answered.daysChanged).toEqual([
      {
        date: '2026-11-17',
        was: 'dia útil 09:00–18:00',
        becomes: 'sem atendimento (fechado, Inventário)',
      },
    ]);
    expect((await ask({})).moved).toEqual([]);
    const rows = await desk.database.query('select count(*)::int n from calendar_versions');
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('D19: what is breached stays so, whatever calendar comes', async () => {
    desk.configure({});
    const ticketId = await desk.ticket();
    const messageId = await desk.message(ticketId, at('2026-11-02 10:00'));
    await desk.inTx((tx) =>
      desk.sla.customerMessage(tx, {
        ticketId,
        messageId,
        startedAt: at('2026-11-02 10:00'),
        first: true,
        calendar: 'default',
        policy: SUPPORT,
      }),
    );
    desk.clock.set(at('2026-11-06 10:00'));
    await desk.watcher.round();
    expect(await ask(closed('2026-11-04'))).toMatchObject({
      breachedLeftAsTheyAre: 1,
      later: 0,
      moved: [],
    });
  });
});
