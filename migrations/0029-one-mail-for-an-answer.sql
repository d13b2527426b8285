-- without a transaction: the table is large and the old version goes on writing

-- An agent's answer is one mail.
drop index concurrently if exists uq_outbox_ticket_message_id_reply;
create unique index concurrently uq_outbox_ticket_message_id_reply on outbox (ticket_message_id) where kind = 'reply';
