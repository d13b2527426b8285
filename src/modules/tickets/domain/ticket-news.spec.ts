import { describe, expect, it } from '@jest/globals';
import { newsOf } from './ticket-news.js';

describe('what in a history is news to others', () => {
  it('ids and states, without the reasons that people wrote', () => {
    expect(
      newsOf([
        {
          action: 'status_changed',
          before: { status: 'resolved', closeReason: null },
          after: { status: 'open', why: 'agent', reopenReason: 'a cliente ligou' },
        },
      ]),
    ).toEqual([{ kind: 'status_changed', from: 'resolved', to: 'open', closeReason: null }]);
  });

  it('who was given a ticket, and whether a machine gave it; not who lost it', () => {
    const assigned = (after: object): unknown => newsOf([{ action: 'assignee_changed', after }]);
    expect(assigned({ assignee: 'a' })).toMatchObject([{ assigneeId: 'a', by: 'agent' }]);
    expect(assigned({ assignee: 'a', why: 'take_next' })).toMatchObject([{ by: 'agent' }]);
    expect(assigned({ assignee: 'a', why: 'round_robin' })).toMatchObject([{ by: 'machine' }]);
    expect(assigned({ assignee: null, why: 'not_in_queue' })).toEqual([]);
  });

  it('a reply when it is given: by mail once it is accepted, by telephone as it is written', () => {
    const written = (after: object): unknown => newsOf([{ action: 'reply_written', after }]);
    expect(written({ messageId: '1' })).toEqual([]);
    expect(written({ messageId: '1', given: true })).toEqual([
      { kind: 'reply_sent', messageId: '1' },
    ]);
    expect(newsOf([{ action: 'reply_accepted', after: { messageId: '1' } }])).toHaveLength(1);
  });

  it('notes, tags and moves are nobody else’s business', () => {
    const actions = ['note_written', 'tags_changed', 'queue_changed', 'bounce_received'];
    expect(newsOf(actions.map((action) => ({ action, after: {} })))).toEqual([]);
  });
});
