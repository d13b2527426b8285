import { describe, expect, it } from '@jest/globals';
import type { ParsedMail } from '../parsed-mail.js';
import { config, context, mail } from './filter-cases.js';
import { sender } from './sender.js';

const who = (address: string, name = ''): { address: string; name: string } => ({ address, name });

describe('sender', () => {
  const cases: [string, Partial<ParsedMail>, string | null, string | null, string[]][] = [
    ['From asks', {}, 'ana@cliente.test', null, []],
    [
      'answers go to Reply-To',
      { replyTo: who('a.souza@cliente.test') },
      'ana@cliente.test',
      'a.souza@cliente.test',
      [],
    ],
    [
      'a Reply-To in another domain is a warning',
      { replyTo: who('x@outro.test') },
      'ana@cliente.test',
      'x@outro.test',
      ['reply_to_diferente'],
    ],
    [
      'from no-reply, Reply-To asks',
      { from: who('no-reply@form.test'), replyTo: who('ana@cliente.test', 'Ana') },
      'ana@cliente.test',
      null,
      [],
    ],
    [
      'from our own domain, Reply-To asks',
      { from: who('site@hd.test'), replyTo: who('ana@cliente.test') },
      'ana@cliente.test',
      null,
      [],
    ],
    [
      'a colleague without Reply-To asks herself',
      { from: who('bia@hd.test') },
      'bia@hd.test',
      null,
      [],
    ],
    [
      'our own mailbox asks nothing',
      { from: who('suporte@hd.test') },
      null,
      null,
      ['sem_remetente'],
    ],
    ['no From', { from: null }, null, null, ['sem_remetente']],
    [
      'no From but Reply-To',
      { from: null, replyTo: who('ana@cliente.test') },
      'ana@cliente.test',
      null,
      [],
    ],
    [
      'answers never go to ourselves',
      { replyTo: who('suporte@hd.test') },
      'ana@cliente.test',
      null,
      [],
    ],
  ];
  it.each(cases)('D26: %s', (_name, differs, from, replyTo, marks) => {
    const said = sender.run(mail(differs), context());
    if (said.verdict !== 'noted') throw new Error('the sender filter always notes');
    expect(said.learned.sender?.from?.address ?? null).toBe(from);
    expect(said.learned.sender?.replyTo).toBe(replyTo);
    expect(said.learned.marks).toEqual(marks);
    expect(said.learned.silent === null).toBe(marks.length === 0);
  });

  it('D21: through a list of our own that rewrites From, X-Original-From asks', () => {
    const said = sender.run(
      mail({
        from: who('suporte@hd.test', 'Ana via Suporte'),
        headers: {
          'list-id': ['<suporte.hd.test>'],
          'x-original-from': ['Ana <ana@cliente.test>'],
        },
      }),
      context({ mailbox: { ...config.mailboxes['suporte']!, ownLists: ['suporte.hd.test'] } }),
    );
    expect(said).toMatchObject({
      learned: { sender: { from: who('ana@cliente.test', 'Ana'), why: 'x_original_from' } },
    });
  });
});
