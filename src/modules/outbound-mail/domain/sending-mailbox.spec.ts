import { describe, expect, it } from '@jest/globals';
import type { HelpdeskConfig } from '../../../config/index.js';
import { sendingMailbox } from './sending-mailbox.js';

const config = {
  queues: {
    suporte: { private: false },
    produto: { private: false },
    financeiro: { private: true },
  },
  mailboxes: {
    suporte: { queue: 'suporte', retired: false },
    contapj: { queue: 'suporte', retired: false },
    financeiro: { queue: 'financeiro', retired: false },
    antiga: { queue: 'suporte', retired: true },
  },
  portal: {},
} as unknown as HelpdeskConfig;

describe('D20: whose identity a ticket’s mail carries', () => {
  it.each([
    ['its own mailbox’s', 'contapj', 'suporte', 'contapj'],
    ['its own also after a move among public queues', 'contapj', 'produto', 'contapj'],
    ['the private queue’s after a move in', 'suporte', 'financeiro', 'financeiro'],
    ['not the private queue’s after a move out', 'financeiro', 'suporte', 'suporte'],
    ['its own where the new queue has none', 'financeiro', 'produto', 'financeiro'],
    ['a queue’s mailbox where it came by telephone', null, 'financeiro', 'financeiro'],
    ['a living one where its own is retired', 'antiga', 'suporte', 'suporte'],
    ['any where nothing fits', null, 'produto', 'suporte'],
  ])('%s', (_name, mailboxKey, queueKey, expected) => {
    expect(sendingMailbox({ mailboxKey, queueKey }, config)).toBe(expected);
  });

  it('none where there is no mailbox at all', () => {
    expect(
      sendingMailbox({ mailboxKey: null, queueKey: 'suporte' }, { ...config, mailboxes: {} }),
    ).toBeNull();
  });
});
