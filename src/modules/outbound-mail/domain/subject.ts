/** Longest subject that we write, in characters; what is cut off is the customer's, never the tag. */
const MAX_SUBJECT_LENGTH = 250;

const ANY_TAG = /\[\s*chamado\s*#?\s*\d+\s*\]/giu;
// Reply and forward marks of the usual programs, also Outlook's pt-BR `RES:`/`ENC:` and numbered `Re[2]:`.
const REPLY_MARK = /^(?:(?:re|res|aw|sv|antw)(?:\[\d+\])?\s*:\s*)+/iu;

/** The tag under which a subject proves its chamado. */
export function protocolTag(protocol: string): string {
  return `[Chamado ${protocol}]`;
}

/**
 * The subject with `[Chamado N]` exactly once: tags that are there already (also of other chamados) go, a heap of
 * `Re: RES: Re:` becomes one `Re: ` in front of the tag. Without a protocol only the white space is put in order.
 * Doing it twice gives the same.
 */
export function subjectWithProtocol(subject: string, protocol: string | null): string {
  const plain = subject.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (protocol === null) return cut(plain, MAX_SUBJECT_LENGTH);
  let rest = plain;
  let isReply = false;
  // Marks and tags can alternate (`Re: [Chamado 1] RES: [Chamado 1] x`): peel until nothing changes.
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replace(ANY_TAG, ' ').replace(/\s+/g, ' ').trim();
    const unmarked = rest.replace(REPLY_MARK, '');
    isReply ||= unmarked !== rest;
    rest = unmarked;
  }
  const head = `${isReply ? 'Re: ' : ''}${protocolTag(protocol)}`;
  return rest === '' ? head : `${head} ${cut(rest, MAX_SUBJECT_LENGTH - head.length - 1)}`;
}

function cut(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  return `${characters
    .slice(0, length - 1)
    .join('')
    .trimEnd()}…`;
}
