import { describe, expect, it } from '@jest/globals';
import { wantsSentCopy } from './sent-filing.js';

describe('our own copy in Sent', () => {
  const answer = { kind: 'reply', automatic: false };
  const acknowledgement = { kind: 'acknowledgement', automatic: true };
  const mailbox = (
    sentCopy: 'auto' | 'always' | 'never',
    host = 'smtp.empresa.test',
    mode: 'live' | 'observe' = 'live',
  ) => ({ mode, folders: { sentCopy }, smtp: { host } });

  it.each([
    ['auto: what people wrote', mailbox('auto'), answer, true],
    ['auto: not what is automatic', mailbox('auto'), acknowledgement, false],
    ['auto: not where Google files it', mailbox('auto', 'smtp.gmail.com'), answer, false],
    ['auto: a relay files nothing', mailbox('auto', 'smtp-relay.gmail.com'), answer, true],
    ['auto: not where Microsoft files it', mailbox('auto', 'SMTP.Office365.com'), answer, false],
    ['always: at any provider', mailbox('always', 'smtp.gmail.com'), answer, true],
    ['always: also what is automatic', mailbox('always'), acknowledgement, true],
    ['never', mailbox('never'), answer, false],
    ['observe touches nothing', mailbox('always', 'x.test', 'observe'), answer, false],
    ['a canary is nobody’s mail', mailbox('always'), { kind: 'canary', automatic: true }, false],
  ])('%s', (_, box, mail, wanted) => {
    expect(wantsSentCopy(box, mail)).toBe(wanted);
  });
});
