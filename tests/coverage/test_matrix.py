"""Lines beside units: rows add up, every base counts what its name says, and equal is only what is exactly equal."""

from datetime import date

import pytest

from coverage.domain import spans
from coverage.domain.bases import BASES, BY_CODE, OWED
from coverage.domain.figures import report
from coverage.models import MEASURED, Milestone
from coverage.queries_dashboard import slider_days
from coverage.queries_matrix import WORK, Cell, MatrixRow, in_order, league, matrix
from orgs.models import Exclusion, Placement, Unit
from tests.coverage.counties import body, organizations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

DAY = date(2010, 12, 31)
BEFORE = date(2010, 6, 1)


def moved(rows, name):
    Placement.objects.filter(organization__in=rows).update(unit=Unit.objects.get(name=name))
    return rows


@pytest.fixture
def county():
    """Four kinds of organizations in two units: owed and built, owed and not, small and built, excluded, unknown."""
    owed = organizations(10, employees=30, full_members=4)
    body(owed[:6], "union_joint", BEFORE)
    small = organizations(5, start=20, employees=10, full_members=1)
    body(small[:2], "union_joint", BEFORE)
    park = moved(organizations(4, start=40, employees=120, full_members=3), "工业园区")
    body(park[:3], "union_joint", BEFORE)
    body(park[:1], "party_branch", BEFORE)
    unknown = organizations(3, start=60)
    body(unknown[:1], "union_joint", BEFORE)
    away = organizations(2, start=80, employees=30)
    for row in away:
        Exclusion.objects.create(
            organization=row, period=("2010-01-01", None), state="suspended", reason="停产", approver="办公室"
        )
    spans.drain_marks()
    return {"owed": owed, "small": small, "park": park, "unknown": unknown, "away": away}


def test_a_unit_stands_below_its_superior_whatever_its_own_number(county):
    park = Unit.objects.get(name="工业园区")
    below = Unit.objects.create(code="36072999", name="园区分区", parent=park, path=f"{park.path}36072999/", order=900)
    Placement.objects.filter(organization=county["park"][0]).update(unit=below)
    spans.drain_marks()
    rows = [(row.unit.name, row.depth) for row in matrix(user=None, as_of=DAY).tree]
    assert rows[rows.index(("工业园区", 1)) + 1] == ("园区分区", 2)


def test_what_is_owed_is_the_dashboards_figure_row_by_row(county):
    found, told = matrix(user=None, as_of=DAY), report(user=None, as_of=DAY)
    for row, figures in zip(found.own, told.units, strict=True):
        assert row.unit == figures.unit
        for line in MEASURED:
            counts = figures.counts.lines[line]
            assert (row.cells[line].covered, row.cells[line].of, row.cells[line].unknown) == (
                counts.covered,
                counts.eligible,
                counts.unknown,
            )


@pytest.mark.parametrize("basis", BASES, ids=lambda b: b.code)
def test_own_rows_add_up_to_the_sum_and_never_more_is_covered_than_counted(county, basis):
    found = matrix(user=None, as_of=DAY, basis=basis)
    for code, cell in found.total.shown:
        assert cell.covered == sum(row.cells[code].covered for row in found.own)
        assert cell.of == sum(row.cells[code].of for row in found.own)
        assert 0 <= cell.covered <= cell.of
    assert found.total.base == sum(row.base for row in found.own)


@pytest.mark.parametrize(
    ("code", "base", "union"),
    [
        ("eligible", 19, (9, 14)),
        ("eligible_above", 4, (3, 4)),
        ("eligible_below", 15, (6, 10)),
        ("eligible_key", 1, (1, 1)),
        ("registered", 24, (12, 24)),
        ("operating", 22, (12, 22)),
        ("above", 4, (3, 4)),
        ("with_party", 1, (1, 1)),
    ],
)
def test_each_base_counts_what_its_name_says(county, code, base, union):
    total = matrix(user=None, as_of=DAY, basis=BY_CODE[code]).total
    assert total.base == base
    assert (total.cells["union"].covered, total.cells["union"].of) == union


def test_a_subtree_holds_its_own_rows(county):
    found = matrix(user=None, as_of=DAY)
    own = {row.unit.pk: row for row in found.own}
    for row in found.tree:
        below = [r for r in own.values() if r.unit.path.startswith(row.unit.path)]
        assert row.base == sum(r.base for r in below)


def test_two_queries_whatever_the_number_of_units(county, django_assert_num_queries):
    with django_assert_num_queries(2):
        matrix(user=None, as_of=DAY)
    now = matrix(user=None, as_of=DAY)
    milestones = list(Milestone.objects.order_by("due_on"))
    with django_assert_num_queries(2):
        league(user=None, now=now, unit=None, line="union", milestones=milestones)


def test_places_follow_the_exact_share_and_only_equal_ones_share_a_place():
    def row(covered, of):
        made = MatrixRow(None)
        made.cells["union"] = Cell(covered, of)
        return made

    ordered = in_order([row(0, 0), row(599, 1000), row(5991, 10000), row(1, 2), row(2, 4)], "union")
    assert [(r.cells["union"].covered, r.cells["union"].of) for r in ordered] == [
        (5991, 10000),
        (599, 1000),
        (2, 4),
        (1, 2),
        (0, 0),
    ]


def test_the_league_tells_the_change_and_what_is_missing_to_the_next_milestone(county):
    now = matrix(user=None, as_of=date(2011, 3, 31))
    milestones = list(Milestone.objects.filter(is_active=True).order_by("due_on"))
    rows, quarter, target = league(user=None, now=now, unit=None, line="union", milestones=milestones)
    assert quarter == date(2010, 12, 31)
    assert target.code == "all-2011h1"
    assert [(r.place, r.row.unit.name, r.cell.covered, r.cell.of, r.lacking) for r in rows] == [
        (1, "工业园区", 3, 4, 0),
        (2, "城厢镇", 6, 10, 0),
    ]
    assert [r.change for r in rows] == [0.0, 0.0]
    wide = matrix(user=None, as_of=date(2011, 3, 31), basis=BY_CODE["operating"])
    rows, _, target = league(user=None, now=wide, unit=None, line="union", milestones=milestones)
    assert target is None
    assert {r.lacking for r in rows} == {None}


def test_work_coverage_stands_beside_the_lines(county):
    total = matrix(user=None, as_of=DAY).total
    told = report(user=None, as_of=DAY).populations["all"]
    assert (total.cells[WORK].covered, total.cells[WORK].of) == (told.work, told.organizations)


def test_the_slider_offers_ends_of_months_and_the_day_itself():
    days = slider_days(date(2011, 6, 15))
    assert date(2011, 6, 15) in days
    assert date(2011, 6, 30) in days
    assert days == sorted(days)
    assert days[-1] == date(2012, 6, 30)


def test_the_usual_base_is_what_is_owed():
    assert BASES[0] is OWED
