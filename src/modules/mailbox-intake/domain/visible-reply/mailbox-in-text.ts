/** A person as a text names her. */
export interface Mailbox {
  /** As written; null where only a name is given. */
  readonly address: string | null;
  readonly name: string;
}

const ADDRESS = /[^\s<>()[\]"',;:«»]{1,64}@[^\s<>()[\]"',;:«»]{1,190}/;
const BEFORE_NAME =
  /^.*(?:\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s?(?:gmt|utc)?\s?[+-]\d{1,4})?|(?<!\p{L})\d{4})(?:\s+[A-Z]{2,4}(?=\s))?/iu;
const JOINING =
  /(?<!\p{L})(?:wrote|escreveu|schrieb|schreef|heeft|skrev|følgende|skrifaði|időpontban|пользователь|користувач|používateľ|uživatel|utilisateur|a écrit|escribió|ha scritto|от|from|de|by)(?!\p{L})/giu;

/**
 * The first mailbox that a header value or an attribution names: `Ana <a@x>`, `"Ana" <a@x>`, `Ana [mailto:a@x]`,
 * `Ana (a@x)`, `a@x`, or a name alone; null for an empty value.
 */
export function mailboxIn(value: string): Mailbox | null {
  const bounded = value.slice(0, 600).replace(/mailto:/gi, '');
  const found = ADDRESS.exec(bounded);
  if (found === null) {
    const name = nameIn(bounded);
    return name === '' ? null : { address: null, name };
  }
  const address = found[0].replace(/[.,]+$/, '');
  const name = nameIn(bounded.slice(0, found.index));
  return { address, name: name === address ? '' : name };
}

function nameIn(before: string): string {
  return before
    .replace(BEFORE_NAME, '')
    .replace(JOINING, ' ')
    .replace(/[<>()[\]«»"“”]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s,;:'*]+|[\s,;:'*]+$/g, '')
    .trim();
}
