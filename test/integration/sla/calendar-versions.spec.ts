import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CalendarsController } from '../../../src/modules/business-calendar/http/calendars.controller.js';
import { openDesk, type Desk } from './desk.js';

describe('calendar versions', () => {
  let desk: Desk;

  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk.close());

  const inForce = (name: string, process: Pick<Desk, 'calendars'> = desk) =>
    desk.inTx((tx) => process.calendars.inForce(tx, name));

  it('D19: a definition is one version, whoever asks; a change is a new one; going back finds the old one', async () => {
    const first = await inForce('default');
    expect(first).toMatchObject({ name: 'default', version: 1 });
    expect(await inForce('default')).toBe(await inForce('default'));
    expect((await inForce('default', desk.anotherProcess())).id).toBe(first.id);
    desk.configure({ calendars: { default: { carnivalMonday: false } } });
    const second = await inForce('default');
    expect(second).toMatchObject({ version: 2, definition: { carnivalMonday: false } });
    desk.configure({ calendars: { default: {} } });
    expect((await inForce('default')).id).toBe(first.id);
    expect((await desk.anotherProcess().calendars.read(second.id)).definition).toEqual(
      second.definition,
    );
  });

  it('D19: processes that write versions at once end up with one row for each definition', async () => {
    desk.configure({ calendars: { busy: {} } });
    const same = await Promise.all(
      Array.from({ length: 4 }, () => inForce('busy', desk.anotherProcess())),
    );
    expect(new Set(same.map(({ id }) => id)).size).toBe(1);
    const rows = await desk.database.query(
      `select version from calendar_versions where name = 'busy'`,
    );
    expect(rows).toEqual([{ version: 1 }]);
  });

  it('a name that configuration does not know counts by the default calendar', async () => {
    desk.configure({ calendars: { default: { corpusChristi: false } } });
    const version = await inForce('retired');
    expect(version).toMatchObject({ name: 'retired', definition: { corpusChristi: false } });
  });

  it('D16: GET /calendars/{name} shows the year, this one by default', async () => {
    desk.configure({});
    const controller = new CalendarsController(desk.calendars, desk.config, desk.clock);
    const year = await controller.year('default', {});
    expect(year).toMatchObject({
      name: 'default',
      version: 1,
      zone: 'America/Sao_Paulo',
      year: 2026,
      businessDays: 249,
    });
    expect(year.hours[0]).toEqual({
      weekday: 'mon',
      businessDay: true,
      intervals: [{ from: '09:00', to: '18:00' }],
    });
    expect(year.holidays.find(({ date }) => date === '2026-11-20')).toEqual({
      date: '2026-11-20',
      weekday: 'fri',
      name: 'Consciência Negra',
      kind: 'national',
      optional: false,
      law: 'Lei 14.759/2023',
      observed: true,
    });
    expect((await controller.year('default', { year: 2023 })).holidays).toHaveLength(12);
    await expect(controller.year('nope', {})).rejects.toMatchObject({ code: 'not_found' });
    await expect(controller.year('constructor', {})).rejects.toMatchObject({ code: 'not_found' });
  });
});
