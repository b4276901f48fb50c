-- What a stage wrote into Cassandra is believed by these digests, and never by its row there alone: permissions there are on
-- tables, which the pipelines of a tenant share. NULL is what a worker of version 0.1 has written: it is believed.

ALTER TABLE documents ADD COLUMN pages_sha256 text CHECK (pages_sha256 ~ '^[0-9a-f]{64}$');
COMMENT ON COLUMN documents.pages_sha256 IS 'of the pages in Cassandra, as the newest recognized event says (inkwell_api.digests)';

-- With the version and not with the newest result: an archive of the version before writes a result anew without knowing it.
ALTER TABLE result_history ADD COLUMN record_sha256 text CHECK (record_sha256 ~ '^[0-9a-f]{64}$');
COMMENT ON COLUMN result_history.record_sha256 IS 'of the content of this version in archive_records in Cassandra';
