import { civilDateOf, weekdayIndexOf, type DayNumber } from './civil-day.js';

/** Words for days, in both languages that deadlines explain themselves in. */
export type Language = 'ptBR' | 'en';

const WEEKDAY_SHORT: Readonly<Record<Language, readonly string[]>> = {
  ptBR: ['segunda', 'terça', 'quarta', 'quinta', 'sexta', 'sábado', 'domingo'],
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
};

const WEEKDAY_LONG_PT = [
  'segunda-feira',
  'terça-feira',
  'quarta-feira',
  'quinta-feira',
  'sexta-feira',
  'sábado',
  'domingo',
];

const MONTHS_PT = [
  'janeiro',
  'fevereiro',
  'março',
  'abril',
  'maio',
  'junho',
  'julho',
  'agosto',
  'setembro',
  'outubro',
  'novembro',
  'dezembro',
];

const MONTHS_EN = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
];

/** "segunda", "Monday". */
export function weekdayName(day: DayNumber, language: Language): string {
  return WEEKDAY_SHORT[language][weekdayIndexOf(day)]!;
}

/** "25/11" or "25/11/2026", "25 Nov" or "25 Nov 2026". */
export function shortDate(day: DayNumber, language: Language, withYear: boolean): string {
  const { year, month, day: ofMonth } = civilDateOf(day);
  if (language === 'en') return `${ofMonth} ${MONTHS_EN[month - 1]}${withYear ? ` ${year}` : ''}`;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(ofMonth)}/${two(month)}${withYear ? `/${year}` : ''}`;
}

/** "quarta-feira, 25 de novembro de 2026"; the first of a month is an ordinal: "1º de dezembro". */
export function longDatePt(day: DayNumber): string {
  const { year, month, day: ofMonth } = civilDateOf(day);
  const dayText = ofMonth === 1 ? '1º' : String(ofMonth);
  return `${WEEKDAY_LONG_PT[weekdayIndexOf(day)]}, ${dayText} de ${MONTHS_PT[month - 1]} de ${year}`;
}

/** "18:00" from minutes since midnight. */
export function clockTime(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
