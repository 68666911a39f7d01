"""Accepting many reports at once: only those without change, without flag and without open comment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Q

from evaluation.domain.acceptance_writer import sentence_of
from evaluation.domain.reviewers import CAPABILITY, NOT_YOURS, OUT_OF_SCOPE, own_sentence, stage_of, unit_steps_by
from evaluation.domain.reviewing import Moved, open_comments, pass_at_county, pass_at_unit
from evaluation.domain.sheet import FormRead, read_form
from evaluation.models import AnnualReport, Stage
from orgs.domain.acting import acting, day_of, locked
from orgs.domain.refusals import NotAllowed
from orgs.models import Organization
from orgs.permissions import scope_for
from quannan.base.domain import audit
from quannan.base.errors import Refused

MOVED = "预览之后这份年报有变动,没有通过,请单独打开看。"


@dataclass(frozen=True)
class Chosen:
    """One report chosen for acceptance.

    Attributes:
        report: with organization and submission.
        sentence: why it is not accepted, "" where it is.
    """

    report: AnnualReport
    sentence: str


def plan_many(*, report_ids: Iterable[int], stage: Stage, by: Any, now: datetime) -> list[Chosen]:
    """Which of some reports a bulk acceptance would accept, and why not the others: five queries, whatever their number.

    Args:
        report_ids: keys of reports in the actor's sight.
        stage: the step.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the step.
    """
    if by is not None and not by.can(CAPABILITY[stage]):
        raise NotAllowed(NOT_YOURS[stage])
    rows = list(
        AnnualReport.objects.filter(pk__in=list(report_ids))
        .select_related("organization", "submission", "round__form")
        .annotate(
            open_here=Count("comments", filter=Q(comments__settled_at=None), distinct=True),
        )
        .order_by("submitted_at", "pk")
    )
    reached: set[int] | None = None
    mine: set[int] = set()
    if by is not None:
        scope = scope_for(by, CAPABILITY[stage])
        found = Organization.objects.standing().filter(scope.organizations_q(day_of(now)))
        reached = set(found.filter(pk__in=[row.organization_id for row in rows]).values_list("pk", flat=True))
        mine = set(unit_steps_by(by).filter(report__in=[row.pk for row in rows]).values_list("report", flat=True))
    return [Chosen(row, _why_not(row, stage, by, reached, mine)) for row in rows]


def accept_many(
    *,
    chosen: Iterable[Chosen],
    stage: Stage,
    progress: Callable[[int], None] | None = None,
    by: Any,
    now: datetime,
) -> list[Chosen]:
    """Accepts those of a plan that may be, each in a transaction of its own: all or nothing for each report.

    Args:
        chosen: as `plan_many` gave them.
        stage: the step.
        progress: told how many are done.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        The same reports; the sentence of one that was refused after all.
    """
    forms: dict[int, FormRead] = {}
    done: list[Chosen] = []
    for number, one in enumerate(chosen, start=1):
        done.append(one if one.sentence else Chosen(one.report, _accept(one.report, stage, forms, by, now)))
        if progress is not None:
            progress(number)
    accepted = sum(not one.sentence for one in done)
    if accepted:
        detail = {"stage": str(stage), "accepted": accepted, "refused": len(done) - accepted}
        audit.record(action="report.accept_many", by=by, now=now, detail=detail)
    return done


def _accept(report: AnnualReport, stage: Stage, forms: dict[int, FormRead], by: Any, now: datetime) -> str:
    form = report.round.form
    if stage == Stage.COUNTY and form.pk not in forms:
        forms[form.pk] = read_form(form)
    try:
        with acting(by):
            row = locked(report)
            if stage_of(row) != stage or row.submission_id != report.submission_id:
                raise Moved(MOVED)
            if open_comments(row).exists():
                raise Moved(MOVED)
            if stage == Stage.UNIT:
                pass_at_unit(row, by=by, now=now)
            else:
                pass_at_county(row, read=forms[form.pk], by=by, now=now)
    except (ValidationError, Refused) as error:
        return sentence_of(error)
    return ""


def _why_not(row: AnnualReport, stage: Stage, by: Any, reached: set[int] | None, mine: set[int]) -> str:
    submission = row.submission
    if stage_of(row) != stage or submission is None:
        return f"这份年报{row.get_state_display()},不在{stage.label}这一步。"
    if reached is not None and row.organization_id not in reached:
        return OUT_OF_SCOPE
    if by is not None and (sentence := own_sentence(row, stage, by, did_unit_step=row.pk in mine)):
        return sentence
    if submission.flags:
        return f"有 {len(submission.flags)} 处须说明的地方,请打开看过再通过。"
    if submission.changed:
        return f"有 {len(submission.changed)} 项变化,请打开看过再通过。"
    if number := row.open_here:  # type: ignore[attr-defined]
        return f"有 {number} 条意见没有了结,请打开看过再通过。"
    return ""
