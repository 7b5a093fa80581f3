CREATE SCHEMA access;

-- sovereignty.tenant: the caller's tenant, or * for platform staff and consumers.
CREATE FUNCTION access.may_reach(tenant text) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT coalesce(current_setting('sovereignty.tenant', true) IN (tenant, '*'), false) $$;

-- A request and its grant, whole: the saga's instance. Ids rise with time, so the newest is the greatest.
CREATE TABLE access.request (
    correlation_id   uuid        PRIMARY KEY,
    state            text        NOT NULL,
    body             jsonb       NOT NULL,
    updated_at       timestamptz NOT NULL DEFAULT now(),
    tenant_id        text        NOT NULL GENERATED ALWAYS AS (body ->> 'tenantId') STORED,
    requester        text        NOT NULL GENERATED ALWAYS AS (body -> 'requester' ->> 'subject') STORED,
    requester_issuer text        NOT NULL GENERATED ALWAYS AS (body -> 'requester' ->> 'issuer') STORED,
    data_id          text        NOT NULL GENERATED ALWAYS AS (body ->> 'dataId') STORED,
    jurisdiction     text        GENERATED ALWAYS AS (body -> 'routing' ->> 'jurisdiction') STORED
);
CREATE INDEX request_tenant ON access.request (tenant_id, correlation_id DESC);
CREATE INDEX request_state ON access.request (tenant_id, state, correlation_id DESC);
CREATE INDEX request_data ON access.request (tenant_id, data_id, correlation_id DESC);
CREATE INDEX request_requester ON access.request (tenant_id, requester, correlation_id DESC);
CREATE INDEX request_jurisdiction ON access.request (tenant_id, jurisdiction, correlation_id DESC);
CREATE INDEX request_inbox ON access.request (tenant_id, jurisdiction, correlation_id) WHERE state = 'AwaitingApproval';
CREATE INDEX request_grant ON access.request (tenant_id, requester, data_id, correlation_id DESC) WHERE state IN ('Scheduled', 'Active', 'Ended', 'GivenBack', 'Revoked');

-- Commands to a request, and how each was answered.
CREATE TABLE access.command (
    command_id   uuid        PRIMARY KEY,
    tenant_id    text        NOT NULL,
    request_id   uuid        NOT NULL REFERENCES access.request,
    caller       text        NOT NULL,
    content_hash bytea       NOT NULL,
    sent_at      timestamptz NOT NULL,
    answered_at  timestamptz,
    code         text,
    reason       text
);
CREATE INDEX command_answered_at ON access.command (answered_at);

-- Decision proofs that were used, until they would have expired anyway.
CREATE TABLE access.used_proof (
    jti        text        PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX used_proof_expires_at ON access.used_proof (expires_at);

-- Who approves what. The most specific row decides; no roles means nobody.
CREATE TABLE access.approval_rule (
    id             int    GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id      text   CHECK (tenant_id <> ''),
    classification text   CHECK (classification IN ('identity', 'transactional', 'operational', 'content', 'analytical')),
    approver_roles text[] NOT NULL CHECK (approver_roles <@ '{approver,dpo}'),
    quorum         int    NOT NULL CHECK (quorum > 0),
    UNIQUE NULLS NOT DISTINCT (tenant_id, classification)
);
INSERT INTO access.approval_rule (approver_roles, quorum) VALUES ('{approver,dpo}', 1);

ALTER TABLE access.request ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON access.request USING (access.may_reach(tenant_id));

ALTER TABLE access.command ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON access.command USING (access.may_reach(tenant_id));

GRANT USAGE ON SCHEMA access TO access;
GRANT SELECT, INSERT, UPDATE ON access.request, access.command TO access;
GRANT DELETE ON access.command TO access;
GRANT SELECT, INSERT, DELETE ON access.used_proof TO access;
GRANT SELECT ON access.approval_rule TO access;
