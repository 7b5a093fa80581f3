-- The moment that a text names. It always carries its offset, so no setting has a say, whatever the cast's own marking is.
CREATE FUNCTION access.moment(text text) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT
AS $$ SELECT text::timestamptz $$;

-- What the lists look for, in columns: row-level security lets no condition on the body come before it.
-- deciders: who decides in the stage that it waits in, 1 for approver, 2 for dpo, 4 for legal, 8 for people by name.
ALTER TABLE access.request
    ADD COLUMN due_at timestamptz GENERATED ALWAYS AS (access.moment(CASE
        WHEN state IN ('Submitted', 'Validating', 'AwaitingApproval') THEN body ->> 'lapsesAt'
        WHEN state IN ('Scheduled', 'Active', 'Suspended') THEN body -> 'grant' ->> 'endsAt'
    END)) STORED,
    ADD COLUMN deciders smallint GENERATED ALWAYS AS (CASE WHEN state = 'AwaitingApproval' THEN
        (body -> 'routing' -> 'stages' -> (body -> 'routing' ->> 'stage')::int -> 'roles' ? 'approver')::int
        + 2 * (body -> 'routing' -> 'stages' -> (body -> 'routing' ->> 'stage')::int -> 'roles' ? 'dpo')::int
        + 4 * (body -> 'routing' -> 'stages' -> (body -> 'routing' ->> 'stage')::int -> 'roles' ? 'legal')::int
        + 8 * (body -> 'routing' -> 'stages' -> (body -> 'routing' ->> 'stage')::int -> 'people' <> '[]')::int
    END) STORED;

DROP INDEX access.request_inbox, access.request_requester, access.request_jurisdiction;
CREATE INDEX request_inbox ON access.request (tenant_id, jurisdiction, deciders, correlation_id) WHERE state = 'AwaitingApproval';
CREATE INDEX request_requester ON access.request (tenant_id, requester, state, correlation_id DESC);
CREATE INDEX request_jurisdiction ON access.request (tenant_id, jurisdiction, state, correlation_id DESC);
CREATE INDEX request_due ON access.request (tenant_id, due_at) WHERE state IN ('Submitted', 'Validating', 'AwaitingApproval', 'Scheduled', 'Active', 'Suspended');

-- Row-level security lets no index answer who is named: this tells only ids, of which the caller still reads no more than may be reached.
CREATE INDEX request_named ON access.request USING gin ((body -> 'routing' -> 'stages' -> (body -> 'routing' ->> 'stage')::int -> 'people')) WHERE state = 'AwaitingApproval' AND deciders >= 8;
CREATE FUNCTION access.named(person text) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' ROWS 100
AS $$
    SELECT correlation_id FROM access.request
    WHERE state = 'AwaitingApproval' AND deciders >= 8 AND body -> 'routing' -> 'stages' -> (body -> 'routing' ->> 'stage')::int -> 'people' ? person
$$;
REVOKE ALL ON FUNCTION access.named FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access.named TO access;
