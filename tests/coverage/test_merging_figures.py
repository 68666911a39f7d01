"""Two records of one organization in the figures: once while they are merged, twice before and after."""

from datetime import date

import pytest

from coverage.domain import spans
from coverage.queries import report
from orgs.domain.merging import merge_organizations, undo_merge
from tests import factories as f
from tests.coverage import naive
from tests.coverage.test_spans import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

DAYS = (date(2010, 1, 1), date(2010, 12, 31), date(2012, 6, 30))


def union_of(day: date) -> tuple[int, int, int]:
    """Organizations in the base, those that owe a union, those that have one; spans and naive evaluation agree."""
    spans.drain_marks()
    assert spans.verify().differences == []
    for one in DAYS:
        assert plain(report(user=None, as_of=one)) == naive.evaluate(one, naive.Register())
    found = report(user=None, as_of=day)
    line = found.populations["all"].lines["union"]
    return found.base.organizations, line.eligible, line.covered


def test_figures_follow_a_merge_and_its_undoing():
    f.reference()
    kept, absorbed, other = f.organization(), f.organization(), f.organization()
    for row in (kept, other):
        f.figures(row, employees=30)
    f.figures(absorbed, as_of=date(2010, 6, 30), employees=40)
    f.covered(absorbed, line="union")
    assert union_of(DAYS[2]) == (3, 3, 1)

    made = merge_organizations(kept=kept, absorbed=absorbed, reason="录了两遍", by=None, now=f.NOW)
    assert union_of(DAYS[2]) == (2, 2, 1)
    assert union_of(DAYS[0]) == (2, 2, 0)

    undo_merge(merge=made, reason="是两家", by=None, now=f.NOW)
    assert union_of(DAYS[2]) == (3, 3, 1)
