-- A walk over all begins where the one before it stood (started_after), and at the end once more at the beginning (has_wrapped), up to there.
ALTER TABLE access.walk
    ADD COLUMN started_after_tenant text    NOT NULL DEFAULT '',
    ADD COLUMN started_after_id     uuid    NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    ADD COLUMN has_wrapped          boolean NOT NULL DEFAULT false;

-- due_at moves when a review is put off; since when it waits is told by begins_at.
ALTER TABLE access.standing_review ADD COLUMN begins_at timestamptz;
UPDATE access.standing_review SET begins_at = due_at;
ALTER TABLE access.standing_review ALTER COLUMN begins_at SET NOT NULL;
