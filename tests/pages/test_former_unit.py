"""A unit that has handed an organization over sees it at the dates on which it was its own, as it was then."""

from datetime import date

import pytest

from orgs.queries import sight_ended
from tests import factories as f

pytestmark = pytest.mark.django_db

MOVED = date(2012, 1, 1)


@pytest.fixture
def moved():
    row = f.organization("全南县青竹工艺厂")
    row.placements.all().delete()
    f.placed(row, f.unit(), until=MOVED)
    f.placed(row, f.unit(f.PARK), from_=MOVED)
    f.figures(row, date(2011, 6, 30), employees=31)
    f.figures(row, date(2012, 6, 30), employees=47)
    return row


def changes(client, row, by):
    client.force_login(by)
    answer = client.get(f"/organizations/{row.pk}/?as_of=2011-06-30&tab=changes")
    assert answer.status_code == 200
    return answer


def test_what_was_written_since_is_for_the_unit_that_has_it_now(client, moved):
    former = changes(client, moved, f.township())

    assert former.context["entries"] == []
    assert {event.day for event in former.context["events"]} >= {date(2011, 6, 30)}
    assert all(event.day < MOVED for event in former.context["events"])


@pytest.mark.parametrize("who", [f.owner, lambda: f.account("leader")])
def test_who_sees_it_today_reads_the_whole_history(client, moved, who):
    present = changes(client, moved, who())

    assert present.context["entries"]
    assert date(2012, 6, 30) in {event.day for event in present.context["events"]}


def test_the_end_of_sight(moved):
    assert sight_ended(f.township(), moved) == MOVED
    assert sight_ended(f.township(f.PARK), moved) is None
    assert sight_ended(f.township(f.COUNTY), moved) is None
    assert sight_ended(f.account("secretary", organization=moved), moved) is None
