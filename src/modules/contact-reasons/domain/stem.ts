/** Languages whose inflections are known. */
export const LANGUAGES = ['pt', 'en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** An ending, the least that must stand before it, and what stands in its place. */
type Rule = readonly [ending: string, least: number, instead: string];

/**
 * Portuguese, without accents: the first that fits is taken off, so longer endings stand before those they end in.
 * A much shortened RSLP (Orengo and Huyck, 2001): nouns of action and their verbs come together ('integração',
 * 'integrações', 'integrar' → 'integr'), and so do number and gender.
 */
const PORTUGUESE: readonly Rule[] = [
  ...endings(3, '', 'amentos', 'imentos', 'amento', 'imento', 'adoras', 'adores', 'adora', 'ador'),
  ...endings(3, '', 'acoes', 'icoes'),
  ['ucoes', 3, 'u'],
  ['coes', 3, 'c'],
  ['soes', 3, 's'],
  ['oes', 3, 'ao'],
  ...endings(3, '', 'acao', 'icao'),
  ['cao', 3, 'c'],
  ...endings(3, '', 'aveis', 'avel', 'iveis', 'ivel', 'inhos', 'inhas', 'inho', 'inha'),
  ['mente', 4, ''],
  ...endings(3, '', 'ariam', 'aram', 'eram', 'iram', 'avam', 'iam', 'ando', 'endo', 'indo'),
  ...endings(3, '', 'ados', 'adas', 'idos', 'idas', 'ado', 'ada', 'ido', 'ida', 'ava'),
  ...endings(4, '', 'aria', 'eria', 'iria'),
  ...endings(3, '', 'ou', 'ei', 'eu', 'iu', 'ar', 'er', 'ir', 'am', 'em'),
  ['ais', 2, 'al'],
  ['eis', 3, 'el'],
  ['ois', 3, 'ol'],
  ['is', 3, ''],
  ['res', 3, 'r'],
  ['les', 3, 'l'],
  ['zes', 3, 'z'],
  ['ns', 2, 'm'],
  ...endings(3, '', 'as', 'os', 'es', 's', 'a', 'o', 'e'),
];

const ENGLISH: readonly Rule[] = [
  ['ies', 3, 'y'],
  ...endings(3, '', 'ings', 'ing', 'ments', 'ment', 'ations', 'ation', 'edly', 'ed', 'ly'),
  ...endings(3, '', 'es', 's', 'e'),
];

const SPANISH: readonly Rule[] = [
  ...endings(3, '', 'amientos', 'imientos', 'amiento', 'imiento', 'aciones', 'acion'),
  ['ciones', 3, 'c'],
  ['cion', 3, 'c'],
  ...endings(3, '', 'ando', 'iendo', 'ados', 'adas', 'idos', 'idas', 'ado', 'ada', 'ido', 'ida'),
  ...endings(3, '', 'aron', 'ieron', 'ar', 'er', 'ir', 'as', 'os', 'es', 's', 'a', 'o', 'e'),
];

const RULES: Readonly<Record<Language, ReadonlyMap<string, readonly Rule[]>>> = {
  pt: byLastLetter(PORTUGUESE),
  en: byLastLetter(ENGLISH),
  es: byLastLetter(SPANISH),
};

function endings(least: number, instead: string, ...all: string[]): Rule[] {
  return all.map((ending) => [ending, least, instead] as const);
}

function byLastLetter(rules: readonly Rule[]): Map<string, Rule[]> {
  const groups = new Map<string, Rule[]>();
  for (const rule of rules) {
    const last = rule[0].at(-1)!;
    groups.set(last, [...(groups.get(last) ?? []), rule]);
  }
  return groups;
}

/**
 * What inflections of a word have in common. `folded` is lower case without accents. Words of up to three letters and
 * those with a digit stay as they are: 'api', 'ga4'.
 */
export function stem(folded: string, language: Language = 'pt'): string {
  if (folded.length < 4 || /\d/.test(folded)) return folded;
  for (const [ending, least, instead] of RULES[language].get(folded.at(-1)!) ?? []) {
    if (folded.length - ending.length >= least && folded.endsWith(ending))
      return folded.slice(0, folded.length - ending.length) + instead;
  }
  return folded;
}
