import { domainToASCII } from 'node:url';
import type { RecipientOutcome } from './outgoing-mail.js';

/** What may stand between the angle brackets of MAIL FROM and RCPT TO; nothing that could end the command. */
const UNSAFE = /[\p{Cc}\s<>]/u;

/** An address as it is given to the server, or why it is not. */
export type EnvelopeAddress =
  | { readonly kind: 'usable'; readonly address: string; readonly needsUtf8: boolean }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Checks an address for the envelope and turns an international domain into its ASCII form (RFC 5890). */
export function envelopeAddress(given: string): EnvelopeAddress {
  const at = given.lastIndexOf('@');
  if (at < 1 || at === given.length - 1 || UNSAFE.test(given)) {
    return { kind: 'invalid', reason: 'not a valid e-mail address' };
  }
  const local = given.slice(0, at);
  const domain = given.slice(at + 1);
  const ascii = isAscii(domain) ? domain : domainToASCII(domain);
  if (ascii === '') return { kind: 'invalid', reason: 'not a valid domain name' };
  return { kind: 'usable', address: `${local}@${ascii}`, needsUtf8: !isAscii(local) };
}

/** A recipient that no server was asked about: wrong syntax (501), or letters that this server cannot take (553). */
export function localRefusal(address: string, code: 501 | 553, reason: string): RecipientOutcome {
  return { address, state: 'failed', code, response: `${code} not sent: ${reason}` };
}

/** The same address with its domain in ASCII form; as it is where that cannot be. */
export function asciiDomain(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  return isAscii(domain) ? address : address.slice(0, at) + (domainToASCII(domain) || domain);
}

export function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}
