-- Joining the right ticket: what is known about senders, answers given outside, requesters with several addresses.

-- SPF, DKIM and DMARC of a message: who looked and what came of it (D23, D26).
alter table intake add column authentication jsonb;
-- The build that quarantined a message: another one tries again by itself (D22).
alter table intake add column build text;

-- D24: an answer that our people gave outside is thread proof like a mail of ours.
create index ix_messages_outside on messages (message_id_header) where via_outside;
