import { describe, expect, it } from '@jest/globals';
import { differencesOf, isOfContent, type Reading } from './replay-difference.js';

const recorded: Reading = {
  disposition: 'ticket_opened',
  ticketId: '1000001',
  subject: 'Ajuda',
  from: 'ana@cliente.test',
  content: { text: 'oi', visibleText: 'oi', attachments: ['b.pdf', 'a.pdf'] },
  dmarc: null,
};

describe('what today’s code sees otherwise', () => {
  it('nothing, where it comes to the same; a ticket to be opened is the one that stands', () => {
    const content = { ...recorded.content!, attachments: ['a.pdf', 'b.pdf'] };
    expect(differencesOf(recorded, { ...recorded, ticketId: null, content })).toEqual([]);
  });

  it('decisions and content, each with both readings', () => {
    const content = { text: 'oi!', visibleText: 'oi!', attachments: ['a.pdf'] };
    const today = { ...recorded, disposition: 'ticket_reply', ticketId: '1000002', content };
    const found = differencesOf(recorded, today);
    expect(found.map(({ what }) => what)).toEqual([
      'disposition',
      'ticket',
      'text',
      'visible_text',
      'attachments',
    ]);
    expect(found[0]).toEqual({
      what: 'disposition',
      recorded: 'ticket_opened',
      today: 'ticket_reply',
    });
    expect(found.filter(isOfContent)).toHaveLength(3);
  });

  it('a message on no ticket has no content to compare', () => {
    const bounce = { ...recorded, disposition: 'bounce', ticketId: null, content: null };
    expect(differencesOf(bounce, { ...recorded, ticketId: null })).toEqual([
      { what: 'disposition', recorded: 'bounce', today: 'ticket_opened' },
    ]);
  });
});
