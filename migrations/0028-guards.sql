-- What the program holds to, held by the database as well: a fault of ours is refused instead of reaching a customer.
-- Rows of before are not asked: an oddity of last year must not stop an update.

-- D7: one acknowledgement a ticket; the key is unique.
alter table outbox add constraint ck_outbox_acknowledgement_key
  check (kind <> 'acknowledgement' or ticket_id is null or (dedupe_key is not null and dedupe_key = 'acknowledgement:' || ticket_id)) not valid;
-- What counts as sent left at a known time: deadlines (D19) and the copy in Sent go by it.
alter table outbox add constraint ck_outbox_sent_at check (state <> 'sent' or sent_at is not null) not valid;
-- D22: what became part of a ticket names it.
alter table intake add constraint ck_intake_ticket_id
  check (disposition is null or disposition not in ('ticket_opened', 'ticket_reply', 'follow_up', 'twin') or ticket_id is not null) not valid;

-- A mail that every recipient's server has taken does not leave again.
create or replace function refuse_second_sending() returns trigger language plpgsql as $$
  begin raise exception 'outbox row % has left and nobody waits for it: it is not sent again', new.id using errcode = 'check_violation'; end $$;
create trigger outbox_refuse_second_sending before update of state on outbox for each row
  when (old.state = 'sent' and new.state in ('queued', 'held', 'sending')
        and not jsonb_path_exists(new.recipients, '$[*] ? (@.state == "pending")'))
  execute function refuse_second_sending();

-- A message that was disposed of is not processed again (D22), but for what was never processed: old mail that a person
-- lets become tickets, and what was taken for gone and is there.
create or replace function refuse_second_processing() returns trigger language plpgsql as $$
  begin raise exception 'intake % is disposed of: it is not processed again', new.id using errcode = 'check_violation'; end $$;
create trigger intake_refuse_second_processing before update of state on intake for each row
  when (old.state <> 'stored' and new.state = 'stored' and old.disposition not in ('historical', 'vanished'))
  execute function refuse_second_processing();
