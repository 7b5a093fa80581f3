-- What decides where no policy of the tenant or for the type of data applies: inside the EEA.
INSERT INTO policy.residency_policy (id, version, mode, parameters, valid_from, published_at, published_by)
VALUES (
    '6f0d5a0e-3b1c-4c7e-9a55-2f6f3f5b7d01', 1, 'regional', '{"group": "EEA"}', '2020-01-01T00:00:00Z', now(),
    '{"issuer": "sovereignty", "subject": "policy-service", "displayName": "policy-service", "roles": ["service"]}');
