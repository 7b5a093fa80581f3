-- Walks over what waits or was granted: all of it where neither tenant nor data is named, for the newest epoch; or that of some data.
-- pending_before: requests up to this id may still be answered by what PolicyService knew before; when they were, it is walked once more.
CREATE TABLE access.walk (
    walk_id        uuid        PRIMARY KEY,
    epoch          bigint      NOT NULL,
    tenant_id      text,
    data_id        text,
    pending_before uuid,
    after_tenant   text        NOT NULL DEFAULT '',
    after_id       uuid        NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    is_read        boolean     NOT NULL DEFAULT false,
    begun_at       timestamptz NOT NULL DEFAULT now(),
    due_at         timestamptz NOT NULL,
    CHECK ((tenant_id IS NULL) = (data_id IS NULL))
);
CREATE INDEX walk_due_at ON access.walk (due_at);

-- Questions of a walk: unanswered, or answered while the requests that they concern have not taken the answer (messages).
CREATE TABLE access.review (
    review_id    uuid        PRIMARY KEY,
    walk_id      uuid        NOT NULL REFERENCES access.walk ON DELETE CASCADE,
    requests     uuid[]      NOT NULL,
    messages     uuid[],
    ask_again_at timestamptz NOT NULL
);
CREATE INDEX review_walk ON access.review (walk_id);

-- Changes of people's standing of which what depends on them has not heard.
CREATE TABLE access.standing_review (
    tenant_id text        NOT NULL,
    subject   text        NOT NULL,
    version   int         NOT NULL,
    after_id  uuid        NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    due_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, subject, version)
);
CREATE INDEX standing_review_due_at ON access.standing_review (due_at);

-- What lived before this version could walk is looked at once.
INSERT INTO access.walk (walk_id, epoch, due_at) VALUES (gen_random_uuid(), 0, now());

-- What waits in an alarm: 1 for stalled, 2 for escalated. A column, because row-level security lets no condition on the body come before it.
ALTER TABLE access.request ADD COLUMN alarm smallint GENERATED ALWAYS AS (CASE WHEN state = 'AwaitingApproval' THEN
    nullif((body -> 'isStalled' IS NOT DISTINCT FROM 'true')::int + 2 * (body ->> 'escalatedAt' IS NOT NULL)::int, 0)
END) STORED;
CREATE INDEX request_alarm ON access.request (alarm) WHERE alarm IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON access.walk, access.review, access.standing_review TO access;
