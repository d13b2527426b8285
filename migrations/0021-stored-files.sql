-- Stored files: encryption at rest, and what collecting garbage needs to be safe beside writers.

-- The id of the master key that sealed the bytes; null: they lie as they are.
alter table blobs add column key_id text;
-- When the bytes were last put: what was put lately is no garbage, whether anything points at it yet or not.
alter table blobs add column recorded_at timestamptz not null default now();
