-- without a transaction: the tables are large and the old version goes on writing

-- What reports read by.
drop index concurrently if exists ix_clocks_started_at;
create index concurrently ix_clocks_started_at on clocks (started_at);
drop index concurrently if exists ix_clocks_ended_at;
create index concurrently ix_clocks_ended_at on clocks (ended_at) where ended_at is not null;

-- Empty but for rows that the worker has still to measure.
drop index concurrently if exists ix_clocks_unmeasured;
create index concurrently ix_clocks_unmeasured on clocks (id) where ended_at is not null and business_ms is null;
drop index concurrently if exists ix_tickets_resolved_at;
create index concurrently ix_tickets_resolved_at on tickets (resolved_at) where resolved_at is not null;
drop index concurrently if exists ix_feedback_created_at;
create index concurrently ix_feedback_created_at on feedback (created_at);

-- Mail that is of no use later.
drop index concurrently if exists ix_outbox_expires_at;
create index concurrently ix_outbox_expires_at on outbox (expires_at)
  where expires_at is not null and state in ('queued', 'held');

-- Copies that wait to be filed; mail whose fate is unknown.
drop index concurrently if exists ix_outbox_sent_copy;
create index concurrently ix_outbox_sent_copy on outbox (mailbox_key, sent_copy_due_at) where sent_copy = 'pending';
drop index concurrently if exists ix_outbox_unknown;
create index concurrently ix_outbox_unknown on outbox (mailbox_key, id) where state = 'unknown';

-- Constraints that new rows have kept since they were added.
alter table clocks validate constraint fk_clocks_ended_queue_key;
alter table clocks validate constraint fk_clocks_ended_reason_key;
alter table clocks validate constraint fk_clocks_ended_agent_id;
alter table outbox validate constraint ck_outbox_kind;
alter table outbox validate constraint ck_outbox_sent_copy;
alter table outbox_actions validate constraint ck_outbox_actions_actor_kind;
alter table outbox_actions validate constraint ck_outbox_actions_action;
