import path from 'node:path';
import type { OperatorCommand } from '../../../cli/command.js';
import { businessCalendar, Calendars } from '../../business-calendar/index.js';
import { OperatorError } from '../../../platform/index.js';
import { ExportTickets, type ExportOrder } from '../commands/export-tickets.js';
import { civilDay, firstInstant } from '../domain/civil-range.js';

/** `export`: tickets with all that is on them, for other programs. */
export const exportCommand: OperatorCommand = {
  name: 'export',
  description:
    'writes tickets with messages, deadlines and files to a new folder, for other programs',
  options: [
    { flags: '--to <dir>', description: 'a folder that is not there yet', required: true },
    {
      flags: '--queue <key...>',
      description: 'only these queues; private ones are left out unless they are named here',
    },
    { flags: '--ticket <protocol...>', description: 'only these tickets' },
    { flags: '--from <day>', description: 'only tickets created since this day, YYYY-MM-DD' },
    { flags: '--to-day <day>', description: 'only tickets created until this day, included' },
    {
      flags: '--reason <text>',
      description: 'why a private queue is exported; recorded on its tickets',
    },
  ],
  async run(context, { options }) {
    const calendar = (await context.get(Calendars)).definitionNow('default');
    const { zone } = businessCalendar(calendar);
    const order: ExportOrder = {
      to: path.resolve(String(options['to'])),
      queues: (options['queue'] as string[] | undefined) ?? null,
      protocols: protocolsOf(options['ticket'] as string[] | undefined),
      from: dayOf('--from', options['from'], zone, 0),
      until: dayOf('--to-day', options['toDay'], zone, 1),
      reason: (options['reason'] as string | undefined) ?? null,
    };
    const run = await context.get(ExportTickets);
    const result = await run.run(order, (line) => context.output.say(line));
    context.output.result({ to: order.to, ...result }, () => [
      `${order.to} holds the helpdesk's tickets as of ${result.at}, of ${result.queues.join(', ')}:`,
      Object.entries(result.counts)
        .map(([name, count]) => `${count} ${name}`)
        .join(', '),
      ...result.unreadable.map((sha256) => `stored file that cannot be read: ${sha256}`),
    ]);
    return result.unreadable.length === 0 ? 0 : 1;
  },
};

function protocolsOf(given: string[] | undefined): string[] | null {
  const wrong = given?.find((one) => !/^[1-9]\d{0,17}$/.test(one));
  if (wrong !== undefined) throw new OperatorError(`"${wrong}" is no protocol.`);
  return given ?? null;
}

function dayOf(option: string, given: unknown, zone: string, daysLater: number): Date | null {
  if (given === undefined) return null;
  const day = typeof given === 'string' ? civilDay(given) : null;
  if (day === null) throw new OperatorError(`${option} needs a day such as 2026-11-01.`);
  return firstInstant(day.add({ days: daysLater }), zone);
}
