-- Tickets and all that is recorded on them. The ticket's id is its protocol number.
create sequence ticket_protocol as bigint start with 1000001;

create table tickets (
  id bigint not null default nextval('ticket_protocol'),
  subject text not null,
  status text not null default 'open',
  close_reason text,
  lane text not null default 'inbox',
  channel text not null,
  mailbox_key text,
  queue_key text not null,
  requester_id uuid,
  -- The address the request came from and where answers go (D26: Reply-To).
  requester_address text,
  reply_to_address text,
  reason_key text,
  reason_decided_by text not null,
  reason_confidence real not null,
  reason_evidence jsonb not null default '{}',
  assignee_id uuid,
  priority text not null default 'normal',
  tags text[] not null default '{}',
  -- What agents must see at a glance: 'sem_remetente', 'quarentena', 'pode_ser_sobre:1000001', 'reply_to_diferente', …
  marks text[] not null default '{}',
  created_at timestamptz not null,
  received_at timestamptz not null,
  last_activity_at timestamptz not null,
  resolved_at timestamptz,
  -- The earliest running clock, kept here so that the inbox sorts by it with one index.
  due_at timestamptz,
  due_kind text,
  breached boolean not null default false,
  escalated_to text,
  escalated_at timestamptz,
  follow_up_of bigint,
  -- D20: opened in the second team's queue by an escalation out of a private queue; holds only what was shared.
  escalation_of bigint,
  -- The first ticket's id of those that one message opened in several queues (D25).
  twin_group bigint,
  merged_into bigint,
  version integer not null default 1,
  constraint pk_tickets primary key (id),
  constraint fk_tickets_mailbox_key foreign key (mailbox_key) references mailboxes (key),
  constraint fk_tickets_queue_key foreign key (queue_key) references queues (key),
  constraint fk_tickets_requester_id foreign key (requester_id) references requesters (id),
  constraint fk_tickets_reason_key foreign key (reason_key) references reasons (key),
  constraint fk_tickets_assignee_id foreign key (assignee_id) references agents (id),
  constraint fk_tickets_escalated_to foreign key (escalated_to) references queues (key),
  constraint fk_tickets_follow_up_of foreign key (follow_up_of) references tickets (id),
  constraint fk_tickets_escalation_of foreign key (escalation_of) references tickets (id),
  constraint fk_tickets_merged_into foreign key (merged_into) references tickets (id),
  constraint ck_tickets_status check (status in ('open', 'awaiting_customer', 'resolved')),
  constraint ck_tickets_close_reason check (close_reason is null or close_reason in ('spam', 'duplicate', 'out_of_scope', 'no_answer_needed', 'no_response')),
  constraint ck_tickets_lane check (lane in ('inbox', 'suspected', 'quarantined', 'automatic')),
  constraint ck_tickets_channel check (channel in ('email', 'form', 'phone', 'chat', 'whatsapp', 'messenger', 'assistant', 'other')),
  constraint ck_tickets_priority check (priority in ('normal', 'high', 'critical')),
  constraint ck_tickets_reason_decided_by check (reason_decided_by in ('form', 'sub_address', 'subject_tag', 'mailbox', 'clues', 'classifier', 'fallback', 'none', 'agent')),
  constraint ck_tickets_reason_confidence check (reason_confidence between 0 and 1)
);
-- One index for each order of the inbox, with and without a status: a page is read from the index, never sorted.
create index ix_tickets_queue_key_status_due_at on tickets (queue_key, status, coalesce(due_at, 'infinity'::timestamptz), id);
create index ix_tickets_queue_key_due_at on tickets (queue_key, coalesce(due_at, 'infinity'::timestamptz), id);
create index ix_tickets_queue_key_status_last_activity_at on tickets (queue_key, status, last_activity_at, id);
create index ix_tickets_queue_key_last_activity_at on tickets (queue_key, last_activity_at, id);
create index ix_tickets_queue_key_status_created_at on tickets (queue_key, status, created_at, id);
create index ix_tickets_queue_key_created_at on tickets (queue_key, created_at, id);
-- What is rare is found by itself: a filter for it must not walk a whole queue.
create index ix_tickets_assignee_id on tickets (assignee_id, coalesce(due_at, 'infinity'::timestamptz), id)
  where assignee_id is not null;
create index ix_tickets_requester_id on tickets (requester_id, created_at);
create index ix_tickets_reason_key on tickets (reason_key, queue_key, status);
create index ix_tickets_lane on tickets (lane, queue_key) where lane <> 'inbox';
create index ix_tickets_twin_group on tickets (twin_group) where twin_group is not null;
create index ix_tickets_follow_up_of on tickets (follow_up_of) where follow_up_of is not null;
create index ix_tickets_escalation_of on tickets (escalation_of) where escalation_of is not null;
create index ix_tickets_escalated_to on tickets (escalated_to, status) where escalated_to is not null;

create table ticket_participants (
  ticket_id bigint not null,
  address text not null,
  name text not null default '',
  role text not null,
  added_by text not null,
  added_at timestamptz not null,
  constraint pk_ticket_participants primary key (ticket_id, address),
  constraint fk_ticket_participants_ticket_id foreign key (ticket_id) references tickets (id),
  constraint ck_ticket_participants_role check (role in ('requester', 'cc', 'accepted', 'outsider')),
  constraint ck_ticket_participants_address check (address = lower(address) and address <> '')
);
create index ix_ticket_participants_address on ticket_participants (address);

create table messages (
  id bigint generated always as identity,
  ticket_id bigint not null,
  kind text not null,
  -- Only for kind third_party and for lanes: what an agent decided.
  waiting text,
  author_kind text not null,
  author_agent_id uuid,
  author_name text not null default '',
  author_address text,
  subject text not null default '',
  body_text text not null default '',
  -- As received or written; sanitised whenever it is shown.
  body_html text,
  visible_text text not null default '',
  visible_spans jsonb,
  to_addresses jsonb not null default '[]',
  cc_addresses jsonb not null default '[]',
  message_id_header text,
  intake_id bigint,
  -- Agent's reply: the status to take when SMTP accepts it (D9).
  then_status text,
  via_outside boolean not null default false,
  details jsonb not null default '{}',
  created_at timestamptz not null,
  received_at timestamptz,
  constraint pk_messages primary key (id),
  constraint fk_messages_ticket_id foreign key (ticket_id) references tickets (id),
  constraint fk_messages_author_agent_id foreign key (author_agent_id) references agents (id),
  constraint ck_messages_kind check (kind in ('inbound', 'reply', 'automatic', 'note', 'event', 'third_party', 'courtesy')),
  constraint ck_messages_waiting check (waiting is null or waiting in ('pending', 'accepted', 'rejected')),
  constraint ck_messages_author_kind check (author_kind in ('customer', 'agent', 'system', 'third_party')),
  constraint ck_messages_then_status check (then_status is null or then_status in ('open', 'awaiting_customer', 'resolved'))
);
create index ix_messages_ticket_id on messages (ticket_id, created_at, id);
-- One received copy makes at most one message on one ticket.
create unique index uq_messages_intake_id_ticket_id on messages (intake_id, ticket_id) where intake_id is not null;

create table attachments (
  id uuid not null,
  message_id bigint,
  uploaded_by uuid,
  position integer not null default 0,
  filename text not null,
  media_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  content_id text,
  inline boolean not null default false,
  created_at timestamptz not null,
  constraint pk_attachments primary key (id),
  constraint fk_attachments_message_id foreign key (message_id) references messages (id),
  constraint fk_attachments_uploaded_by foreign key (uploaded_by) references agents (id),
  constraint fk_attachments_sha256 foreign key (sha256) references blobs (sha256)
);
create index ix_attachments_message_id on attachments (message_id) where message_id is not null;
-- Uploads that wait for their message: few, and forgotten after two days.
create index ix_attachments_waiting on attachments (created_at) where message_id is null;

-- D7: tickets of a sender who writes faster than acknowledgements may be sent; one summary names them, at most hourly.
create table acknowledgement_backlog (
  ticket_id bigint not null,
  address text not null,
  mailbox_key text not null,
  waiting_since timestamptz not null,
  summarised_at timestamptz,
  constraint pk_acknowledgement_backlog primary key (ticket_id),
  constraint fk_acknowledgement_backlog_ticket_id foreign key (ticket_id) references tickets (id),
  constraint fk_acknowledgement_backlog_mailbox_key foreign key (mailbox_key) references mailboxes (key)
);
create index ix_acknowledgement_backlog_address on acknowledgement_backlog (address, summarised_at);
create index ix_acknowledgement_backlog_waiting on acknowledgement_backlog (waiting_since) where summarised_at is null;

-- Who, what, when, before, after: append only.
create table ticket_history (
  id bigint generated always as identity,
  ticket_id bigint not null,
  at timestamptz not null,
  actor_kind text not null,
  actor_id text,
  action text not null,
  before jsonb,
  after jsonb,
  constraint pk_ticket_history primary key (id),
  constraint fk_ticket_history_ticket_id foreign key (ticket_id) references tickets (id),
  constraint ck_ticket_history_actor_kind check (actor_kind in ('agent', 'customer', 'system', 'operator'))
);
create index ix_ticket_history_ticket_id on ticket_history (ticket_id, id);

-- D20: an admin who looks into a private queue leaves a trace.
create table break_glass (
  id bigint generated always as identity,
  agent_id uuid not null,
  ticket_id bigint not null,
  reason text not null,
  at timestamptz not null,
  expires_at timestamptz not null,
  constraint pk_break_glass primary key (id),
  constraint fk_break_glass_agent_id foreign key (agent_id) references agents (id),
  constraint fk_break_glass_ticket_id foreign key (ticket_id) references tickets (id),
  constraint ck_break_glass_reason check (btrim(reason) <> '')
);
create index ix_break_glass_agent_id on break_glass (agent_id, ticket_id, expires_at);

create table feedback (
  ticket_id bigint not null,
  score integer not null,
  comment text not null default '',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint pk_feedback primary key (ticket_id),
  constraint fk_feedback_ticket_id foreign key (ticket_id) references tickets (id),
  constraint ck_feedback_score check (score between 1 and 5)
);
