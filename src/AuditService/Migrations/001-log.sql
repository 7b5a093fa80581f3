-- The log. Runs as the owner, a role that nobody can log in as.
CREATE SCHEMA audit;

CREATE TABLE audit.head (
    id smallint PRIMARY KEY CHECK (id = 1),
    size bigint NOT NULL CHECK (size >= 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32)
);

-- What is hashed, and its hash.
CREATE TABLE audit.entries (
    index bigint PRIMARY KEY,
    entry bytea NOT NULL CHECK (octet_length(entry) <= 65535),
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32)
) PARTITION BY RANGE (index);

-- What the entries commit to, sealed.
CREATE TABLE audit.bodies (
    index bigint PRIMARY KEY,
    sealed bytea NOT NULL
) PARTITION BY RANGE (index);

-- What entries are found by. Users and data appear as keyed tokens only.
CREATE TABLE audit.search (
    index bigint PRIMARY KEY,
    tenant text,
    type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    user_token uuid,
    data_token uuid,
    regions text[] NOT NULL,
    actions text[] NOT NULL
) PARTITION BY RANGE (index);
CREATE INDEX search_tenant ON audit.search (tenant, index);
CREATE INDEX search_user ON audit.search (user_token, index) WHERE user_token IS NOT NULL;
CREATE INDEX search_data ON audit.search (data_token, index) WHERE data_token IS NOT NULL;

-- Which messages the log has. The tag is a keyed hash of the body.
CREATE TABLE audit.messages (
    message_id text NOT NULL,
    body_tag bytea NOT NULL CHECK (octet_length(body_tag) = 32),
    index bigint NOT NULL,
    PRIMARY KEY (message_id, body_tag)
);

-- Complete tiles; incomplete ones are computed.
CREATE TABLE audit.tiles (
    level smallint NOT NULL,
    index bigint NOT NULL,
    hashes bytea NOT NULL CHECK (octet_length(hashes) = 8192),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    PRIMARY KEY (level, index)
);

-- The newest checkpoint that may be signed: written before the signature is made, so that no two ever contradict one another.
CREATE TABLE audit.promised (
    id smallint PRIMARY KEY CHECK (id = 1),
    size bigint NOT NULL CHECK (size >= 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32)
);

CREATE TABLE audit.checkpoints (
    size bigint PRIMARY KEY,
    note text NOT NULL
);

-- Random bytes do not compress.
ALTER TABLE audit.bodies ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE audit.tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit.% is write-once: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION audit.refuse_shrinking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root) THEN
        RAISE EXCEPTION 'audit.% never shrinks or changes: % to % refused', TG_TABLE_NAME, OLD.size, NEW.size USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- Row triggers of a partitioned table reach its partitions, statement triggers do not; an ordinary trigger is skipped
-- by a session in replica mode, one that fires always is not.
CREATE FUNCTION audit.guard(guarded regclass, rows_too boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF rows_too THEN
        EXECUTE format('CREATE TRIGGER write_once BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()', guarded);
    END IF;
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()', guarded);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER write_once', guarded);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER never_truncated', guarded);
END $$;

SELECT audit.guard(name::regclass, true)
FROM unnest(ARRAY['audit.entries', 'audit.bodies', 'audit.search', 'audit.messages', 'audit.tiles', 'audit.checkpoints']) AS name;

CREATE TRIGGER never_shrinks BEFORE UPDATE ON audit.head FOR EACH ROW EXECUTE FUNCTION audit.refuse_shrinking();
CREATE TRIGGER write_once BEFORE DELETE ON audit.head FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
SELECT audit.guard('audit.head', false);
ALTER TABLE audit.head ENABLE ALWAYS TRIGGER never_shrinks;

CREATE TRIGGER never_shrinks BEFORE UPDATE ON audit.promised FOR EACH ROW EXECUTE FUNCTION audit.refuse_shrinking();
CREATE TRIGGER write_once BEFORE DELETE ON audit.promised FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
SELECT audit.guard('audit.promised', false);
ALTER TABLE audit.promised ENABLE ALWAYS TRIGGER never_shrinks;

-- Partitions hold a multiple of 256 entries, so that no tile or bundle straddles two of them.
CREATE FUNCTION audit.ensure_partitions(up_to bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    span CONSTANT bigint := 1048576;
    number bigint := 0;
    parent text;
    child text;
BEGIN
    IF up_to > 1048576::bigint * 1000000 THEN
        RAISE EXCEPTION 'no partition is made for so large an index';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('audit.ensure_partitions'));
    SELECT count(*) INTO number FROM pg_inherits WHERE inhparent = 'audit.search'::regclass;
    WHILE number * span < up_to LOOP
        FOREACH parent IN ARRAY ARRAY['entries', 'bodies', 'search'] LOOP
            child := format('%s_%s', parent, lpad(number::text, 6, '0'));
            EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.%I FOR VALUES FROM (%s) TO (%s)', child, parent, number * span, (number + 1) * span);
            PERFORM audit.guard(format('audit.%I', child)::regclass, false);
        END LOOP;
        number := number + 1;
    END LOOP;
    RETURN number * span;
END $$;
REVOKE ALL ON FUNCTION audit.ensure_partitions(bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit.guard(regclass, boolean) FROM PUBLIC;

SELECT audit.ensure_partitions(4 * 1048576);

INSERT INTO audit.head VALUES (1, 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');

-- A reader says for whom it reads; one that does not say sees nothing. A view, since COPY does not write to a table with
-- row-level security.
CREATE VIEW audit.searchable WITH (security_barrier) AS
    SELECT * FROM audit.search
    WHERE CASE current_setting('audit.reader', true)
        WHEN 'everything' THEN true
        WHEN 'platform' THEN tenant IS NULL
        ELSE current_setting('audit.reader', true) = 'tenant:' || tenant
    END;

GRANT USAGE ON SCHEMA audit TO audit_append, audit_read;
GRANT INSERT ON audit.entries, audit.bodies, audit.search, audit.messages, audit.tiles, audit.checkpoints TO audit_append;
GRANT SELECT ON audit.entries, audit.messages, audit.tiles, audit.checkpoints TO audit_append;
GRANT SELECT, UPDATE ON audit.head TO audit_append;
GRANT SELECT, INSERT, UPDATE ON audit.promised TO audit_append;
GRANT EXECUTE ON FUNCTION audit.ensure_partitions(bigint) TO audit_append;
GRANT SELECT ON audit.head, audit.entries, audit.bodies, audit.searchable, audit.messages, audit.tiles, audit.promised, audit.checkpoints TO audit_read;
