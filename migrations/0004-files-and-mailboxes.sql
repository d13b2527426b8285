-- Content-addressed bytes: small ones here, larger ones in files (location is relative to the storage folder).
create table blobs (
  sha256 bytea not null,
  size_bytes bigint not null,
  content bytea,
  location text,
  created_at timestamptz not null default now(),
  constraint pk_blobs primary key (sha256),
  constraint ck_blobs_sha256 check (octet_length(sha256) = 32),
  constraint ck_blobs_one_place check ((content is null) <> (location is null))
);
-- Mail is mostly base64 or short: compressing costs CPU for every message and saves little.
alter table blobs alter column content set storage external;

-- How far each watched folder has been recorded. The pair (uidvalidity, last_uid) is the whole cursor: no dates (D1, D15).
create table mailbox_cursors (
  mailbox_key text not null,
  folder text not null,
  uidvalidity bigint not null,
  last_uid bigint not null,
  -- Messages received before this instant are historical (D1).
  start_at timestamptz,
  -- After a UIDVALIDITY change: up to this UID a message may be one that was historical before (D1).
  recognise_up_to bigint,
  updated_at timestamptz not null,
  constraint pk_mailbox_cursors primary key (mailbox_key, folder),
  constraint fk_mailbox_cursors_mailbox_key foreign key (mailbox_key) references mailboxes (key)
);

-- Live state for GET /mailboxes, health and metrics.
create table mailbox_states (
  mailbox_key text not null,
  state text not null,
  since timestamptz not null,
  last_seen_at timestamptz,
  last_error text,
  last_error_at timestamptz,
  consecutive_failures integer not null default 0,
  next_attempt_at timestamptz,
  unseen_on_server integer not null default 0,
  sending_state text not null default 'ok',
  sending_error text,
  sending_retry_at timestamptz,
  constraint pk_mailbox_states primary key (mailbox_key),
  constraint fk_mailbox_states_mailbox_key foreign key (mailbox_key) references mailboxes (key),
  constraint ck_mailbox_states_state check (state in ('connecting', 'idle', 'polling', 'syncing', 'failing', 'stopped')),
  constraint ck_mailbox_states_sending_state check (sending_state in ('ok', 'failing', 'stopped'))
);

-- From when on mail becomes tickets (D1): fixed at the first connection, or by `mailbox start` for `all` and for changes.
create table mailbox_starts (
  mailbox_key text not null,
  -- `startFrom` of the configuration that this row answers to.
  start_from text not null,
  -- null: everything.
  start_at timestamptz,
  confirmed_by text not null,
  confirmed_at timestamptz not null,
  constraint pk_mailbox_starts primary key (mailbox_key),
  constraint fk_mailbox_starts_mailbox_key foreign key (mailbox_key) references mailboxes (key)
);

create table oauth_tokens (
  mailbox_key text not null,
  key_id text not null,
  ciphertext bytea not null,
  access_expires_at timestamptz,
  updated_at timestamptz not null,
  constraint pk_oauth_tokens primary key (mailbox_key),
  constraint fk_oauth_tokens_mailbox_key foreign key (mailbox_key) references mailboxes (key)
);
