-- The server compared with what is recorded, our copy in the Sent folder, mail whose fate nobody knows.

-- D22: comparisons, asked for by the schedule or an operator and answered by whoever holds the mailbox.
create table reconciliations (
  id bigint generated always as identity,
  mailbox_key text not null,
  requested_by text not null,
  -- What is missing is fetched as well.
  fix boolean not null,
  requested_at timestamptz not null,
  -- How often it was begun: one that ends the process again and again is given up.
  begun integer not null default 0,
  finished_at timestamptz,
  error text,
  -- What is left; null where it could not be compared.
  differences integer,
  report jsonb,
  constraint pk_reconciliations primary key (id),
  constraint fk_reconciliations_mailbox_key foreign key (mailbox_key) references mailboxes (key),
  constraint ck_reconciliations_requested_by check (requested_by in ('schedule', 'operator'))
);
create unique index uq_reconciliations_open on reconciliations (mailbox_key, requested_by, fix) where finished_at is null;
create index ix_reconciliations_mailbox_key on reconciliations (mailbox_key, id desc);

-- Our own copy in the Sent folder. null: none is wanted.
alter table outbox add column sent_copy text;
alter table outbox add column sent_copy_tries integer not null default 0;
-- Not before this.
alter table outbox add column sent_copy_due_at timestamptz;
alter table outbox add column sent_copy_error text;
-- When evidence was last looked for, while the fate is unknown.
alter table outbox add column looked_at timestamptz;
alter table outbox add constraint ck_outbox_sent_copy check (sent_copy is null or sent_copy in ('pending', 'filed', 'found', 'failed')) not valid;

-- What evidence and the operator's rule decided stands beside what people did.
alter table outbox_actions drop constraint ck_outbox_actions_actor_kind;
alter table outbox_actions add constraint ck_outbox_actions_actor_kind check (actor_kind in ('agent', 'operator', 'system')) not valid;
alter table outbox_actions drop constraint ck_outbox_actions_action;
alter table outbox_actions add constraint ck_outbox_actions_action check (action in ('retried', 'corrected', 'cancelled', 'confirmed', 'looked', 'assumed_sent', 'resent')) not valid;
