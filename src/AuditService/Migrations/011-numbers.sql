-- Which numbers of the services the log has. It follows from the log; what an alarm told of is all that does not.

-- Entries below this index are taken into account.
CREATE TABLE audit.numbered (
    id smallint PRIMARY KEY CHECK (id = 1),
    size bigint NOT NULL CHECK (size >= 0)
);
INSERT INTO audit.numbered VALUES (1, 0);
CREATE TRIGGER position BEFORE INSERT OR UPDATE ON audit.numbered FOR EACH ROW EXECUTE FUNCTION audit.refuse_position();
CREATE TRIGGER write_once BEFORE DELETE ON audit.numbered FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
SELECT audit.guard('audit.numbered', false);
ALTER TABLE audit.numbered ENABLE ALWAYS TRIGGER position;

CREATE TABLE audit.source_numbers (
    source text PRIMARY KEY,
    next bigint NOT NULL,
    forgotten_up_to bigint NOT NULL,
    told_up_to bigint NOT NULL,
    told_at timestamptz,
    repeated_last bigint,
    repeated_up_to bigint,
    repeated_at timestamptz
);

-- What is not there though later numbers are. Up to told_up_to an alarm told of it. Of instances that append in turn, each
-- lacks for a moment what the other has in hand: rows come and go.
CREATE TABLE audit.missing_numbers (
    source text NOT NULL REFERENCES audit.source_numbers (source),
    first bigint NOT NULL,
    last bigint NOT NULL CHECK (last >= first),
    missed_index bigint NOT NULL,
    missed_at timestamptz NOT NULL,
    in_part boolean NOT NULL,
    PRIMARY KEY (source, first)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

GRANT SELECT, UPDATE ON audit.numbered TO audit_append;
GRANT SELECT, INSERT, UPDATE ON audit.source_numbers TO audit_append;
GRANT SELECT, INSERT, DELETE ON audit.missing_numbers TO audit_append;
GRANT SELECT ON audit.numbered, audit.source_numbers, audit.missing_numbers TO audit_read;
