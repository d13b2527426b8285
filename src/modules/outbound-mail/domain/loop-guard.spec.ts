import { describe, expect, it } from '@jest/globals';
import { bodyFingerprint, budgetOf, hourOf, isEcho } from './loop-guard.js';

const TEXT = 'Recebemos a sua mensagem e vamos responder até quinta-feira, 12 de novembro.';

describe('the loop guard', () => {
  it('D21: a text is itself whatever became of its lines, digits and links', () => {
    const echoed = `> ${TEXT.replaceAll(' ', '\n> ').replace('12', '13')}\nhttps://hd.test/p?t=abc`;
    expect(bodyFingerprint(echoed)).toEqual(bodyFingerprint(TEXT));
    expect(bodyFingerprint(`${TEXT} Obrigado pela paciência.`)).not.toEqual(bodyFingerprint(TEXT));
  });
  it('D21: a few letters say nothing', () =>
    expect(bodyFingerprint('Ok, obrigado! 123')).toBeNull());
  it.each([
    ['our words', TEXT, TEXT, true],
    ['our words within others', `Você disse:\n${TEXT}`, `Você disse:\n${TEXT}`, true],
    ['a large part of our words', TEXT, TEXT.slice(0, 65), true],
    ['our words quoted and nothing else', `> ${TEXT}`, '', true],
    ['our words quoted below an answer', `Já resolveu?\n> ${TEXT}`, 'Já resolveu?', false],
    ['other words', 'Não consigo entrar no painel desde ontem à noite, podem ajudar?', 'x', false],
  ])('D21: %s: an echo or not', (_name, text, visibleText, echo) => {
    expect(isEcho({ text, visibleText }, [TEXT])).toBe(echo);
  });
  it('D21: only automatic mail to outsiders is counted', () => {
    expect(budgetOf({ automatic: false, kind: 'reply' }, 5)).toBeNull();
    expect(budgetOf({ automatic: true, kind: 'notice' }, 5)).toBeNull();
    expect(budgetOf({ automatic: true, kind: 'acknowledgement' }, 5)).toBe(10);
  });
  it('D7: whoever allows a sender more acknowledgements raises the budget with them', () => {
    expect(budgetOf({ automatic: true, kind: 'acknowledgement' }, 20)).toBe(40);
  });
  it('counts by the hour', () => {
    expect(hourOf(new Date('2026-11-05T13:59:59.999Z'))).toEqual(new Date('2026-11-05T13:00:00Z'));
  });
});
