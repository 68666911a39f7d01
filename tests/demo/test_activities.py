"""The demo county's activities: there once, always the same, lawful, and gone with the demo and its history."""

from activities.domain.demo import load_demo_activities
from activities.models import Activity, Participation
from orgs.domain.demo import clear_demo
from tests.factories import NOW


def told() -> list[tuple]:
    return list(Activity.objects.order_by("pk").values_list("organization__uscc", "line", "held_on", "title"))


def test_activities_come_once_lie_in_their_years_and_leave_no_trace(demo):
    load_demo_activities(now=NOW)
    first = told()
    assert len(first) > 20
    load_demo_activities(now=NOW)
    assert told() == first
    assert {day.year for _, _, day, _ in first} == {2010, 2011}
    assert {line for _, line, _, _ in first} >= {"party", "union", "league", "women"}
    for row in Activity.objects.select_related("organization", "branch"):
        assert row.held_on >= row.organization.registered_on
        assert row.branch.memberships.filter(organization=row.organization, period__contains=row.held_on).exists()
    assert Activity.objects.filter(attendees=None).exists()
    clear_demo(by=None, now=NOW)
    for model in (Activity, Participation):
        assert not model.objects.exists()
        assert not model._meta.get_field("events").related_model.objects.exists()


def test_the_same_county_holds_the_same_activities(demo):
    load_demo_activities(now=NOW)
    first = told()
    Participation.objects.all().delete()
    Activity.objects.all().delete()
    load_demo_activities(now=NOW)
    assert told() == first
