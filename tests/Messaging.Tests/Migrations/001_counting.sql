CREATE SCHEMA counting;
CREATE TABLE counting.counting (
    correlation_id uuid        PRIMARY KEY,
    state          text        NOT NULL,
    body           jsonb       NOT NULL,
    updated_at     timestamptz NOT NULL DEFAULT now()
);
GRANT USAGE ON SCHEMA counting TO PUBLIC;
GRANT SELECT, INSERT, UPDATE ON counting.counting TO PUBLIC;
