-- The epoch that a change made in this transaction begins. Changes follow one another under a lock, so nobody else takes it.
CREATE FUNCTION policy.next_epoch() RETURNS bigint LANGUAGE sql STABLE
AS $$ SELECT coalesce(max(number), 0) + 1 FROM policy.epoch $$;

-- What decides besides policies: legal facts, the platform's classification rules, tenants' retention. A version never changes.
CREATE TABLE policy.provision (
    kind        text        NOT NULL CHECK (kind IN ('fact', 'rule', 'retention')),
    tenant_id   text        CHECK (tenant_id <> ''),
    key         text        NOT NULL,
    version     int         NOT NULL CHECK (version > 0),
    body        jsonb       NOT NULL,
    epoch       bigint      NOT NULL DEFAULT policy.next_epoch(),
    recorded_at timestamptz NOT NULL,
    recorded_by jsonb       NOT NULL,
    UNIQUE NULLS NOT DISTINCT (kind, tenant_id, key, version)
);

ALTER TABLE policy.provision ENABLE ROW LEVEL SECURITY;
CREATE POLICY readable ON policy.provision FOR SELECT USING (tenant_id IS NULL OR policy.may_reach(tenant_id));
CREATE POLICY recordable ON policy.provision FOR INSERT WITH CHECK (policy.may_reach(tenant_id));

-- Since which epoch each row counts, so that any epoch can be read again as it was.
ALTER TABLE policy.residency_policy
    ADD COLUMN mechanisms    jsonb  NOT NULL DEFAULT '[]',
    ADD COLUMN epoch         bigint NOT NULL DEFAULT 1,
    ADD COLUMN retired_epoch bigint;
ALTER TABLE policy.residency_policy ALTER COLUMN epoch SET DEFAULT policy.next_epoch();
UPDATE policy.residency_policy SET retired_epoch = 1 WHERE retired_at IS NOT NULL;

ALTER TABLE policy.region DROP CONSTRAINT region_pkey, ADD PRIMARY KEY (code, version), ADD COLUMN epoch bigint NOT NULL DEFAULT 1;
ALTER TABLE policy.region ALTER COLUMN epoch SET DEFAULT policy.next_epoch();

CREATE FUNCTION policy.provisions(wanted text, last bigint) RETURNS jsonb LANGUAGE sql STABLE
AS $$
    SELECT coalesce(jsonb_agg(latest.body), '[]')
    FROM (SELECT DISTINCT ON (tenant_id, key) body FROM policy.provision
          WHERE kind = wanted AND epoch <= last ORDER BY tenant_id, key, version DESC) AS latest
$$;
REVOKE ALL ON FUNCTION policy.provisions(text, bigint) FROM PUBLIC;

-- One statement, so one moment: an epoch (the newest where none is named) with just what it was made of, and, for the newest,
-- what the running transaction adds to it. A snapshot is shared by the callers of all tenants, so it is read as the owner,
-- past row-level security.
DROP FUNCTION policy.snapshot();
CREATE FUNCTION policy.snapshot(named bigint DEFAULT NULL)
    RETURNS TABLE (number bigint, content_hash text, began_at timestamptz, regions_known boolean, policies jsonb, regions jsonb,
        facts jsonb, rules jsonb, retentions jsonb, snapshot_taken boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog
    SET timezone = 'UTC'
AS $$
    SELECT e.number, e.content_hash, e.began_at, e.regions_known,
        (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'policy', jsonb_build_object(
                'id', p.id, 'version', p.version, 'tenantId', p.tenant_id, 'dataType', p.data_type, 'mode', p.mode,
                'parameters', p.parameters, 'mechanisms', p.mechanisms, 'validFrom', p.valid_from, 'validTo', p.valid_to),
            'retiredAt', CASE WHEN p.retired_epoch <= one.last THEN p.retired_at END)), '[]')
         FROM policy.residency_policy p WHERE p.epoch <= one.last),
        (SELECT coalesce(jsonb_agg(r.body), '[]')
         FROM (SELECT DISTINCT ON (code) body FROM policy.region WHERE epoch <= one.last ORDER BY code, version DESC) AS r),
        policy.provisions('fact', one.last),
        policy.provisions('rule', one.last),
        policy.provisions('retention', one.last),
        EXISTS (SELECT FROM policy.region_snapshot)
    FROM (SELECT coalesce(named, 9223372036854775807) AS last) AS one
    LEFT JOIN LATERAL (SELECT * FROM policy.epoch WHERE epoch.number <= one.last ORDER BY epoch.number DESC LIMIT 1) AS e ON true
$$;
REVOKE ALL ON FUNCTION policy.snapshot(bigint) FROM PUBLIC;

GRANT SELECT, INSERT ON policy.provision TO policy;
GRANT UPDATE (retired_at, retired_epoch) ON policy.residency_policy TO policy;
REVOKE UPDATE ON policy.region FROM policy;
GRANT EXECUTE ON FUNCTION policy.snapshot(bigint) TO policy;
