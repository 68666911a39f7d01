"""确认 and 不予确认 of bodies."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from orgs.domain.bodies import join_body
from orgs.domain.confirmations import confirm_body, refuse_body
from orgs.domain.refusals import NotAllowed
from orgs.queries import bodies_of
from quannan.base.models import AuditEntry
from tests import factories as f

pytestmark = pytest.mark.django_db


def waiting(line="union", **facts):
    row = f.organization()
    return row, f.covered(row, line=line, confirmed=False, **facts)


def test_confirming_says_who_and_when():
    _, branch = waiting()
    by = f.union_office()

    row = confirm_body(branch=branch, by=by, now=f.NOW)

    row.refresh_from_db()
    assert (row.confirmed_by, row.confirmed_at, row.version) == (by, f.NOW, 2)
    assert AuditEntry.objects.get().action == "body.confirm"


def test_a_refused_body_never_counted_and_its_members_stay_on_record():
    org, branch = waiting()
    assert len(bodies_of(org, f.TODAY)) == 1

    row = refuse_body(branch=branch, reason="没有选举记录", by=f.union_office(), now=f.NOW)

    assert (row.dissolved_on, row.dissolved_reason, row.refused_at) == (row.founded_on, "没有选举记录", f.NOW)
    assert [bodies_of(org, day) for day in (row.founded_on, f.TODAY)] == [[], []]
    assert row.memberships.get().period.lower == date(2010, 5, 1)


def test_refusing_needs_a_reason():
    _, branch = waiting()

    with pytest.raises(ValidationError) as error:
        refuse_body(branch=branch, reason=" ", by=f.union_office(), now=f.NOW)

    assert list(error.value.error_dict) == ["reason"]


def test_what_is_decided_is_decided():
    _, confirmed = waiting()
    _, refused = waiting()
    by = f.owner()
    confirm_body(branch=confirmed, by=by, now=f.NOW)
    refuse_body(branch=refused, reason="重复填报", by=by, now=f.NOW)

    for branch, code in ((confirmed, "confirmed"), (refused, "refused")):
        with pytest.raises(ValidationError) as error:
            confirm_body(branch=branch, by=by, now=f.NOW)
        assert error.value.code == code
        with pytest.raises(ValidationError) as error:
            refuse_body(branch=branch, reason="重复填报", by=by, now=f.NOW)
        assert error.value.code == code


def test_a_refused_joint_body_takes_no_members():
    branch = f.covered(f.organization(), f.organization(), line="union", form="union_joint", confirmed=False)
    refuse_body(branch=branch, reason="没有选举记录", by=f.owner(), now=f.NOW)

    with pytest.raises(ValidationError) as error:
        join_body(branch=branch, organization=f.organization(), from_=date(2011, 1, 1), by=f.owner(), now=f.NOW)

    assert error.value.code == "refused"


@pytest.mark.parametrize(
    ("line", "who", "allowed"),
    [
        ("union", f.owner, True),
        ("party", f.owner, True),
        ("union", f.union_office, True),
        ("women_workers", f.union_office, True),
        ("league", f.union_office, False),
        ("party", f.union_office, False),
        ("union", f.township, False),
        ("union", lambda: f.account("leader"), False),
        ("union", lambda: f.account("auditor"), False),
        ("union", lambda: f.account("technician"), False),
        ("union", f.account, False),
        ("union", lambda: None, True),
    ],
)
@pytest.mark.parametrize("act", [confirm_body, refuse_body])
def test_a_body_is_decided_by_its_lines_department_or_the_owner_office(act, line, who, allowed):
    _, branch = waiting(line)
    arguments = {"reason": "没有选举记录"} if act is refuse_body else {}

    if allowed:
        act(branch=branch, by=who(), now=f.NOW, **arguments)
    else:
        with pytest.raises(NotAllowed):
            act(branch=branch, by=who(), now=f.NOW, **arguments)
    branch.refresh_from_db()
    assert bool(branch.confirmed_at or branch.refused_at) is allowed
