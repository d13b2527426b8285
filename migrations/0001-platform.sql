-- The toolbox: events between modules, leases, alarms, idempotent writes, counters of throttles.
create table events (
  id bigint generated always as identity,
  topic text not null,
  subscriber text not null,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  next_attempt_at timestamptz not null default now(),
  attempts integer not null default 0,
  handled_at timestamptz,
  last_error text,
  constraint pk_events primary key (id)
);
-- The dispatcher looks only at what is still to do: the index stays small however long the history is.
create index ix_events_todo on events (next_attempt_at, id) where handled_at is null;

create table leases (
  name text not null,
  owner text not null,
  -- Grows with every change of owner: a late writer presents an old token and is refused (fencing).
  token bigint not null,
  expires_at timestamptz not null,
  constraint pk_leases primary key (name)
);

create table alarms (
  key text not null,
  severity text not null,
  message text not null,
  details jsonb not null default '{}',
  raised_at timestamptz not null,
  last_seen_at timestamptz not null,
  cleared_at timestamptz,
  constraint pk_alarms primary key (key),
  constraint ck_alarms_severity check (severity in ('warning', 'critical'))
);

create table idempotency_keys (
  actor text not null,
  key text not null,
  route text not null,
  request_sha256 text not null,
  -- Set inside the first transaction that the request commits: whether anything was changed is known even if the
  -- process dies before it can store the answer.
  committed_at timestamptz,
  status integer,
  -- json, not jsonb: a repetition gets the first answer as it was written.
  response json,
  created_at timestamptz not null default now(),
  constraint pk_idempotency_keys primary key (actor, key)
);
create index ix_idempotency_keys_created_at on idempotency_keys (created_at);

-- Fixed-window counters: log-in and form limits hold across processes.
create table throttles (
  key text not null,
  window_start timestamptz not null,
  hits integer not null,
  constraint pk_throttles primary key (key, window_start)
);

-- Keys made by the installation itself where the configuration names none: all processes share them.
create table generated_keys (
  purpose text not null,
  key_id text not null,
  secret bytea not null,
  created_at timestamptz not null,
  constraint pk_generated_keys primary key (purpose),
  constraint ck_generated_keys_secret check (octet_length(secret) >= 32)
);
