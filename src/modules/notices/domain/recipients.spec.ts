import { describe, expect, it } from '@jest/globals';
import type { NoticeRecipient } from '../../../config/index.js';
import { recipientsOf, type Colleague } from './recipients.js';

const person = (agentId: string, about: Partial<Colleague> = {}): Colleague => ({
  agentId,
  email: `${agentId}@empresa.example`,
  name: agentId,
  supervisor: false,
  absent: false,
  ...about,
});
const ana = person('ana');
const bob = person('bob');
const sonia = person('sonia', { supervisor: true });
const away = (who: Colleague): Colleague => ({ ...who, absent: true });

describe('who is told of a deadline', () => {
  const cases: [string, NoticeRecipient[], Colleague[], string | null, string[]][] = [
    ['the holder alone', ['assignee'], [ana, bob, sonia], 'bob', ['bob']],
    ['the queue where nobody holds it', ['assignee'], [ana, bob], null, ['ana', 'bob']],
    ['the others where she is away', ['assignee'], [ana, away(bob)], 'bob', ['ana']],
    ['the queue where she left it (D20)', ['assignee'], [ana, sonia], 'bob', ['ana', 'sonia']],
    [
      'holder and supervisors',
      ['assignee', 'supervisors'],
      [ana, bob, sonia],
      'bob',
      ['bob', 'sonia'],
    ],
    [
      'a supervisor who holds it, once',
      ['assignee', 'supervisors'],
      [ana, sonia],
      'sonia',
      ['sonia'],
    ],
    ['everybody', ['queue'], [ana, bob, sonia], 'bob', ['ana', 'bob', 'sonia']],
    [
      'the queue where all supervisors are away',
      ['supervisors'],
      [ana, away(sonia)],
      null,
      ['ana'],
    ],
    ['nobody where nobody is there', ['assignee'], [away(ana), away(sonia)], 'ana', []],
  ];

  it.each(cases)('%s', (_name, wanted, members, holder, told) => {
    expect(recipientsOf(wanted, members, holder).map(({ agentId }) => agentId)).toEqual(told);
  });
});
