-- The tables of one tenant. Every row carries its pipeline; row security shows a pipeline's login its own rows alone.

CREATE TABLE allowed_transitions (
    from_state text NOT NULL,
    to_state   text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);
COMMENT ON TABLE allowed_transitions IS 'the state machine of documents, as in inkwell_api.document.TRANSITIONS';
INSERT INTO allowed_transitions VALUES
    ('UPLOADED', 'RECOGNIZED'), ('UPLOADED', 'FAILED'), ('UPLOADED', 'ERASED'),
    ('RECOGNIZED', 'ANALYZED'), ('RECOGNIZED', 'FAILED'), ('RECOGNIZED', 'ERASED'),
    ('ANALYZED', 'ARCHIVED'), ('ANALYZED', 'NEEDS_REVIEW'), ('ANALYZED', 'FAILED'), ('ANALYZED', 'ERASED'),
    ('NEEDS_REVIEW', 'ARCHIVED'), ('NEEDS_REVIEW', 'ERASED'),
    ('ARCHIVED', 'ERASED'),
    ('FAILED', 'UPLOADED'), ('FAILED', 'ERASED');

CREATE TABLE documents (
    document_id     uuid PRIMARY KEY,
    pipeline        text NOT NULL,
    state           text NOT NULL DEFAULT 'UPLOADED'
                    CHECK (state IN ('UPLOADED', 'RECOGNIZED', 'ANALYZED', 'ARCHIVED', 'NEEDS_REVIEW', 'FAILED', 'ERASED')),
    file_name       text NOT NULL DEFAULT '' CHECK (length(file_name) <= 255),
    content_type    text NOT NULL,
    size_bytes      bigint NOT NULL CHECK (size_bytes > 0),
    sha256          text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    chunk_count     integer NOT NULL CHECK (chunk_count > 0),
    page_count      integer,
    idempotency_key text CHECK (length(idempotency_key) BETWEEN 1 AND 255),
    uploaded_by     text NOT NULL,
    uploaded_at     timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    published_at    timestamptz,
    trace_parent    text,
    failure_stage   text,
    failure_cause   text,
    failure_detail  text,
    UNIQUE (pipeline, idempotency_key)
);
COMMENT ON COLUMN documents.published_at IS 'when the uploaded event was confirmed by Kafka; NULL makes the row its own outbox';
CREATE INDEX documents_by_state ON documents (pipeline, state, uploaded_at DESC, document_id);
CREATE INDEX documents_by_time ON documents (pipeline, uploaded_at DESC, document_id);
CREATE INDEX documents_unpublished ON documents (uploaded_at) WHERE published_at IS NULL;

CREATE FUNCTION refuse_forbidden_transition() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM allowed_transitions WHERE from_state = OLD.state AND to_state = NEW.state) THEN
        RAISE EXCEPTION 'a document cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_transition BEFORE UPDATE OF state ON documents
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_forbidden_transition();

CREATE FUNCTION refuse_other_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a document starts as UPLOADED' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER documents_start BEFORE INSERT ON documents
    FOR EACH ROW WHEN (NEW.state <> 'UPLOADED') EXECUTE FUNCTION refuse_other_start();

CREATE TABLE document_history (
    document_id uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
    number      bigint GENERATED ALWAYS AS IDENTITY,
    pipeline    text NOT NULL,
    state       text NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    detail      jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (document_id, number)
);

CREATE TABLE results (
    document_id       uuid PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
    pipeline          text NOT NULL,
    version           integer NOT NULL DEFAULT 1,
    result            jsonb NOT NULL,
    fields            jsonb NOT NULL,
    findings          jsonb NOT NULL DEFAULT '[]',
    engine            text NOT NULL,
    model             text NOT NULL DEFAULT '',
    extraction_sha256 text NOT NULL,
    archived_at       timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN results.fields IS 'by JSON Pointer: value, origin, evidence (page, box, match, confidence)';
CREATE INDEX results_by_content ON results USING gin (result jsonb_path_ops);

CREATE TABLE result_history (
    document_id       uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
    version           integer NOT NULL,
    pipeline          text NOT NULL,
    result            jsonb NOT NULL,
    fields            jsonb NOT NULL,
    findings          jsonb NOT NULL,
    engine            text NOT NULL,
    model             text NOT NULL,
    extraction_sha256 text NOT NULL,
    archived_at       timestamptz NOT NULL,
    PRIMARY KEY (document_id, version)
);

CREATE TABLE inbox (
    event_id    uuid NOT NULL,
    pipeline    text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (pipeline, event_id)
);
COMMENT ON TABLE inbox IS 'events that had their effect; written in the same transaction as the effect';

CREATE TABLE outbox (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id     uuid NOT NULL UNIQUE,
    pipeline     text NOT NULL,
    kind         text NOT NULL,
    record       jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
);
CREATE INDEX outbox_unpublished ON outbox (number) WHERE published_at IS NULL;

-- A pipeline's login is named tenant.pipeline.stage and sees its pipeline; the gateway's, tenant.gateway, sees all.
CREATE FUNCTION may_see(row_pipeline text) RETURNS boolean LANGUAGE sql STABLE
    RETURN CASE cardinality(string_to_array(current_user::text, '.'))
               WHEN 3 THEN row_pipeline = split_part(current_user::text, '.', 2)
               ELSE true
           END;

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['documents', 'document_history', 'results', 'result_history', 'inbox', 'outbox'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY own_pipeline ON %I USING (may_see(pipeline)) WITH CHECK (may_see(pipeline))', guarded);
    END LOOP;
END $$;
