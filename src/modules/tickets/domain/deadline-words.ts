import { rfc3339 } from '../../business-calendar/index.js';

/** What a clock promises, after "o prazo de". */
export const DEADLINE_IN_WORDS: Readonly<Record<string, string>> = {
  first_return: 'retorno',
  next_return: 'retorno',
  resolution: 'resolução',
  overall_resolution: 'resolução',
  internal_return: 'meta interna de retorno',
  internal_resolution: 'meta interna de resolução',
};

/** "25/11/2026 às 18:00" on the clocks of `zone`. */
export function instantInWords(instant: Date, zone: string): string {
  const [date = '', time = ''] = rfc3339(instant, zone).split('T');
  return `${date.split('-').reverse().join('/')} às ${time.slice(0, 5)}`;
}
