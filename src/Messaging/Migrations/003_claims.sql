-- The rows that the relay last took: the number of the last of them is last_number, that of the one before it one less, and so
-- on. Recorded before they are sent, so that whoever sends one again gives it the same number, without a write to each row.
ALTER TABLE messaging.publication ADD COLUMN claimed bigint[] NOT NULL DEFAULT '{}';
ALTER TABLE messaging.outbox SET (fillfactor = 100);
