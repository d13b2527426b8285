-- Every message that reached a watched folder: exactly one row, one disposition (D22).
create table intake (
  id bigint generated always as identity,
  mailbox_key text not null,
  -- The mailbox's queue at intake: who may see the row while it has no ticket (D20).
  queue_key text not null,
  folder text not null,
  folder_role text not null default 'inbox',
  uidvalidity bigint not null,
  uid bigint not null,
  size_bytes bigint not null,
  -- null where the bytes were never fetched: historical, vanished, not delivered by the server (error says why).
  sha256 bytea,
  -- Over the size limit (D27): the stored bytes are headers and first text part only.
  partial boolean not null default false,
  received_at timestamptz not null,
  fetched_at timestamptz not null,
  state text not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  disposition text,
  fingerprint bytea,
  message_id_header text,
  from_address text,
  subject text,
  ticket_id bigint,
  decisions jsonb not null default '[]',
  error text,
  processed_at timestamptz,
  server_action text not null default 'none',
  constraint pk_intake primary key (id),
  constraint uq_intake_mailbox_key_folder_uidvalidity_uid unique (mailbox_key, folder, uidvalidity, uid),
  constraint fk_intake_mailbox_key foreign key (mailbox_key) references mailboxes (key),
  constraint fk_intake_queue_key foreign key (queue_key) references queues (key),
  constraint fk_intake_sha256 foreign key (sha256) references blobs (sha256),
  constraint fk_intake_ticket_id foreign key (ticket_id) references tickets (id),
  constraint ck_intake_folder_role check (folder_role in ('inbox', 'junk', 'sent')),
  constraint ck_intake_state check (state in ('stored', 'done', 'quarantined')),
  constraint ck_intake_disposition check (disposition is null or disposition in ('ticket_opened', 'ticket_reply', 'follow_up', 'twin', 'duplicate', 'bounce', 'auto_reply', 'loop', 'own', 'courtesy', 'feedback', 'receipt', 'third_party_pending', 'spam_suspected', 'quarantined', 'historical', 'vanished', 'canary', 'ignored')),
  constraint ck_intake_disposed check ((state = 'stored') = (disposition is null)),
  constraint ck_intake_server_action check (server_action in ('none', 'pending', 'done'))
);
-- Every row is written three times within a second (recorded, begun, done): room in its page spares the indexes.
alter table intake set (fillfactor = 50);
create index ix_intake_todo on intake (mailbox_key, id) where state = 'stored';
create index ix_intake_server_action on intake (mailbox_key, id) where server_action = 'pending';
create index ix_intake_fingerprint on intake (fingerprint) where fingerprint is not null;
create index ix_intake_message_id_header on intake (message_id_header) where message_id_header is not null;
create index ix_intake_disposition on intake (disposition, id desc);
create index ix_intake_mailbox_key on intake (mailbox_key, id desc);
-- The same bytes once more (UIDVALIDITY change) are a duplicate of their stub.
create index ix_intake_quarantined on intake (mailbox_key, sha256) where state = 'quarantined';
create index ix_intake_ticket_id on intake (ticket_id) where ticket_id is not null;

alter table messages add constraint fk_messages_intake_id foreign key (intake_id) references intake (id);
