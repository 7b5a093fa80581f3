CREATE SCHEMA messaging;

CREATE TABLE messaging.inbox (
    message_id  uuid        NOT NULL,
    endpoint    text        NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (message_id, endpoint)
);
CREATE INDEX inbox_received_at ON messaging.inbox USING brin (received_at);

CREATE TABLE messaging.outbox (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number       bigint,
    message_id   uuid        NOT NULL,
    exchange     text        NOT NULL,
    routing_key  text        NOT NULL,
    content_type text        NOT NULL,
    headers      jsonb       NOT NULL,
    body         bytea       NOT NULL,
    order_key    text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    attempts     int         NOT NULL DEFAULT 0,
    not_before   timestamptz,
    last_error   text
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX outbox_order_key ON messaging.outbox (order_key, id) WHERE order_key IS NOT NULL AND not_before IS NOT NULL;

CREATE TABLE messaging.publication (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    last_number bigint  NOT NULL
);
INSERT INTO messaging.publication (last_number) VALUES (0);

CREATE TABLE messaging.saga (
    saga           text        NOT NULL,
    correlation_id uuid        NOT NULL,
    state          text        NOT NULL,
    body           jsonb       NOT NULL,
    updated_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (saga, correlation_id)
);

CREATE TABLE messaging.deadline (
    correlation_id uuid        NOT NULL,
    kind           text        NOT NULL,
    version        int         NOT NULL,
    queue          text        NOT NULL,
    due_at         timestamptz NOT NULL,
    PRIMARY KEY (correlation_id, kind)
);
CREATE INDEX deadline_due_at ON messaging.deadline (due_at);

CREATE TABLE messaging.idempotency (
    caller       text        NOT NULL,
    key          text        NOT NULL,
    request_hash bytea       NOT NULL,
    status       int         NOT NULL,
    headers      jsonb       NOT NULL,
    body         bytea       NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_created_at ON messaging.idempotency (created_at);
