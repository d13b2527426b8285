-- Everything that leaves by mail: written in the transaction that causes it, sent afterwards.
create table outbox (
  id bigint generated always as identity,
  mailbox_key text not null,
  kind text not null,
  automatic boolean not null,
  ticket_id bigint,
  ticket_message_id bigint,
  -- At most one mail per cause: 'acknowledgement:1000001' can exist once.
  dedupe_key text,
  -- Fixed before the first attempt, without angle brackets.
  message_id text not null,
  in_reply_to text,
  reference_ids text[] not null default '{}',
  from_address text not null,
  from_name text not null default '',
  reply_to text,
  -- '' is the null sender (RFC 5321 4.5.5).
  envelope_from text not null,
  -- [{ address, name, role: to|cc, state: pending|accepted|failed|bounced, code, response, at, correctedFrom? }]
  recipients jsonb not null,
  -- Lower case: whose acceptance counts as the answer (D19); the requester's, else the first To.
  primary_recipient text not null,
  subject text not null,
  body_text text not null,
  body_html text,
  headers jsonb not null default '{}',
  state text not null default 'queued',
  state_reason text,
  not_before timestamptz not null,
  give_up_at timestamptz not null,
  attempts integer not null default 0,
  claimed_by text,
  claimed_at timestamptz,
  created_at timestamptz not null,
  sent_at timestamptz,
  server_response text,
  version integer not null default 1,
  constraint pk_outbox primary key (id),
  constraint uq_outbox_message_id unique (message_id),
  constraint uq_outbox_dedupe_key unique (dedupe_key),
  constraint fk_outbox_mailbox_key foreign key (mailbox_key) references mailboxes (key),
  constraint fk_outbox_ticket_id foreign key (ticket_id) references tickets (id),
  constraint fk_outbox_ticket_message_id foreign key (ticket_message_id) references messages (id),
  constraint ck_outbox_state check (state in ('queued', 'held', 'sending', 'sent', 'returned', 'failed', 'unknown', 'cancelled')),
  constraint ck_outbox_kind check (kind in ('acknowledgement', 'acknowledgement_summary', 'reply', 'forward', 'escalation', 'follow_up', 'resolved', 'wrong_channel', 'form_confirmation', 'notice', 'canary')),
  constraint ck_outbox_message_id check (message_id <> '')
);
create index ix_outbox_due on outbox (mailbox_key, not_before, id) where state in ('queued', 'held');
create index ix_outbox_sending on outbox (claimed_at) where state = 'sending';
create index ix_outbox_state on outbox (state, id desc);
create index ix_outbox_ticket_id on outbox (ticket_id, id) where ticket_id is not null;
create index ix_outbox_ticket_message_id on outbox (ticket_message_id) where ticket_message_id is not null;
create index ix_outbox_primary_recipient on outbox (primary_recipient, created_at) where automatic;
create index ix_outbox_automatic_claimed_at on outbox (claimed_at) where automatic and claimed_at is not null;

create table outbox_attachments (
  outbox_id bigint not null,
  position integer not null,
  filename text not null,
  media_type text not null,
  sha256 bytea not null,
  size_bytes bigint not null,
  content_id text,
  constraint pk_outbox_attachments primary key (outbox_id, position),
  constraint fk_outbox_attachments_outbox_id foreign key (outbox_id) references outbox (id),
  constraint fk_outbox_attachments_sha256 foreign key (sha256) references blobs (sha256)
);

create table outbox_attempts (
  outbox_id bigint not null,
  attempt integer not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text,
  code integer,
  response text,
  constraint pk_outbox_attempts primary key (outbox_id, attempt),
  constraint fk_outbox_attempts_outbox_id foreign key (outbox_id) references outbox (id),
  constraint ck_outbox_attempts_outcome check (outcome is null or outcome in ('accepted', 'partly_accepted', 'refused', 'temporary', 'unknown', 'not_tried'))
);
-- A Message-ID of ours as the relay or an old key rewrote it: also thread proof (D26).
create table message_id_aliases (
  alias text not null,
  outbox_id bigint not null,
  source text not null,
  created_at timestamptz not null,
  constraint pk_message_id_aliases primary key (alias),
  constraint fk_message_id_aliases_outbox_id foreign key (outbox_id) references outbox (id)
);

-- What people did to a mail: append only.
create table outbox_actions (
  id bigint generated always as identity,
  outbox_id bigint not null,
  at timestamptz not null,
  actor_kind text not null,
  actor_id text,
  action text not null,
  details jsonb not null default '{}',
  constraint pk_outbox_actions primary key (id),
  constraint fk_outbox_actions_outbox_id foreign key (outbox_id) references outbox (id),
  constraint ck_outbox_actions_actor_kind check (actor_kind in ('agent', 'operator')),
  constraint ck_outbox_actions_action check (action in ('retried', 'corrected', 'cancelled'))
);
create index ix_outbox_actions_outbox_id on outbox_actions (outbox_id, id);

-- D20: whose eyes an outgoing mail is for: its ticket's queue, else its mailbox's.
create view outbox_by_queue as
  select o.*, coalesce(t.queue_key, m.queue_key) as queue_key
    from outbox o
    join mailboxes m on m.key = o.mailbox_key
    left join tickets t on t.id = o.ticket_id;

-- How the mail of a ticket's message fares, one row a message (the latest mail where there are several).
create view message_delivery as
  select distinct on (ticket_message_id)
         ticket_message_id, id as outbox_id, state, state_reason, recipients, attempts, not_before, sent_at, message_id
    from outbox
   where ticket_message_id is not null
   order by ticket_message_id, id desc;
