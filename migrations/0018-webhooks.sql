-- Programs that are told what happens to tickets: one row for each delivery, and what is known of each webhook.
create table webhook_deliveries (
  id bigint generated always as identity,
  -- The configured name: configuration is no table.
  webhook text not null,
  event text not null,
  ticket_id bigint not null,
  -- The header webhook-id: the same at every attempt.
  message_id text not null,
  -- The bytes that are signed and sent: the same at every attempt.
  body text not null,
  state text not null default 'queued',
  attempts integer not null default 0,
  -- While sending: when the delivery is taken for abandoned.
  next_attempt_at timestamptz not null,
  created_at timestamptz not null,
  -- A failed attempt whose next would come later is the last.
  give_up_at timestamptz not null,
  ended_at timestamptz,
  last_status integer,
  last_error text,
  constraint pk_webhook_deliveries primary key (id),
  constraint uq_webhook_deliveries_message_id unique (message_id),
  constraint fk_webhook_deliveries_ticket_id foreign key (ticket_id) references tickets (id),
  constraint ck_webhook_deliveries_state check (state in ('queued', 'sending', 'delivered', 'failed', 'cancelled')),
  constraint ck_webhook_deliveries_ended check ((state in ('delivered', 'failed', 'cancelled')) = (ended_at is not null))
);
create index ix_webhook_deliveries_due on webhook_deliveries (webhook, next_attempt_at, id)
  where state in ('queued', 'sending');
create index ix_webhook_deliveries_ended_at on webhook_deliveries (ended_at) where ended_at is not null;
create index ix_webhook_deliveries_ticket_id on webhook_deliveries (ticket_id);

create table webhook_states (
  webhook text not null,
  -- Ends of deliveries since ever, for metrics: rows of deliveries are deleted after a while.
  delivered bigint not null default 0,
  failed bigint not null default 0,
  cancelled bigint not null default 0,
  -- Attempts that did not succeed.
  refused bigint not null default 0,
  -- The receiver answered 410 Gone: nothing is sent to that address until it changes or an operator says so.
  disabled_at timestamptz,
  -- sha256 of the address that answered: an address can be a secret.
  disabled_url_sha256 bytea,
  constraint pk_webhook_states primary key (webhook),
  constraint ck_webhook_states_disabled check ((disabled_at is null) = (disabled_url_sha256 is null))
);
