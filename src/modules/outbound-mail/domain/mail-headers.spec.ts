import { describe, expect, it } from '@jest/globals';
import { markingHeaders } from './mail-headers.js';

describe('headers that say what a mail is', () => {
  it('D21: an automatic answer is auto-replied and asks machines to be silent (RFC 3834 §5)', () => {
    expect(markingHeaders('acknowledgement', true, undefined)).toEqual({
      'Auto-Submitted': 'auto-replied',
      'X-Auto-Response-Suppress': 'All',
      Precedence: 'auto_reply',
    });
  });

  it('D21: other automatic mail is auto-generated', () => {
    expect(markingHeaders('escalation', true, undefined)).toEqual({
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    });
  });

  it('what a person wrote carries no such mark', () => {
    expect(markingHeaders('reply', false, undefined)).toEqual({});
  });

  it('D12: a feedback question can be unsubscribed', () => {
    expect(markingHeaders('resolved', false, 'https://x.test/u')).toEqual({
      'List-Unsubscribe': '<https://x.test/u>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });

  it('D12: one click is promised over https only (RFC 8058 §3.1)', () => {
    expect(markingHeaders('resolved', false, 'http://127.0.0.1/u')).toEqual({
      'List-Unsubscribe': '<http://127.0.0.1/u>',
    });
  });
});
