-- The list of messages in few bytes, and the search table as what it is: made from the log after the append, and at any
-- time anew. Write-once tables are rebuilt here, so their guards are off until the end of this transaction.
ALTER EVENT TRIGGER audit_never_dropped DISABLE;
ALTER EVENT TRIGGER audit_never_altered DISABLE;

DO $$ BEGIN EXECUTE format('SET LOCAL ROLE %I', (SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'audit')); END $$;

-- A message id in the room of a uuid: ids are texts of any length.
CREATE FUNCTION audit.message_key(message_id text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT encode(substr(sha256(convert_to(message_id, 'UTF8')), 1, 16), 'hex')::uuid $$;

CREATE TABLE audit.message (
    message_key uuid NOT NULL,
    body_tag uuid NOT NULL,
    index bigint NOT NULL
);
INSERT INTO audit.message SELECT audit.message_key(message_id), encode(substr(body_tag, 1, 16), 'hex')::uuid, index FROM audit.messages;
DROP TABLE audit.messages;
ALTER TABLE audit.message RENAME TO messages;
ALTER TABLE audit.messages ADD PRIMARY KEY (message_key, body_tag);
SELECT audit.guard('audit.messages', true);

DROP VIEW audit.searchable;
DROP TABLE audit.search;
CREATE TABLE audit.search (
    index bigint PRIMARY KEY,
    tenant text,
    type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    user_token uuid,
    data_token uuid,
    regions text[] NOT NULL,
    actions text[] NOT NULL,
    facet text
) PARTITION BY RANGE (index);
CREATE INDEX search_tenant ON audit.search (tenant, index);
CREATE INDEX search_user ON audit.search (user_token, index) WHERE user_token IS NOT NULL;
CREATE INDEX search_data ON audit.search (data_token, index) WHERE data_token IS NOT NULL;
SELECT audit.guard('audit.search', true);

-- Entries below this index are in the search table.
CREATE TABLE audit.indexed (
    id smallint PRIMARY KEY CHECK (id = 1),
    size bigint NOT NULL CHECK (size >= 0)
);
INSERT INTO audit.indexed VALUES (1, 0);

CREATE OR REPLACE FUNCTION audit.ensure_partitions(up_to bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    span CONSTANT bigint := 1048576;
    number bigint;
    parent text;
    child text;
BEGIN
    IF up_to > 1048576::bigint * 1000000 THEN
        RAISE EXCEPTION 'no partition is made for so large an index';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('audit.ensure_partitions'));
    FOREACH parent IN ARRAY ARRAY['entries', 'bodies', 'search'] LOOP
        SELECT count(*) INTO number FROM pg_inherits WHERE inhparent = format('audit.%I', parent)::regclass;
        WHILE number * span < up_to LOOP
            child := format('%s_%s', parent, lpad(number::text, 6, '0'));
            EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.%I FOR VALUES FROM (%s) TO (%s)', child, parent, number * span, (number + 1) * span);
            PERFORM audit.guard(format('audit.%I', child)::regclass, false);
            number := number + 1;
        END LOOP;
    END LOOP;
    RETURN number * span;
END $$;
SELECT audit.ensure_partitions(greatest(4 * 1048576, (SELECT size FROM audit.head)));

CREATE VIEW audit.searchable WITH (security_barrier) AS
    SELECT * FROM audit.search
    WHERE CASE current_setting('audit.reader', true)
        WHEN 'everything' THEN true
        WHEN 'platform' THEN tenant IS NULL
        ELSE current_setting('audit.reader', true) = 'tenant:' || tenant
    END;

GRANT INSERT ON audit.messages, audit.search TO audit_append;
GRANT SELECT ON audit.messages TO audit_append, audit_read;
GRANT SELECT, UPDATE ON audit.indexed TO audit_append;
GRANT SELECT ON audit.indexed, audit.searchable TO audit_read;

RESET ROLE;
ALTER EVENT TRIGGER audit_never_dropped ENABLE ALWAYS;
ALTER EVENT TRIGGER audit_never_altered ENABLE ALWAYS;
