-- A body beside its entry, the list of messages in few bytes, and the search table as what it is: made from the log after the
-- append, and at any time anew. Write-once tables are rebuilt here, so their guards are off until the end of this transaction.
ALTER EVENT TRIGGER audit_never_dropped DISABLE;
ALTER EVENT TRIGGER audit_never_altered DISABLE;

DO $$ BEGIN EXECUTE format('SET LOCAL ROLE %I', (SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'audit')); END $$;

-- A service of the version before may still append: what it writes comes before this or not at all.
LOCK TABLE audit.head, audit.messages IN ACCESS EXCLUSIVE MODE;

-- One row and one index for what is written together. Neither compresses enough to be worth the try.
ALTER TABLE audit.entries ADD COLUMN sealed bytea;
ALTER TABLE audit.entries DISABLE TRIGGER write_once;
UPDATE audit.entries AS e SET sealed = b.sealed FROM audit.bodies AS b WHERE b.index = e.index;
ALTER TABLE audit.entries ENABLE ALWAYS TRIGGER write_once;
DROP TABLE audit.bodies;
ALTER TABLE audit.entries ALTER COLUMN entry SET STORAGE EXTERNAL, ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- A message id in the room of a uuid. Most ids are such already, made in the order of time, so that they go to one end of
-- the index; of others the hash stands in.
CREATE FUNCTION audit.message_key(message_id text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN message_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN message_id::uuid
        ELSE encode(substr(sha256(convert_to(message_id, 'UTF8')), 1, 16), 'hex')::uuid
    END
$$;

-- The first message of each id, and those that took the id of another.
CREATE TABLE audit.first_messages (
    message_key uuid NOT NULL,
    body_tag uuid NOT NULL,
    index bigint NOT NULL
);
CREATE TABLE audit.conflicts (
    message_key uuid NOT NULL,
    body_tag uuid NOT NULL,
    index bigint NOT NULL,
    PRIMARY KEY (message_key, body_tag)
);
WITH numbered AS (
    SELECT key, tag, index, row_number() OVER (PARTITION BY key ORDER BY index) AS place
    FROM audit.messages, audit.message_key(message_id) AS key, encode(substr(body_tag, 1, 16), 'hex') AS tag),
others AS (INSERT INTO audit.conflicts SELECT key, tag::uuid, index FROM numbered WHERE place > 1)
INSERT INTO audit.first_messages SELECT key, tag::uuid, index FROM numbered WHERE place = 1;
DROP TABLE audit.messages;
ALTER TABLE audit.first_messages RENAME TO messages;
ALTER TABLE audit.messages ADD PRIMARY KEY (message_key);
SELECT audit.guard(name::regclass, true) FROM unnest(ARRAY['audit.messages', 'audit.conflicts']) AS name;
CREATE VIEW audit.listed AS SELECT * FROM audit.messages UNION ALL SELECT * FROM audit.conflicts;
DO $$ BEGIN
    IF (SELECT count(*) FROM audit.listed) <> (SELECT size FROM audit.head) THEN
        RAISE EXCEPTION 'the list of messages does not have as many as the log: run the audit verification of the version before';
    END IF;
END $$;

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

-- What only follows the log follows it: no position goes back or past what it stands for.
CREATE FUNCTION audit.refuse_position() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    reached bigint;
BEGIN
    IF TG_TABLE_NAME = 'checkpoints' THEN
        SELECT size INTO reached FROM audit.promised WHERE id = 1;
    ELSE
        SELECT size INTO reached FROM audit.head WHERE id = 1;
    END IF;
    IF NEW.size > coalesce(reached, 0) OR (TG_TABLE_NAME IN ('indexed', 'numbered') AND TG_OP = 'UPDATE' AND NEW.size < OLD.size) THEN
        RAISE EXCEPTION 'audit.% cannot be at %: refused', TG_TABLE_NAME, NEW.size USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER position BEFORE INSERT OR UPDATE ON audit.indexed FOR EACH ROW EXECUTE FUNCTION audit.refuse_position();
CREATE TRIGGER position BEFORE INSERT OR UPDATE ON audit.promised FOR EACH ROW EXECUTE FUNCTION audit.refuse_position();
CREATE TRIGGER position BEFORE INSERT ON audit.checkpoints FOR EACH ROW EXECUTE FUNCTION audit.refuse_position();
CREATE TRIGGER write_once BEFORE DELETE ON audit.indexed FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
SELECT audit.guard('audit.indexed', false);
ALTER TABLE audit.indexed ENABLE ALWAYS TRIGGER position;
ALTER TABLE audit.promised ENABLE ALWAYS TRIGGER position;
ALTER TABLE audit.checkpoints ENABLE ALWAYS TRIGGER position;

CREATE OR REPLACE FUNCTION audit.ensure_partitions(up_to bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog SET lock_timeout = '500ms' AS $$
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
    FOREACH parent IN ARRAY ARRAY['entries', 'search'] LOOP
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

-- Who appends reads no bodies.
REVOKE SELECT ON audit.entries FROM audit_append;
GRANT SELECT (index, entry, leaf_hash) ON audit.entries TO audit_append;
GRANT INSERT ON audit.messages, audit.conflicts, audit.search TO audit_append;
GRANT SELECT ON audit.listed TO audit_append, audit_read;
GRANT SELECT, UPDATE ON audit.indexed TO audit_append;
GRANT SELECT ON audit.indexed, audit.searchable TO audit_read;

RESET ROLE;

-- A trigger that swallows what is inserted changes the log too.
CREATE OR REPLACE FUNCTION audit_guard.refuse_alter() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
    altered record;
BEGIN
    FOR altered IN
        SELECT command.*, coalesce(made.tgrelid, command.objid) AS relation
        FROM pg_event_trigger_ddl_commands() AS command LEFT JOIN pg_trigger AS made ON command.classid = 'pg_trigger'::regclass AND made.oid = command.objid
        WHERE schema_name = 'audit' OR command_tag = 'ALTER SCHEMA'
            OR EXISTS (SELECT 1 FROM pg_class WHERE oid = made.tgrelid AND relnamespace = to_regnamespace('audit'))
            OR EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = command.objid AND tgfoid = to_regproc('audit.refuse_change'))
    LOOP
        IF altered.classid NOT IN ('pg_class'::regclass, 'pg_trigger'::regclass) OR NOT EXISTS (
            SELECT 1 FROM pg_attribute WHERE attrelid = altered.relation AND attnum = -1 AND xmin = pg_current_xact_id()::xid)
        THEN
            RAISE EXCEPTION 'the audit log is write-once: % of % refused', altered.command_tag, altered.object_identity USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
END $$;
DROP EVENT TRIGGER audit_never_altered;
CREATE EVENT TRIGGER audit_never_altered ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'ALTER SCHEMA', 'ALTER TRIGGER', 'CREATE TRIGGER', 'CREATE RULE', 'CREATE FUNCTION', 'ALTER FUNCTION', 'ALTER VIEW', 'CREATE VIEW')
    EXECUTE FUNCTION audit_guard.refuse_alter();

ALTER EVENT TRIGGER audit_never_dropped ENABLE ALWAYS;
ALTER EVENT TRIGGER audit_never_altered ENABLE ALWAYS;
