-- What a virus scanner said of stored content. No foreign key to blobs: a verdict is about bytes, whoever holds them, and
-- must neither keep content from being collected nor be lost with it.
create table blob_scans (
  sha256 bytea not null,
  state text not null,
  signature text,
  attempts integer not null default 0,
  not_before timestamptz not null,
  scanned_at timestamptz,
  released_at timestamptz,
  release_reason text,
  constraint pk_blob_scans primary key (sha256),
  constraint ck_blob_scans_sha256 check (octet_length(sha256) = 32),
  constraint ck_blob_scans_state check (state in ('waiting', 'clean', 'infected', 'too_large', 'released')),
  constraint ck_blob_scans_signature check ((state in ('infected', 'released')) = (signature is not null)),
  constraint ck_blob_scans_released check ((state = 'released') = (released_at is not null and release_reason is not null))
);
create index ix_blob_scans_waiting on blob_scans (not_before) where state = 'waiting';
