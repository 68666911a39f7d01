"""Changes of leaders and cases of dismissed leaders for tests: rows written directly, nothing that a test asks not for."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from orgs.models import (
    Appointment,
    Branch,
    CaseMeasure,
    Code,
    DismissalCase,
    LeaderChange,
    Opinion,
    Organization,
    Person,
    User,
)
from orgs.models.codes import CodeList
from tests import factories
from tests.makers_people import HEADS, person

__all__ = ["HEADS", "answer", "answer_all", "case", "change", "head", "measure", "noon", "person"]

# What must never be read by an account of the organization concerned.
DISSENT = "与职工代表大会的决定不一致"
COMPLAINANT = "丘晚香"
DISMISSED = "曾维良"


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def head(branch: Branch, who: Person, from_: date = date(2010, 6, 1), post: str = "") -> Appointment:
    """The running head of a body."""
    return Appointment.objects.create(
        branch=branch, person=who, post=post or HEADS[branch.line], is_head=True, period=DateRange(from_, None)
    )


def change(
    branch: Branch,
    by: User,
    leaving: Appointment | None = None,
    successor: Person | None = None,
    requested_on: date = date(2011, 5, 1),
    days: int = 10,
    unit=None,
    **facts,
) -> LeaderChange:
    """An open change with the opinion of every body on the list still to come."""
    row = LeaderChange.objects.create(
        branch=branch,
        leaving=leaving,
        successor=successor,
        post=HEADS[branch.line],
        reason="原负责人调离",
        requested_on=requested_on,
        answers_due_on=requested_on + timedelta(days=days),
        requested_by=by,
        **facts,
    )
    for code in Code.objects.filter(list_name=CodeList.OPINION_BODY):
        Opinion.objects.create(
            change=row,
            body=code.code,
            unit=unit or factories.unit() if code.data["by"] == "unit" else None,
            line=code.data.get("line", ""),
        )
    return row


def answer(row: LeaderChange, body: str, by: User, verdict: str = "agree", on: date = date(2011, 5, 3)) -> Opinion:
    """One body's answer; the reason of a dissent is DISSENT."""
    opinion = row.opinions.get(body=body)
    opinion.verdict, opinion.given_by, opinion.given_at = verdict, by, noon(on)
    opinion.reason = DISSENT if verdict == "disagree" else ""
    opinion.save()
    return opinion


def answer_all(row: LeaderChange, by: User, on: date = date(2011, 5, 3)) -> None:
    for opinion in row.opinions.all():
        answer(row, opinion.body, by, on=on)


def case(at: Organization, by: User, dismissed_on: date = date(2011, 3, 1), **facts) -> DismissalCase:
    """An open case; the names in it are DISMISSED and COMPLAINANT."""
    told = {
        "person_name": DISMISSED,
        "post": "工会主席",
        "circumstances": "为职工追讨加班工资后被辞退",
        "complainant": COMPLAINANT,
    } | facts
    return DismissalCase.objects.create(
        organization=at, dismissed_on=dismissed_on, opened_by=by, opened_at=noon(dismissed_on), **told
    )


def measure(
    of: DismissalCase, by: User, done_on: date = date(2011, 4, 1), aid: str | None = None, kind: str = "placement"
) -> CaseMeasure:
    return CaseMeasure.objects.create(
        case=of,
        kind=kind,
        done_on=done_on,
        text="介绍到另一家企业工作",
        aid_yuan=Decimal(aid) if aid else None,
        recorded_by=by,
    )
