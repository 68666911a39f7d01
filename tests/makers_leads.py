"""Leads, owners and everything that can hang on an organization, for the tests of leads and of merging."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from evaluation.models import Round
from orgs.models import (
    Appointment,
    Branch,
    DismissalCase,
    Election,
    EstablishmentPlan,
    Instructor,
    Lead,
    LedgerFacts,
    Liaison,
    MemberSearch,
    Organization,
    Owner,
    Person,
    ProfessionalWorker,
    Recommendation,
    Unit,
    User,
)
from orgs.validators import normalise_name
from tests import factories as f
from tests import makers_funds as funds
from tests import makers_gaps as gaps
from tests import makers_reports as reports
from tests import makers_scores as scores
from tests.activities import making

ALWAYS = DateRange(date(2010, 1, 1), None)


def lead(name: str = "全南县新泰电子厂", under: Unit | None = None, **facts) -> Lead:
    """An open lead of 城厢镇, signed on 2012-10-01 and due on 2012-10-31."""
    facts = {
        "source": "registration",
        "unit": under or f.unit(),
        "happened_on": date(2012, 10, 1),
        "due_on": date(2012, 10, 31),
        "lines": ["party", "union"],
    } | facts
    return Lead.objects.create(name=name, name_key=normalise_name(name), **facts)


def owner(row: Organization, name: str = "林晓东", role: str = "legal", period: DateRange = ALWAYS) -> Owner:
    """An owner of an organization."""
    return Owner.objects.create(organization=row, role=role, name=name, period=period)


def person(row: Organization | None = None, name: str = "廖远明") -> Person:
    """Somebody who works there, or for 城厢镇."""
    return Person.objects.create(
        name=name, search_text=name, sort_key=name, organization=row, unit=None if row else f.unit()
    )


def appointed(branch: Branch, who: Person, post: str = "party.secretary", **facts) -> Appointment:
    """A head of a body."""
    return Appointment.objects.create(
        branch=branch, person=who, post=post, is_head=True, **({"period": ALWAYS} | facts)
    )


def elected(branch: Branch, held_on: date = date(2010, 5, 10)) -> Election:
    """An election with a term of three years."""
    return Election.objects.create(
        branch=branch, held_on=held_on, term_years=3, due_on=held_on.replace(year=held_on.year + 3)
    )


def laden(row: Organization, by: User) -> None:
    """Gives an organization one row of everything that can belong to it.

    Args:
        row: the organization.
        by: the account named in rows that name one.
    """
    f.figures(row, as_of=date(2010, 12, 31), employees=60, women=12)
    f.covered(row, line="party")
    somebody = person(row)
    owner(row, f"业主{row.pk}")
    Instructor.objects.create(person=person(), organization=row, sent_by=f.unit(), period=ALWAYS)
    Liaison.objects.create(kind="unit", unit_name="县发改局", organization=row, period=ALWAYS)
    ProfessionalWorker.objects.create(person=somebody, unit=f.unit(), organization=row, lines=["party"], period=ALWAYS)
    EstablishmentPlan.objects.create(organization=row, line="league", period=ALWAYS, reason="new")
    Recommendation.objects.create(
        organization=row, line="union", name="钟丽", recommended_on=date(2012, 5, 1), recommended_by=by
    )
    LedgerFacts.objects.create(organization=row, form="F1", as_of=date(2011, 6, 30), values={"park": "一号楼"})
    MemberSearch.objects.create(
        organization=row, kind="pocket", visited_on=date(2012, 5, 1), found=2, unit=f.unit(), recorded_by=by
    )
    lead(f"线索{row.pk}", organization=row, state="converted", decided_on=date(2012, 10, 5))
    DismissalCase.objects.create(
        organization=row,
        person_name="曾某",
        post="工会主席",
        dismissed_on=date(2012, 3, 1),
        circumstances="维护职工权益",
        opened_by=by,
        opened_at=f.NOW,
    )
    filer = f.account("filer", organization=row)
    reports.report(row, Round.objects.filter(year=2012).first() or reports.round_(2012))
    reports.access(row, filer)
    scores.unrated(row)
    gaps.assignment(row, "women")
    gaps.supervision(row)
    gaps.override(row, "B")
    gaps.measure(row)
    funds.receipt(row)
    making.share(making.activity(row, title=f"主题党日{row.pk}"), row)
