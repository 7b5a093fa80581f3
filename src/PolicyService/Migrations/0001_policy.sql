CREATE SCHEMA policy;

-- Policies: a published version never changes; retiring is the one thing that may happen to it.
CREATE TABLE policy.residency_policy (
    id           uuid        NOT NULL,
    version      int         NOT NULL CHECK (version > 0),
    tenant_id    text        CHECK (tenant_id <> ''),
    data_type    text        CHECK (data_type <> ''),
    mode         text        NOT NULL,
    parameters   jsonb       NOT NULL,
    valid_from   timestamptz NOT NULL,
    valid_to     timestamptz CHECK (valid_to > valid_from),
    published_at timestamptz NOT NULL,
    published_by jsonb       NOT NULL,
    retired_at   timestamptz,
    PRIMARY KEY (id, version)
);
CREATE INDEX residency_policy_level ON policy.residency_policy (tenant_id, data_type);

CREATE TABLE policy.classification (
    tenant_id     text        NOT NULL,
    data_id       text        NOT NULL,
    version       int         NOT NULL CHECK (version > 0),
    data_type     text        NOT NULL,
    level         text        NOT NULL,
    classified_at timestamptz NOT NULL,
    classified_by jsonb       NOT NULL,
    PRIMARY KEY (tenant_id, data_id, version)
);

-- What was asked first for each data id, and what was answered, whether yes or no.
CREATE TABLE policy.placement (
    tenant_id    text        NOT NULL,
    data_id      text        NOT NULL,
    content_hash text        NOT NULL,
    placement    jsonb       NOT NULL,
    decision     jsonb       NOT NULL,
    decided_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, data_id)
);

-- RegionService's regions as its events tell them, and whether the whole of them was ever told.
CREATE TABLE policy.region (
    code    text  PRIMARY KEY,
    version int   NOT NULL,
    body    jsonb NOT NULL
);
CREATE TABLE policy.region_snapshot (
    only_row boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    taken_at timestamptz NOT NULL
);

-- The newest epoch decides. next_boundary: when something starts or ends next, and with it the epoch.
CREATE TABLE policy.epoch (
    number        bigint      PRIMARY KEY CHECK (number > 0),
    content_hash  text        NOT NULL,
    began_at      timestamptz NOT NULL,
    next_boundary timestamptz,
    regions_known boolean     NOT NULL
);

-- One statement, so one moment: the newest epoch with just the policies and regions it was made of. A snapshot is shared
-- by the callers of all tenants, so it is read as the owner, past row-level security.
CREATE FUNCTION policy.snapshot()
    RETURNS TABLE (number bigint, content_hash text, began_at timestamptz, regions_known boolean, policies jsonb, regions jsonb, snapshot_taken boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog
    SET timezone = 'UTC'
AS $$
    SELECT e.number, e.content_hash, e.began_at, e.regions_known,
        (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'policy', jsonb_build_object(
                'id', p.id, 'version', p.version, 'tenantId', p.tenant_id, 'dataType', p.data_type, 'mode', p.mode,
                'parameters', p.parameters, 'validFrom', p.valid_from, 'validTo', p.valid_to),
            'retiredAt', p.retired_at)), '[]')
         FROM policy.residency_policy p),
        (SELECT coalesce(jsonb_agg(r.body), '[]') FROM policy.region r),
        EXISTS (SELECT FROM policy.region_snapshot)
    FROM (VALUES (1)) AS one
    LEFT JOIN LATERAL (SELECT * FROM policy.epoch ORDER BY epoch.number DESC LIMIT 1) AS e ON true
$$;
REVOKE ALL ON FUNCTION policy.snapshot() FROM PUBLIC;

-- sovereignty.tenant: the caller's tenant, or * for platform staff and consumers.
CREATE FUNCTION policy.may_reach(tenant text) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT coalesce(current_setting('sovereignty.tenant', true) IN (tenant, '*'), false) $$;

ALTER TABLE policy.residency_policy ENABLE ROW LEVEL SECURITY;
CREATE POLICY readable ON policy.residency_policy FOR SELECT USING (tenant_id IS NULL OR policy.may_reach(tenant_id));
CREATE POLICY publishable ON policy.residency_policy FOR INSERT WITH CHECK (policy.may_reach(tenant_id));
CREATE POLICY retirable ON policy.residency_policy FOR UPDATE USING (policy.may_reach(tenant_id));

ALTER TABLE policy.classification ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON policy.classification USING (policy.may_reach(tenant_id));

ALTER TABLE policy.placement ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON policy.placement USING (policy.may_reach(tenant_id));

GRANT USAGE ON SCHEMA policy TO policy;
GRANT SELECT, INSERT, UPDATE (retired_at) ON policy.residency_policy TO policy;
GRANT SELECT, INSERT ON policy.classification, policy.placement, policy.epoch, policy.region_snapshot TO policy;
GRANT SELECT, INSERT, UPDATE ON policy.region TO policy;
GRANT EXECUTE ON FUNCTION policy.snapshot() TO policy;
