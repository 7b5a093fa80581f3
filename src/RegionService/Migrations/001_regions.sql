CREATE SCHEMA region;

CREATE TABLE region.region (
    code                   text COLLATE "C" PRIMARY KEY,
    provider               text        NOT NULL,
    partition              text        NOT NULL,
    country                text        NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    place                  text,
    operator               text        NOT NULL,
    operator_jurisdictions text[]      NOT NULL CHECK (cardinality(operator_jurisdictions) > 0),
    endpoints              text[]      NOT NULL,
    state                  text        NOT NULL CHECK (state IN
        ('proposed', 'provisioning', 'validating', 'active', 'draining', 'suspended', 'isolated', 'retired')),
    version                int         NOT NULL CHECK (version > 0),
    registered_at          timestamptz NOT NULL,
    changed_at             timestamptz NOT NULL
);

CREATE TABLE region.region_history (
    code        text COLLATE "C" NOT NULL REFERENCES region.region,
    version     int         NOT NULL,
    body        jsonb       NOT NULL,
    reason      text,
    occurred_at timestamptz NOT NULL,
    actor       text        NOT NULL,
    PRIMARY KEY (code, version)
);

GRANT USAGE ON SCHEMA region TO region;
GRANT SELECT, INSERT, UPDATE ON region.region TO region;
GRANT SELECT, INSERT ON region.region_history TO region;
