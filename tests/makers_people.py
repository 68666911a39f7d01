"""Rows of people and posts for tests: deterministic, lawful, written directly."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.naming import naming_fields
from orgs.models import Appointment, Branch, Candidate, Organization, Owner, Person, ProfessionalWorker, Unit
from orgs.permissions import first_day_after
from tests import factories

HEADS = {
    "party": "party.secretary",
    "union": "union.chair",
    "league": "league.secretary",
    "women": "women.chair",
    "women_workers": "women_workers.chair",
    "mechanism": "mechanism.convener",
}


def person(name: str, at: Organization | None = None, under: Unit | None = None, **facts) -> Person:
    """A person of an organization, or kept by a unit (城厢镇 where neither is said)."""
    if at is None and under is None:
        under = factories.unit()
    derived = naming_fields(name, (), None, None)
    return Person.objects.create(
        name=name,
        organization=at,
        unit=under,
        search_text=derived["search_text"],
        sort_key=derived["sort_key"][:200],
        **facts,
    )


def post(
    who: Person,
    branch: Branch,
    code: str = "",
    from_: date = date(2010, 5, 1),
    last_day: date | None = None,
    **facts,
) -> Appointment:
    """A post of a body, its head's where no code is given."""
    code = code or HEADS[branch.line]
    return Appointment.objects.create(
        person=who,
        branch=branch,
        post=code,
        is_head=code == HEADS[branch.line],
        period=DateRange(from_, first_day_after(last_day)),
        **facts,
    )


def candidate(who: Person, *lines: str, **facts) -> Candidate:
    """An entry of the talent pool, fit for the party line where none is said."""
    facts = {"entered_on": date(2011, 3, 1), "qualifications": ["trained"]} | facts
    return Candidate.objects.create(person=who, lines=list(lines) or ["party"], **facts)


def professional(who: Person, unit: Unit, at: Organization | None = None, **facts) -> ProfessionalWorker:
    """An employment from 2011-03-01 on."""
    facts = {"lines": ["party"], "period": DateRange(date(2011, 3, 1), None)} | facts
    return ProfessionalWorker.objects.create(person=who, unit=unit, organization=at, **facts)


def owner(name: str, at: Organization, role: str = "investor", **facts) -> Owner:
    """An owner since nobody knows when."""
    facts = {"period": DateRange(None, None)} | facts
    return Owner.objects.create(organization=at, role=role, name=name, **facts)
