import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** Live state of a mailbox, for GET /mailboxes, health and metrics. */
@Entity('mailbox_states')
@ForeignKey('MailboxEntity', ['mailboxKey'], ['key'], {
  name: 'fk_mailbox_states_mailbox_key',
})
@Check(
  'ck_mailbox_states_state',
  `(state = ANY (ARRAY['connecting'::text, 'idle'::text, 'polling'::text, 'syncing'::text, 'failing'::text, 'stopped'::text]))`,
)
@Check(
  'ck_mailbox_states_sending_state',
  `(sending_state = ANY (ARRAY['ok'::text, 'failing'::text, 'stopped'::text]))`,
)
export class MailboxStateEntity {
  @PrimaryColumn('text', {
    name: 'mailbox_key',
    primaryKeyConstraintName: 'pk_mailbox_states',
  })
  mailboxKey: string;

  @Column('text')
  state: string;

  @Column('timestamptz')
  since: Date;

  @Column('timestamptz', { name: 'last_seen_at', nullable: true })
  lastSeenAt: Date | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;

  @Column('timestamptz', { name: 'last_error_at', nullable: true })
  lastErrorAt: Date | null;

  @Column('integer', { name: 'consecutive_failures', default: 0 })
  consecutiveFailures: number;

  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt: Date | null;

  @Column('integer', { name: 'unseen_on_server', default: 0 })
  unseenOnServer: number;

  @Column('text', { name: 'sending_state', default: 'ok' })
  sendingState: string;

  @Column('text', { name: 'sending_error', nullable: true })
  sendingError: string | null;

  @Column('timestamptz', { name: 'sending_retry_at', nullable: true })
  sendingRetryAt: Date | null;
}
