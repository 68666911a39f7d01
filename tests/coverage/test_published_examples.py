"""The published figures, built as rows: joint bodies cover each of their members and count once."""

from datetime import date

import pytest

from coverage.domain import spans
from coverage.domain.figures import report
from coverage.queries_statistics import statistics
from tests.coverage.counties import body, organizations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

DAY = date(2010, 12, 31)
SINCE = date(2010, 5, 1)


def in_parts(rows, parts):
    """The rows in so many groups, as even as they can be."""
    size, more = divmod(len(rows), parts)
    at = 0
    for number in range(parts):
        step = size + (number < more)
        yield rows[at : at + step]
        at += step


def test_205_bodies_covering_617_of_624_enterprises_are_98_9_percent():
    rows = organizations(624, employees=40)
    for members in in_parts(rows[:617], 205):
        body(members, "union_joint" if len(members) > 1 else "union_committee", SINCE)
    spans.drain_marks()
    union = report(user=None, as_of=DAY).populations["all"].lines["union"]
    assert (union.covered, union.eligible, union.rate) == (617, 624, 98.9)
    told = statistics(user=None, as_of=DAY, unit=None).total.lines["union"]
    assert (told.bodies["bodies"], told.built) == (205, 617)


def test_44_joint_branches_covering_159_enterprises():
    rows = organizations(159, full_members=4, probationary_members=0)
    for members in in_parts(rows, 44):
        body(members, "party_joint", SINCE)
    spans.drain_marks()
    party = report(user=None, as_of=DAY).populations["all"].lines["party"]
    assert (party.covered, party.eligible, party.rate) == (159, 159, 100.0)
    told = statistics(user=None, as_of=DAY, unit=None).total.lines["party"]
    assert (told.bodies["joint"], told.covered["joint"]) == (44, 159)


@pytest.mark.parametrize(
    ("covered", "eligible", "rate"), [(84, 85, 98.8), (1334, 2194, 60.8), (30, 30, 100.0), (108, 355, 30.4)]
)
def test_published_rates_out_of_rows(covered, eligible, rate):
    rows = organizations(eligible, employees=30)
    body(rows[:covered], "union_joint", SINCE)
    spans.drain_marks()
    union = report(user=None, as_of=DAY).populations["all"].lines["union"]
    assert (union.covered, union.eligible, union.rate) == (covered, eligible, rate)
