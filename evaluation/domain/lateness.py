"""Who has not filed: exact at midnight in Asia/Shanghai, and leave to file after the deadline (准许补报)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet

from evaluation.domain.submissions import add_step, name_of
from evaluation.models import EDITABLE, AnnualReport, ReportState, ReportStep, Round, StepKind, Submission
from evaluation.permissions import may_file_for_others
from orgs.domain.acting import OUT_OF_SCOPE, acting, day_of, require_text
from orgs.domain.refusals import NotAllowed
from orgs.models import Organization, User
from orgs.permissions import scope_for
from quannan.base.domain import audit

# Not the server's zone: a deadline is the county's midnight wherever the machine stands.
COUNTY = ZoneInfo("Asia/Shanghai")
LONGEST_LEAVE = 366


def end_of(day: date) -> datetime:
    """The first moment after a day in Asia/Shanghai.

    Args:
        day: the last day included.
    """
    return datetime.combine(day + timedelta(days=1), time.min, COUNTY)


def filed_at(moment: datetime) -> Q:
    """Reports that were filed before a moment and not withdrawn by then; once accepted, a report stays filed.

    Args:
        moment: aware; what happens at the moment itself does not count.
    """
    withdrawn = ReportStep.objects.filter(
        report=OuterRef("report"), kind=StepKind.WITHDRAWN, at__gte=OuterRef("submitted_at"), at__lt=moment
    )
    filed = Submission.objects.filter(~Exists(withdrawn), report=OuterRef("pk"), submitted_at__lt=moment)
    return Q(Exists(filed)) | accepted_by(moment)


def accepted_by(moment: datetime) -> Q:
    """Reports of which a version was accepted by the county before a moment.

    Args:
        moment: aware.
    """
    step = ReportStep.objects.filter(report=OuterRef("pk"), kind=StepKind.ACCEPTED, at__lt=moment)
    return Q(accepted_at__lt=moment) | Q(Exists(step))


def filed_late_by(moment: datetime) -> Q:
    """Reports of which a version was filed late (补报) before a moment.

    Args:
        moment: aware.
    """
    return Q(Exists(Submission.objects.filter(report=OuterRef("pk"), is_late=True, submitted_at__lt=moment)))


def filed_for_by(moment: datetime) -> Q:
    """Reports of which a version was filed on behalf (代报) before a moment.

    Args:
        moment: aware.
    """
    return Q(Exists(Submission.objects.filter(report=OuterRef("pk"), on_behalf=True, submitted_at__lt=moment)))


def unfiled_reports(round_: Round, now: datetime) -> QuerySet[AnnualReport]:
    """Reports of a round that are not filed, before its deadline as after it.

    Args:
        round_: the round.
        now: the clock.
    """
    return AnnualReport.objects.filter(~filed_at(now), round=round_)


def late_reports(round_: Round, now: datetime) -> QuerySet[AnnualReport]:
    """Reports that are late: none to the last second of the deadline, from midnight on all that are not filed.

    Args:
        round_: the round.
        now: the clock.
    """
    return unfiled_reports(round_, now) if now >= end_of(round_.closes_on) else AnnualReport.objects.none()


def owed_years(organization: Organization, now: datetime) -> list[int]:
    """Years the organization still owes with leave to file late, in year order.

    Args:
        organization: whose.
        now: the clock.
    """
    rows = AnnualReport.objects.filter(~filed_at(now), organization=organization, late_until__gte=day_of(now))
    return sorted(rows.order_by().values_list("year", flat=True))


def oldest_open_year(organization: Organization, now: datetime) -> int | None:
    """What the gate asks for: the earliest year with leave and not filed, None where nothing is owed.

    Args:
        organization: whose.
        now: the clock.
    """
    return next(iter(owed_years(organization, now)), None)


@dataclass(frozen=True)
class Grant:
    """What becomes, or became, of one report asked leave for.

    Attributes:
        report: with organization and round; None where it is out of the actor's scope.
        sentence: why no leave is given, "" where it is.
        earlier: leave that stood before, None where there was none.
    """

    report: AnnualReport | None
    sentence: str = ""
    earlier: date | None = None

    @property
    def writes(self) -> bool:
        return not self.sentence


def plan_late_grants(
    *, reports: Iterable[int], until: date, reason: str, by: User | None, now: datetime
) -> list[Grant]:
    """What `grant_late` would do, and nothing written; the same arguments and the same errors.

    Args:
        reports: keys of reports.
        until: the last day on which they may be filed.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        ValidationError: by field: no reason, a day in the past or too far away.
    """
    _checked(until, reason, by, now)
    return _grants(list(dict.fromkeys(reports)), by, now, lock=False)


def grant_late(*, reports: Iterable[int], until: date, reason: str, by: User | None, now: datetime) -> list[Grant]:
    """准许补报: reports that were not filed in time may be filed until a day; refused ones come back with a sentence.

    Args:
        reports: keys of reports.
        until: the last day on which they may be filed, today or later.
        reason: why, kept with every report.
        by: the acting User, None for the system; only reports in reach of the role that files for others.
        now: the clock.

    Returns:
        One row per report, in the order given.

    Raises:
        NotAllowed: no role gives the act.
        ValidationError: by field: no reason, a day in the past or too far away.
    """
    reason = _checked(until, reason, by, now)
    with acting(by, reason):
        found = _grants(list(dict.fromkeys(reports)), by, now, lock=True)
        written = [one.report for one in found if one.report is not None and one.writes]
        for row in written:
            row.late_until, row.late_reason, row.late_granted_by_name = until, reason, name_of(by)
            row.version += 1
            row.save(update_fields=["late_until", "late_reason", "late_granted_by_name", "version"])
            add_step(row, StepKind.LATE_GRANTED, by=by, now=now, text=reason, detail={"until": str(until)})
        if written:
            told = {"until": str(until), "reason": reason, "reports": [row.pk for row in written]}
            audit.record(action="report.grant_late", by=by, now=now, obj=written[0], detail=told)
    return found


def _checked(until: date, reason: str, by: Any, now: datetime) -> str:
    if by is not None and not may_file_for_others(by):
        raise NotAllowed("您的角色不能准许补报。请由两新工委办公室或主管党(工)委办理。")
    today = day_of(now)
    if until < today:
        raise ValidationError({"until": ValidationError(f"补报期限不能早于今天({today}),请核对。", code="past")})
    if until > today + timedelta(days=LONGEST_LEAVE):
        last = today + timedelta(days=LONGEST_LEAVE)
        raise ValidationError({"until": ValidationError(f"补报期限最远到 {last},请核对。", code="too_far")})
    return require_text(reason, "reason", "请填写准许补报的理由。")


def _grants(ids: list[int], by: Any, now: datetime, *, lock: bool) -> list[Grant]:
    """What becomes of each report: two queries whatever their number."""
    rows = AnnualReport.objects.filter(pk__in=ids)
    if by is not None:
        reach = Organization.objects.standing().filter(scope_for(by, "reports.file_for").organizations_q(day_of(now)))
        rows = rows.filter(organization__in=reach)
    if lock:
        list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    filed = set(rows.filter(filed_at(now)).values_list("pk", flat=True))
    known = {row.pk: row for row in rows.select_related("organization", "round")}
    found = []
    for pk in ids:
        row = known.get(pk)
        sentence = OUT_OF_SCOPE if row is None else _refusal(row, pk in filed, now)
        found.append(Grant(row, sentence, row.late_until if row else None))
    return found


def _refusal(report: AnnualReport, filed: bool, now: datetime) -> str:
    """Why no leave is given, "" where it is."""
    round_ = report.round
    if now < end_of(round_.closes_on):
        return f"“{round_.name}”到 {round_.closes_on} 24时才截止,现在可以直接填报,不用准许。"
    if report.state not in EDITABLE:
        return "这份年报已报送,不用补报。"
    if report.correcting_since is not None:
        return "这份年报已审核通过,正在更正,不用补报。"
    if report.state == ReportState.RETURNED:
        if report.answer_by and day_of(now) <= report.answer_by:
            return f"这份年报已退回,{report.answer_by} 24时以前可以直接改好报回。"
        return ""
    return "这份年报已报送,不用补报。" if filed else ""
