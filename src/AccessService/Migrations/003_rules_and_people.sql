-- Every version of every approval rule; the greatest version of a rule is the one in force, unless it says that it is retired.
CREATE TABLE access.rule (
    rule_id     uuid        NOT NULL,
    version     int         NOT NULL,
    tenant_id   text,
    body        jsonb       NOT NULL,
    retired     boolean     NOT NULL DEFAULT false,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    recorded_by jsonb       NOT NULL,
    PRIMARY KEY (rule_id, version)
);
CREATE INDEX rule_tenant ON access.rule (tenant_id, rule_id, version DESC);

-- Rules of an older version keep their meaning.
INSERT INTO access.rule (rule_id, version, tenant_id, body, recorded_by)
SELECT rule_id, 1, tenant_id,
       jsonb_strip_nulls(jsonb_build_object(
           'id', rule_id, 'version', 1, 'tenantId', tenant_id, 'classification', classification, 'automatic', true,
           'stages', jsonb_build_array(jsonb_build_object('name', 'Approval', 'roles', to_jsonb(approver_roles), 'people', '[]'::jsonb, 'quorum', quorum)))),
       '{"issuer": "sovereignty", "subject": "access-service", "roles": ["service"]}'
FROM (SELECT gen_random_uuid() AS rule_id, * FROM access.approval_rule) AS older;
DROP TABLE access.approval_rule;

-- What a person may do from a moment on, as somebody said it; of what holds at a moment the last said counts.
CREATE TABLE access.standing (
    tenant_id     text        NOT NULL,
    subject       text        NOT NULL,
    version       int         NOT NULL,
    display_name  text,
    roles         text[]      NOT NULL,
    jurisdictions text[]      NOT NULL,
    active        boolean     NOT NULL,
    valid_from    timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL DEFAULT now(),
    recorded_by   jsonb       NOT NULL,
    PRIMARY KEY (tenant_id, subject, version)
);

-- The newest policy epoch that was heard of. Whoever rests a decision on an epoch holds the advisory lock shared.
CREATE TABLE access.policy_epoch (
    is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
    newest bigint  NOT NULL
);
INSERT INTO access.policy_epoch (newest) VALUES (0);

-- A stage is one of several by now.
UPDATE access.request
SET body = jsonb_set(body, '{routing}', (body -> 'routing') - 'approverRoles' - 'quorum' || jsonb_build_object(
    'stage', 0, 'votesBefore', 0,
    'stages', jsonb_build_array(jsonb_build_object('name', 'Approval', 'roles', body -> 'routing' -> 'approverRoles', 'people', '[]'::jsonb, 'quorum', body -> 'routing' -> 'quorum'))))
WHERE body -> 'routing' ? 'approverRoles';

-- Everybody sees the platform's rules; only the platform writes them.
ALTER TABLE access.rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON access.rule USING (tenant_id IS NULL OR access.may_reach(tenant_id)) WITH CHECK (access.may_reach(tenant_id));

ALTER TABLE access.standing ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON access.standing USING (access.may_reach(tenant_id));

GRANT SELECT, INSERT ON access.rule, access.standing TO access;
GRANT SELECT, UPDATE ON access.policy_epoch TO access;
