import type { ParsedMail } from './parsed-mail.js';

const MAX_LENGTH = 300;
const THANKS = /\b(obrigad[oa]s?|agrade[cç]\w*|valeu|grat[oa]|thanks|thank you|obg|brigad[oa])\b/u;
/** Words that thanks are made of. Anything else may be a request, and a request must not be overlooked (D9). */
const HARMLESS = new Set(
  (
    'obrigado obrigada obrigados obrigadas brigado brigada obg agradeco agradecida agradecido agradecemos agradecer valeu grato grata thanks thank you ' +
    'muito muitissimo mesmo demais mais super pela pelas pelo pelos de da do das dos por a o as os e ao aos em com que tudo toda todo todos todas ' +
    'ajuda atencao retorno resposta suporte atendimento apoio presteza rapidez agilidade paciencia esclarecimento esclarecimentos orientacao informacao informacoes ' +
    'ok certo perfeito otimo otima excelente maravilha show beleza blz joia legal top perfeita nota deu funcionou funcionando resolvido resolveu consegui conseguimos ja esta foi agora aqui ' +
    'equipe pessoal time gente voces voce vc vcs senhor senhora sr sra ola oi bom boa dia tarde noite ' +
    'abraco abracos abs att atenciosamente cordialmente saudacoes grande sucesso semana fim otimo feliz bjs deus abencoe tambem sempre eu nos'
  ).split(' '),
);

/** What a score is called. */
const SCORE_WORDS = new Set('nota estrela estrelas minha avaliacao dou pontos ponto'.split(' '));

/**
 * Nothing but thanks: no question, no attachment, and no word that could ask for something (D9). The sender's own name
 * is allowed for the signature. In doubt it is not: a thank-you taken for a request costs a look, the other way a customer.
 */
export function isBareThanks(
  mail: Pick<ParsedMail, 'visibleText' | 'attachments' | 'from'>,
): boolean {
  if (!mayBeBare(mail)) return false;
  const folded = fold(mail.visibleText);
  return THANKS.test(folded) && wordsOf(folded).every(harmless(mail));
}

/**
 * The score, 1 to 5, of a message that holds nothing but a score, with or without thanks (D12): "5", "Nota 5, obrigada!",
 * "4/5", "5 estrelas". null: it says something else, or no score at all.
 */
export function bareScore(
  mail: Pick<ParsedMail, 'visibleText' | 'attachments' | 'from'>,
): number | null {
  if (!mayBeBare(mail)) return null;
  const said = /(?<![\p{L}\p{N}.,/-])([1-5])(?:\s?\/\s?5|\s?de 5)?(?![\p{L}\p{N}/-]|[.,]\d)/gu;
  const folded = fold(mail.visibleText.trim());
  const scores = [...folded.matchAll(said)];
  if (scores.length !== 1) return null;
  const isHarmless = harmless(mail);
  const rest = wordsOf(folded.replace(said, ' '));
  return rest.every((word) => SCORE_WORDS.has(word) || isHarmless(word))
    ? Number(scores[0]![1])
    : null;
}

function mayBeBare(mail: Pick<ParsedMail, 'visibleText' | 'attachments'>): boolean {
  const text = mail.visibleText.trim();
  return (
    text !== '' && text.length <= MAX_LENGTH && !text.includes('?') && mail.attachments.length === 0
  );
}

function wordsOf(folded: string): readonly string[] {
  return folded.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Whether a word asks for nothing; the sender's own name is allowed. */
function harmless(mail: Pick<ParsedMail, 'from'>): (word: string) => boolean {
  const name = new Set(wordsOf(fold(mail.from?.name ?? '')));
  return (word) => HARMLESS.has(word) || name.has(word);
}

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
}
