import { ImapFlow } from 'imapflow';
import { DOVECOT_PASSWORD } from '../test/support/dovecot.js';
import type { World } from './world.js';

/** A person's own mail program on a folder of the mailbox, past the proxy. */
export async function person<Result>(
  world: World,
  where: { mailbox: string; folder?: string },
  work: (client: ImapFlow) => Promise<Result>,
): Promise<Result> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: world.lab.dovecot.imapPort,
    secure: false,
    auth: { user: world.address(where.mailbox), pass: DOVECOT_PASSWORD },
    logger: false,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.mailboxOpen(where.folder ?? 'INBOX');
    return await work(client);
  } finally {
    await client.logout();
  }
}
