import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { MailSessionError, type MailSession } from '../../../src/modules/mailboxes/index.js';
import { SyncFolder } from '../../../src/modules/mailbox-intake/commands/sync-folder.js';
import { Leases, type Lease } from '../../../src/platform/index.js';
import { eml, IntakeDesk } from './intake-desk.js';

interface OnServer {
  readonly raw: string;
  readonly internalDate: Date | null;
  readonly announcedBytes?: number;
  readonly broken?: boolean;
}

/** A server that misbehaves as told. */
function session(messages: readonly OnServer[]): MailSession {
  const dead = new MailSessionError({ kind: 'disconnected', message: 'closed the connection.' });
  const at = (uid: number): OnServer => messages[uid - 1]!;
  const fake: Partial<MailSession> = {
    mailboxKey: 'suporte',
    position: async (folder) => ({
      folder,
      uidValidity: '7',
      uidNext: messages.length + 1,
      exists: messages.length,
    }),
    announced: async (_folder, afterUid) =>
      messages
        .map(({ raw, internalDate, announcedBytes }, index) => ({
          uid: index + 1,
          sizeBytes: announcedBytes ?? raw.length,
          internalDate,
        }))
        .filter(({ uid }) => uid > afterUid),
    fetchRaw: async function* (_folder, uids) {
      for (const uid of uids) {
        if (at(uid).broken === true) throw dead;
        yield { uid, raw: Buffer.from(at(uid).raw) };
      }
    },
    streamRaw: async (_folder, uid) => Readable.from([Buffer.from(at(uid).raw)]),
  };
  return fake as MailSession;
}

describe('SyncFolder on a misbehaving server', () => {
  let desk: IntakeDesk;
  let lease: Lease;
  beforeAll(async () => {
    desk = await IntakeDesk.open();
    lease = (await desk.get(Leases).acquire('mailbox:suporte'))!;
  }, 60_000);
  afterAll(() => desk?.close());

  /** Sessions one after the other, as the runner makes them; how many failed. */
  const sync = async (folder: string, messages: readonly OnServer[]): Promise<number> => {
    for (let failures = 0; failures < 20; failures += 1) {
      try {
        await desk
          .get(SyncFolder)
          .run(
            session(messages),
            lease,
            { folder, role: 'inbox', startAt: new Date('2000-01-01') },
            new AbortController().signal,
          );
        await desk.process('suporte');
        return failures;
      } catch (error) {
        if (
          !(error instanceof MailSessionError) &&
          (error as { code?: unknown }).code !== 'body_too_large'
        )
          throw error;
      }
    }
    throw new Error('never came through');
  };
  const rows = (folder: string): Promise<Record<string, unknown>[]> =>
    desk.query('select disposition, uid::int as uid from intake where folder = $1 order by uid', [
      folder,
    ]);

  it('D22: messages on which the connection is dropped are passed one by one, their neighbours arrive', async () => {
    const now = desk.app.clock.now();
    const messages = Array.from({ length: 9 }, (_, index) => ({
      raw: eml({ from: `vizinho${index}@cliente.test` }),
      internalDate: now,
      broken: index === 3 || index === 7,
    }));
    expect(await sync('Quebrada', messages)).toBeLessThanOrEqual(8);
    expect(await rows('Quebrada')).toEqual(
      messages.map(({ broken }, index) => ({
        uid: index + 1,
        disposition: broken ? 'quarantined' : 'ticket_opened',
      })),
    );
  });

  it('D22: a stream that is far larger than announced is given up, not tried for ever', async () => {
    const raw = eml({ body: 'x'.repeat(4_000_000) });
    const now = desk.app.clock.now();
    await sync('Enorme', [{ raw, internalDate: now, announcedBytes: 1_500_000 }]);
    expect(await rows('Enorme')).toEqual([{ uid: 1, disposition: 'quarantined' }]);
  });

  it('D15: without INTERNALDATE the message is received when it is fetched', async () => {
    const raw = eml({ from: 'sem-data@cliente.test' });
    await sync('SemData', [{ raw, internalDate: null }]);
    expect(await rows('SemData')).toEqual([{ uid: 1, disposition: 'ticket_opened' }]);
    const [row] = await desk.query(`select received_at from intake where folder = 'SemData'`);
    expect(row).toEqual({ received_at: desk.app.clock.now() });
  });
});
