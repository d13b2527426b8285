-- Agents (who answer) and requesters (who ask).
create table agents (
  id uuid not null,
  email text not null,
  name text not null,
  role text not null,
  password_hash text,
  created_at timestamptz not null,
  disabled_at timestamptz,
  constraint pk_agents primary key (id),
  constraint uq_agents_email unique (email),
  constraint ck_agents_role check (role in ('agent', 'supervisor', 'admin')),
  constraint ck_agents_email check (email = lower(email) and email <> '')
);

create table queue_members (
  queue_key text not null,
  agent_id uuid not null,
  supervisor boolean not null default false,
  added_at timestamptz not null,
  constraint pk_queue_members primary key (queue_key, agent_id),
  constraint fk_queue_members_queue_key foreign key (queue_key) references queues (key),
  constraint fk_queue_members_agent_id foreign key (agent_id) references agents (id)
);
create index ix_queue_members_agent_id on queue_members (agent_id);

create table agent_tokens (
  id uuid not null,
  agent_id uuid not null,
  name text not null,
  token_sha256 text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  constraint pk_agent_tokens primary key (id),
  constraint uq_agent_tokens_token_sha256 unique (token_sha256),
  constraint fk_agent_tokens_agent_id foreign key (agent_id) references agents (id)
);

create table agent_sessions (
  id uuid not null,
  agent_id uuid not null,
  token_sha256 text not null,
  csrf_token text not null,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  constraint pk_agent_sessions primary key (id),
  constraint uq_agent_sessions_token_sha256 unique (token_sha256),
  constraint fk_agent_sessions_agent_id foreign key (agent_id) references agents (id)
);
create index ix_agent_sessions_expires_at on agent_sessions (expires_at);

create table requesters (
  id uuid not null,
  name text not null default '',
  support_id text,
  support_id_source text,
  access_email text,
  access_email_source text,
  segment text not null default 'customer',
  entitlements jsonb not null default '[]',
  created_at timestamptz not null,
  -- D7: access e-mail or support ID are asked for once per requester.
  identification_asked_at timestamptz,
  -- D12: feedback at most once in 30 days.
  feedback_asked_at timestamptz,
  feedback_unsubscribed_at timestamptz,
  constraint pk_requesters primary key (id),
  constraint ck_requesters_segment check (segment in ('customer', 'partner'))
);

create table requester_addresses (
  address text not null,
  requester_id uuid not null,
  added_at timestamptz not null,
  constraint pk_requester_addresses primary key (address),
  constraint fk_requester_addresses_requester_id foreign key (requester_id) references requesters (id),
  constraint ck_requester_addresses_address check (address = lower(address) and address <> '')
);
create index ix_requester_addresses_requester_id on requester_addresses (requester_id);
