-- What witnesses said of the log's checkpoints. All of it is kept as it came; who may forge it has not the witnesses' keys.
CREATE TABLE audit.cosignatures (
    size bigint NOT NULL REFERENCES audit.checkpoints (size),
    witness text NOT NULL,
    line text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (size, witness)
);

-- The checkpoints whose cosignatures are as many as the policy asked for. A reader judges them again.
CREATE TABLE audit.witnessed (
    size bigint PRIMARY KEY REFERENCES audit.checkpoints (size),
    witnessed_at timestamptz NOT NULL
);

-- Refusals that an alarm was published for. A witness that holds the same and refuses for the same reason gives no second one.
CREATE TABLE audit.refusals (
    witness text NOT NULL,
    status smallint NOT NULL,
    held_size bigint NOT NULL,
    offered_size bigint NOT NULL,
    refused_at timestamptz NOT NULL,
    PRIMARY KEY (witness, status, held_size)
);

SELECT audit.guard(name::regclass, true) FROM unnest(ARRAY['audit.cosignatures', 'audit.witnessed', 'audit.refusals']) AS name;

GRANT SELECT, INSERT ON audit.cosignatures, audit.witnessed, audit.refusals TO audit_append;
GRANT SELECT ON audit.cosignatures, audit.witnessed, audit.refusals TO audit_read;
