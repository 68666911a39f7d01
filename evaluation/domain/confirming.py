"""核定: the result frozen with its computation, one by one or many; opened again with a reason."""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evaluation.domain.assessments import BATCH, outcomes_of, restate, share_schemes
from evaluation.domain.raters import reached_q
from evaluation.domain.scoring import Outcome, plain, rule_words, weight_words
from evaluation.domain.submissions import name_of
from evaluation.models import Assessment, AssessmentState, Rater, Reopening, SchemeState, Score
from evaluation.permissions_scores import may_confirm_assessments
from orgs.domain.acting import acting, locked, require_text
from orgs.domain.refusals import NotAllowed
from quannan.base.bulk import update_rows
from quannan.base.domain import audit
from quannan.base.errors import Refused

NO_CONFIRM = "考核结果由两新工委办公室核定,您的角色不能核定。"
OUT_OF_SCOPE = "这份考核不在您的管理范围内。"
ALREADY = "已经核定过。"
NOT_CONFIRMED = "这份考核还没有核定,不用重开。"
CONFIRMED_ANEW = "您打开之后,这份考核已经重新核定,没有重开。请回到考核页核对新的结果。"
CHANGED = "预览以后又有变化,请再核对一遍。"
CLOSED = "考核方案不在评分中,不能再核定或重开。"

audit.name_actions(
    {"assessment.confirm": "核定考核", "assessment.confirm_many": "批量核定考核", "assessment.reopen": "重开考核"}
)
audit.name_details({"confirmed": "已核定份数"})


@dataclass(frozen=True)
class Confirmation:
    """What confirming one assessment would do.

    Attributes:
        assessment: with its scheme.
        outcome: worked out.
        fault: why it cannot be confirmed, "" where it can.
        self_only: how many of its indicators only the subject itself has rated.
    """

    assessment: Assessment
    outcome: Outcome
    fault: str
    self_only: int


def plan_confirmations(*, assessment_ids: Collection[int], by: Any) -> list[Confirmation]:
    """What confirming would do, in the order of names; writes nothing. A fixed number of queries.

    Args:
        assessment_ids: those chosen; ones out of the actor's reach are left out.
        by: the acting User, None for the system.

    Raises:
        NotAllowed: no role gives the act.
    """
    if by is not None and not may_confirm_assessments(by):
        raise NotAllowed(NO_CONFIRM)
    found = Assessment.objects.filter(reached_q(by, "assessments.confirm"), pk__in=assessment_ids)
    rows = list(found.select_related("scheme", "organization", "unit").order_by("name", "pk"))
    worked = outcomes_of(rows)
    return [_planned(row, worked[row.pk]) for row in rows]


def _planned(row: Assessment, outcome: Outcome) -> Confirmation:
    fault = ""
    if row.scheme.state != SchemeState.OPEN:
        fault = CLOSED
    elif row.state == AssessmentState.CONFIRMED:
        fault = ALREADY
    elif missing := outcome.missing:
        named = "、".join(str(one) for one in missing[:3])
        fault = f"尚缺 {len(missing)} 项:{named}{'等' if len(missing) > 3 else ''}。"
    alone = sum(set(line.given) == {str(Rater.SELF)} for line in outcome.lines)
    return Confirmation(row, outcome, fault, alone)


def mark_of(planned: Iterable[Confirmation]) -> str:
    """What a preview showed and what it was worked out from, so that nothing else is confirmed than was seen.

    Args:
        planned: as `plan_confirmations` gave it.
    """
    told = [
        (
            one.assessment.pk, plain(one.outcome.total), one.outcome.vetoed, one.outcome.band and one.outcome.band.pk,
            one.fault,
            [(line.indicator.pk, sorted((str(rater), plain(raw)) for rater, (raw, _) in line.given.items()))
             for line in one.outcome.lines],
        )
        for one in planned
    ]  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


class PreviewChanged(Refused):
    """What would be confirmed is no longer what the preview showed; nothing was written."""


def confirm_many(
    *, assessment_ids: Collection[int], by: Any, now: datetime, mark: str | None = None
) -> list[Confirmation]:
    """Confirms those that can be: result, band and computation stand still from now on.

    Args:
        assessment_ids: those chosen.
        by: the acting User, None for the system.
        now: the clock.
        mark: as `mark_of` gave it for the preview; None asks nothing.

    Returns:
        What was done with each; those with a fault stay as they were.

    Raises:
        NotAllowed: no role gives the act.
        PreviewChanged: a score, total, band or fault is another than the preview showed.
    """
    with acting(by):
        chosen = Assessment.objects.select_for_update().filter(pk__in=assessment_ids).order_by("pk")
        schemes = dict(chosen.values_list("pk", "scheme_id"))
        locked_ids = list(schemes)
        share_schemes(schemes.values())
        planned = plan_confirmations(assessment_ids=locked_ids, by=by)
        if mark is not None and mark != mark_of(planned):
            raise PreviewChanged(CHANGED)
        good = [one for one in planned if not one.fault]
        _freeze(good, by, now)
        if good:
            audit.record(
                action="assessment.confirm_many" if len(assessment_ids) > 1 else "assessment.confirm",
                by=by,
                now=now,
                obj=good[0].assessment if len(assessment_ids) == 1 else None,
                detail={"confirmed": len(good)},
            )
    return planned


def _freeze(good: list[Confirmation], by: Any, now: datetime) -> None:
    ids = [one.assessment.pk for one in good]
    for at in range(0, len(ids), BATCH):
        Score.objects.filter(assessment__in=ids[at : at + BATCH]).update(frozen=True)
    fields = ("state", "confirmed_at", "confirmed_by_name", "result", "band", "computation", "version")
    state, who = AssessmentState.CONFIRMED.value, name_of(by)
    update_rows(
        Assessment,
        fields,
        (
            (
                one.assessment.pk, state, now, who, one.outcome.total, one.outcome.band.pk if one.outcome.band else None,
                json.dumps(computation_of(one.assessment, one.outcome), ensure_ascii=False), one.assessment.version + 1,
            )
            for one in good
        ),
    )  # fmt: skip


def computation_of(assessment: Assessment, outcome: Outcome) -> dict[str, Any]:
    """How a result came about, in words and numbers as text, so that it can be checked by hand years later.

    Args:
        assessment: with its scheme.
        outcome: complete.
    """
    return {
        "counting": weight_words(assessment.scheme),
        "lines": [
            {
                "code": line.indicator.code, "section": line.indicator.section, "name": line.indicator.name,
                "points": plain(line.indicator.points), "rule": rule_words(line.indicator),
                "given": {rater: [plain(raw), plain(points)] for rater, (raw, points) in line.given.items()},
                "decided_by": line.decided_by, "counted": plain(line.counted),
            }
            for line in outcome.lines
        ],
        "base": plain(outcome.base), "bonus": plain(outcome.bonus), "bonus_counted": plain(outcome.bonus_counted),
        "total": plain(outcome.total), "vetoed": outcome.vetoed,
        "band": outcome.band.name if outcome.band else "",
    }  # fmt: skip


def reopen(*, assessment: Assessment, reason: str, by: Any, now: datetime, version: int | None = None) -> None:
    """Takes a confirmation back; what had been confirmed is kept beside the reason.

    Args:
        assessment: a confirmed one.
        reason: shown with it from then on.
        by: the acting User, None for the system.
        now: the clock.
        version: the version the actor had looked at; None asks nothing.

    Raises:
        NotAllowed: no role gives the act, or it is out of reach.
        Refused: it is not confirmed, was opened and confirmed anew meanwhile, or its scheme is closed.
        ValidationError: no reason.
    """
    if by is not None and not may_confirm_assessments(by):
        raise NotAllowed(NO_CONFIRM)
    with acting(by, reason):
        row = locked(assessment)
        share_schemes([row.scheme_id])
        if not Assessment.objects.filter(reached_q(by, "assessments.confirm"), pk=row.pk).exists():
            raise NotAllowed(OUT_OF_SCOPE)
        if row.confirmed_at is None or row.result is None or row.band is None:
            raise Refused(NOT_CONFIRMED)
        if version is not None and version != row.version:
            raise Refused(CONFIRMED_ANEW)
        if row.scheme.state != SchemeState.OPEN:
            raise Refused(CLOSED)
        text = require_text(reason, "reason", "请写明为什么重开,会和原结果一起留存。")
        Reopening.objects.create(
            assessment=row, reason=text, at=now, by=by, by_name=name_of(by), confirmed_at=row.confirmed_at,
            confirmed_by_name=row.confirmed_by_name, result=row.result, band_name=row.band.name,
            computation=row.computation,
        )  # fmt: skip
        Score.objects.filter(assessment=row, frozen=True).update(frozen=False)
        row.state, row.confirmed_at, row.confirmed_by_name = AssessmentState.OPEN, None, ""
        row.result = row.band = row.computation = None
        row.version += 1
        row.save()
        restate([row.pk])
        audit.record(action="assessment.reopen", by=by, now=now, obj=row, detail={"reason": text})
