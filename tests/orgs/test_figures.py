"""Entering and correcting 年度数字."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from orgs.domain.figures import record_figures
from orgs.domain.refusals import StaleRecord
from orgs.models import Figures
from orgs.models.organization import HEAD_COUNTS
from quannan.base.models import AuditEntry
from tests import factories as f

pytestmark = pytest.mark.django_db

DAY = date(2011, 12, 31)


def record(row, counts, **changes):
    act = {"as_of": DAY, "by": f.owner(), "now": f.NOW}
    return record_figures(organization=row, counts=counts, **(act | changes))


def codes(error) -> dict[str, list[str]]:
    return {field: [e.code for e in errors] for field, errors in error.value.error_dict.items()}


def test_what_is_left_out_is_not_known_and_zero_is_zero():
    row = record(f.organization(), {"employees": 30, "women": 0})

    row.refresh_from_db()
    assert (row.employees, row.women, row.league_members, row.annual_revenue_yuan) == (30, 0, None, None)
    assert row.source == "manual"
    assert AuditEntry.objects.get().action == "figures.record"


def test_a_correction_changes_what_is_given_and_keeps_the_rest():
    org = f.organization()
    record(org, {"employees": 30, "women": 12})

    row = record(org, {"women": None, "league_members": 3}, reason="复核更正")

    assert (row.employees, row.women, row.league_members, row.note) == (30, None, 3, "复核更正")
    assert Figures.objects.count() == 1
    entry = AuditEntry.objects.first()
    assert entry.action == "figures.correct"
    assert entry.detail["changes"] == {"women": [12, None], "league_members": [None, 3]}


def test_a_correction_needs_a_reason():
    org = f.organization()
    record(org, {"employees": 30})

    with pytest.raises(ValidationError) as error:
        record(org, {"employees": 31})

    assert codes(error) == {"reason": ["required"]}
    assert Figures.objects.get().employees == 30


def test_the_same_figures_again_leave_no_trace():
    org = f.organization()
    record(org, {"employees": 30, "annual_revenue_yuan": Decimal("5000000.00")})

    record(org, {"employees": 30, "annual_revenue_yuan": 5_000_000})

    assert AuditEntry.objects.count() == 1
    assert Figures.objects.get().events.count() == 1


@pytest.mark.parametrize(
    ("before", "employees", "asked"),
    [
        ((date(2011, 6, 30), 50), 49, True),
        ((date(2011, 6, 30), 50), 50, False),
        ((date(2011, 6, 30), 50), None, False),
        ((date(2011, 6, 30), None), 1, False),
        ((date(2012, 6, 30), 50), 49, False),
    ],
)
def test_fewer_employees_than_the_time_before_ask_for_the_reason(before, employees, asked):
    org = f.organization()
    f.figures(org, before[0], employees=before[1])

    if asked:
        with pytest.raises(ValidationError) as error:
            record(org, {"employees": employees})
        assert codes(error) == {"reason": ["required"]}
        assert "2011-06-30的50人" in error.value.message_dict["reason"][0]
    assert record(org, {"employees": employees}, reason="减员" if asked else "").employees == employees


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"employees": -1}, {"employees": ["negative_number"]}),
        ({"employees": 5.5}, {"employees": ["not_a_number"]}),
        ({"employees": True}, {"employees": ["not_a_number"]}),
        ({"employees": 2**31}, {"employees": ["too_large"]}),
        ({"annual_revenue_yuan": Decimal("-0.01")}, {"annual_revenue_yuan": ["negative_number"]}),
        ({"annual_revenue_yuan": Decimal("0.001")}, {"annual_revenue_yuan": ["too_exact"]}),
        ({"annual_revenue_yuan": Decimal("1e17")}, {"annual_revenue_yuan": ["too_large"]}),
        ({"annual_revenue_yuan": Decimal("1e60")}, {"annual_revenue_yuan": ["too_large"]}),
        ({"payroll_yuan": Decimal("NaN")}, {"payroll_yuan": ["not_a_number"]}),
        ({"women": -1, "payroll_yuan": "多"}, {"women": ["negative_number"], "payroll_yuan": ["not_a_number"]}),
    ],
)
def test_values_out_of_range_are_refused_all_at_once(counts, expected):
    with pytest.raises(ValidationError) as error:
        record(f.organization(), counts)

    assert codes(error) == expected
    assert not Figures.objects.exists()


def test_a_part_above_the_whole_is_refused_with_the_constraints_sentence():
    with pytest.raises(ValidationError) as error:
        record(f.organization(), {"employees": 5, "women": 6})

    assert error.value.messages == ["女性人数不能多于从业人员数,请核对两个数字。"]


@pytest.mark.parametrize("day", [date(2009, 2, 28), date(2012, 6, 1), date(2012, 11, 6)])
def test_a_day_before_registration_after_closing_or_to_come_is_refused(day):
    org = f.organization(closed_on=date(2012, 6, 1), closed_state="moved_out")

    with pytest.raises(ValidationError) as error:
        record(org, {"employees": 5}, as_of=day)

    assert list(error.value.error_dict) == ["as_of"]


def test_somebody_elses_correction_meanwhile_is_shown_and_not_overwritten():
    org = f.organization()
    record(org, {"employees": 30})

    with pytest.raises(StaleRecord) as refused:
        record(org, {"employees": 28}, seen={"employees": 25}, reason="核实")

    assert refused.value.theirs == {"employees": (25, 30)}
    assert refused.value.mine == {"employees": (25, 28)}
    assert Figures.objects.get().employees == 30
    assert record(org, {"employees": 28}, seen={"employees": 30}, reason="核实").employees == 28


def test_a_count_that_does_not_exist_is_a_programming_error():
    with pytest.raises(ValueError, match="dogs"):
        record(f.organization(), {"dogs": 2})


@pytest.mark.parametrize("name", HEAD_COUNTS)
def test_any_head_count_that_goes_down_is_explained(name):
    row = f.organization()
    f.figures(row, as_of=date(2010, 6, 30), **{name: 10})
    f.figures(row, as_of=date(2010, 12, 31))
    act = {"organization": row, "as_of": date(2011, 6, 30), "by": f.owner(), "now": f.NOW}

    with pytest.raises(ValidationError) as error:
        record_figures(counts={name: 9}, **act)
    assert list(error.value.error_dict) == ["reason"]
    assert "2010-06-30的10人" in error.value.messages[0]

    assert record_figures(counts={name: 9}, reason="离厂", **act).note == "离厂"
