-- Machines: complaints and lists of automatic mail as dispositions, and what keeps us from talking to a robot for ever.

-- D21: a feedback report (RFC 5965); automatic mail that stands on its mailbox's list of the day.
alter table intake drop constraint ck_intake_disposition;
alter table intake add constraint ck_intake_disposition check (disposition is null or disposition in ('ticket_opened', 'ticket_reply', 'follow_up', 'twin', 'duplicate', 'bounce', 'auto_reply', 'loop', 'own', 'courtesy', 'feedback', 'receipt', 'complaint', 'bulk_list', 'third_party_pending', 'spam_suspected', 'quarantined', 'historical', 'vanished', 'canary', 'ignored'));

-- D21: automatic mail to one correspondent, counted by the hour; the row is the lock by which several workers agree.
create table automatic_budgets (
  mailbox_key text not null,
  -- Lower case.
  correspondent text not null,
  kind text not null,
  hour timestamptz not null,
  count integer not null,
  constraint pk_automatic_budgets primary key (mailbox_key, correspondent, kind, hour),
  constraint fk_automatic_budgets_mailbox_key foreign key (mailbox_key) references mailboxes (key)
);
create index ix_automatic_budgets_hour on automatic_budgets (hour);

-- D21: the same text from the same correspondent, again and again.
create table correspondent_bodies (
  mailbox_key text not null,
  correspondent text not null,
  body bytea not null,
  hour timestamptz not null,
  count integer not null,
  constraint pk_correspondent_bodies primary key (mailbox_key, correspondent, body, hour),
  constraint fk_correspondent_bodies_mailbox_key foreign key (mailbox_key) references mailboxes (key)
);
create index ix_correspondent_bodies_hour on correspondent_bodies (hour);

-- D21: automatic mail to this correspondent waits for a person's word.
create table automatic_holds (
  mailbox_key text not null,
  correspondent text not null,
  held_at timestamptz not null,
  held_until timestamptz not null,
  reason text not null,
  constraint pk_automatic_holds primary key (mailbox_key, correspondent),
  constraint fk_automatic_holds_mailbox_key foreign key (mailbox_key) references mailboxes (key),
  constraint ck_automatic_holds_reason check (reason in ('budget', 'echo', 'repeated_body'))
);

-- D21: the ticket that lists a mailbox's automatic mail of one day; a new one where it was resolved meanwhile.
create table bulk_lists (
  mailbox_key text not null,
  day date not null,
  ticket_id bigint not null,
  constraint pk_bulk_lists primary key (mailbox_key, day, ticket_id),
  constraint fk_bulk_lists_mailbox_key foreign key (mailbox_key) references mailboxes (key),
  constraint fk_bulk_lists_ticket_id foreign key (ticket_id) references tickets (id)
);
create index ix_bulk_lists_ticket_id on bulk_lists (ticket_id);
