-- Days off from iCalendar sources, versions of policies, and clocks for overall resolution and internal targets (D13–D19).

-- One row for each source that a calendar of the configuration names; `days` is what the last good copy says.
create table calendar_sources (
  calendar text not null,
  -- The URL, or the file's path, as configuration has it.
  location text not null,
  days jsonb not null default '[]',
  sha256 text,
  etag text,
  fetched_at timestamptz,
  next_look_at timestamptz not null,
  constraint pk_calendar_sources primary key (calendar, location)
);

-- Immutable, as calendar_versions: what a promise said when a clock started under it.
create table policy_versions (
  id bigint generated always as identity,
  name text not null,
  version integer not null,
  sha256 text not null,
  definition jsonb not null,
  created_at timestamptz not null,
  constraint pk_policy_versions primary key (id),
  constraint uq_policy_versions_name_version unique (name, version),
  constraint uq_policy_versions_name_sha256 unique (name, sha256)
);

-- Null: started before policies had versions; the promise itself stands in `policy` either way.
alter table clocks add column policy_version_id bigint;
alter table clocks add constraint fk_clocks_policy_version_id foreign key (policy_version_id) references policy_versions (id);

alter table clocks drop constraint ck_clocks_kind;
alter table clocks add constraint ck_clocks_kind check (kind in ('first_return', 'next_return', 'resolution', 'overall_resolution', 'internal_return', 'internal_resolution'));

-- One of each further sort a ticket.
create unique index uq_clocks_running_target on clocks (ticket_id, kind) where ended_at is null and kind in ('overall_resolution', 'internal_return', 'internal_resolution');

-- warn_at is the next warning, later_warnings those after it: each is taken off when it was given.
alter table clocks add column later_warnings timestamptz[] not null default '{}';
update clocks set warn_at = null where warned_at is not null and ended_at is null;

-- Only what the watcher may mark: a million clocks that wait for a customer cost a tick nothing.
drop index ix_clocks_due_at;
drop index ix_clocks_warn_at;
create index ix_clocks_due_at on clocks (due_at) where ended_at is null and breached_at is null and state = 'running';
create index ix_clocks_warn_at on clocks (warn_at) where ended_at is null and breached_at is null and state = 'running' and warn_at is not null;
