import { table, type OperatorCommand } from '../../../cli/command.js';
import { OperatorError } from '../../../platform/index.js';
import { WhatIf, type WhatIfAnswer } from '../commands/what-if.js';

/** In text; `--json` lists up to 1,000. */
const MAX_LINES = 50;

/** `calendar what-if`: helpdesk.yaml as it stands here against the calendar in force, before `config apply`. */
export const calendarWhatIf: OperatorCommand = {
  name: 'calendar what-if',
  description:
    'which open tickets would move, and by how much, if the calendar in helpdesk.yaml were in force; changes nothing',
  options: [{ flags: '--calendar <name>', description: 'a key in calendars', default: 'default' }],
  async run(context, { options }) {
    const name = String(options['calendar']);
    const { calendars } = context.configFile().config;
    if (name !== 'default' && !Object.hasOwn(calendars, name)) {
      const known = [...new Set(['default', ...Object.keys(calendars)])].join(', ');
      throw new OperatorError(`There is no calendar "${name}" in the file; there are ${known}.`);
    }
    const answer = await (await context.get(WhatIf)).run(name, calendars);
    context.output.result(answer, () => inLines(answer));
  },
};

function inLines(answer: WhatIfAnswer): string[] {
  const { daysChanged, moved, earlier, later, clocksLookedAt, breachedLeftAsTheyAre } = answer;
  return [
    ...(daysChanged.length === 0
      ? ['No day of the next 400 would count differently.']
      : table(
          ['day', 'now', 'then'],
          daysChanged.slice(0, MAX_LINES).map(({ date, was, becomes }) => [date, was, becomes]),
        )),
    '',
    `${clocksLookedAt} open deadlines: ${earlier} would be due earlier, ${later} later; ${breachedLeftAsTheyAre} are breached already and stay so.`,
    ...movedLines(moved),
    '',
    'Deadlines that run keep what was promised (D19): the file, once applied, counts for those that start then.',
  ];
}

function movedLines(moved: WhatIfAnswer['moved']): string[] {
  if (moved.length === 0) return [];
  return table(
    ['protocol', 'kind', 'due', 'would be due', 'by'],
    moved
      .slice(0, MAX_LINES)
      .map((one) => [one.protocol, one.kind, one.dueAt, one.wouldBeDueAt, inWords(one.byMinutes)]),
  );
}

/** "+1 d 2 h", "-30 min" by the wall clock. */
function inWords(minutes: number): string {
  const size = Math.abs(minutes);
  const [days, hours, rest] = [Math.floor(size / 1_440), Math.floor(size / 60) % 24, size % 60];
  const parts = [
    days > 0 ? `${days} d` : '',
    hours > 0 ? `${hours} h` : '',
    rest > 0 ? `${rest} min` : '',
  ];
  return `${minutes < 0 ? '-' : '+'}${parts.filter((part) => part !== '').join(' ')}`;
}
