import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../../platform/index.js';

/** A calendar of days off is some kilobytes; more than this is something else. */
const MAX_BYTES = 1_048_576;
const TIMEOUT_MS = 15_000;

export type SourceCopy =
  | { readonly kind: 'text'; readonly text: string; readonly etag: string | null }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly why: string };

/** The text at a URL or in a file, within limits of time and size; never throws. */
export async function readSource(
  location: string,
  etag: string | null,
  signal: AbortSignal,
): Promise<SourceCopy> {
  try {
    return /^https?:/.test(location)
      ? await fetchText(location, etag, signal)
      : await fileText(location);
  } catch (error) {
    return { kind: 'failed', why: reasonOf(error) };
  }
}

async function fileText(path: string): Promise<SourceCopy> {
  const { size } = await stat(path);
  if (size > MAX_BYTES) return tooLarge();
  return { kind: 'text', text: await readFile(path, 'utf8'), etag: null };
}

async function fetchText(
  url: string,
  etag: string | null,
  signal: AbortSignal,
): Promise<SourceCopy> {
  const response = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    headers: { Accept: 'text/calendar', ...(etag === null ? {} : { 'If-None-Match': etag }) },
  });
  if (response.status === 304) return { kind: 'unchanged' };
  if (!response.ok) {
    await response.body?.cancel();
    return { kind: 'failed', why: `the server answered ${response.status}` };
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) return tooLarge();
    chunks.push(chunk);
  }
  return {
    kind: 'text',
    text: Buffer.concat(chunks).toString('utf8'),
    etag: response.headers.get('etag'),
  };
}

function tooLarge(): SourceCopy {
  return { kind: 'failed', why: `it is larger than ${MAX_BYTES} bytes` };
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : messageOf(cause);
}
