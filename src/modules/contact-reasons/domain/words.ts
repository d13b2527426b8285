import { stem, type Language } from './stem.js';

/** A word of a message or a clue. */
export interface Word {
  /** As it was written. */
  readonly written: string;
  /** Lower case, without accents. */
  readonly folded: string;
  /** Portuguese stem of `folded`. */
  readonly stem: string;
  /** What learning counts it as: the stem, or '0' for every number. */
  readonly term: string;
  /** Stands in every message, so that it tells nothing by itself. */
  readonly common: boolean;
}

/** What a message says, taken apart once for all who look at it. */
export interface MessageWords {
  readonly subject: readonly Word[];
  readonly text: readonly Word[];
  /** What it seems to be written in; Portuguese where nothing tells. */
  readonly language: Language;
}

/** What a mail is about stands at its beginning; the cost of the rest would not be bounded. Characters. */
const TEXT_LIMIT = 2_000;
const SUBJECT_LIMIT = 500;
/** Longer runs of letters are encodings and keys, not words. */
const LONGEST_WORD = 40;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

const COMMON: ReadonlySet<string> = new Set(
  (
    'a o e as os um uma uns umas de da do das dos em no na nos nas por pelo pela para pra pro com sem p que q se ou ' +
    'mas como qual quais quando onde me eu meu minha meus minhas voce voces vc vcs ele ela eles elas isso isto este ' +
    'esta esse essa aqui ai la ja so tambem mais muito mto bem ser sao foi era estao estou ta to tem tenho ter ha ao ' +
    'aos nao sim oi ola bom boa dia tarde noite obrigado obrigada favor att atenciosamente grato grata pessoal ' +
    'equipe tudo'
  ).split(' '),
);

/** Words that were met: most of a message's were. Thrown away when it has grown too large. */
const met = new Map<string, Word>();
const MET_LIMIT = 20_000;

function word(written: string): Word {
  const known = met.get(written);
  if (known !== undefined) return known;
  const folded = written
    .normalize('NFD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '');
  const stemmed = stem(folded);
  const term = /^\d+$/.test(folded) ? '0' : stemmed;
  const made = { written, folded, stem: stemmed, term, common: COMMON.has(folded) };
  if (met.size >= MET_LIMIT) met.clear();
  met.set(written, made);
  return made;
}

/** The words of a text in their order: runs of letters and digits, as `foldText` cuts them. */
export function wordsIn(text: string): Word[] {
  const words: Word[] = [];
  for (const written of text.match(WORD) ?? []) {
    if (written.length > LONGEST_WORD) continue;
    const made = word(written);
    if (made.folded !== '') words.push(made);
  }
  return words;
}

/** A message's words, of the first 2,000 characters of its text. */
export function wordsOfMessage(message: {
  readonly subject: string;
  readonly text: string;
}): MessageWords {
  const subject = wordsIn(message.subject.slice(0, SUBJECT_LIMIT));
  const text = wordsIn(message.text.slice(0, TEXT_LIMIT));
  return { subject, text, language: languageOf([...subject, ...text]) };
}

/** Short words that one of the languages uses all the time and the other two hardly ever, without accents. */
const TELLING: Readonly<Record<string, Language>> = Object.fromEntries([
  ...telling('pt', 'nao uma um do da dos em no na para pra com meu minha voces vcs ola foi esta'),
  ...telling('en', 'the and is to of my you not for can please how with this we our have what are'),
  ...telling('es', 'el los las del y una mi por puedo gracias hola pero muy usted nuestro estan'),
]);

function telling(language: Language, words: string): [string, Language][] {
  return words.split(' ').map((one) => [one, language]);
}

/** How many words are looked at: a language shows at once. */
const LANGUAGE_WORDS = 120;

function languageOf(words: readonly Word[]): Language {
  const seen = { pt: 0, en: 0, es: 0 };
  for (const { folded } of words.slice(0, LANGUAGE_WORDS)) {
    const language = Object.hasOwn(TELLING, folded) ? TELLING[folded] : undefined;
    if (language !== undefined) seen[language] += 1;
  }
  if (seen.en > seen.pt && seen.en >= seen.es) return 'en';
  return seen.es > seen.pt ? 'es' : 'pt';
}
