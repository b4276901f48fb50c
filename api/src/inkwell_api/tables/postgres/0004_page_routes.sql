-- With the version and not with the newest result, as record_sha256: an archive of the version before writes a result anew
-- without knowing its pages. Empty is what that one has written.
ALTER TABLE result_history ADD COLUMN pages jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN result_history.pages IS 'number, source (TEXT_LAYER, OCR, XML) and reason of each page that the version was extracted from';
