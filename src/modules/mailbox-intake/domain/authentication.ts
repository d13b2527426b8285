import type { ParsedMail } from './parsed-mail.js';

/** What one method came to (RFC 8601 §2.7), lower case: `pass`, `fail`, `none`, `softfail`, `temperror`, … */
export type MethodResult = string;

/** What is known about who sent a message: told by a trusted server, or verified by ourselves. Stored and shown. */
export interface Authentication {
  /** `header`: Authentication-Results of a trusted server; `verified`: our own look; `none`: nobody has looked. */
  readonly source: 'header' | 'verified' | 'none';
  readonly authservId: string | null;
  readonly spf: MethodResult | null;
  readonly dkim: MethodResult | null;
  readonly dmarc: MethodResult | null;
  /** The domain of From is proven: DMARC passed, or, where it says nothing, an aligned DKIM or SPF did. */
  readonly fromProven: boolean;
  /** Why nothing is known, where we looked ourselves: `timeout`, `too_large`, `failed`. */
  readonly problem?: string;
}

export const UNAUTHENTICATED: Authentication = {
  source: 'none',
  authservId: null,
  spf: null,
  dkim: null,
  dmarc: null,
  fromProven: false,
};

/** As it is kept: null where nobody has looked, so that most rows hold nothing. */
export function storedAuthentication(found: Authentication): Authentication | null {
  return found.source === 'none' && found.problem === undefined ? null : found;
}

/** In `trustedAuthservIds`: a header without an authserv-id, as Microsoft 365 writes it. */
const WITHOUT_ID = 'none';
const MAX_HEADERS = 20;
const MAX_LENGTH = 4_000;

/** One method of one header. `domain`: whom it speaks for. */
interface MethodVerdict {
  readonly method: string;
  readonly result: MethodResult;
  readonly domain: string | null;
}

/**
 * The verdicts of the servers that the operator trusts (RFC 8601): anybody can write this header. Where a method is
 * named more than once the worst DMARC and the best DKIM count: one failed DMARC is a failure, and a message may carry
 * signatures of several domains. `source: none` where no trusted server says anything.
 */
export function authenticationFrom(
  mail: Pick<ParsedMail, 'headers' | 'from'>,
  trusted: readonly string[],
): Authentication {
  const values = mail.headers['authentication-results'];
  if (values === undefined || trusted.length === 0) return UNAUTHENTICATED;
  const ids = new Set(trusted.map((id) => id.trim().toLowerCase()));
  const verdicts: MethodVerdict[] = [];
  let authservId: string | null = null;
  for (const value of values.slice(0, MAX_HEADERS)) {
    const read = readHeader(value.slice(0, MAX_LENGTH));
    if (!ids.has(read.authservId ?? WITHOUT_ID)) continue;
    authservId ??= read.authservId ?? WITHOUT_ID;
    verdicts.push(...read.verdicts);
  }
  if (authservId === null) return UNAUTHENTICATED;
  return { source: 'header', authservId, ...judged(verdicts, mail.from?.address ?? null) };
}

/** What the verdicts of several methods come to for a message with this From. */
export function judged(
  verdicts: readonly MethodVerdict[],
  fromAddress: string | null,
): Pick<Authentication, 'spf' | 'dkim' | 'dmarc' | 'fromProven'> {
  const of = (method: string): MethodVerdict[] =>
    verdicts.filter((verdict) => verdict.method === method);
  const dmarc = of('dmarc');
  const failed = dmarc.find(({ result }) => result === 'fail');
  const from = fromAddress === null ? null : domainOf(fromAddress);
  const speaksForFrom = ({ result, domain }: MethodVerdict): boolean =>
    result === 'pass' && from !== null && domain !== null && isAligned(from, domain);
  const dmarcPassed = dmarc.some(
    (verdict) => verdict.result === 'pass' && (verdict.domain === null || speaksForFrom(verdict)),
  );
  const proven = dmarcPassed || [...of('dkim'), ...of('spf')].some(speaksForFrom);
  return {
    spf: first(of('spf')),
    dkim: of('dkim').some(({ result }) => result === 'pass') ? 'pass' : first(of('dkim')),
    dmarc: failed?.result ?? first(dmarc),
    fromProven: from !== null && failed === undefined && proven,
  };
}

/** Relaxed alignment (RFC 7489 §3.1.1): one domain is the other or lies below it; a lone label speaks for nobody. */
export function isAligned(from: string, domain: string): boolean {
  if (!domain.includes('.') || !from.includes('.')) return false;
  return from === domain || from.endsWith(`.${domain}`) || domain.endsWith(`.${from}`);
}

function first(verdicts: readonly MethodVerdict[]): MethodResult | null {
  return verdicts[0]?.result ?? null;
}

function readHeader(value: string): { authservId: string | null; verdicts: MethodVerdict[] } {
  const parts = withoutComments(value).split(';');
  const head = parts[0]!.trim().toLowerCase();
  // `authserv-id [version]`; a server that leaves it out begins with the first method.
  const named = head !== '' && !head.includes('=');
  const methods = named ? parts.slice(1) : parts;
  return {
    authservId: named ? (head.split(/\s/, 1)[0] ?? null) : null,
    verdicts: methods.flatMap((part) => readMethod(part)),
  };
}

const PROPERTY: Readonly<Record<string, readonly string[]>> = {
  dmarc: ['header.from'],
  dkim: ['header.d', 'header.i'],
  spf: ['smtp.mailfrom', 'smtp.helo'],
};

function readMethod(part: string): MethodVerdict[] {
  const words = part
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const joined = words.join(' ').replace(/ ?= ?/g, '=').split(' ');
  const [method = '', result = ''] = (joined[0] ?? '').split('=');
  const name = method.split('/')[0]!;
  const properties = PROPERTY[name];
  if (properties === undefined || !/^[a-z]{1,20}$/.test(result)) return [];
  let domain: string | null = null;
  for (const property of properties) {
    const said = joined.find((word) => word.startsWith(`${property}=`));
    if (said === undefined) continue;
    const text = said.slice(property.length + 1).replace(/^["<]+|[">]+$/g, '');
    domain = domainOf(text);
    break;
  }
  return [{ method: name, result, domain: domain === '' ? null : domain }];
}

/** RFC 5322 comments, nested ones too, and quoted strings without their semicolons. */
function withoutComments(value: string): string {
  let depth = 0;
  let quoted = false;
  let kept = '';
  for (let at = 0; at < value.length; at += 1) {
    const letter = value[at]!;
    if (letter === '\\') {
      at += 1;
      continue;
    }
    if (depth === 0 && letter === '"') quoted = !quoted;
    else if (!quoted && letter === '(') depth += 1;
    else if (!quoted && letter === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0 && !(quoted && letter === ';')) kept += letter;
  }
  return kept;
}

/** The part behind the last @, or the whole text where there is none. */
function domainOf(text: string): string {
  return text.slice(text.lastIndexOf('@') + 1).toLowerCase();
}
