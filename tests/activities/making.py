"""Activities for tests, written past the domain."""

from datetime import date

from activities.domain.recording import ActivityFacts
from activities.models import Activity, ActivityKind, Participation, Programme, title_key_of
from quannan.base.events import announce
from tests import factories as f


def reference() -> None:
    """Kinds and programmes as a new installation has them."""
    f.reference()
    if not ActivityKind.objects.exists():
        announce("reference.load")


def kind(code: str = "theme_day") -> ActivityKind:
    """A kind of the start values."""
    reference()
    return ActivityKind.objects.get(code=code)


def programme(code: str = "cxzy") -> Programme:
    """A programme of the start values."""
    reference()
    return Programme.objects.get(code=code)


def activity(organization, *others, line: str = "party", title: str = "主题党日", **facts) -> Activity:
    """An activity of 5 March 2011 as the database keeps it.

    Args:
        organization: the host.
        others: organizations that took part.
        line: code of `Line`.
        title: 活动名称.
        facts: other columns.
    """
    facts = {"held_on": date(2011, 3, 5), "created_at": f.NOW, "updated_at": f.NOW} | facts
    if "kind" not in facts:
        facts["kind"] = kind()
    row = Activity.objects.create(
        organization=organization, line=line, title=title, title_key=title_key_of(title), **facts
    )
    for one in others:
        share(row, one)
    return row


def share(row: Activity, organization) -> Participation:
    """An organization's part in an activity."""
    return Participation.objects.create(activity=row, organization=organization)


def facts(**more) -> ActivityFacts:
    """What is said of an activity of 5 March 2011."""
    return ActivityFacts(**({"kind": kind(), "title": "学雷锋主题党日", "held_on": date(2011, 3, 5)} | more))
