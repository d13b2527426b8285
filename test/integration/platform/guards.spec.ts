import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sqlStateOf } from '../../../src/platform/index.js';
import { IntakeDesk } from '../intake/intake-desk.js';

/** check_violation, unique_violation. */
const REFUSED = ['23514', '23505'];

describe('what the database refuses, whatever the program does', () => {
  let desk: IntakeDesk;
  let ticketId: string;
  let intakeId: string;
  let acknowledgementId: string;

  beforeAll(async () => {
    desk = await IntakeDesk.open();
    const row = await desk.receive(
      'suporte',
      'From: ana@cliente.test\nTo: suporte@hd.test\nSubject: Erro\nMessage-ID: <g1@cliente.test>\n\nNada abre.\n',
    );
    intakeId = row.id;
    ticketId = row.ticketId!;
    const [mail] = await desk.query<{ id: string }>(
      `select id from outbox where ticket_id = $1 and kind = 'acknowledgement'`,
      [ticketId],
    );
    acknowledgementId = mail!.id;
  });
  afterAll(() => desk?.app.close());

  async function refused(sql: string, values: unknown[]): Promise<void> {
    const error: unknown = await desk.query(sql, values).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(REFUSED).toContain(sqlStateOf(error));
  }
  /** A copy of the row with other values in some columns. */
  const copy = (id: string, changes: Record<string, string | null>): Promise<void> => {
    const columns = `mailbox_key, kind, automatic, ticket_id, ticket_message_id, dedupe_key, message_id, from_address,
      from_name, envelope_from, recipients, primary_recipient, subject, body_text, not_before, give_up_at, created_at`;
    const values = columns
      .split(',')
      .map((name) => name.trim())
      .map((name) => {
        const value = changes[name];
        if (value === undefined) return name;
        return value === null ? 'null' : `'${value}'`;
      });
    return refused(
      `insert into outbox (${columns}) select ${values.join(', ')} from outbox where id = $1`,
      [id],
    );
  };

  it('D7: a second acknowledgement of a ticket, under its own key, another one or none', async () => {
    await copy(acknowledgementId, { message_id: 'zwei@hd.test' });
    await copy(acknowledgementId, { message_id: 'zwei@hd.test', dedupe_key: null });
    await copy(acknowledgementId, { message_id: 'zwei@hd.test', dedupe_key: 'x' });
  });

  it('two mails under one Message-ID, and two mails for one answer', async () => {
    const [message] = await desk.query<{ id: string }>(
      'select id from messages where ticket_id = $1 limit 1',
      [ticketId],
    );
    await desk.query(
      `update outbox set kind = 'reply', dedupe_key = null, ticket_message_id = $2 where id = $1`,
      [acknowledgementId, message!.id],
    );
    await copy(acknowledgementId, { message_id: 'drei@hd.test' });
    const [{ message_id: own } = { message_id: '' }] = await desk.query<{ message_id: string }>(
      'select message_id from outbox where id = $1',
      [acknowledgementId],
    );
    await copy(acknowledgementId, { message_id: own, ticket_message_id: null });
    await desk.query(
      `update outbox set kind = 'acknowledgement', dedupe_key = 'acknowledgement:' || ticket_id, ticket_message_id = null
        where id = $1`,
      [acknowledgementId],
    );
  });

  it('D19: sent without a time; sent again although nobody waits for it', async () => {
    await refused(`update outbox set state = 'sent', sent_at = null where id = $1`, [
      acknowledgementId,
    ]);
    await desk.query(
      `update outbox set state = 'sent', sent_at = now(), recipients = jsonb_set(recipients, '{0,state}', '"accepted"')
        where id = $1`,
      [acknowledgementId],
    );
    for (const state of ['queued', 'held', 'sending'])
      await refused('update outbox set state = $2 where id = $1', [acknowledgementId, state]);
    // To the one recipient whom no server has taken yet it may go: somebody corrected the address.
    await desk.query(
      `update outbox set state = 'queued', recipients = jsonb_set(recipients, '{0,state}', '"pending"') where id = $1`,
      [acknowledgementId],
    );
  });

  it('D22: a message in a ticket that it does not name, one place on the server twice, and one that is done again', async () => {
    await refused('update intake set ticket_id = null where id = $1', [intakeId]);
    await refused(
      `insert into intake (mailbox_key, queue_key, folder, folder_role, uidvalidity, uid, size_bytes, received_at, fetched_at, state)
       select mailbox_key, queue_key, folder, folder_role, uidvalidity, uid, size_bytes, received_at, fetched_at, 'stored'
         from intake where id = $1`,
      [intakeId],
    );
    await refused(
      `update intake set state = 'stored', disposition = null, ticket_id = null where id = $1`,
      [intakeId],
    );
    // Old mail that a person lets become tickets was never processed.
    const [{ id: old } = { id: '' }] = await desk.query<{ id: string }>(
      `insert into intake (mailbox_key, queue_key, folder, folder_role, uidvalidity, uid, size_bytes, received_at, fetched_at, state, disposition)
       select mailbox_key, queue_key, folder, folder_role, uidvalidity, uid + 1, 1, received_at, fetched_at, 'done', 'historical'
         from intake where id = $1 returning id`,
      [intakeId],
    );
    await desk.query(`update intake set state = 'stored', disposition = null where id = $1`, [old]);
    await refused(
      `insert into messages (ticket_id, kind, author_kind, body_text, visible_text, intake_id, created_at, received_at)
       select ticket_id, kind, author_kind, body_text, visible_text, intake_id, created_at, received_at
         from messages where intake_id = $1`,
      [intakeId],
    );
  });
});
