import type { Client } from 'pg';

/**
 * Guards in the laboratory's own schema. Every process of the product has a name towards PostgreSQL; whoever writes what
 * a lease protects without holding that lease at that instant is written down, and so is whoever held what when.
 */
export const GUARDS = `
create schema chaos;
create table chaos.holders (lease text primary key, holder text not null, since timestamptz not null);
create table chaos.takeovers (lease text not null, from_holder text not null, to_holder text not null, at timestamptz not null);
create table chaos.trespasses (what text not null, who text not null, holder text, at timestamptz not null default clock_timestamp());
create function chaos.note_holder() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or new.token <> old.token then
    insert into chaos.takeovers
      select new.name, holder, current_setting('application_name'), clock_timestamp()
        from chaos.holders where lease = new.name and holder <> current_setting('application_name');
    insert into chaos.holders values (new.name, current_setting('application_name'), clock_timestamp())
      on conflict (lease) do update set holder = excluded.holder, since = excluded.since;
  end if;
  return null;
end $$;
create trigger note_holder after insert or update on leases for each row execute function chaos.note_holder();
create function chaos.watch_mailbox() returns trigger language plpgsql as $$
declare held text;
begin
  select holder into held from chaos.holders where lease = 'mailbox:' || new.mailbox_key;
  if held is distinct from current_setting('application_name') and current_setting('application_name') like 'worker%' then
    insert into chaos.trespasses (what, who, holder) values (tg_table_name || ' of ' || new.mailbox_key, current_setting('application_name'), held);
  end if;
  return null;
end $$;
create trigger watch_intake after insert on intake for each row execute function chaos.watch_mailbox();
create trigger watch_cursor after update on mailbox_cursors for each row execute function chaos.watch_mailbox();
`;

/** Every fourth or so write of a ticket or a mail fails as PostgreSQL fails two transactions that met: SQLSTATE 40001. */
export const SERIALIZATION_FAILURES = `
create sequence chaos.failures;
create function chaos.fail_sometimes() returns trigger language plpgsql as $$
begin
  if random() < 0.2 then
    perform nextval('chaos.failures');
    raise exception 'could not serialize access' using errcode = '40001';
  end if;
  return null;
end $$;
create trigger fail_tickets after insert on tickets for each statement execute function chaos.fail_sometimes();
create trigger fail_outbox after insert or update on outbox for each statement execute function chaos.fail_sometimes();
create trigger fail_intake after insert on intake for each statement execute function chaos.fail_sometimes();
`;

export async function count(
  db: Client,
  sql: string,
  values: readonly unknown[] = [],
): Promise<number> {
  const { rows } = await db.query<{ count: string }>(sql, [...values]);
  return Number(rows[0]?.count ?? 0);
}
