import type { OutboundKind } from './outgoing.js';

/** Automatic mail that answers a message of the recipient's (RFC 3834 §5: auto-replied). */
const AUTO_REPLIED: ReadonlySet<OutboundKind> = new Set([
  'acknowledgement',
  'acknowledgement_summary',
  'follow_up',
  'wrong_channel',
  'form_confirmation',
]);

/**
 * The headers that say what a mail is. Automatic mail is marked so that nobody's machine answers it: Auto-Submitted
 * (RFC 3834 §5), X-Auto-Response-Suppress (Exchange, [MS-OXCMAIL]), Precedence for old responders. What a person
 * wrote carries none of them.
 */
export function markingHeaders(
  kind: OutboundKind,
  automatic: boolean,
  listUnsubscribeUrl: string | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (automatic) {
    const replied = AUTO_REPLIED.has(kind);
    headers['Auto-Submitted'] = replied ? 'auto-replied' : 'auto-generated';
    headers['X-Auto-Response-Suppress'] = 'All';
    if (replied) headers['Precedence'] = 'auto_reply';
  }
  if (listUnsubscribeUrl !== undefined) {
    headers['List-Unsubscribe'] = `<${listUnsubscribeUrl}>`;
    // RFC 8058 §3.1 allows the one click for https only.
    if (listUnsubscribeUrl.startsWith('https://')) {
      headers['List-Unsubscribe-Post'] = 'List-Unsubscribe=One-Click';
    }
  }
  return headers;
}
