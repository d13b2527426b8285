-- What reports read: what a clock had measured when it ended, whose it was then, and how long tickets took to be resolved.

-- Written in the transaction that ends the clock (null until then, and for rows ended before this migration until the
-- worker has measured them): business milliseconds by the clock's own calendar version, pauses taken off.
alter table clocks add column business_ms bigint;
-- Whose it was when it ended: what is moved or corrected later leaves past compliance as it was.
alter table clocks add column ended_queue_key text;
alter table clocks add column ended_reason_key text;
alter table clocks add column ended_agent_id uuid;
-- How often an answer that had ended it came back (D19).
alter table clocks add column revocations integer not null default 0;
alter table clocks add constraint fk_clocks_ended_queue_key foreign key (ended_queue_key) references queues (key) not valid;
alter table clocks add constraint fk_clocks_ended_reason_key foreign key (ended_reason_key) references reasons (key) not valid;
alter table clocks add constraint fk_clocks_ended_agent_id foreign key (ended_agent_id) references agents (id) not valid;

-- The last time a ticket was resolved; one that was reopened has a row whose instant is no longer the ticket's.
create table ticket_resolutions (
  ticket_id bigint not null,
  resolved_at timestamptz not null,
  -- From receipt, by the calendar version of the ticket's first clock; null: not measured yet, or nothing was promised.
  business_ms bigint,
  measured boolean not null,
  constraint pk_ticket_resolutions primary key (ticket_id),
  constraint fk_ticket_resolutions_ticket_id foreign key (ticket_id) references tickets (id)
);
create index ix_ticket_resolutions_unmeasured on ticket_resolutions (ticket_id) where not measured;
-- What was resolved before is measured by the worker: business time is not SQL.
insert into ticket_resolutions (ticket_id, resolved_at, measured)
select id, resolved_at, false from tickets where resolved_at is not null;


-- Owned by the reporting module: clocks, tickets and feedback with what reports filter and group by.
create view report_clocks as
  select c.id, c.ticket_id, c.kind, c.state, c.started_at, c.due_at, c.breached_at, c.ended_at, c.end_reason, c.business_ms,
         c.revocations, c.ended_by_message_id is not null as answered,
         coalesce(c.ended_queue_key,
                  case when c.kind = 'resolution' then coalesce(t.escalated_to, t.queue_key) else t.queue_key end) as queue_key,
         t.queue_key as ticket_queue_key,
         case when c.ended_queue_key is null then t.reason_key else c.ended_reason_key end as reason_key,
         case when c.ended_queue_key is null then t.assignee_id else c.ended_agent_id end as agent_id,
         t.mailbox_key, t.channel, t.tags
    from clocks c join tickets t on t.id = c.ticket_id;

create view report_tickets as
  select t.id, t.status, t.close_reason, t.lane, t.created_at, t.received_at, t.resolved_at, t.due_at, r.business_ms,
         t.queue_key, t.queue_key as ticket_queue_key, t.reason_key, t.assignee_id as agent_id, t.mailbox_key, t.channel, t.tags
    from tickets t left join ticket_resolutions r on r.ticket_id = t.id and r.resolved_at = t.resolved_at;

create view report_feedback as
  select f.ticket_id, f.score, f.comment, f.created_at,
         t.queue_key, t.queue_key as ticket_queue_key, t.reason_key, t.assignee_id as agent_id, t.mailbox_key, t.channel, t.tags
    from feedback f join tickets t on t.id = f.ticket_id;
