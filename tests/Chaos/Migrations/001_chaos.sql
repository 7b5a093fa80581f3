CREATE SCHEMA chaos;
CREATE TABLE chaos.account (
    correlation_id uuid        PRIMARY KEY,
    state          text        NOT NULL,
    body           jsonb       NOT NULL,
    updated_at     timestamptz NOT NULL DEFAULT now()
);

-- Without keys: what is done twice must be able to show.
CREATE TABLE chaos.entry (account uuid NOT NULL, number int NOT NULL);
CREATE TABLE chaos.settlement (account uuid NOT NULL, number int NOT NULL);

GRANT USAGE ON SCHEMA chaos TO PUBLIC;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA chaos TO PUBLIC;
