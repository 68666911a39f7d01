"""The audit trail seals itself and refuses to be changed."""

from django.db import migrations

# The chain's advisory lock number; the trigger holds it until commit, so that entries
# chain in the order in which they become visible.
AUDIT_SQL = """
CREATE FUNCTION base_audit_digest(entry base_auditentry) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        entry.previous_digest, entry.id, extract(epoch FROM entry.at), entry.actor_id,
        entry.actor_name, entry.action, entry.object_type, entry.object_id,
        entry.object_label, entry.detail, host(entry.ip), entry.request_id
    )::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION base_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(7290001);
    SELECT id, digest INTO last FROM base_auditentry ORDER BY id DESC LIMIT 1;
    NEW.id := COALESCE(last.id, 0) + 1;
    NEW.previous_digest := COALESCE(last.digest, '');
    NEW.digest := base_audit_digest(NEW);
    RETURN NEW;
END
$$;

CREATE FUNCTION base_audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '审计记录只能新增,不能修改或删除' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER base_audit_chain BEFORE INSERT ON base_auditentry
    FOR EACH ROW EXECUTE FUNCTION base_audit_chain();
CREATE TRIGGER base_audit_keep_rows BEFORE UPDATE OR DELETE ON base_auditentry
    FOR EACH ROW EXECUTE FUNCTION base_audit_keep();
CREATE TRIGGER base_audit_keep_table BEFORE TRUNCATE ON base_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION base_audit_keep();
"""

AUDIT_SQL_BACK = """
DROP TRIGGER base_audit_keep_table ON base_auditentry;
DROP TRIGGER base_audit_keep_rows ON base_auditentry;
DROP TRIGGER base_audit_chain ON base_auditentry;
DROP FUNCTION base_audit_keep();
DROP FUNCTION base_audit_chain();
DROP FUNCTION base_audit_digest(base_auditentry);
"""


class Migration(migrations.Migration):
    dependencies = [("base", "0002_accounts")]

    operations = [migrations.RunSQL(AUDIT_SQL, AUDIT_SQL_BACK)]
