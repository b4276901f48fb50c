-- A pipeline's login can neither write about another pipeline's document nor stand in its way: every key begins with the
-- pipeline, which row security holds a login to, and every row points to a document of its own pipeline.

-- Row security looked at the pipeline of the row alone, so a login could write rows about a document of another pipeline.
-- What does not agree with its document was written that way.
DELETE FROM document_history r USING documents d WHERE d.document_id = r.document_id AND d.pipeline <> r.pipeline;
DELETE FROM results r USING documents d WHERE d.document_id = r.document_id AND d.pipeline <> r.pipeline;
DELETE FROM result_history r USING documents d WHERE d.document_id = r.document_id AND d.pipeline <> r.pipeline;

ALTER TABLE documents ADD CONSTRAINT documents_of_pipeline UNIQUE (pipeline, document_id);

ALTER TABLE document_history
    DROP CONSTRAINT document_history_document_id_fkey,
    DROP CONSTRAINT document_history_pkey,
    ADD CONSTRAINT document_history_pkey PRIMARY KEY (pipeline, document_id, number),
    ADD CONSTRAINT document_history_document_fkey
        FOREIGN KEY (pipeline, document_id) REFERENCES documents (pipeline, document_id) ON DELETE CASCADE;

ALTER TABLE results
    DROP CONSTRAINT results_document_id_fkey,
    DROP CONSTRAINT results_pkey,
    ADD CONSTRAINT results_pkey PRIMARY KEY (pipeline, document_id),
    ADD CONSTRAINT results_document_fkey
        FOREIGN KEY (pipeline, document_id) REFERENCES documents (pipeline, document_id) ON DELETE CASCADE;

ALTER TABLE result_history
    DROP CONSTRAINT result_history_document_id_fkey,
    DROP CONSTRAINT result_history_pkey,
    ADD CONSTRAINT result_history_pkey PRIMARY KEY (pipeline, document_id, version),
    ADD CONSTRAINT result_history_document_fkey
        FOREIGN KEY (pipeline, document_id) REFERENCES documents (pipeline, document_id) ON DELETE CASCADE;

-- An archive of version 0.1 names the old keys in ON CONFLICT, which would cost its documents their tries until its pod is
-- replaced. A column that it does not find is an outage to it, which costs no document anything: hence the new names.
ALTER TABLE inbox RENAME COLUMN event_id TO consumed;
ALTER TABLE outbox RENAME COLUMN record TO message;

ALTER TABLE outbox
    DROP CONSTRAINT outbox_event_id_key,
    DROP CONSTRAINT outbox_pkey,
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (pipeline, number),
    ADD CONSTRAINT outbox_event_key UNIQUE (pipeline, event_id);
DROP INDEX outbox_unpublished;
CREATE INDEX outbox_unpublished ON outbox (pipeline, number) WHERE published_at IS NULL;

CREATE TABLE outbox_relay (
    pipeline text PRIMARY KEY
);
COMMENT ON TABLE outbox_relay IS 'its row is locked by the process that relays the outbox of the pipeline; no other login can lock it';

DO $$
DECLARE
    guarded text;
BEGIN
    EXECUTE 'CREATE POLICY own_pipeline ON outbox_relay USING (may_see(pipeline)) WITH CHECK (may_see(pipeline))';
    FOREACH guarded IN ARRAY ARRAY['documents', 'document_history', 'results', 'result_history', 'inbox', 'outbox', 'outbox_relay'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', guarded);
    END LOOP;
END $$;

-- DELETE on a table would let a login lock it whole, against the other pipelines: so it deletes by this function alone.
CREATE FUNCTION forget_what_was_relayed() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT
BEGIN ATOMIC
    DELETE FROM outbox WHERE pipeline = split_part(session_user::text, '.', 2) AND published_at < now() - interval '7 days';
    DELETE FROM inbox WHERE pipeline = split_part(session_user::text, '.', 2) AND received_at < now() - interval '90 days';
END;
COMMENT ON FUNCTION forget_what_was_relayed IS 'what no redelivery can ask for any more, of the pipeline whose login calls it';
