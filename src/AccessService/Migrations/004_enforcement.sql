-- What an enforcer has to look at again: one row for each transition that touches a grant, kept for a day.
CREATE TABLE access.grant_change (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    written_by xid8        NOT NULL DEFAULT pg_current_xact_id(),
    tenant_id  text        NOT NULL,
    request_id uuid        NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX grant_change_written_by ON access.grant_change (written_by);

-- Up to which transaction changes were deleted; a position from before takes a snapshot.
CREATE TABLE access.grant_change_floor (
    is_one     boolean PRIMARY KEY DEFAULT true CHECK (is_one),
    deleted_to xid8    NOT NULL
);
INSERT INTO access.grant_change_floor (deleted_to) VALUES ('0');

-- What was used of grants with a budget.
CREATE TABLE access.grant_use (
    grant_id uuid   PRIMARY KEY,
    uses     bigint NOT NULL DEFAULT 0,
    records  bigint NOT NULL DEFAULT 0,
    bytes    bigint NOT NULL DEFAULT 0,
    subjects bigint NOT NULL DEFAULT 0
);

GRANT SELECT, INSERT, DELETE ON access.grant_change TO access;
GRANT SELECT, UPDATE ON access.grant_change_floor TO access;
GRANT SELECT, INSERT, UPDATE ON access.grant_use TO access;

DROP INDEX access.request_grant;
CREATE INDEX request_grant ON access.request (tenant_id, requester, data_id, correlation_id DESC)
    WHERE state IN ('Scheduled', 'Active', 'Suspended', 'Ended', 'GivenBack', 'Exhausted', 'Revoked');
CREATE INDEX request_live ON access.request (tenant_id, correlation_id) WHERE state IN ('AwaitingApproval', 'Scheduled', 'Active', 'Suspended');
