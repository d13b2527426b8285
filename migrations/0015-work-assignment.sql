-- Who takes which ticket: absence, turns, and the tickets that nobody has.
create table agent_absences (
  agent_id uuid not null,
  since_at timestamptz not null,
  -- null: until the agent says otherwise.
  until_at timestamptz,
  constraint pk_agent_absences primary key (agent_id),
  constraint fk_agent_absences_agent_id foreign key (agent_id) references agents (id)
);

create table queue_turns (
  queue_key text not null,
  agent_id uuid not null,
  -- When this agent was last given a ticket of this queue.
  last_at timestamptz not null,
  constraint pk_queue_turns primary key (queue_key, agent_id),
  constraint fk_queue_turns_queue_key foreign key (queue_key) references queues (key),
  constraint fk_queue_turns_agent_id foreign key (agent_id) references agents (id)
);

create index ix_tickets_unassigned on tickets (queue_key, coalesce(due_at, 'infinity'::timestamptz), id)
  where assignee_id is null and status = 'open' and lane = 'inbox';
