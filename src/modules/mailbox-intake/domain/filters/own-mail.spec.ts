import { describe, expect, it } from '@jest/globals';
import { context, mail } from './filter-cases.js';
import { ownMail } from './own-mail.js';

describe('own-mail', () => {
  it('D21: our own mail that comes back is recorded and nothing else', () => {
    const from = { address: 'suporte@hd.test', name: '' };
    expect(ownMail.run(mail({ from }), context({ messageIdIsOurs: true }))).toMatchObject({
      verdict: 'decided',
      plan: { kind: 'record', disposition: 'own' },
    });
  });
  it('D25: a stranger’s message under a Message-ID of ours is a message of its own, marked', () => {
    expect(ownMail.run(mail(), context({ messageIdIsOurs: true }))).toMatchObject({
      verdict: 'noted',
      learned: { marks: ['message_id_repetido'] },
    });
  });
  it('D21: automatic mail from our own address is a loop', () => {
    const looping = mail({
      from: { address: 'suporte@hd.test', name: '' },
      headers: { 'auto-submitted': ['auto-replied'] },
    });
    expect(ownMail.run(looping, context())).toMatchObject({ plan: { disposition: 'loop' } });
  });
  it('D21: mail that has passed too many servers is a loop', () => {
    expect(ownMail.run(mail({ receivedHeaders: 61 }), context())).toMatchObject({
      plan: { disposition: 'loop' },
    });
  });
  it('D22: a person writing from our own address is no loop', () => {
    expect(
      ownMail.run(mail({ from: { address: 'suporte@hd.test', name: '' } }), context()).verdict,
    ).toBe('pass');
  });
  it('ordinary mail passes', () => expect(ownMail.run(mail(), context()).verdict).toBe('pass'));
});
