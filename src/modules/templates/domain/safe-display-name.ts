/** Longest display name in automatic mail, in characters. */
export const MAX_DISPLAY_NAME_LENGTH = 60;

// A scheme, `www.`, or something that a mail client would turn into a link by itself (`exemplo.com/x`, `a@b.com`).
const LINK =
  /(?:[a-z][a-z0-9+.-]*:\/\/|www\.|mailto:)\S*|\S*@\S+|\b(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,}\b\S*/giu;

/**
 * A name that somebody else chose, made harmless for automatic mail: without URLs, addresses, markup, control and
 * bidirectional characters, cut at 60 characters (issue 2, point 8). Returns null where nothing is left, so that
 * templates greet without a name.
 */
export function safeDisplayName(name: string | null | undefined): string | null {
  if (name === null || name === undefined) return null;
  const plain = name
    // Controls, format characters (zero width, bidirectional overrides), and what is markup in HTML or headers.
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]+/gu, ' ')
    .replace(LINK, ' ')
    .replace(/[<>"\\[\]{}|`]+/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s'’,.;:()-]+|[\s'’,;:(-]+$/g, '');
  const characters = [...plain];
  const cut =
    characters.length <= MAX_DISPLAY_NAME_LENGTH
      ? plain
      : `${characters
          .slice(0, MAX_DISPLAY_NAME_LENGTH - 1)
          .join('')
          .trimEnd()}…`;
  return /[\p{L}\p{N}]/u.test(cut) ? cut : null;
}
