-- Webhooks that people registered: who they are, as their token said, and where to tell them. The secret is derived, not stored.
CREATE TABLE access.webhook (
    webhook_id   uuid        PRIMARY KEY,
    tenant_id    text        NOT NULL,
    issuer       text        NOT NULL,
    subject      text        NOT NULL,
    roles        text[]      NOT NULL,
    country      text,
    url          text        NOT NULL,
    kinds        text[],
    created_at   timestamptz NOT NULL,
    disabled_at  timestamptz,
    lease_id     uuid,
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    UNIQUE (tenant_id, issuer, subject, url)
);
CREATE INDEX webhook_country ON access.webhook (tenant_id, country) WHERE disabled_at IS NULL;
CREATE INDEX webhook_leased_until ON access.webhook (leased_until) WHERE disabled_at IS NULL;

-- What a webhook is told, and how that went. Ids rise with time; tries counts since the start of the schedule of retries.
CREATE TABLE access.delivery (
    delivery_id     uuid        PRIMARY KEY,
    webhook_id      uuid        NOT NULL REFERENCES access.webhook ON DELETE CASCADE,
    tenant_id       text        NOT NULL,
    kind            text        NOT NULL,
    request_id      uuid        NOT NULL,
    body            text        NOT NULL,
    state           text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts        int         NOT NULL DEFAULT 0,
    tries           int         NOT NULL DEFAULT 0,
    last_status     int,
    last_error      text,
    created_at      timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    delivered_at    timestamptz
);
CREATE INDEX delivery_webhook ON access.delivery (webhook_id, delivery_id DESC);
CREATE INDEX delivery_due ON access.delivery (webhook_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX delivery_told ON access.delivery (request_id) WHERE kind = 'request-awaiting-approval';
CREATE INDEX delivery_over ON access.delivery (created_at) WHERE state <> 'pending';

ALTER TABLE access.webhook ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON access.webhook USING (access.may_reach(tenant_id));

ALTER TABLE access.delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON access.delivery USING (access.may_reach(tenant_id));

GRANT SELECT, INSERT, DELETE ON access.webhook, access.delivery TO access;
GRANT UPDATE (disabled_at, lease_id, leased_until) ON access.webhook TO access;
GRANT UPDATE (state, attempts, tries, last_status, last_error, next_attempt_at, delivered_at) ON access.delivery TO access;
