CREATE SCHEMA bench;
CREATE TABLE bench.flow (
    correlation_id uuid        PRIMARY KEY,
    state          text        NOT NULL,
    body           jsonb       NOT NULL,
    updated_at     timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE bench.decision (
    id         uuid        PRIMARY KEY,
    body       jsonb       NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now()
);
GRANT USAGE ON SCHEMA bench TO PUBLIC;
GRANT SELECT, INSERT, UPDATE ON bench.flow, bench.decision TO PUBLIC;
