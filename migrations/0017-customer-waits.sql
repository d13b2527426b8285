-- Tickets that wait for the customer, where a reminder and an automatic resolve are switched on: one row a wait, written
-- when our answer was accepted, gone when the wait is over. What is due is found by `act_at` alone.
create table customer_waits (
  ticket_id bigint not null,
  -- The answer's acceptance, or the instant at which an agent set the status by hand.
  since timestamptz not null,
  -- The newest message that the wait knows of: words that came later say that it is over.
  since_message_id bigint not null,
  -- Business days, fixed when the wait begins.
  remind_after integer not null,
  resolve_after integer not null,
  -- waiting: act_at is the reminder's; reminding: the reminder stands in the outbox; reminded: act_at is the resolve's.
  stage text not null default 'waiting',
  -- null: nothing comes by itself.
  act_at timestamptz,
  reminder_message_id bigint,
  reminded_at timestamptz,
  constraint pk_customer_waits primary key (ticket_id),
  constraint fk_customer_waits_ticket_id foreign key (ticket_id) references tickets (id),
  constraint fk_customer_waits_since_message_id foreign key (since_message_id) references messages (id),
  constraint fk_customer_waits_reminder_message_id foreign key (reminder_message_id) references messages (id),
  constraint ck_customer_waits_stage check (stage in ('waiting', 'reminding', 'reminded')),
  -- Nothing is resolved that was not reminded of, and a reminder is counted from when it was accepted.
  constraint ck_customer_waits_reminded check ((stage = 'reminded') = (reminded_at is not null) and (stage = 'waiting') = (reminder_message_id is null)),
  constraint ck_customer_waits_days check (remind_after >= 1 and resolve_after > remind_after)
);
create index ix_customer_waits_act_at on customer_waits (act_at) where act_at is not null;

alter table outbox drop constraint ck_outbox_kind;
alter table outbox add constraint ck_outbox_kind check (kind in ('acknowledgement', 'acknowledgement_summary', 'reply', 'forward', 'escalation', 'follow_up', 'resolved', 'wrong_channel', 'form_confirmation', 'notice', 'reminder', 'closing', 'canary')) not valid;
