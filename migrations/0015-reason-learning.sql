-- What agents say about contact reasons (D4), and what was learnt from it.
create table reason_corrections (
  id bigint generated always as identity,
  ticket_id bigint not null,
  -- null: none of the reasons.
  reason_key text,
  before_key text,
  before_decided_by text not null,
  before_confidence real not null,
  agent_id uuid not null,
  corrected_at timestamptz not null,
  constraint pk_reason_corrections primary key (id),
  constraint fk_reason_corrections_ticket_id foreign key (ticket_id) references tickets (id) on delete cascade,
  constraint fk_reason_corrections_reason_key foreign key (reason_key) references reasons (key),
  constraint fk_reason_corrections_before_key foreign key (before_key) references reasons (key),
  constraint fk_reason_corrections_agent_id foreign key (agent_id) references agents (id)
);
create index ix_reason_corrections_ticket_id on reason_corrections (ticket_id, id);

create table reason_models (
  version bigint generated always as identity,
  format integer not null,
  last_correction_id bigint not null,
  examples integer not null,
  counts jsonb not null,
  trained_at timestamptz not null,
  constraint pk_reason_models primary key (version),
  constraint ck_reason_models_examples check (examples >= 0)
);

-- The messages that are learnt from: of each corrected ticket what its requester wrote first, with the newest word on it.
-- The text is read where it stands, so what is erased there is unlearnt at the next training.
create view reason_examples as
  select c.id, c.ticket_id, c.reason_key, t.subject, m.visible_text
    from reason_corrections c
    join tickets t on t.id = c.ticket_id
    join lateral (
      select visible_text from messages
       where ticket_id = t.id and kind = 'inbound' order by created_at, id limit 1
    ) m on true
   where not exists (select from reason_corrections n where n.ticket_id = c.ticket_id and n.id > c.id);

-- What agents said before this was remembered.
insert into reason_corrections
  (ticket_id, reason_key, before_key, before_decided_by, before_confidence, agent_id, corrected_at)
select distinct on (t.id) t.id, t.reason_key, null, 'none', 0, h.actor_id::uuid, h.at
  from tickets t
  join ticket_history h on h.ticket_id = t.id and h.action = 'reason_changed' and h.actor_kind = 'agent'
 where t.reason_decided_by = 'agent'
 order by t.id, h.at desc;
