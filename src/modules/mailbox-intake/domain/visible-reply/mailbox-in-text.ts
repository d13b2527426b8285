/** A person as a text names her. */
export interface Mailbox {
  /** As written; null where only a name is given. */
  readonly address: string | null;
  readonly name: string;
}

const ADDRESS = /[^\s<>()[\]"',;:«»]{1,64}@[^\s<>()[\]"',;:«»]{1,190}/;
/** A name in quotation marks right before the address needs no guessing. */
const QUOTED_NAME = /["“„«]\s?([^"”“„«»]{1,80}?)\s?["”“»]\s*[<([]*\s*$/;
/** Everything up to the last time or year, with its zone. */
const BEFORE_NAME =
  /^.*(?:\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?[aApP]\.?[mM]\.?)?(?:\s?(?:GMT|UTC)?\s?[+-]\d{1,4})?|(?<!\p{L})\d{4})(?:\s+(?:GMT|UTC|BRT|BRST|CES?T|EES?T|WES?T|BST|IST|JST|MSK|[ECMP][SD]T)(?=\s))?/u;
/** Words that an attribution puts between time and name. */
const JOINING =
  /^[\s,;:]*(?:uhr|hs|wrote|escreveu|schrieb|schreef|heeft|skrev|skrifaði|időpontban|пользователь|користувач|používateľ|uživatel|utilisateur|tarihinde|użytkownik|odesílatel|odosielateľ|je oseba|oseba|ο χρήστης|від|от|from|by|de|quoting|citando|zitat von)(?!\p{L})/iu;
const MAX_JOINING = 3;

/**
 * The mailbox that a header value names: `Ana <a@x>`, `"Ana" <a@x>`, `Ana [mailto:a@x]`, `Ana (a@x)`, `a@x`, or a name
 * alone; null for an empty value.
 */
export function mailboxIn(value: string): Mailbox | null {
  return firstMailbox(value, (before) => before);
}

/** The mailbox that an attribution names: date and verb may stand before the name. */
export function mailboxInAttribution(text: string): Mailbox | null {
  return firstMailbox(text, (before) => {
    const quoted = QUOTED_NAME.exec(before.slice(-120))?.[1];
    if (quoted !== undefined) return quoted;
    let name = before.replace(BEFORE_NAME, '');
    for (let count = 0; count < MAX_JOINING; count += 1) name = name.replace(JOINING, '');
    return name;
  });
}

function firstMailbox(value: string, nameFrom: (before: string) => string): Mailbox | null {
  const bounded = value.slice(0, 600).replace(/mailto:/gi, '');
  const found = ADDRESS.exec(bounded);
  const name = tidy(nameFrom(found === null ? bounded : bounded.slice(0, found.index)));
  if (found === null) return name === '' ? null : { address: null, name };
  const address = found[0].replace(/[.,]+$/, '');
  return { address, name: name === address ? '' : name };
}

function tidy(name: string): string {
  return name
    .replace(/[<>()[\]«»"“”„]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s,;:'*]+|[\s,;:'*]+$/g, '');
}
