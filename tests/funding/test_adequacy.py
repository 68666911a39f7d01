"""人均活动经费 (四(三)): the check's numbers by hand."""

from datetime import date
from decimal import Decimal

import pytest

from coverage.models import Span
from funding.domain.adequacy import Tally, judged, reading_of, tallies, total_of
from funding.models import FundStandard
from tests import factories as f
from tests import makers_funds as make

pytestmark = pytest.mark.usefixtures("seed")

DAY = date(2011, 6, 30)


def verdicts(day: date = DAY, year: int = 2011, user=None) -> dict[int, tuple[str, Decimal]]:
    make.worked_in()
    spans = Span.objects.all() if user is None else Span.objects.visible_to(user)
    rows = judged(spans, reading_of(year, day)).order_by("pk")
    return {row.organization_id: (row.verdict, row.missing) for row in rows}


@pytest.mark.parametrize(
    ("full", "probationary", "yuan", "verdict", "missing"),
    [
        (3, 0, "300.00", "met", "0"),
        (3, 0, "299.99", "short", "0.01"),
        (2, 1, "300.00", "met", "0"),
        (2, 1, "0.01", "short", "299.99"),
        (3, None, "900.00", "unknown", "0"),
        (None, 0, "900.00", "unknown", "0"),
        (3, 0, None, "unregistered", "0"),
        (None, None, None, "unknown", "0"),
        (0, 0, "50.00", "memberless", "0"),
        (0, 0, None, "memberless", "0"),
    ],
)
def test_the_vectors_of_the_standard(full, probationary, yuan, verdict, missing):
    row = make.with_members(full, probationary)
    if yuan:
        make.receipt(row, yuan)
    assert verdicts() == {row.pk: (verdict, Decimal(missing))}


def test_entries_of_a_year_add_up_and_others_do_not_count():
    row = make.with_members(3)
    make.receipt(row, "100.00", date(2011, 1, 1))
    make.receipt(row, "100.00", date(2011, 6, 30))
    for kept_out in (
        {"on": date(2010, 12, 31)},
        {"on": date(2011, 7, 1)},
        {"line": "union", "source": "union"},
        {"cancelled_at": f.NOW, "cancel_reason": "登错"},
    ):
        make.receipt(row, "5000.00", **kept_out)
    make.spending(row, "5000.00")
    assert verdicts() == {row.pk: ("short", Decimal("100.00"))}
    assert verdicts(date(2011, 12, 31)) == {row.pk: ("met", Decimal(0))}


def test_spending_counts_where_the_standard_says_so():
    FundStandard.objects.update(counts="spending")
    row = make.with_members(3)
    make.receipt(row, "300.00")
    assert verdicts() == {row.pk: ("unregistered", Decimal(0))}
    make.spending(row, "250.00")
    assert verdicts() == {row.pk: ("short", Decimal("50.00"))}


def test_members_are_those_of_the_day():
    row = make.with_members(3)
    f.figures(row, as_of=date(2011, 5, 31), employees=60, full_members=4, probationary_members=0)
    make.receipt(row, "300.00")
    assert verdicts() == {row.pk: ("short", Decimal("100.00"))}
    assert verdicts(date(2011, 4, 30)) == {row.pk: ("met", Decimal(0))}


def test_the_first_figures_are_carried_back():
    row = f.organization()
    f.covered(row)
    f.figures(row, as_of=date(2011, 12, 31), employees=60, full_members=3, probationary_members=0)
    make.receipt(row, "300.00")
    assert verdicts() == {row.pk: ("met", Decimal(0))}


def test_the_base_is_who_has_a_party_body_and_is_not_excluded():
    bare = f.organization()
    f.figures(bare, employees=60, full_members=3, probationary_members=0)
    only_union = f.organization()
    f.figures(only_union, employees=60, full_members=3, probationary_members=0)
    f.covered(only_union, line="union")
    excluded = make.with_members(3)
    f.excluded(excluded)
    closed = make.with_members(3, closed_on=date(2011, 6, 1), closed_state="deregistered")
    joint, other = f.organization(), f.organization()
    for row in (joint, other):
        f.figures(row, employees=60, full_members=1, probationary_members=0)
    f.covered(joint, other)
    for row in (bare, only_union, excluded, closed, joint, other):
        make.receipt(row, "100.00")
    assert verdicts() == {joint.pk: ("met", Decimal(0)), other.pk: ("met", Decimal(0))}


def test_there_is_no_verdict_before_the_standard():
    assert reading_of(2010, DAY).standard is None
    assert reading_of(2010, DAY).day == date(2010, 12, 31)
    assert reading_of(2011, DAY).day == DAY
    assert reading_of(2011, date(2012, 3, 1)).day == date(2011, 12, 31)


def test_units_add_up_to_the_county():
    town, park = f.unit(), f.unit(f.PARK)
    for under, yuan in ((town, "300.00"), (town, "250.00"), (town, None), (park, "10.00"), (park, "300.00")):
        row = make.with_members(3, under=under)
        if yuan:
            make.receipt(row, yuan)
    make.with_members(0, under=park)
    make.with_members(None, under=park)
    make.worked_in()
    found = tallies(judged(Span.objects.all(), reading_of(2011, DAY)))
    assert found == {
        town.pk: Tally(met=1, short=1, unregistered=1, missing=Decimal("50.00")),
        park.pk: Tally(met=1, short=1, unknown=1, memberless=1, missing=Decimal("290.00")),
    }
    total = total_of(found.values())
    assert (total.met, total.rated, total.not_known, total.organizations) == (2, 6, 2, 7)
    assert (total.rate, total.missing) == (33.3, Decimal("340.00"))


def test_an_account_has_its_own_sight():
    mine, theirs = make.with_members(3), make.with_members(3, under=f.unit(f.PARK))
    make.receipt(mine)
    make.receipt(theirs)
    assert set(verdicts(user=f.township())) == {mine.pk}
    assert set(verdicts(user=f.account("secretary", organization=theirs))) == {theirs.pk}


def test_the_check_is_one_statement(django_assert_num_queries):
    for _ in range(3):
        make.receipt(make.with_members(3))
    make.worked_in()
    reading = reading_of(2011, DAY)
    with django_assert_num_queries(1):
        assert len(tallies(judged(Span.objects.all(), reading))) == 1
    with django_assert_num_queries(1):
        assert len(list(judged(Span.objects.all(), reading).order_by("pk"))) == 3
