const NAME_LIMIT = 200;

/** A file name without folders, control and bidirectional characters; "anexo" where nothing is left. */
export function safeFilename(name: string): string {
  const plain = (name.split(/[/\\]/).at(-1) ?? '')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+/, '')
    .trim();
  if (plain === '') return 'anexo';
  const characters = [...plain];
  if (characters.length <= NAME_LIMIT) return plain;
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(plain)?.[0] ?? '';
  return characters.slice(0, NAME_LIMIT - extension.length).join('') + extension;
}

/** `type/subtype` in lower case; anything else is bytes. */
export function safeMediaType(said: string): string {
  const type = said.split(';')[0]!.trim().toLowerCase();
  return /^[a-z0-9!#$&^_.+-]{1,60}\/[a-z0-9!#$&^_.+-]{1,100}$/.test(type)
    ? type
    : 'application/octet-stream';
}

/** Types that a browser runs, styles with or takes apart when it is talked into opening them. */
const ACTIVE =
  /^(text\/(html|xml|css|xsl|javascript|ecmascript|vbscript|cache-manifest)|multipart\/.*|application\/(xml(-dtd)?|xhtml|javascript|ecmascript|x-javascript|x-shockwave-flash|hta|wasm)|.*[+.-](xml|html|javascript))$|svg|html/;

/** The type that a file is served under: what it is said to be, and bytes where a browser could make a page of it. */
export function servedMediaType(said: string): string {
  const type = safeMediaType(said);
  return ACTIVE.test(type) ? 'application/octet-stream' : type;
}

/** RFC 6266: an ASCII name for old clients and the real one for everybody else (RFC 8187). */
export function attachmentDisposition(filename: string): string {
  const safe = safeFilename(filename);
  const ascii = safe
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(safe).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii.trim() === '' ? 'anexo' : ascii}"; filename*=UTF-8''${encoded}`;
}
