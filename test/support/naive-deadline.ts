/**
 * A second, deliberately naive way to the promised date, for journeys: walks day by day on strings, shares neither
 * code nor holiday table with the product, and knows Mon–Fri in São Paulo (UTC-3) only; by default to 18:00.
 */
export function naiveDueAt(
  receivedAt: Date,
  businessDays: number,
  own: { readonly holiday?: string; readonly close?: string } = {},
): Date {
  // São Paulo has had no daylight saving time since 2019: local time is UTC-3.
  let day = new Date(receivedAt.getTime() - 3 * 3_600_000).toISOString().slice(0, 10);
  for (let left = businessDays; left > 0;) {
    day = dayAfter(day);
    const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
    const holidays = [...holidaysOf(Number(day.slice(0, 4))), own.holiday];
    if (weekday !== 0 && weekday !== 6 && !holidays.includes(day)) left -= 1;
  }
  return new Date(`${day}T${own.close ?? '18:00'}:00-03:00`);
}

/** The day of the month as Brazilians write it: "1º de", "2 de". */
export function dayInWords(instant: Date): string {
  const day = new Date(instant.getTime() - 3 * 3_600_000).getUTCDate();
  return day === 1 ? '1º de ' : `${day} de `;
}

function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function holidaysOf(year: number): string[] {
  const easter = easterOf(year);
  return [
    ...['01-01', '04-21', '05-01', '09-07', '10-12', '11-02', '11-15', '11-20', '12-25'].map(
      (md) => `${year}-${md}`,
    ),
    ...[-48, -47, -2, 60].map((days) => dayAfter(easter, days)),
  ];
}

/** The Sunday after the full moon by Gauss's rule with its two exceptions (valid 1900–2099). */
function easterOf(year: number): string {
  const d = (19 * (year % 19) + 24) % 30;
  const e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7;
  let days = 22 + d + e;
  if (days === 57 || (days === 56 && d === 28 && year % 19 > 10)) days -= 7;
  return dayAfter(`${year}-03-01`, days - 1);
}
