"""Reads of 未建原因与组建计划: of one organization by line, and of many at a date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from orgs.domain.plans import lines_lacking
from orgs.lines import LINES, Line
from orgs.models import EstablishmentPlan, Organization
from orgs.models.codes import CodeList
from orgs.queries import codes


@dataclass(frozen=True)
class PlanRecord:
    """One record in words.

    Attributes:
        plan: the row.
        reason: why there is no body, the note included.
        last_day: 至, the last day it held, None while it goes on.
        overdue: whether the planned day had passed without a body.
    """

    plan: EstablishmentPlan
    reason: str
    last_day: date | None
    overdue: bool


@dataclass(frozen=True)
class LinePlans:
    """What is recorded of one line of one organization.

    Attributes:
        line: code of `Line`.
        built: whether a body covers it on the day; what was planned is then done.
        current: the record of the day, None where nothing is filled in.
        earlier: those before it, the latest first.
        owed: whether a body is owed, as far as the asker knows; where none is, nothing needs to be filled in.
    """

    line: str
    built: bool
    current: PlanRecord | None
    earlier: list[PlanRecord]
    owed: bool = True

    @property
    def label(self) -> str:
        return str(Line(self.line).label)


def reason_words(plan: EstablishmentPlan) -> str:
    """The reason of a record in words, with its note.

    Args:
        plan: the record.
    """
    label = codes(CodeList.NO_PARTY_REASON).get(plan.reason, plan.reason)
    return f"{label}:{plan.reason_note}" if plan.reason_note else label


def plans_of(organization: Organization, as_of: date) -> list[LinePlans]:
    """What is recorded of each line that lacks a body or has a record, in the order of the lines; two queries.

    Args:
        organization: already checked for visibility.
        as_of: the day, inclusive; records that begin later are left out.
    """
    rows: dict[str, list[EstablishmentPlan]] = {}
    for plan in EstablishmentPlan.objects.filter(organization=organization).order_by("-period"):
        if plan.period.lower <= as_of:
            rows.setdefault(plan.line, []).append(plan)
    found = []
    lacking = lines_lacking(organization, as_of)
    for line in LINES:
        built = line not in lacking
        known = [_record(plan, as_of, built=built) for plan in rows.get(line, [])]
        current = known[0] if known and as_of in known[0].plan.period else None
        if not built or known:
            found.append(LinePlans(line, built, current, known[1:] if current else known))
    return found


def plan_of(organization: Organization, line: str) -> EstablishmentPlan | None:
    """The record without an end, which the next one follows.

    Args:
        organization: already checked for visibility.
        line: code of `Line`.
    """
    return EstablishmentPlan.objects.filter(organization=organization, line=line, period__upper_inf=True).first()


def plans_at(organization_ids: Iterable[int], line: str, as_of: date) -> dict[int, EstablishmentPlan]:
    """The records in force on a day by organization, one query.

    Args:
        organization_ids: organizations in sight.
        line: code of `Line`.
        as_of: the day, inclusive.
    """
    rows = EstablishmentPlan.objects.filter(organization__in=list(organization_ids), line=line, period__contains=as_of)
    return {row.organization_id: row for row in rows}


def is_overdue(plan: EstablishmentPlan | None, as_of: date) -> bool:
    """Whether the planned day is past; asked of organizations that still lack the body.

    Args:
        plan: the record of the day, None where there is none.
        as_of: the day.
    """
    return plan is not None and plan.planned_on is not None and plan.planned_on < as_of


def _record(plan: EstablishmentPlan, as_of: date, *, built: bool) -> PlanRecord:
    upper = plan.period.upper
    return PlanRecord(
        plan, reason_words(plan), upper - timedelta(days=1) if upper else None, not built and is_overdue(plan, as_of)
    )


def organizations_by_id(ids: Iterable[int]) -> list[Organization]:
    """Organizations by key, for an act that checks itself who may see them.

    Args:
        ids: their keys.
    """
    return list(Organization.objects.filter(pk__in=list(ids)))
