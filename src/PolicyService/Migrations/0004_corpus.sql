-- Stored data by what decides over it: all data of one tenant, type, level and origin in the same places is one cell, so that a
-- change is judged once per cell and never once per data id. How much lies in a cell is counted over the index, never kept.
CREATE FUNCTION policy.cell_key(placement jsonb) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT pg_catalog.sha256(pg_catalog.convert_to(placement::text, 'UTF8')) $$;

CREATE TABLE policy.cell (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    placement jsonb  NOT NULL,
    tenant_id text   NOT NULL GENERATED ALWAYS AS (placement ->> 'tenantId') STORED,
    key       bytea  NOT NULL GENERATED ALWAYS AS (policy.cell_key(placement)) STORED UNIQUE
);
CREATE INDEX cell_tenant ON policy.cell (tenant_id);

-- Null where it was rejected. No foreign key: a cell is never deleted, and checking one would lock its row for each data id.
ALTER TABLE policy.placement ADD COLUMN cell_id bigint;

CREATE FUNCTION policy.cell_of(stored policy.placement) RETURNS jsonb LANGUAGE sql STABLE
AS $$
    SELECT (stored.placement - 'dataId' - 'minimumEpoch') || coalesce((
        SELECT jsonb_build_object('classification', c.level) FROM policy.classification c
        WHERE c.tenant_id = stored.tenant_id AND c.data_id = stored.data_id ORDER BY c.version DESC LIMIT 1), '{}')
$$;
INSERT INTO policy.cell (placement)
SELECT DISTINCT policy.cell_of(p) FROM policy.placement p WHERE p.decision ->> 'outcome' IN ('allow', 'allow-with-obligations');
UPDATE policy.placement p SET cell_id = c.id FROM policy.cell c
WHERE p.decision ->> 'outcome' IN ('allow', 'allow-with-obligations') AND c.key = policy.cell_key(policy.cell_of(p));
DROP FUNCTION policy.cell_of(policy.placement);

CREATE INDEX placement_cell ON policy.placement (cell_id, data_id) WHERE cell_id IS NOT NULL;

-- Cells that data was taken out of or put into other than by being admitted: these are looked at again without a new epoch.
CREATE TABLE policy.cell_change (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cell_id bigint NOT NULL
);

-- The newest epoch that all cells were judged by.
CREATE TABLE policy.drift (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch    bigint  NOT NULL
);
INSERT INTO policy.drift (epoch) VALUES (0);

CREATE TABLE policy.violation (
    id             uuid        PRIMARY KEY,
    tenant_id      text        NOT NULL,
    cell_id        bigint      NOT NULL REFERENCES policy.cell (id),
    version        int         NOT NULL CHECK (version > 0),
    body           jsonb       NOT NULL,
    accepted_at    timestamptz,
    accepted_by    jsonb,
    accepted_until timestamptz CHECK (accepted_until > accepted_at),
    accept_reason  text,
    resolved_at    timestamptz,
    resolution     text        CHECK ((resolution IS NULL) = (resolved_at IS NULL))
);
CREATE UNIQUE INDEX violation_unresolved ON policy.violation (cell_id) WHERE resolved_at IS NULL;
CREATE INDEX violation_tenant ON policy.violation (tenant_id, id);

ALTER TABLE policy.cell ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON policy.cell USING (policy.may_reach(tenant_id));
ALTER TABLE policy.violation ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON policy.violation USING (policy.may_reach(tenant_id));

-- Counting over the index alone: as the owner, since row-level security would fetch every row for its tenant. Whose cells the
-- caller may reach is asked of the cells instead.
CREATE FUNCTION policy.corpus() RETURNS TABLE (cell_id bigint, placement jsonb, placements bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog
    SET jit = off
AS $$
    SELECT c.id, c.placement, counted.placements
    FROM (SELECT p.cell_id, count(*) AS placements FROM policy.placement p WHERE p.cell_id IS NOT NULL GROUP BY p.cell_id) AS counted
    JOIN policy.cell c ON c.id = counted.cell_id
    WHERE policy.may_reach(c.tenant_id)
$$;
CREATE FUNCTION policy.count_placements(cells bigint[]) RETURNS TABLE (cell_id bigint, placements bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog
    SET jit = off
AS $$
    SELECT c.id, counted.placements
    FROM policy.cell c
    CROSS JOIN LATERAL (SELECT count(*) AS placements FROM policy.placement p WHERE p.cell_id = c.id) AS counted
    WHERE c.id = ANY (cells) AND policy.may_reach(c.tenant_id)
$$;
REVOKE ALL ON FUNCTION policy.corpus(), policy.count_placements(bigint[]) FROM PUBLIC;

GRANT SELECT, INSERT ON policy.cell TO policy;
GRANT SELECT, INSERT, DELETE ON policy.cell_change TO policy;
GRANT SELECT, UPDATE (epoch) ON policy.drift TO policy;
GRANT SELECT, INSERT, UPDATE ON policy.violation TO policy;
GRANT UPDATE (cell_id, placement, content_hash, decision, decided_at), DELETE ON policy.placement TO policy;
GRANT EXECUTE ON FUNCTION policy.corpus(), policy.count_placements(bigint[]) TO policy;
