-- helpdesk.yaml as applied: numbered, immutable; and the keys it ever used, so that rows can point at them for ever.
create table config_versions (
  version bigint generated always as identity,
  applied_at timestamptz not null,
  applied_by text not null,
  sha256 text not null,
  -- json, not jsonb: the order of keys is the operator's (reasons in a form, the first mailbox).
  document json not null,
  constraint pk_config_versions primary key (version)
);

create table queues (
  key text not null,
  name text not null,
  private boolean not null,
  retired_at timestamptz,
  constraint pk_queues primary key (key),
  constraint ck_queues_key check (key ~ '^[a-z0-9][a-z0-9_-]*$')
);

create table reasons (
  key text not null,
  label text not null,
  queue_key text not null,
  retired_at timestamptz,
  constraint pk_reasons primary key (key),
  constraint fk_reasons_queue_key foreign key (queue_key) references queues (key)
);

create table mailboxes (
  key text not null,
  address text not null,
  queue_key text not null,
  retired_at timestamptz,
  constraint pk_mailboxes primary key (key),
  constraint fk_mailboxes_queue_key foreign key (queue_key) references queues (key)
);

-- One row with mailbox_key null pauses all automatic mail, a row with a key pauses that mailbox's.
create table automation_pauses (
  id bigint generated always as identity,
  mailbox_key text,
  reason text not null,
  paused_by text not null,
  paused_at timestamptz not null,
  constraint pk_automation_pauses primary key (id),
  constraint fk_automation_pauses_mailbox_key foreign key (mailbox_key) references mailboxes (key),
  constraint uq_automation_pauses_mailbox_key unique nulls not distinct (mailbox_key)
);
