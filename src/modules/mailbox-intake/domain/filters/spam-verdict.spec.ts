import { describe, expect, it } from '@jest/globals';
import type { ParsedMail } from '../parsed-mail.js';
import { config, context, mail } from './filter-cases.js';
import { spamVerdict } from './spam-verdict.js';

const trusting = {
  mailbox: { ...config.mailboxes['suporte']!, trustedAuthservIds: ['mx.hd.test'] },
};
const results = (value: string): Partial<ParsedMail> => ({
  headers: { 'authentication-results': [value] },
});

describe('spam-verdict', () => {
  const suspected: [string, Partial<ParsedMail>][] = [
    ['X-Spam-Flag', { headers: { 'x-spam-flag': ['YES'] } }],
    ['X-Spam-Status', { headers: { 'x-spam-status': ['Yes, score=9.1 required=5'] } }],
    ['the confidence level of Exchange', { headers: { 'x-ms-exchange-organization-scl': ['6'] } }],
  ];
  it.each(suspected)('D23: believes %s', (_name, differs) => {
    expect(spamVerdict.run(mail(differs), context())).toMatchObject({
      verdict: 'noted',
      learned: { dmarcFailed: false },
    });
  });
  it('D23: what lies in Junk is suspected', () => {
    expect(spamVerdict.run(mail(), context({ folderRole: 'junk' }))).toMatchObject({
      learned: { suspected: 'Junk folder' },
    });
  });
  it('D23: a DMARC failure by a trusted server forbids automatic mail', () => {
    expect(
      spamVerdict.run(
        mail(results('mx.hd.test; spf=pass; dmarc=fail (p=none)')),
        context(trusting),
      ),
    ).toMatchObject({
      learned: { dmarcFailed: true, suspected: 'DMARC fail', silent: 'DMARC fail' },
    });
  });
  const believed: [string, Partial<ParsedMail>][] = [
    ['clean mail', {}],
    ['a clean verdict', { headers: { 'x-spam-status': ['No, score=0.1'], 'x-spam-flag': ['NO'] } }],
    ['results of a stranger’s server', results('evil.test; dmarc=fail')],
    ['a DMARC pass', results('mx.hd.test; dmarc=pass')],
  ];
  it.each(believed)('D23: %s passes', (_name, differs) => {
    expect(spamVerdict.run(mail(differs), context(trusting)).verdict).toBe('pass');
  });
});
