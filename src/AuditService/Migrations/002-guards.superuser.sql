-- Row and statement triggers do not see DROP and ALTER, so DETACH too needs an event trigger, which only a superuser
-- can make. A superuser can also remove it again: against that, only a checkpoint held elsewhere helps.
-- In a schema of their own: dropping the schema of the log would drop guards inside it before they are asked.
CREATE SCHEMA audit_guard;

CREATE FUNCTION audit_guard.refuse_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
    dropped record;
BEGIN
    FOR dropped IN SELECT * FROM pg_event_trigger_dropped_objects() LOOP
        IF dropped.schema_name = 'audit' OR dropped.object_identity = 'audit' OR dropped.object_identity LIKE '% on audit.%' THEN
            RAISE EXCEPTION 'the audit log is write-once: dropping % refused', dropped.object_identity USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
END $$;

-- Only a table made in the same transaction may be altered: a new partition is guarded before anyone writes to it. When a
-- table was made is told by the row of its first system column, which nothing ever changes.
CREATE FUNCTION audit_guard.refuse_alter() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
    altered record;
BEGIN
    FOR altered IN
        SELECT * FROM pg_event_trigger_ddl_commands() AS command
        WHERE schema_name = 'audit' OR command_tag = 'ALTER SCHEMA'
            OR EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = command.objid AND tgfoid = to_regproc('audit.refuse_change'))
    LOOP
        IF altered.classid <> 'pg_class'::regclass OR NOT EXISTS (
            SELECT 1 FROM pg_attribute WHERE attrelid = altered.objid AND attnum = -1 AND xmin = pg_current_xact_id()::xid)
        THEN
            RAISE EXCEPTION 'the audit log is write-once: % of % refused', altered.command_tag, altered.object_identity USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
END $$;

CREATE EVENT TRIGGER audit_never_dropped ON sql_drop EXECUTE FUNCTION audit_guard.refuse_drop();
CREATE EVENT TRIGGER audit_never_altered ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'ALTER SCHEMA', 'ALTER TRIGGER', 'CREATE RULE', 'CREATE FUNCTION', 'ALTER FUNCTION', 'ALTER VIEW', 'CREATE VIEW')
    EXECUTE FUNCTION audit_guard.refuse_alter();
ALTER EVENT TRIGGER audit_never_dropped ENABLE ALWAYS;
ALTER EVENT TRIGGER audit_never_altered ENABLE ALWAYS;
