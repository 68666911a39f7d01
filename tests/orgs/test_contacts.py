"""联系人 and 联系电话: encrypted, handed out for a reason, every look on record."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from orgs.domain.contacts import Contact, record_contact_reveal
from orgs.domain.refusals import NotAllowed
from quannan.base.models import AuditEntry
from tests import factories as f

pytestmark = pytest.mark.django_db


def reveal(row, **changes):
    act = {"reason": "通知培训", "by": f.township(), "now": f.NOW}
    return record_contact_reveal(organization=row, **(act | changes))


def with_contact(**facts):
    return f.organization(contact_name="王小明", contact_phone="0797-0123456", **facts)


def test_a_contact_is_handed_out_and_the_look_is_on_record():
    row, by = with_contact(), f.township()

    assert reveal(row, by=by) == Contact("王小明", "0797-0123456")

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.object_id) == ("organization.reveal_contact", by, str(row.pk))
    assert entry.detail == {"reason": "通知培训"}


def test_neither_table_nor_history_holds_plain_text():
    with_contact()

    with connection.cursor() as cursor:
        for table in ("orgs_organization", "orgs_organizationevent"):
            cursor.execute(f"SELECT contact_name, contact_phone FROM {table}")
            assert all("0123456" not in value and "王" not in value for value in cursor.fetchone())


def test_without_a_reason_nothing_is_handed_out():
    with pytest.raises(ValidationError) as error:
        reveal(with_contact(), reason="")

    assert list(error.value.error_dict) == ["reason"]
    assert not AuditEntry.objects.exists()


def test_where_there_is_no_contact_there_was_no_look():
    with pytest.raises(ValidationError) as error:
        reveal(f.organization())

    assert error.value.code == "no_contact"
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (f.owner, True),
        (f.union_office, True),
        (f.township, True),
        (lambda: f.township(f.PARK), False),
        (lambda: f.account("leader"), False),
        (lambda: f.account("auditor"), False),
        (lambda: f.account("technician"), False),
        (lambda: None, False),
    ],
)
def test_who_may_look(who, allowed):
    row = with_contact()

    if allowed:
        assert reveal(row, by=who()).name == "王小明"
    else:
        with pytest.raises(NotAllowed):
            reveal(row, by=who())
    assert AuditEntry.objects.exists() is allowed


@pytest.mark.parametrize("role", ["secretary", "filer"])
def test_an_organizations_own_accounts_need_no_look(role):
    row = with_contact()

    with pytest.raises(NotAllowed):
        reveal(row, by=f.account(role, organization=row))
