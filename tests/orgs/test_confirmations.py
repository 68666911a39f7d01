"""确认 and 不予确认 of bodies."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from orgs.domain.bodies import join_body
from orgs.domain.confirmations import confirm_bodies, confirm_body, refuse_bodies, refuse_body
from orgs.domain.refusals import NotAllowed
from orgs.models import Branch
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


def test_many_are_confirmed_at_once_and_the_rest_is_told():
    waiting = [f.covered(f.organization(), line="union", confirmed=False) for _ in range(3)]
    done = f.covered(f.organization(), line="union")
    league = f.covered(f.organization(), line="league", form="league_branch", confirmed=False)
    with_number = waiting[0]
    Branch.objects.filter(pk=with_number.pk).update(approval="全工字〔2010〕1号")
    by = f.union_office()

    decided = confirm_bodies(branches=[*waiting, done, league], approval="全工字〔2010〕8号", by=by, now=f.NOW)

    assert decided.done == [b.pk for b in waiting]
    assert decided.left == {"已经确认过": 1, "由其他条线的部门确认": 1}
    rows = Branch.objects.filter(pk__in=decided.done).order_by("pk")
    assert {(b.confirmed_at, b.confirmed_by, b.version) for b in rows} == {(f.NOW, by, 2)}
    assert [b.approval for b in rows] == ["全工字〔2010〕1号", "全工字〔2010〕8号", "全工字〔2010〕8号"]
    league.refresh_from_db()
    assert league.confirmed_at is None
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.detail["bodies"]) == ("body.confirm_many", decided.done)


@pytest.mark.parametrize("rows", [1, 5])
def test_confirming_many_takes_a_fixed_number_of_statements(rows, django_assert_num_queries):
    waiting = [f.covered(f.organization(), line="union", confirmed=False) for _ in range(rows)]
    by = f.union_office()
    assert by.can("bodies.confirm")
    with django_assert_num_queries(8):
        confirm_bodies(branches=waiting, by=by, now=f.NOW)


def test_many_are_refused_with_one_reason_and_never_counted():
    waiting = [f.covered(f.organization(), line="union", confirmed=False) for _ in range(2)]

    decided = refuse_bodies(branches=waiting, reason="没有开会选举", by=f.union_office(), now=f.NOW)

    assert len(decided.done) == 2
    rows = Branch.objects.filter(pk__in=decided.done)
    assert {(b.dissolved_on == b.founded_on, b.dissolved_reason) for b in rows} == {(True, "没有开会选举")}
    again = confirm_bodies(branches=waiting, by=f.union_office(), now=f.NOW)
    assert (again.done, again.left) == ([], {"已经不予确认": 2})


def test_refusing_many_asks_for_a_reason():
    with pytest.raises(ValidationError) as error:
        refuse_bodies(branches=[], reason=" ", by=f.owner(), now=f.NOW)

    assert list(error.value.error_dict) == ["reason"]
