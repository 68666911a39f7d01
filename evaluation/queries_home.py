"""What the first page says of annual reports: what waits for filer and reviewer, and that a report is in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from evaluation.domain.gate import filing_gate
from evaluation.models import EDITABLE, AnnualReport, ReportState, Round, Stage
from evaluation.permissions import may_file, may_review_county, may_review_unit
from evaluation.queries_review import own_share
from orgs.models import Organization
from orgs.permissions import scope_for
from orgs.queries_waiting import Standing, Waiting

# A filer with more organizations than this, a joint branch's secretary, gets one line for all of them.
ONE_BY_ONE = 3
# Of the years before last nobody asks on the first page.
YEARS_SHOWN = 2


@dataclass(frozen=True)
class Step:
    """One step of the review as the first page asks for it.

    Attributes:
        state: the state in which a report waits for the step.
        capability: whose roles it waits for.
        due: column of Round with the day it is due.
        words: what is to be done.
        stage: parameter of the queue.
    """

    state: str
    capability: str
    due: str
    words: str
    stage: str


UNIT_STEP = Step(ReportState.SUBMITTED, "reports.review_unit", "unit_due_on", "待单位审核", "unit")
COUNTY_STEP = Step(ReportState.UNIT_ACCEPTED, "reports.review_county", "county_due_on", "待县审核", "county")


def waiting_reports(user, as_of: date) -> list[Waiting]:
    """What waits of annual reports, whatever the working date: at most three queries.

    Args:
        user: the signed-in User.
        as_of: the working date; deadlines are of today.
    """
    found: list[Waiting] = []
    if may_file(user):
        found += _to_file(user)
    if may_review_unit(user):
        found += _to_review(user, UNIT_STEP)
    if may_review_county(user):
        found += _to_review(user, COUNTY_STEP)
    return found


def standing_reports(user) -> list[Standing]:
    """One line for each report of the account's own organizations that is in: one query.

    Args:
        user: the signed-in User.
    """
    if not may_file(user):
        return []
    rows = list(_own(user).exclude(state__in=EDITABLE).select_related("round", "organization", "submission"))
    if len(rows) > ONE_BY_ONE:
        return [Standing(f"{len(rows)} 份年检年报已报送。", reverse("my-report-list"), "查看")]
    return [
        Standing(
            f"{row.organization.name} {row.year} 年度年检年报已于 {timezone.localdate(row.submitted_at)} 报送,"
            f"{row.get_state_display()},回执 {row.submission.receipt}。",
            reverse("report-detail", args=[row.pk]),
            "查看",
        )
        for row in rows
    ]


def _own(user):
    organizations = Organization.objects.standing().filter(scope_for(user, "reports.file").organizations_q())
    first = timezone.localdate().year - YEARS_SHOWN
    return AnnualReport.objects.filter(
        organization__in=organizations, round__opened_at__isnull=False, round__county_due_on__year__gte=first
    )


def _to_file(user) -> list[Waiting]:
    now = timezone.now()
    rows: Iterable[AnnualReport] = _own(user).to_file().select_related("round", "organization").order_by("year", "pk")
    gates = [(row, filing_gate(row.round, row, now)) for row in rows]
    opened = [(row, gate) for row, gate in gates if gate.open]
    if len(opened) > ONE_BY_ONE:
        return [
            Waiting(
                f"{len(opened)} 份年检年报待填报",
                "逐份报送并得到回执",
                reverse("my-report-list"),
                "去填报",
                min(gate.until for _, gate in opened if gate.until),
            )
        ]
    return [
        Waiting(
            f"{row.organization.name} {row.year} 年度年检年报{_words(row)}",
            "报送并得到回执",
            reverse("report-fill", args=[row.pk]),
            "去修改" if row.state == ReportState.RETURNED else "去填报",
            gate.until,
            late=gate.late,
        )
        for row, gate in opened
    ]


def _words(row: AnnualReport) -> str:
    if row.state == ReportState.RETURNED:
        return f"被退回:{row.return_comment}"
    if row.correcting_since:
        return "正在更正"
    return "填了一部分" if row.started_at else "还没有填"


def _to_review(user, step: Step) -> list[Waiting]:
    """One line for each round with something waiting for this step."""
    organizations = Organization.objects.standing().filter(scope_for(user, step.capability).organizations_q())
    today = timezone.localdate()
    waiting = AnnualReport.objects.filter(state=step.state, organization__in=organizations)
    waiting = own_share(waiting, user, Stage(step.stage), timezone.now())
    rounds = (
        Round.objects.annotate(waiting=Count("reports", filter=Q(reports__in=waiting.order_by().values("pk"))))
        .filter(waiting__gt=0)
        .order_by("year", "pk")
    )
    return [
        Waiting(
            f"{row.name}:{row.waiting} 份{step.words}",
            "逐份通过,或写明意见退回",
            f"{reverse('review-queue')}?stage={step.stage}&round={row.pk}",
            "去审核",
            getattr(row, step.due),
            late=getattr(row, step.due) < today,
        )
        for row in rounds
    ]
