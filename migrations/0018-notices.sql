-- What agents are told by mail: notices about deadlines, each decided once when service is open, and the morning's digest.
create table deadline_notices (
  id bigint generated always as identity,
  clock_id bigint not null,
  ticket_id bigint not null,
  news text not null,
  -- Which warning of several; of a breach the due instant.
  point_at timestamptz not null,
  due_at timestamptz not null,
  -- The opening at which it is decided who is there to be told (D18).
  decide_at timestamptz not null,
  -- moot: the clock has ended meanwhile. nobody: there was nobody to tell.
  outcome text not null default 'waiting',
  told integer not null default 0,
  decided_at timestamptz,
  constraint pk_deadline_notices primary key (id),
  constraint uq_deadline_notices_point unique (clock_id, news, point_at),
  constraint fk_deadline_notices_clock_id foreign key (clock_id) references clocks (id),
  constraint fk_deadline_notices_ticket_id foreign key (ticket_id) references tickets (id),
  constraint ck_deadline_notices_news check (news in ('warned', 'breached')),
  constraint ck_deadline_notices_outcome check (outcome in ('waiting', 'told', 'nobody', 'moot')),
  constraint ck_deadline_notices_decided check ((outcome = 'waiting') = (decided_at is null))
);
create index ix_deadline_notices_waiting on deadline_notices (decide_at, id) where outcome = 'waiting';
create index ix_deadline_notices_decided_at on deadline_notices (decided_at) where decided_at is not null;
create index ix_deadline_notices_ticket_id on deadline_notices (ticket_id);

-- How many found nobody, since ever: rows of notices are deleted after a while.
create table notice_misses (
  news text not null,
  total bigint not null,
  constraint pk_notice_misses primary key (news)
);

-- Whose morning was looked at, with or without anything to say: once a day.
create table agent_digests (
  agent_id uuid not null,
  -- The civil day of the calendar whose opening it is.
  day date not null,
  sent boolean not null,
  constraint pk_agent_digests primary key (agent_id, day),
  constraint fk_agent_digests_agent_id foreign key (agent_id) references agents (id)
);

create table agent_notice_choices (
  agent_id uuid not null,
  -- false: wants no digest.
  digest boolean not null,
  constraint pk_agent_notice_choices primary key (agent_id),
  constraint fk_agent_notice_choices_agent_id foreign key (agent_id) references agents (id)
);

-- Mail that is of no use later: not sent any more from this instant on.
alter table outbox add column expires_at timestamptz;
