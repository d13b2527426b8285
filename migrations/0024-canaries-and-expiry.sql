-- Probes of the mail's way (canaries), and when certificates and authorizations of the mailboxes expire.

-- One small mail of a mailbox to itself: sent, taken by SMTP, recorded and recognised by the intake.
create table canaries (
  id bigint generated always as identity,
  mailbox_key text not null,
  -- What its signed token names: 32 hex digits at random.
  nonce text not null,
  sent_at timestamptz not null,
  -- When SMTP took it; null where it did not, or nobody knows.
  accepted_at timestamptz,
  -- What SMTP said instead.
  error text,
  -- The message that it came back as: one, whatever else carries its token.
  intake_id bigint,
  arrived_in text,
  recorded_at timestamptz,
  recognised_at timestamptz,
  constraint pk_canaries primary key (id),
  constraint uq_canaries_nonce unique (nonce),
  constraint uq_canaries_intake_id unique (intake_id),
  constraint fk_canaries_mailbox_key foreign key (mailbox_key) references mailboxes (key),
  constraint fk_canaries_intake_id foreign key (intake_id) references intake (id),
  constraint ck_canaries_arrived_in check (arrived_in is null or arrived_in in ('inbox', 'junk')),
  constraint ck_canaries_arrived check (num_nonnulls(intake_id, arrived_in, recorded_at, recognised_at) in (0, 4))
);
create index ix_canaries_mailbox_key on canaries (mailbox_key, sent_at desc);

-- The certificates that the servers of a mailbox showed when they were last connected to.
create table mailbox_certificates (
  mailbox_key text not null,
  protocol text not null,
  expires_at timestamptz not null,
  seen_at timestamptz not null,
  constraint pk_mailbox_certificates primary key (mailbox_key, protocol),
  constraint fk_mailbox_certificates_mailbox_key foreign key (mailbox_key) references mailboxes (key),
  constraint ck_mailbox_certificates_protocol check (protocol in ('imap', 'smtp'))
);

-- When the authorization itself (the refresh token) expires, where the token endpoint tells it.
alter table oauth_tokens add column authorization_expires_at timestamptz;
