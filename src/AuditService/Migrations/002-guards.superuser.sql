-- Row and statement triggers do not see DROP and ALTER, so DETACH too needs an event trigger, which only a superuser
-- can make. A superuser can also remove it again: against that, only a checkpoint held elsewhere helps.
CREATE FUNCTION audit.refuse_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
    dropped record;
BEGIN
    FOR dropped IN SELECT * FROM pg_event_trigger_dropped_objects() LOOP
        IF dropped.schema_name = 'audit' OR dropped.object_identity = 'audit' OR dropped.object_identity LIKE '% on audit.%' THEN
            RAISE EXCEPTION 'the audit log is write-once: dropping % refused', dropped.object_identity USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
END $$;

-- A table without rows may still be altered: a new partition has to be guarded first.
CREATE FUNCTION audit.refuse_alter() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
    altered record;
    filled boolean;
BEGIN
    FOR altered IN
        SELECT * FROM pg_event_trigger_ddl_commands() AS command
        WHERE schema_name = 'audit' OR command_tag = 'ALTER SCHEMA'
            OR EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = command.objid AND tgfoid = 'audit.refuse_change'::regproc)
    LOOP
        filled := true;
        IF altered.classid = 'pg_class'::regclass THEN
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', altered.objid::regclass) INTO filled;
        END IF;
        IF filled THEN
            RAISE EXCEPTION 'the audit log is write-once: % of % refused', altered.command_tag, altered.object_identity USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
END $$;

CREATE EVENT TRIGGER audit_never_dropped ON sql_drop EXECUTE FUNCTION audit.refuse_drop();
CREATE EVENT TRIGGER audit_never_altered ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'ALTER SCHEMA', 'ALTER TRIGGER', 'CREATE RULE', 'CREATE FUNCTION', 'ALTER FUNCTION', 'CREATE POLICY', 'ALTER POLICY')
    EXECUTE FUNCTION audit.refuse_alter();
ALTER EVENT TRIGGER audit_never_dropped ENABLE ALWAYS;
ALTER EVENT TRIGGER audit_never_altered ENABLE ALWAYS;
