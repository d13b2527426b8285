import { decodeWords, storable } from './header-text.js';
import type { PartHeader } from './mime/part-header.js';

const MAX_NAME_LENGTH = 255;
/** Outlook names the inline images of its HTML in their Content-ID only: `image001.png@01D…`. */
const NAME_IN_CONTENT_ID =
  /^([\w .()-]{1,80}\.(?:png|jpe?g|gif|bmp|webp|svg|tiff?|pdf|docx?|xlsx?))@/i;

/** The name of a part that is kept as a file: what its header says, else what it is, numbered by `position`. */
export function attachmentName(
  { filename, contentId, description }: Pick<PartHeader, 'filename' | 'contentId' | 'description'>,
  mediaType: string,
  position: number,
): string {
  const extension = FALLBACK_EXTENSIONS[mediaType] ?? '';
  const described = cleanName(description ?? '');
  const named =
    cleanName(filename ?? '') ||
    NAME_IN_CONTENT_ID.exec(contentId ?? '')?.[1] ||
    (described !== '' && /\.\w{2,5}$/.test(described) ? described : '');
  if (named !== '') return named;
  if (described !== '' && extension !== '') return `${described.slice(0, 200)}${extension}`;
  return `${FALLBACK_NAMES[mediaType] ?? 'anexo'}-${position}${extension}`;
}

/** A message inside the message is named by its subject; null where it has none. */
export function nestedMessageName(beginning: string): string | null {
  const header = beginning.split(/\r?\n\r?\n/, 1)[0]!.replace(/\r?\n[ \t]{1,100}/g, ' ');
  const subject = /^subject[ \t]{0,100}:(.*)$/im.exec(header)?.[1]?.trim() ?? '';
  const name = cleanName(decodeWords(subject).replace(/[\\/:*?"<>|]+/g, '_'))
    .slice(0, 120)
    .trim();
  return name === '' ? null : `${name}.eml`;
}

/** Without invisible characters: those that turn the direction of writing make `fatura<U+202E>fdp.exe` look like a PDF. */
function cleanName(name: string): string {
  return storable(name.slice(0, MAX_NAME_LENGTH))
    .replace(/\p{Cf}/gu, '')
    .replace(/[\r\n\t]+/g, ' ')
    .trim();
}

const FALLBACK_NAMES: Readonly<Record<string, string>> = {
  'message/rfc822': 'mensagem',
  'message/delivery-status': 'relatorio-de-entrega',
  'text/calendar': 'convite',
};
const FALLBACK_EXTENSIONS: Readonly<Record<string, string>> = {
  'message/rfc822': '.eml',
  'message/global': '.eml',
  'message/delivery-status': '.txt',
  'text/rfc822-headers': '.txt',
  'text/calendar': '.ics',
  'image/png': '.png',
  'image/gif': '.gif',
  'image/jpeg': '.jpg',
  'application/pdf': '.pdf',
  'text/plain': '.txt',
  'text/html': '.html',
};
