-- Immutable calendar versions and the clocks that were started under them (D13–D19).
create table calendar_versions (
  id bigint generated always as identity,
  name text not null,
  version integer not null,
  sha256 text not null,
  definition jsonb not null,
  created_at timestamptz not null,
  constraint pk_calendar_versions primary key (id),
  constraint uq_calendar_versions_name_version unique (name, version),
  constraint uq_calendar_versions_name_sha256 unique (name, sha256)
);

create table clocks (
  id bigint generated always as identity,
  ticket_id bigint not null,
  kind text not null,
  state text not null,
  policy_key text not null,
  policy jsonb not null,
  calendar_version_id bigint not null,
  started_at timestamptz not null,
  -- The customer message that started it, or the answer with `then: open`; null for a resolution clock.
  started_by_message_id bigint,
  due_at timestamptz not null,
  warn_at timestamptz,
  warned_at timestamptz,
  breached_at timestamptz,
  ended_at timestamptz,
  ended_by_message_id bigint,
  end_reason text,
  pauses jsonb not null default '[]',
  created_at timestamptz not null,
  constraint pk_clocks primary key (id),
  constraint fk_clocks_ticket_id foreign key (ticket_id) references tickets (id),
  constraint fk_clocks_calendar_version_id foreign key (calendar_version_id) references calendar_versions (id),
  constraint fk_clocks_started_by_message_id foreign key (started_by_message_id) references messages (id),
  constraint fk_clocks_ended_by_message_id foreign key (ended_by_message_id) references messages (id),
  constraint ck_clocks_kind check (kind in ('first_return', 'next_return', 'resolution')),
  constraint ck_clocks_state check (state in ('running', 'paused', 'met', 'breached', 'cancelled')),
  constraint ck_clocks_ended check ((state in ('met', 'cancelled')) <= (ended_at is not null))
);
create index ix_clocks_ticket_id on clocks (ticket_id, id);
-- D13: one return clock a ticket; D14: one resolution clock.
create unique index uq_clocks_running_return on clocks (ticket_id) where ended_at is null and kind in ('first_return', 'next_return');
create unique index uq_clocks_running_resolution on clocks (ticket_id) where ended_at is null and kind = 'resolution';
-- The watcher's work grows with what is due, not with the number of tickets.
create index ix_clocks_due_at on clocks (due_at) where ended_at is null and breached_at is null;
create index ix_clocks_warn_at on clocks (warn_at) where ended_at is null and warned_at is null and breached_at is null;
