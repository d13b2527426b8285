-- Requesters with several addresses (D26): two records that are one person, and one that is two.
alter table requesters add column merged_into uuid;
alter table requesters add constraint fk_requesters_merged_into foreign key (merged_into) references requesters (id);
create index ix_requesters_merged_into on requesters (merged_into) where merged_into is not null;

-- Who changed what about a person: append only.
create table requester_changes (
  id bigint generated always as identity,
  requester_id uuid not null,
  other_id uuid not null,
  at timestamptz not null,
  agent_id uuid not null,
  action text not null,
  addresses text[] not null,
  constraint pk_requester_changes primary key (id),
  constraint fk_requester_changes_requester_id foreign key (requester_id) references requesters (id),
  constraint fk_requester_changes_other_id foreign key (other_id) references requesters (id),
  constraint fk_requester_changes_agent_id foreign key (agent_id) references agents (id),
  constraint ck_requester_changes_action check (action in ('merged', 'split'))
);
create index ix_requester_changes_requester_id on requester_changes (requester_id, id);
