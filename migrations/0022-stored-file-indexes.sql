-- without a transaction: the tables are large and the old version goes on writing

-- Which row names a file.
drop index concurrently if exists ix_blobs_location;
create index concurrently ix_blobs_location on blobs (location) where location is not null;

-- Whether anything points at stored bytes: asked for every row that is let go, also by the foreign keys.
drop index concurrently if exists ix_attachments_sha256;
create index concurrently ix_attachments_sha256 on attachments (sha256);
drop index concurrently if exists ix_outbox_attachments_sha256;
create index concurrently ix_outbox_attachments_sha256 on outbox_attachments (sha256);
drop index concurrently if exists ix_intake_sha256;
create index concurrently ix_intake_sha256 on intake (sha256) where sha256 is not null;
