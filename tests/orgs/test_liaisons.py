"""挂点联系: one current enterprise a leader, several leaders an enterprise, units beside them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.liaisons import end_liaison, move_liaison, tie_leader, tie_unit
from orgs.domain.people import Newcomer
from orgs.domain.refusals import NotAllowed
from orgs.models import Liaison
from tests import factories as f
from tests import makers_support as m

pytestmark = pytest.mark.django_db

FROM = date(2011, 5, 1)


def tie(row, **changes):
    act = {"person": None, "department": "union", "from_": FROM, "by": f.owner(), "now": f.NOW} | changes
    act["person"] = act["person"] or m.person(unit=f.unit(f.COUNTY))
    return tie_leader(organization=row, **act)


def move(liaison, to, **changes):
    act = {"from_": date(2011, 7, 1), "reason": "分工调整", "by": f.owner(), "now": f.NOW}
    return move_liaison(liaison=liaison, organization=to, **(act | changes))


def test_a_leader_is_tied_and_an_enterprise_may_have_several():
    row = f.organization()
    tie(row)
    tie(row, person=Newcomer(name="赖青禾", unit=f.unit(f.COUNTY)), department="league")

    assert list(row.liaisons.order_by("pk").values_list("department", flat=True)) == ["union", "league"]


def test_a_second_enterprise_is_refused_and_the_first_one_named():
    first, person = f.organization("先挂的厂"), m.person(unit=f.unit(f.COUNTY))
    tie(first, person=person)

    with pytest.raises(ValidationError) as error:
        tie(f.organization(), person=person)

    assert list(error.value.error_dict) == ["person"]
    assert "先挂的厂" in str(error.value)
    assert Liaison.objects.count() == 1


def test_the_table_itself_refuses_the_second_enterprise():
    row = m.leader(f.organization())
    with pytest.raises(IntegrityError, match="orgs_liaison_one_enterprise_a_leader"), transaction.atomic():
        m.leader(f.organization(), row.person, from_=date(2012, 1, 1))


def test_after_the_end_another_enterprise_is_free():
    person = m.person(unit=f.unit(f.COUNTY))
    ended = m.leader(f.organization(), person, from_=date(2011, 1, 1), last_day=date(2011, 4, 30))

    assert tie(f.organization(), person=person).period.lower == ended.period.upper == FROM


def test_a_leader_is_tied_to_an_enterprise_only():
    society = f.organization(kind="social")
    with pytest.raises(ValidationError) as error:
        tie(society)
    assert list(error.value.error_dict) == ["organization"]

    with pytest.raises(ValidationError):
        move(m.leader(f.organization()), society)
    assert Liaison.objects.filter(period__upper_inf=True).count() == 1


def test_a_unit_is_tied_to_a_social_organization_too_but_once_at_a_time():
    row = f.organization(kind="social")
    words = {"unit_name": "县财政局", "from_": FROM, "by": f.township(), "now": f.NOW}
    assert tie_unit(organization=row, **words).kind == "unit"
    with pytest.raises(ValidationError, match="这段时间已挂点"):
        tie_unit(organization=row, **words)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"department": "court"}, "department"),
        ({"department": ""}, "department"),
        ({"from_": date(2009, 2, 28)}, "from_"),
        ({"from_": f.TODAY + timedelta(1)}, "from_"),
    ],
)
def test_tying_is_refused(changes, field):
    with pytest.raises(ValidationError) as error:
        tie(f.organization(), **changes)
    assert list(error.value.error_dict) == [field]


def test_moving_ends_the_old_one_the_day_before():
    old = m.leader(f.organization())
    moved = move(old, f.organization("新点"))

    old.refresh_from_db()
    assert (old.period.upper, old.end_reason) == (date(2011, 7, 1), "分工调整")
    assert (moved.person, moved.department, moved.period) == (
        old.person, "union", DateRange(date(2011, 7, 1), None),
    )  # fmt: skip


@pytest.mark.parametrize(
    "changes", [{"reason": ""}, {"from_": m.SENT}, {"from_": f.TODAY + timedelta(1)}, {"from_": date(2009, 1, 1)}]
)
def test_a_refused_move_ends_nothing(changes):
    old = m.leader(f.organization())
    with pytest.raises(ValidationError):
        move(old, f.organization(), **changes)
    old.refresh_from_db()
    assert old.period.upper is None
    with pytest.raises(ValidationError):
        move(old, old.organization)


def test_ending_needs_a_day_and_a_reason():
    row = m.tied_unit(f.organization())
    words = {"last_day": date(2011, 12, 31), "reason": "脱点", "by": f.township(), "now": f.NOW}
    for wrong in ({"last_day": date(2011, 1, 1)}, {"reason": ""}, {"last_day": f.TODAY + timedelta(1)}):
        with pytest.raises(ValidationError):
            end_liaison(liaison=row, **(words | wrong))
    assert end_liaison(liaison=row, **words).period.upper == date(2012, 1, 1)
    with pytest.raises(ValidationError, match="已经结束"):
        end_liaison(liaison=row, **words)


def test_leaders_are_tied_county_wide_and_units_within_the_scope():
    township, mine, theirs = f.township(), f.organization(), f.organization(under=f.unit(f.PARK))
    with pytest.raises(NotAllowed):
        tie(mine, by=township)
    with pytest.raises(NotAllowed):
        move(m.leader(mine), f.organization(), by=township)
    with pytest.raises(NotAllowed):
        tie_unit(organization=theirs, unit_name="县财政局", from_=FROM, by=township, now=f.NOW)
    with pytest.raises(NotAllowed):
        move(m.tied_unit(mine), theirs, by=township)


@pytest.mark.parametrize("role", ["line_department", "leader", "secretary", "filer", "auditor", "technician"])
def test_other_roles_tie_nobody(role):
    row = f.organization()
    scope = {"organization": row} if role in ("secretary", "filer") else {}
    by = f.account(role, **scope)
    with pytest.raises(NotAllowed):
        tie(row, by=by)
    with pytest.raises(NotAllowed):
        tie_unit(organization=row, unit_name="县财政局", from_=FROM, by=by, now=f.NOW)
    with pytest.raises(NotAllowed):
        end_liaison(liaison=m.tied_unit(row), last_day=FROM, reason="脱点", by=by, now=f.NOW)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("leader", {"person": None}),
        ("leader", {"department": ""}),
        ("leader", {"unit_name": "县财政局"}),
        ("leader", {"period": DateRange(None, None)}),
        ("leader", {"period": DateRange(FROM, FROM)}),
        ("leader", {"period": None}),
        ("leader", {"organization": None}),
        ("unit", {"unit_name": ""}),
        ("unit", {"period": DateRange(None, None)}),
    ],
)
def test_the_table_refuses(kind, change):
    row = m.leader(f.organization()) if kind == "leader" else m.tied_unit(f.organization())
    with pytest.raises(IntegrityError), transaction.atomic():
        Liaison.objects.filter(pk=row.pk).update(**change)
