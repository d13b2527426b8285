import { describe, expect, it } from '@jest/globals';
import type { ImapFlow } from 'imapflow';
import { MailSessionError } from '../domain/session-failure.js';
import type { ImapConnection } from './imap-connection.js';
import { ImapSession } from './imap-session.js';

/** A session whose server hands out one message and then refuses with this response code. */
function sessionThatEndsWith(serverResponseCode: string): ImapSession {
  const client = {
    mailbox: { path: 'INBOX' },
    on: () => undefined,
    async *fetch() {
      yield { uid: 1, source: Buffer.from('um') };
      throw Object.assign(new Error('Command failed'), { serverResponseCode });
    },
  } as unknown as ImapFlow;
  const connection = {
    client,
    run: async <Result>(work: (live: ImapFlow) => Promise<Result>): Promise<Result> => {
      try {
        return await work(client);
      } catch (cause) {
        throw new MailSessionError({ kind: 'protocol', message: 'refused' }, { cause });
      }
    },
  } as unknown as ImapConnection;
  return new ImapSession('suporte', connection, { inbox: 'INBOX' });
}

async function fetched(session: ImapSession): Promise<number[]> {
  const uids: number[] = [];
  for await (const { uid } of session.fetchRaw('INBOX', [1, 2])) uids.push(uid);
  return uids;
}

describe('fetching raw messages', () => {
  it('RFC 5530 §3: some were expunged meanwhile: what was handed out counts, the others are gone', async () => {
    expect(await fetched(sessionThatEndsWith('EXPUNGEISSUED'))).toEqual([1]);
  });

  it('any other refusal is an error', async () => {
    await expect(fetched(sessionThatEndsWith('SERVERBUG'))).rejects.toThrow('refused');
  });
});
