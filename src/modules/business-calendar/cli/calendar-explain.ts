import { existsSync } from 'node:fs';
import type { CommandContext, OperatorCommand } from '../../../cli/command.js';
import { CalendarConfig, COUNTING_VARIANTS } from '../../../config/index.js';
import { messageOf, OperatorError } from '../../../platform/index.js';
import { DEFAULT_CALENDAR } from '../calendars.facade.js';
import { businessCalendar, type BusinessCalendar } from '../domain/business-calendar.js';
import {
  addBusinessDays,
  type CountingVariant,
  type DueDate,
  type SkippedDay,
} from '../domain/business-days.js';
import { addBusinessMinutes } from '../domain/business-time.js';
import { CalendarDefinitionError, type CalendarDefinition } from '../domain/calendar-definition.js';
import { CalendarRangeError } from '../domain/civil-day.js';
import {
  explainBusinessDays,
  explainBusinessMinutes,
  promiseInWords,
  type Explanation,
} from '../domain/explanation.js';
import { serviceDays } from '../domain/service-days.js';
import { resolveDefinition } from '../domain/resolve-definition.js';
import { parseRfc3339, rfc3339 } from '../domain/rfc3339.js';

/** What `calendar explain --json` prints. */
export interface ExplainedDeadline {
  readonly calendar: string;
  readonly zone: string;
  readonly receivedAt: string;
  readonly receivedOn: string;
  /** One of the two. */
  readonly businessDays?: number;
  readonly businessMinutes?: number;
  readonly dueAt: string;
  readonly daysCounted: readonly string[];
  readonly daysSkipped: readonly SkippedDay[];
  readonly promise: string;
  readonly explanation: Explanation;
}

/** `calendar explain`: a deadline with its reasons, by the calendar in helpdesk.yaml; needs no database. */
export const calendarExplain: OperatorCommand = {
  name: 'calendar explain',
  description: 'when a promise is due, which days count, which do not and why',
  options: [
    { flags: '--at <instant>', description: 'received at, RFC 3339 with offset', required: true },
    {
      flags: '--business-days <n>',
      description: 'how many business days are promised',
    },
    { flags: '--business-minutes <n>', description: 'or how much service time' },
    {
      flags: '--counting <variant>',
      description: 'how business days are counted',
      default: 'civil',
      choices: COUNTING_VARIANTS,
    },
    { flags: '--calendar <name>', description: 'a key in calendars', default: DEFAULT_CALENDAR },
  ],
  async run(context, { options }) {
    const name = String(options['calendar']);
    const receivedAt = parseRfc3339(String(options['at']));
    if (receivedAt === null) {
      throw new OperatorError(
        `--at needs an instant with its offset such as 2026-11-20T19:40:00-03:00, not "${String(options['at'])}".`,
      );
    }
    const { businessDays, businessMinutes } = options;
    if ((businessDays === undefined) === (businessMinutes === undefined)) {
      throw new OperatorError('What is promised? Give --business-days or --business-minutes.');
    }
    const explained = asOperatorError(() => {
      const calendar = businessCalendar(definitionOf(context, name));
      return businessDays === undefined
        ? explainMinutes(name, calendar, receivedAt, Number(businessMinutes))
        : explainDays(name, calendar, receivedAt, {
            businessDays: Number(businessDays),
            counting: options['counting'] as CountingVariant,
          });
    });
    context.output.result(explained, () => inLines(explained));
  },
};

/** Without a configuration the calendar out of the box answers, so that a newcomer can ask before the first start. */
function definitionOf(context: CommandContext, name: string): CalendarDefinition {
  const builtIn = name === DEFAULT_CALENDAR ? new CalendarConfig() : undefined;
  if (builtIn !== undefined && !existsSync(context.environment.configFile)) {
    context.output.say(
      `There is no ${context.environment.configFile}: answering by the calendar out of the box.`,
    );
    return resolveDefinition(builtIn);
  }
  const { calendars } = context.configFile().config;
  const definition = Object.hasOwn(calendars, name) ? calendars[name] : builtIn;
  if (definition === undefined) {
    const known = [...new Set([DEFAULT_CALENDAR, ...Object.keys(calendars)])].join(', ');
    throw new OperatorError(`There is no calendar "${name}"; there are ${known}.`);
  }
  return resolveDefinition(definition);
}

function explainMinutes(
  name: string,
  calendar: BusinessCalendar,
  receivedAt: Date,
  businessMinutes: number,
): ExplainedDeadline {
  const dueAt = addBusinessMinutes(calendar, receivedAt, businessMinutes);
  const { counted, skipped } = serviceDays(calendar, receivedAt, dueAt);
  return {
    calendar: name,
    zone: calendar.zone,
    receivedAt: rfc3339(receivedAt, calendar.zone),
    receivedOn: calendar.day(calendar.dayAt(receivedAt.getTime())).date,
    businessMinutes,
    dueAt: rfc3339(dueAt, calendar.zone),
    daysCounted: counted.map(({ date }) => date),
    daysSkipped: skipped,
    promise: promiseInWords(dueAt, calendar.zone),
    explanation: explainBusinessMinutes(calendar, receivedAt, businessMinutes, dueAt),
  };
}

function explainDays(
  name: string,
  calendar: BusinessCalendar,
  receivedAt: Date,
  { businessDays, counting }: { businessDays: number; counting: CountingVariant },
): ExplainedDeadline {
  const due: DueDate = addBusinessDays(calendar, receivedAt, businessDays, counting);
  return {
    calendar: name,
    zone: calendar.zone,
    receivedAt: rfc3339(receivedAt, calendar.zone),
    receivedOn: due.receivedOn,
    businessDays,
    dueAt: rfc3339(due.dueAt, calendar.zone),
    daysCounted: due.daysCounted,
    daysSkipped: due.daysSkipped,
    promise: promiseInWords(due.dueAt, calendar.zone),
    explanation: explainBusinessDays(calendar, receivedAt, due),
  };
}

function inLines(explained: ExplainedDeadline): string[] {
  return [
    `dueAt    ${explained.dueAt}`,
    `counted  ${explained.daysCounted.join(', ')}`,
    ...explained.daysSkipped.map(({ date, why }) => `skipped  ${date}  ${why}`),
    '',
    explained.explanation.ptBR,
    explained.explanation.en,
  ];
}

function asOperatorError<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof CalendarRangeError || error instanceof CalendarDefinitionError) {
      throw new OperatorError(messageOf(error), { cause: error });
    }
    throw error;
  }
}
