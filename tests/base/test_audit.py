"""The trail: sealed, gapless, unchangeable, also for those who go past Django."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from quannan.base.domain import audit
from quannan.base.models import AuditEntry
from quannan.base.origin import Origin, working_for

pytestmark = pytest.mark.django_db


def record(wang, now, action="orgs.rename", **detail):
    return audit.record(action=action, by=wang, obj=wang, detail=detail, now=now)


def test_record_keeps_who_what_and_where(wang, now):
    with working_for(Origin(request_id="abc123def456", ip="10.0.0.7")):
        entry = record(wang, now, before="甲", after="乙")
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_name, entry.at) == (wang, "wang先生", now)
    assert (entry.object_type, entry.object_id, entry.object_label) == ("orgs.User", str(wang.pk), "wang先生")
    assert (entry.ip, entry.request_id, entry.detail) == ("10.0.0.7", "abc123def456", {"before": "甲", "after": "乙"})


def test_record_by_the_system(now):
    assert audit.record(action="base.tidy", by=None, now=now).actor_name == "系统"


def test_entries_chain_however_they_are_written(wang, now):
    first = record(wang, now)
    AuditEntry.objects.bulk_create([AuditEntry(at=now, action="a"), AuditEntry(at=now, action="b")])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO base_auditentry (id, at, actor_name, action, object_type, object_id, object_label,"
            " detail, request_id, previous_digest, digest)"
            " VALUES (999, now(), '', 'raw', '', '', '', '{}', '', 'forged', 'forged')"
        )
    entries = list(AuditEntry.objects.order_by("id"))
    assert [entry.pk for entry in entries] == [first.pk, first.pk + 1, first.pk + 2, first.pk + 3]
    assert [entry.previous_digest for entry in entries[1:]] == [entry.digest for entry in entries[:-1]]
    assert all(len(entry.digest) == 64 for entry in entries)
    assert audit.verify_chain() == audit.ChainCheck(entries=4, broken=())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE base_auditentry SET action = 'nothing'",
        "DELETE FROM base_auditentry",
        "TRUNCATE base_auditentry",
    ],
)
def test_trail_refuses_to_be_changed(wang, now, statement):
    record(wang, now)
    with pytest.raises(DatabaseError, match="只能新增"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.count() == 1


def tamper(statement, *values):
    """As somebody who owns the tables would, with the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE base_auditentry DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        cursor.execute("ALTER TABLE base_auditentry ENABLE TRIGGER USER")


def test_verify_chain_finds_a_changed_entry(wang, now):
    entries = [record(wang, now, step=step) for step in range(3)]
    tamper("UPDATE base_auditentry SET actor_name = '别人' WHERE id = %s", entries[1].pk)
    assert audit.verify_chain().broken == (entries[1].pk,)


def test_verify_chain_finds_a_removed_entry(wang, now):
    entries = [record(wang, now, step=step) for step in range(3)]
    tamper("DELETE FROM base_auditentry WHERE id = %s", entries[1].pk)
    assert audit.verify_chain().broken == (entries[2].pk,)


def test_verify_audit_command(wang, now):
    entry = record(wang, now)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue() == "审计记录共 1 条,摘要链完整。\n"
    tamper("UPDATE base_auditentry SET action = 'x' WHERE id = %s", entry.pk)
    with pytest.raises(CommandError, match=f"不符:{entry.pk}。"):
        call_command("verify_audit")


def test_trail_outlives_the_account(wang, now):
    record(wang, now)
    wang.delete()
    entry = AuditEntry.objects.get()
    assert (entry.actor_name, audit.verify_chain().whole) == ("wang先生", True)


def test_visible_to_needs_the_capability(wang, account, now):
    entry = record(wang, now)
    assert list(AuditEntry.objects.visible_to(wang)) == []
    assert list(AuditEntry.objects.visible_to(account("qian", "audit.read"))) == [entry]
