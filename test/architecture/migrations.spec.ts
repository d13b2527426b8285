import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brokenRules } from './migration-rules.js';

const DIRECTORY = path.resolve(import.meta.dirname, '../../migrations');

/** Files up to this number belong to the first release: no process of a version before ran beside them. */
const FIRST_RELEASE = '0015';

describe('migrations on a live system', () => {
  it('every migration after the first release lets the version before go on working', () => {
    const bound = readdirSync(DIRECTORY).filter((name) => name.slice(0, 4) > FIRST_RELEASE);
    expect(bound).toContain('0021-stored-files.sql');
    const broken = bound.flatMap((name) =>
      brokenRules(readFileSync(path.join(DIRECTORY, name), 'utf8')).map((why) => `${name}: ${why}`),
    );
    expect(broken).toEqual([]);
  });

  it.each([
    'create table t (id bigint not null);\ncreate index ix_t on t (id);\ninsert into t values (1);\nalter table t add constraint ck_t check (id > 0);',
    'alter table tickets add column a text;',
    "alter table tickets add column a jsonb not null default '{}';",
    'alter table tickets add column a timestamptz not null default now();',
    'alter table tickets drop constraint ck_tickets_status;\nalter table tickets add constraint ck_tickets_status check (true) not valid;',
    '-- without a transaction\ncreate index concurrently ix on tickets (id);\nalter table tickets validate constraint ck_tickets_status;\ndrop index concurrently if exists ix_old;',
    'alter table tickets alter column subject drop not null;',
    'create or replace view v as select 1;',
  ])('allows: %s', (sql) => expect(brokenRules(sql)).toEqual([]));

  it.each([
    ['a column that goes', 'alter table tickets drop column subject;'],
    ['a column that is renamed', 'alter table tickets rename column subject to title;'],
    ['a column of another type', 'alter table tickets alter column subject type varchar(10);'],
    ['a column that must be written', 'alter table tickets add column a text not null;'],
    [
      'a default that rewrites the table',
      'alter table tickets add column a uuid not null default gen_random_uuid();',
    ],
    ['a column with its key', 'alter table tickets add column a bigint references messages (id);'],
    ['what was optional', 'alter table tickets alter column requester_id set not null;'],
    ['an index under a lock', 'create index ix on tickets (id);'],
    ['an index in a transaction', 'create index concurrently ix on tickets (id);'],
    ['an index that goes under a lock', 'drop index ix_tickets_due_at;'],
    [
      'a constraint that reads the table',
      'alter table tickets add constraint ck check (subject is not null);',
    ],
    ['a validation in a transaction', 'alter table tickets validate constraint ck;'],
    ['a key that writers rely on', 'alter table blobs drop constraint pk_blobs;'],
    ['a new uniqueness', 'alter table tickets add constraint uq unique (subject);'],
    ['a table that goes', 'drop table tickets;'],
    ['a view that goes', 'drop view outbox_by_queue;'],
    ['rows that change', 'update tickets set subject = lower(subject);'],
    ['rows that go', 'delete from tickets;'],
    ['rows in a table that is read', "insert into queues (key) values ('x');"],
    ['an action behind another', 'alter table tickets add column a text, drop column subject;'],
  ])('refuses %s', (_, sql) => expect(brokenRules(sql)).toHaveLength(1));
});
