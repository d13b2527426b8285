import type { CalendarConfig } from '../../../config/index.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const NAMES: Readonly<Record<(typeof DAYS)[number], string>> = {
  mon: 'segunda',
  tue: 'terça',
  wed: 'quarta',
  thu: 'quinta',
  fri: 'sexta',
  sat: 'sábado',
  sun: 'domingo',
};

const hour = (wallClock: string): string => {
  const [h = '0', m = '00'] = wallClock.split(':');
  return m === '00' ? `${Number(h)}h` : `${Number(h)}h${m}`;
};

/**
 * A calendar's usual week as it reads after "nosso time atende ": "em dias úteis, das 9h às 18h", or day by day where
 * the week is not the same every business day. Null where nothing is open.
 */
export function serviceHoursInWords(
  calendar: Pick<CalendarConfig, 'hours' | 'businessDays'>,
): string | null {
  const groups: { days: (typeof DAYS)[number][]; hours: string }[] = [];
  for (const day of DAYS) {
    const intervals = calendar.hours[day] ?? [];
    if (intervals.length === 0) continue;
    const hours = intervals.map((one) => `das ${hour(one.from)} às ${hour(one.to)}`).join(' e ');
    const last = groups.at(-1);
    if (
      last !== undefined &&
      last.hours === hours &&
      DAYS.indexOf(last.days.at(-1)!) === DAYS.indexOf(day) - 1
    ) {
      last.days.push(day);
    } else {
      groups.push({ days: [day], hours });
    }
  }
  if (groups.length === 0) return null;
  const [only] = groups;
  const allBusiness =
    groups.length === 1 &&
    only!.days.length === calendar.businessDays.length &&
    only!.days.every((day) => calendar.businessDays.includes(day));
  if (allBusiness) return `em dias úteis, ${only!.hours}`;
  return groups
    .map(({ days, hours }) =>
      days.length === 1
        ? `${NAMES[days[0]!]} ${hours}`
        : `de ${NAMES[days[0]!]} a ${NAMES[days.at(-1)!]} ${hours}`,
    )
    .join('; ');
}
