import { describe, expect, it } from '@jest/globals';
import { CalendarConfig } from '../../../config/index.js';
import { businessCalendar } from './business-calendar.js';
import { addBusinessDays } from './business-days.js';
import { explainBusinessDays, explainBusinessMinutes, promiseInWords } from './explanation.js';

const at = (local: string): Date =>
  new Date(
    Temporal.PlainDateTime.from(local.replace(' ', 'T')).toZonedDateTime('America/Sao_Paulo')
      .epochMilliseconds,
  );
const calendar = businessCalendar(new CalendarConfig());
const explain = (received: string, days: number) =>
  explainBusinessDays(calendar, at(received), addBusinessDays(calendar, at(received), days));

describe('explanations', () => {
  it('D19: received on a holiday', () => {
    expect(explain('2026-11-20 19:40', 3)).toEqual({
      ptBR: 'Recebido sexta 20/11 às 19:40 (feriado, Consciência Negra); contam segunda 23, terça 24, quarta 25; prazo quarta 25/11 às 18:00',
      en: 'Received Friday 20 Nov at 19:40 (holiday, Black Awareness Day); counting Monday 23, Tuesday 24, Wednesday 25; due Wednesday 25 Nov at 18:00',
    });
  });

  it('D19: over a month, and a weekend that needs no words', () => {
    expect(explain('2026-11-26 01:05', 3).ptBR).toBe(
      'Recebido quinta 26/11 à 01:05; contam sexta 27, segunda 30, terça 01/12; prazo terça 01/12 às 18:00',
    );
  });

  it('D19: over the end of a year the years are said', () => {
    expect(explain('2026-12-30 10:00', 2)).toEqual({
      ptBR: 'Recebido quarta 30/12/2026 às 10:00; contam quinta 31, segunda 04/01; não conta sexta 01/01 (feriado, Confraternização Universal); prazo segunda 04/01/2027 às 18:00',
      en: "Received Wednesday 30 Dec 2026 at 10:00; counting Thursday 31, Monday 4 Jan; not counted: Friday 1 Jan (holiday, New Year's Day); due Monday 4 Jan 2027 at 18:00",
    });
  });

  it('D19: one day, and Carnaval by its name', () => {
    expect(explain('2026-02-13 10:00', 1).ptBR).toBe(
      'Recebido sexta 13/02 às 10:00; conta quarta 18; não contam segunda 16/02 (ponto facultativo, Segunda-feira de Carnaval), terça 17/02 (ponto facultativo, Terça-feira de Carnaval); prazo quarta 18/02 às 18:00',
    );
  });

  it('D19: a long count names its ends', () => {
    expect(explain('2026-08-03 10:00', 15).ptBR).toBe(
      'Recebido segunda 03/08 às 10:00; contam 15 dias úteis, de terça 04/08 a segunda 24/08; prazo segunda 24/08 às 18:00',
    );
  });

  it('D16: business minutes', () => {
    expect(
      explainBusinessMinutes(calendar, at('2026-11-13 17:00'), 150, at('2026-11-16 10:30')),
    ).toEqual({
      ptBR: 'Recebido sexta 13/11 às 17:00; contam 2 h 30 min de atendimento (sexta 13: 1 h, segunda 16: 1 h 30 min); prazo segunda 16/11 às 10:30',
      en: 'Received Friday 13 Nov at 17:00; 2 h 30 min of service time count (Friday 13: 1 h, Monday 16: 1 h 30 min); due Monday 16 Nov at 10:30',
    });
  });

  it('D16 D19: a time that the clock shows twice says which of the two it is', () => {
    const always = [{ from: '00:00', to: '24:00' }];
    const hours = Object.fromEntries(
      ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, always]),
    );
    const open = businessCalendar(Object.assign(new CalendarConfig(), { hours }));
    const received = new Date('2019-02-16T23:30:00-02:00');
    const due = new Date(received.getTime() + 3_600_000);
    expect(explainBusinessMinutes(open, received, 60, due)).toEqual({
      ptBR: 'Recebido sábado 16/02 às 23:30 (antes de o relógio voltar); contam 1 h de atendimento; prazo sábado 16/02 às 23:30 (depois de o relógio voltar)',
      en: 'Received Saturday 16 Feb at 23:30 (before the clock goes back); 1 h of service time count; due Saturday 16 Feb at 23:30 (after the clock went back)',
    });
    const after = new Date('2019-02-17T00:00:00-03:00');
    expect(
      explainBusinessMinutes(open, after, 60, new Date(after.getTime() + 3_600_000)).ptBR,
    ).toBe(
      'Recebido domingo 17/02 à 00:00; contam 1 h de atendimento; prazo domingo 17/02 à 01:00',
    );
  });

  it('D16 D19: special hours are why it is due earlier; holidays are named in service time too', () => {
    const special = businessCalendar(
      Object.assign(new CalendarConfig(), {
        specialDays: [
          {
            date: '2026-12-24',
            name: 'Véspera de Natal',
            intervals: [{ from: '09:00', to: '12:00' }],
          },
        ],
      }),
    );
    const received = at('2026-12-22 10:00');
    const due = addBusinessDays(special, received, 2);
    expect(explainBusinessDays(special, received, due)).toEqual({
      ptBR: 'Recebido terça 22/12 às 10:00; contam quarta 23, quinta 24; prazo quinta 24/12 às 12:00 (horário especial, Véspera de Natal)',
      en: 'Received Tuesday 22 Dec at 10:00; counting Wednesday 23, Thursday 24; due Thursday 24 Dec at 12:00 (special hours, Véspera de Natal)',
    });
    const late = at('2026-12-24 11:00');
    expect(explainBusinessMinutes(special, late, 120, at('2026-12-28 10:00')).ptBR).toBe(
      'Recebido quinta 24/12 às 11:00 (horário especial, Véspera de Natal); contam 2 h de atendimento (quinta 24: 1 h, segunda 28: 1 h); não conta sexta 25/12 (feriado, Natal); prazo segunda 28/12 às 10:00',
    );
  });

  it.each([
    ['2026-11-25 18:00', 'quarta-feira, 25 de novembro de 2026, até as 18h'],
    ['2026-12-01 17:30', 'terça-feira, 1º de dezembro de 2026, até as 17h30'],
    ['2026-12-05 09:05', 'sábado, 5 de dezembro de 2026, até as 9h05'],
    ['2026-12-05 01:00', 'sábado, 5 de dezembro de 2026, até a 1h'],
    ['2026-12-06 00:00', 'sábado, 5 de dezembro de 2026, até as 24h'],
    ['2026-12-05 17:59:59.999', 'sábado, 5 de dezembro de 2026, até as 17h59'],
  ])('D7: the promise of %s in words', (due, words) => {
    expect(promiseInWords(at(due), 'America/Sao_Paulo')).toBe(words);
  });

  it('D7: the promise is said in the zone of the calendar', () => {
    expect(promiseInWords(new Date('2026-11-25T21:00:00Z'), 'America/Manaus')).toBe(
      'quarta-feira, 25 de novembro de 2026, até as 17h',
    );
  });
});
