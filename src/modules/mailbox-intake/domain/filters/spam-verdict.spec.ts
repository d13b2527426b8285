import { describe, expect, it } from '@jest/globals';
import { UNAUTHENTICATED } from '../authentication.js';
import type { ParsedMail } from '../parsed-mail.js';
import { config, context, mail } from './filter-cases.js';
import { spamVerdict } from './spam-verdict.js';

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
  it('D23: a DMARC failure forbids automatic mail, and says who found it', () => {
    const authentication = { ...UNAUTHENTICATED, source: 'header', dmarc: 'fail' } as const;
    expect(spamVerdict.run(mail(), context({ authentication }))).toMatchObject({
      evidence: { dmarcFailed: true, source: 'header' },
      learned: { dmarcFailed: true, suspected: 'DMARC fail', silent: 'DMARC fail' },
    });
  });
  it.each<[string, Partial<ParsedMail>]>([
    ['a sender', { from: { address: 'Vendas@promo.test', name: '' } }],
    ['a sender’s domain', { from: { address: 'x@spam.test', name: '' } }],
    ['words of the subject', { subject: 'GANHE  Dinheiro já: promoção' }],
  ])('D23: the operator’s rule about %s holds mail back', (_name, differs) => {
    const suspects = { senders: ['vendas@promo.test', '@spam.test'], subjects: ['dinheiro ja'] };
    const mailbox = { ...config.mailboxes['suporte']!, suspects };
    expect(spamVerdict.run(mail(differs), context({ mailbox }))).toMatchObject({
      learned: { dmarcFailed: false, suspected: expect.stringContaining("operator's rule") },
    });
    expect(spamVerdict.run(mail(), context({ mailbox })).verdict).toBe('pass');
  });
  it('ordinary mail passes, also where servers say other things', () => {
    const authentication = { ...UNAUTHENTICATED, source: 'header', dmarc: 'none' } as const;
    expect(spamVerdict.run(mail(), context({ authentication })).verdict).toBe('pass');
    const clean = mail({ headers: { 'x-spam-status': ['No, score=-1'] } });
    expect(spamVerdict.run(clean, context()).verdict).toBe('pass');
  });
});
