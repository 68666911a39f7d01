"""Instructors, liaisons, recommendations and searches for tests: rows written directly, as in `factories`."""

from datetime import date
from itertools import count

from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.naming import naming_fields
from orgs.models import Instructor, Liaison, MemberSearch, Organization, Person, Recommendation, Unit, User
from orgs.permissions import first_day_after
from tests import factories as f

SENT = date(2011, 3, 1)
_numbers = count(1)


def person(name: str = "", **facts) -> Person:
    """A person kept by 城厢镇."""
    name = name or f"钟明{next(_numbers)}"
    if not facts.get("organization"):
        facts.setdefault("unit", f.unit())
    named = naming_fields(name, (), None, None)
    return Person.objects.create(name=name, search_text=named["search_text"], sort_key=named["sort_key"][:200], **facts)


def instructor(
    row: Organization, who: Person | None = None, from_: date = SENT, last_day: date | None = None, **facts
) -> Instructor:
    """Somebody sent to the organization by 城厢镇."""
    facts.setdefault("sent_by", f.unit())
    period = DateRange(from_, first_day_after(last_day))
    return Instructor.objects.create(person=who or person(), organization=row, period=period, **facts)


def leader(row: Organization, who: Person | None = None, from_: date = SENT, last_day: date | None = None) -> Liaison:
    """A leader of 县总工会 tied to the enterprise."""
    return Liaison.objects.create(
        kind="leader",
        department="union",
        person=who or person(unit=f.unit(f.COUNTY)),
        organization=row,
        period=DateRange(from_, first_day_after(last_day)),
    )


def tied_unit(row: Organization, name: str = "县财政局", from_: date = SENT, last_day: date | None = None) -> Liaison:
    """A unit tied to the organization."""
    period = DateRange(from_, first_day_after(last_day))
    return Liaison.objects.create(kind="unit", unit_name=name, organization=row, period=period)


def recommendation(row: Organization, by: User, line: str = "union", name: str = "赖青禾", **facts) -> Recommendation:
    """Somebody recommended on SENT, in the stage that the dates given say."""
    stage = next((s for s in ("declined", "filed", "accepted") if facts.get(f"{s}_on")), "recommended")
    if stage == "declined":
        facts.setdefault("declined_reason", "还需要培养")
    facts = {"recommended_on": SENT, "stage": stage} | facts
    return Recommendation.objects.create(organization=row, line=line, name=name, recommended_by=by, **facts)


def search(row: Organization, by: User, found: int = 3, unit: Unit | None = None, **facts) -> MemberSearch:
    """A visit that found 口袋党员."""
    facts = {"kind": "pocket", "visited_on": SENT, "contacted": 0, "transferred": 0} | facts
    return MemberSearch.objects.create(organization=row, found=found, unit=unit or f.unit(), recorded_by=by, **facts)
