import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { messageOf } from '../../../platform/index.js';
import { isPublicAddress } from './public-address.js';

/** From the look-up of the name to the end of the answer. */
const TIMEOUT_MS = 10_000;
/** Of an answer nothing but its status is used; so much of it is read, so that the receiver can finish its sentence. */
const MAX_ANSWER_BYTES = 65_536;

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Private networks and this machine may be connected to. */
  readonly allowPrivate: boolean;
  /** Ends the attempt: the process stops. */
  readonly signal: AbortSignal;
  /** Milliseconds; another one in tests. */
  readonly timeoutMs?: number;
}

export type WebhookOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs: number | null }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'stopped' };

/**
 * One POST. Connects only to the address that was checked (a name that changes between check and connection gains nothing),
 * follows no redirect, and never throws.
 */
export async function postWebhook(request: WebhookRequest): Promise<WebhookOutcome> {
  const timeout = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
  try {
    return await send(request, AbortSignal.any([request.signal, timeout]));
  } catch (error) {
    if (request.signal.aborted) return { kind: 'stopped' };
    if (timeout.aborted) return { kind: 'failed', why: 'no answer in time' };
    return { kind: 'failed', why: messageOf(error).slice(0, 300) };
  }
}

function send(request: WebhookRequest, signal: AbortSignal): Promise<WebhookOutcome> {
  const url = new URL(request.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !request.allowPrivate && !isPublicAddress(host)) throw new Error(REFUSED);
  const { request: begin } = url.protocol === 'https:' ? https : http;
  const body = Buffer.from(request.body, 'utf8');
  return new Promise((resolve, reject) => {
    const call = begin(url, {
      method: 'POST',
      agent: false,
      signal,
      lookup: request.allowPrivate ? lookup : publicLookup,
      headers: {
        'User-Agent': 'helpdesk-webhooks',
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': body.length,
        ...request.headers,
      },
    });
    call.on('error', reject);
    call.on('response', (response) => {
      let bytes = 0;
      const status = response.statusCode ?? 0;
      const answered = (): void => {
        resolve({ kind: 'answered', status, retryAfterMs: retryAfter(response) });
        call.destroy();
      };
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) answered();
      });
      response.on('end', answered);
      // What was said before the connection broke was said.
      response.on('error', answered);
    });
    call.end(body);
  });
}

const REFUSED =
  'the address is one of this machine or of a private network, which needs allowPrivate: true';

/** Resolves a name only where every address it has is public; what it gives is what is connected to. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(
    hostname,
    { ...(options as LookupOptions), all: true },
    (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, '', 0);
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address)))
        return callback(new Error(REFUSED), '', 0);
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    },
  );
};

/** Seconds (RFC 9110 §10.2.3); the form with a date is rare and left to our own pauses. */
function retryAfter(response: http.IncomingMessage): number | null {
  const value = response.headers['retry-after'];
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) * 1000 : null;
}
