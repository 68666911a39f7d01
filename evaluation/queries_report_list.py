"""Reports as the lists show them: their unit of the day, the version that counts, who files, open comments."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, DateField, F, Func, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least

from evaluation.domain.lateness import end_of, filed_at
from evaluation.models import (
    AnnualReport,
    Comment,
    FilingAccess,
    Reminder,
    ReportState,
    Round,
    Submission,
)
from orgs.domain.acting import day_of
from orgs.models import Placement, Unit

HEAVY = ("known", "answers", "remarks", "same")
UNSTARTED, CORRECTING = "unstarted", "correcting"


def rounds_opened() -> QuerySet[Round]:
    """Opened rounds, the newest first."""
    return Round.objects.filter(opened_at__isnull=False).order_by("-year", "-opens_on", "-pk")


def reports_seen(user: Any, day: date) -> QuerySet[AnnualReport]:
    """Reports an account may see, each with `unit_id` of the day, at last of its round's end.

    Args:
        user: the signed-in User.
        day: the day whose placements say the unit.
    """
    on_day = Least(Value(day, DateField()), F("round__county_due_on"))
    placed = Placement.objects.filter(organization=OuterRef("organization"), period__contains=OuterRef("on_day"))
    return (
        AnnualReport.objects.visible_to(user)
        .annotate(on_day=on_day, version_id=Coalesce("submission_id", "accepted_submission_id"))
        .annotate(unit_id=Subquery(placed.values("unit")[:1]), unit_order=Subquery(placed.values("unit__path")[:1]))
        .select_related("organization", "round")
        .defer(*HEAVY)
    )


@dataclass
class ReportRow:
    """One report as a list shows it.

    Attributes:
        report: with organization and round.
        unit: of the day, None where the organization stands under none.
        version: what is said of the version that counts, None where nothing was filed.
        access: the account that files, None where there is none.
        comments: open comments.
        reminded_on: when the filer was last reminded of the round.
        owed: earlier years not filed either.
        today: the day of the clock.
    """

    report: AnnualReport
    unit: Unit | None
    today: date
    version: dict[str, Any] | None = None
    access: FilingAccess | None = None
    comments: int = 0
    reminded_on: date | None = None
    owed: list[int] = field(default_factory=list)

    @property
    def pk(self) -> int:
        return self.report.pk

    @property
    def state(self) -> str:
        row = self.report
        if row.correcting_since is not None and row.state == ReportState.DRAFT:
            return "更正中"
        if row.state == ReportState.DRAFT and row.started_at is None:
            return "未开始填报"
        return row.get_state_display()

    @property
    def filed_by(self) -> str:
        """Who signed; of a filing on behalf both names."""
        if self.version is None:
            return ""
        signer, account = self.version["signer_name"], self.version["submitted_by_name"]
        return f"{signer}({account} 代报)" if self.version["on_behalf"] else signer

    @property
    def filer(self) -> str:
        if self.access is None:
            return "没有填报账号"
        return f"{self.access.user.name or self.access.user.username}({self.access.get_role_display()})"

    @property
    def logged_in(self) -> str:
        if self.access is None:
            return ""
        return "登录过" if self.access.user.last_login else "从未登录"

    @property
    def lateness(self) -> str:
        """Days left, or days past."""
        row, days = self.report, (self.today - self.report.round.closes_on).days
        if row.state == ReportState.RETURNED and row.answer_by and self.today > row.answer_by:
            return f"退回后逾期 {(self.today - row.answer_by).days} 天没有报回"
        return f"逾期 {days} 天" if days > 0 else f"还没有报,还有 {-days} 天" if days else "还没有报,今天截止"

    @property
    def is_late(self) -> bool:
        return self.today > self.report.round.closes_on

    @property
    def leave(self) -> str:
        until = self.report.late_until
        return "" if until is None else f"{until}" if until >= self.today else f"{until}(已过)"


def report_rows(rows: Iterable[AnnualReport], *, now: datetime) -> list[ReportRow]:
    """Reports as the lists show them: six queries more whatever their number.

    Args:
        rows: as `reports_seen` gives them.
        now: the clock.
    """
    rows, today = list(rows), day_of(now)
    units = Unit.objects.in_bulk({row.unit_id for row in rows if row.unit_id})
    organizations = {row.organization_id for row in rows}
    length = {
        name: Func(F(column), function="jsonb_array_length", output_field=IntegerField())
        for name, column in (("changes", "changed"), ("flagged", "flags"))
    }
    versions = (
        Submission.objects.filter(pk__in={row.version_id for row in rows if row.version_id})
        .annotate(**length)
        .order_by()
        .values("pk", "signer_name", "submitted_by_name", "submitted_at", "on_behalf", "is_late", "changes", "flagged")
    )
    by_version = {one["pk"]: one for one in versions}
    access = {
        one.organization_id: one
        for one in FilingAccess.objects.filter(organization__in=organizations, period__contains=today)
        .select_related("user")
        .order_by("pk")
    }
    open_comments = dict(
        Comment.objects.filter(report__in=rows, settled_at=None).order_by().values_list("report").annotate(Count("pk"))
    )
    reminded = {
        (round_, user): day
        for round_, user, day in Reminder.objects.filter(
            round__in={row.round_id for row in rows}, user__in={one.user_id for one in access.values()}
        )
        .order_by()
        .values_list("round", "user")
        .annotate(Max("day"))
    }
    owed: dict[int, list[int]] = {}
    earlier = AnnualReport.objects.filter(~filed_at(now), organization__in=organizations, round__closes_on__lt=today)
    for pk, year in earlier.order_by("year").values_list("organization", "year"):
        owed.setdefault(pk, []).append(year)
    return [
        ReportRow(
            row,
            units.get(row.unit_id),
            today,
            by_version.get(row.version_id),
            (mine := access.get(row.organization_id)),
            open_comments.get(row.pk, 0),
            reminded.get((row.round_id, mine.user_id)) if mine else None,
            [year for year in owed.get(row.organization_id, ()) if year < row.year],
        )
        for row in rows
    ]


def moment_of(until: date | None, now: datetime) -> datetime:
    """The moment up to which a list counts: the end of a day that is over, else the clock.

    Args:
        until: the day asked for, None for now.
        now: the clock.
    """
    return now if until is None else min(end_of(until), now)


def waiting_to_file(user: Any, day: date, now: datetime) -> QuerySet[AnnualReport]:
    """Reports of opened rounds that nobody has filed, and returned ones whose day has passed.

    Args:
        user: the signed-in User.
        day: the day whose placements say the unit.
        now: the clock.
    """
    overdue = Q(state=ReportState.RETURNED, answer_by__lt=day_of(now))
    return reports_seen(user, day).filter(~filed_at(now) | overdue, round__opened_at__isnull=False)
