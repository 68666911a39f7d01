"""Rows of gaps handed out, 挂牌督办 and 分类指导, written directly."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from coverage.models import GapAssignment, GuidanceMeasure, GuidanceOverride, Supervision
from orgs.models import Organization
from orgs.queries_list import unit_of
from tests.factories import NOW

FROM = date(2011, 3, 1)


def assignment(
    row: Organization, line: str, *, from_: date = FROM, until: date | None = None, **facts
) -> GapAssignment:
    """A gap handed to the organization's own unit; `until` is the first day it holds no more."""
    facts = {"leader": "钟副书记", "due_on": date(2011, 9, 30), "assigned_at": NOW} | facts
    facts.setdefault("unit", unit_of(row, from_))
    return GapAssignment.objects.create(organization=row, line=line, period=DateRange(from_, until), **facts)


def supervision(row: Organization, line: str = "", *, from_: date = FROM, until: date | None = None) -> Supervision:
    """挂牌督办 of the whole organization, or of one line."""
    return Supervision.objects.create(
        organization=row, line=line, period=DateRange(from_, until), level="县级", reason="迟迟未动"
    )


def override(row: Organization, letter: str, *, from_: date = FROM, until: date | None = None) -> GuidanceOverride:
    """A class given with a reason."""
    return GuidanceOverride.objects.create(
        organization=row, letter=letter, period=DateRange(from_, until), reason="作用发挥不够"
    )


def measure(
    row: Organization, kind: str = "visit", done_on: date = date(2011, 5, 10), note: str = ""
) -> GuidanceMeasure:
    """Something done for the organization."""
    return GuidanceMeasure.objects.create(organization=row, kind=kind, done_on=done_on, note=note)
