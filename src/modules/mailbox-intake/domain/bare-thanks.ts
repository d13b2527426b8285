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

/**
 * Nothing but thanks: no question, no attachment, and no word that could ask for something (D9). The sender's own name
 * is allowed for the signature. In doubt it is not: a thank-you taken for a request costs a look, the other way a customer.
 */
export function isBareThanks(
  mail: Pick<ParsedMail, 'visibleText' | 'attachments' | 'from'>,
): boolean {
  const text = mail.visibleText.trim();
  if (text === '' || text.length > MAX_LENGTH || text.includes('?') || mail.attachments.length > 0)
    return false;
  const folded = fold(text);
  if (!THANKS.test(folded)) return false;
  const name = new Set(fold(mail.from?.name ?? '').match(/[\p{L}\p{N}]+/gu) ?? []);
  return (folded.match(/[\p{L}\p{N}]+/gu) ?? []).every(
    (word) => HARMLESS.has(word) || name.has(word),
  );
}

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
}
