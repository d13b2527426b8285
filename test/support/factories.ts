import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/platform/index.js';

/**
 * Rows made by SQL with everything they need above them: a ticket brings its queue, requester, participants and first
 * message. For specs that need data and not the way it came about.
 */
export class Factories {
  private counter = 0;

  constructor(private readonly database: Database) {}

  async queue(key: string, about: { name?: string; private?: boolean } = {}): Promise<string> {
    await this.execute(
      `insert into queues (key, name, private) values ($1, $2, $3) on conflict (key) do nothing`,
      [key, about.name ?? key, about.private ?? false],
    );
    return key;
  }

  async reason(key: string, queueKey: string): Promise<string> {
    await this.queue(queueKey);
    await this.execute(
      `insert into reasons (key, label, queue_key) values ($1, $1, $2) on conflict (key) do nothing`,
      [key, queueKey],
    );
    return key;
  }

  async mailbox(key: string, queueKey: string): Promise<string> {
    await this.queue(queueKey);
    await this.execute(
      `insert into mailboxes (key, address, queue_key) values ($1, $1 || '@empresa.example', $2) on conflict (key) do nothing`,
      [key, queueKey],
    );
    return key;
  }

  async agent(
    about: { email?: string; name?: string; role?: string; queues?: readonly string[] } = {},
  ): Promise<string> {
    const id = randomUUID();
    const email = about.email ?? `agente${this.next()}@empresa.example`;
    await this.execute(
      `insert into agents (id, email, name, role, created_at) values ($1, $2, $3, $4, now())`,
      [id, email, about.name ?? 'Atendente', about.role ?? 'agent'],
    );
    for (const queueKey of about.queues ?? []) {
      await this.queue(queueKey);
      await this.execute(
        `insert into queue_members (queue_key, agent_id, added_at) values ($1, $2, now())`,
        [queueKey, id],
      );
    }
    return id;
  }

  /** The id of the requester with this address. */
  async requester(about: { address?: string; name?: string } = {}): Promise<string> {
    const address = about.address ?? `cliente${this.next()}@cliente.example`;
    const [known] = await this.database.query<{ requester_id: string }>(
      `select requester_id from requester_addresses where address = $1`,
      [address],
    );
    if (known !== undefined) return known.requester_id;
    const id = randomUUID();
    await this.execute(`insert into requesters (id, name, created_at) values ($1, $2, now())`, [
      id,
      about.name ?? 'Cliente',
    ]);
    await this.execute(
      `insert into requester_addresses (address, requester_id, added_at) values ($1, $2, now())`,
      [address, id],
    );
    return id;
  }

  async ticket(
    about: {
      queue?: string;
      subject?: string;
      status?: string;
      lane?: string;
      channel?: string;
      requester?: string;
      assigneeId?: string | null;
      reason?: string | null;
      dueAt?: Date | null;
      createdAt?: Date;
      lastActivityAt?: Date;
      text?: string;
    } = {},
  ): Promise<{ ticketId: string; messageId: string; requester: string }> {
    const queue = await this.queue(about.queue ?? 'suporte');
    const requester = about.requester ?? `cliente${this.next()}@cliente.example`;
    const requesterId = await this.requester({ address: requester });
    if (about.reason != null) await this.reason(about.reason, queue);
    const createdAt = about.createdAt ?? new Date('2026-11-05T12:00:00.000Z');
    const [ticket] = await this.rows<{ id: string }>(
      `insert into tickets (subject, status, lane, channel, queue_key, requester_id, requester_address, reply_to_address,
         reason_key, reason_decided_by, reason_confidence, assignee_id, created_at, received_at, last_activity_at, due_at,
         due_kind, resolved_at)
       values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, 0.5, $10, $11, $11, $12, $13, $14, $15) returning id`,
      [
        about.subject ?? 'Não consigo entrar',
        about.status ?? 'open',
        about.lane ?? 'inbox',
        about.channel ?? 'email',
        queue,
        requesterId,
        requester,
        about.reason ?? null,
        about.reason == null ? 'none' : 'clues',
        about.assigneeId ?? null,
        createdAt,
        about.lastActivityAt ?? createdAt,
        about.dueAt ?? null,
        about.dueAt == null ? null : 'first_return',
        about.status === 'resolved' ? createdAt : null,
      ],
    );
    const ticketId = ticket!.id;
    await this.execute(
      `insert into ticket_participants (ticket_id, address, role, added_by, added_at) values ($1, $2, 'requester', 'message', $3)`,
      [ticketId, requester, createdAt],
    );
    const messageId = await this.message(ticketId, {
      text: about.text ?? 'Bom dia.',
      address: requester,
      createdAt,
    });
    return { ticketId, messageId, requester };
  }

  async message(
    ticketId: string,
    about: { kind?: string; text?: string; address?: string | null; createdAt?: Date } = {},
  ): Promise<string> {
    const kind = about.kind ?? 'inbound';
    const [row] = await this.rows<{ id: string }>(
      `insert into messages (ticket_id, kind, author_kind, author_address, body_text, visible_text, created_at, received_at)
       values ($1, $2, $3, $4, $5, $5, $6, $6) returning id`,
      [
        ticketId,
        kind,
        kind === 'inbound' ? 'customer' : kind === 'third_party' ? 'third_party' : 'agent',
        about.address ?? null,
        about.text ?? 'Bom dia.',
        about.createdAt ?? new Date('2026-11-05T12:00:00.000Z'),
      ],
    );
    return row!.id;
  }

  private next(): number {
    this.counter += 1;
    return this.counter;
  }

  private rows<Row extends Record<string, unknown>>(
    sql: string,
    values: readonly unknown[],
  ): Promise<Row[]> {
    return this.database.inTransaction((tx) => tx.query<Row>(sql, values));
  }

  private async execute(sql: string, values: readonly unknown[]): Promise<void> {
    await this.database.inTransaction((tx) => tx.execute(sql, values));
  }
}
