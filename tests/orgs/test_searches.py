"""排查 of 口袋党员 and 隐形党员: counts of a visit, who sees them, and sums that give no small number away."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from orgs.domain.refusals import NotAllowed
from orgs.domain.searches import correct_search, record_search, recording_units
from orgs.models import MemberSearch
from orgs.queries_searches import search_sums
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_support as m

pytestmark = pytest.mark.django_db

ON = date(2011, 3, 1)
COUNTS = {"found": 7, "contacted": 6, "transferred": 4}


def record(row, **changes):
    by = changes.pop("by", None) or f.township()
    act = {"kind": "pocket", "visited_on": ON, "unit": f.unit(), "by": by, "now": f.NOW} | COUNTS
    return record_search(organization=row, **(act | changes))


def test_counts_are_recorded_and_the_audit_holds_none():
    row = record(f.organization())

    assert (row.found, row.contacted, row.transferred, row.unit.code) == (7, 6, 4, f.CHENGXIANG)
    assert set(AuditEntry.objects.get().detail) == {"search", "visited_on"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "lost"}, "kind"),
        ({"found": -1, "contacted": -1, "transferred": -1}, "found"),
        ({"contacted": 8}, "contacted"),
        ({"transferred": 7}, "transferred"),
        ({"visited_on": f.TODAY + timedelta(1)}, "visited_on"),
        ({"visited_on": date(2009, 1, 1)}, "visited_on"),
    ],
)
def test_recording_is_refused(changes, field):
    with pytest.raises(ValidationError) as error:
        record(f.organization(), **changes)
    assert list(error.value.error_dict) == [field]


def test_a_second_record_of_the_day_is_refused():
    row, by = f.organization(), f.township()
    record(row, by=by)
    with pytest.raises(ValidationError, match="已有记录"):
        record(row, by=by)
    record(row, by=by, kind="hidden")


def test_a_unit_records_for_itself_alone():
    with pytest.raises(ValidationError):
        record(f.organization(), unit=f.unit(f.PARK))
    with pytest.raises(NotAllowed):
        record(f.organization(under=f.unit(f.PARK)))
    assert [u.code for u in recording_units(f.owner())] == [f.COUNTY]


@pytest.mark.parametrize("role", ["line_department", "leader", "secretary", "filer", "auditor", "technician"])
def test_other_roles_neither_record_nor_see(role):
    row = f.organization()
    scope = {"organization": row} if role in ("secretary", "filer") else {}
    by = f.account(role, **scope)
    found = m.search(row, f.owner())

    with pytest.raises(NotAllowed):
        record(row, by=by)
    with pytest.raises(NotAllowed):
        correct_search(search=found, **COUNTS, reason="核对", by=by, now=f.NOW)
    assert not MemberSearch.objects.visible_to(by).exists()


def test_the_very_unit_and_the_owner_office_see_the_counts_of_an_organization():
    row = f.organization()
    mine = m.search(row, f.owner())
    m.search(row, f.owner(), unit=f.unit(f.COUNTY))
    above = f.account("unit_office", unit=f.unit(f.COUNTY))

    assert list(MemberSearch.objects.visible_to(f.township())) == [mine]
    assert MemberSearch.objects.visible_to(f.owner()).count() == 2
    assert mine not in MemberSearch.objects.visible_to(above)
    assert not MemberSearch.objects.visible_to(f.township(f.PARK)).exists()


def test_correcting_needs_a_reason_and_order():
    by = f.township()
    row = record(f.organization(), by=by)
    words = {"found": 9, "contacted": 6, "transferred": 4, "reason": "复核", "by": by, "now": f.NOW}
    for wrong in ({"reason": ""}, {"contacted": 10}, {"transferred": 7}):
        with pytest.raises(ValidationError):
            correct_search(search=row, **(words | wrong))
    assert correct_search(search=row, **words).found == 9
    with pytest.raises(NotAllowed):
        correct_search(search=row, **(words | {"by": f.township(f.PARK)}))


@pytest.mark.parametrize(
    "change",
    [
        {"contacted": 8},
        {"transferred": 7},
        {"found": None},
        {"visited_on": None},
        {"organization": None},
        {"unit": None},
        {"recorded_by": None},
    ],
)
def test_the_table_refuses(change):
    row = m.search(f.organization(), f.owner(), 7, contacted=6, transferred=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberSearch.objects.filter(pk=row.pk).update(**change)


def two(under: str, *found: int, **facts):
    """Visits of one unit, each to another organization."""
    for number in found:
        m.search(f.organization(under=f.unit(under)), f.owner(), number, unit=f.unit(under), **facts)


def words(user=None, year=2011):
    found = search_sums(user or f.account("leader"), year)
    return {row.name: list(row.cells[:3]) for row in found.rows}, list(found.total.cells[:3])


def test_sums_are_shown_from_five_on():
    two(f.CHENGXIANG, 3, 2, contacted=2)
    two(f.PARK, 4, 6)

    rows, total = words()

    assert rows == {"城厢镇": ["5", "<5", "<5"], "工业园区": ["10", "<5", "<5"]}
    assert total == ["15", "不列出", "不列出"]


def test_the_total_does_not_give_the_one_hidden_number_away():
    two(f.CHENGXIANG, 3, 1)
    two(f.PARK, 4, 6)

    rows, total = words()

    assert rows["城厢镇"][0] == "<5"
    assert total[0] == "≥10"


def test_the_count_of_a_single_organization_is_no_sum():
    two(f.CHENGXIANG, 30)
    assert words()[0] == {"城厢镇": ["不单列", "不单列", "不单列"]}


def test_sums_are_of_whole_years():
    two(f.CHENGXIANG, 3, 3)
    two(f.CHENGXIANG, 30, 30, visited_on=date(2012, 2, 1))
    assert (words(year=2011)[1][0], words(year=2012)[1][0]) == ("6", "60")


def test_a_unit_sees_no_sum_of_another():
    two(f.CHENGXIANG, 30, 30)
    two(f.PARK, 30, 30)
    assert list(words(f.township())[0]) == ["城厢镇"]
    assert words(f.account("secretary", organization=f.organization()))[0] == {}
