"""Writing 推优 (三(二)): recorded, accepted, filed or declined; the names are wiped a year after the last stage."""

from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Greatest

from orgs.domain.acting import acting, day_of, locked, refuse_future, require_text, require_visible, tell
from orgs.domain.instructors import check_standing
from orgs.domain.refusals import NotAllowed
from orgs.lines import MASS_LINES, Line
from orgs.models import Branch, Organization, Recommendation
from orgs.models.support import RecommendationStage
from orgs.permissions import may_recommend, scope_for, scope_for_line
from quannan.base.domain import audit

NAME_LENGTH = 40
# domain.md, Personal data: names become counts twelve months after the last stage.
MONTHS_KEPT = 12


def recommend(
    *, organization: Organization, line: str, name: str, recommended_on: date, by: Any, now: datetime
) -> Recommendation:
    """Records that a union, league or women's body recommends somebody as 入党积极分子.

    The body is the line's only one that covers the organization on that day, if there is just one.

    Args:
        organization: where the person works, within the actor's scope.
        line: union, league or women.
        name: whom; kept encrypted and not for ever.
        recommended_on: the day of the recommendation.
        by: the acting User, who records it and may read the name.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or the organization is out of scope.
        ValidationError: by field.
    """
    if line not in MASS_LINES:
        sentence = "推优由工会、共青团或妇联组织提出,请选其中一条线。"
        raise ValidationError({"line": ValidationError(sentence, code="bad_line")})
    if by is None or not may_recommend(by, line):
        raise NotAllowed(f"您的角色不能登记{Line(line).label}的推优。请由该条线的部门或所属主管党(工)委登记。")
    require_visible([organization], by, now, scope_for_line(by, line))
    name = require_text("".join((name or "").split()), "name", "请填写被推荐人的姓名。", NAME_LENGTH)
    refuse_future(recommended_on, "recommended_on", "推荐日期", now)
    with acting(by):
        row = locked(organization)
        check_standing(row, recommended_on, "recommended_on", "推荐日期")
        bodies = list(
            Branch.objects.filter(
                line=line, memberships__organization=row, memberships__period__contains=recommended_on, refused_at=None
            ).order_by("pk")[:2]
        )
        recommendation = Recommendation.objects.create(
            organization=row,
            line=line,
            branch=bodies[0] if len(bodies) == 1 else None,
            name=name,
            recommended_on=recommended_on,
            recommended_by=by,
        )
        _tell("recommendation.record", recommendation, recommended_on, by, now)
    return recommendation


def accept_recommendation(*, recommendation: Recommendation, on: date, by: Any, now: datetime) -> Recommendation:
    """The party body takes the person on as 入党积极分子.

    Args:
        recommendation: one that waits.
        on: the day, not before the recommendation.
        by: the acting User, for the party body; None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role speaks for this organization's party body.
        ValidationError: not waiting any more; a day out of order.
    """
    return _step(recommendation, RecommendationStage.RECOMMENDED, RecommendationStage.ACCEPTED, on, by, now)


def file_recommendation(*, recommendation: Recommendation, on: date, by: Any, now: datetime) -> Recommendation:
    """The person is filed with the superior party committee (备案).

    Args:
        recommendation: one that was accepted.
        on: the day, not before the acceptance.
        by: the acting User, for the party body; None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role speaks for this organization's party body.
        ValidationError: not accepted, or filed already; a day out of order.
    """
    return _step(recommendation, RecommendationStage.ACCEPTED, RecommendationStage.FILED, on, by, now)


def decline_recommendation(
    *, recommendation: Recommendation, on: date, reason: str, by: Any, now: datetime
) -> Recommendation:
    """The party body does not take the person on.

    Args:
        recommendation: one that waits.
        on: the day, not before the recommendation.
        reason: why.
        by: the acting User, for the party body; None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role speaks for this organization's party body.
        ValidationError: not waiting any more; a day out of order; no reason.
    """
    reason = require_text(reason, "reason", "请写明未接收的理由,推荐的一方会看到。")
    return _step(recommendation, RecommendationStage.RECOMMENDED, RecommendationStage.DECLINED, on, by, now, reason)


def wipe_names(*, now: datetime) -> int:
    """Wipes the names of recommendations whose last stage lies twelve months back, out of the history too.

    Idempotent; what is counted stays.

    Args:
        now: the clock.

    Returns:
        How many recommendations lost their name.
    """
    before = months_before(day_of(now), MONTHS_KEPT)
    with transaction.atomic():
        due = (
            Recommendation.objects.filter(name_wiped_at=None)
            .annotate(last_stage=Greatest("recommended_on", "accepted_on", "filed_on", "declined_on"))
            .filter(last_stage__lte=before)
        )
        found = list(due.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        if not found:
            return 0
        Recommendation.objects.filter(pk__in=found).update(name="", name_wiped_at=now)
        history: Any = apps.get_model("orgs", "RecommendationEvent")
        history.objects.filter(pgh_obj_id__in=found).update(name="")
        audit.record(action="recommendation.wipe_names", by=None, now=now, detail={"names": len(found)})
    return len(found)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, the last of the month where it has no such day.

    Args:
        day: counted back from.
        months: how many.
    """
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    return date(year, month + 1, 28)


WAITS = {
    RecommendationStage.RECOMMENDED: "等待接收",
    RecommendationStage.ACCEPTED: "已接收、等待备案",
}
DATED = {
    RecommendationStage.ACCEPTED: ("accepted_on", "接收日期"),
    RecommendationStage.FILED: ("filed_on", "备案日期"),
    RecommendationStage.DECLINED: ("declined_on", "未接收日期"),
}


def _step(
    recommendation: Recommendation,
    was: RecommendationStage,
    becomes: RecommendationStage,
    on: date,
    by: Any,
    now: datetime,
    reason: str = "",
) -> Recommendation:
    _require_party_side(recommendation, by)
    column, what = DATED[becomes]
    refuse_future(on, "on", what, now)
    with acting(by, reason):
        row = locked(recommendation)
        if row.stage != was:
            sentence = f"这条推优现在是“{row.get_stage_display()}”,只有{WAITS[was]}的才能这样办理。"
            raise ValidationError(sentence, code="bad_stage")
        earlier = row.accepted_on or row.recommended_on
        if on < earlier:
            sentence = f"{what}不能早于前一步的日期({earlier}),请核对。"
            raise ValidationError({"on": ValidationError(sentence, code="bad_day")})
        row.stage = becomes
        setattr(row, column, on)
        if reason:
            row.declined_reason = reason
        row.save(update_fields=["stage", column, "declined_reason"])
        _tell(f"recommendation.{ACTS[becomes]}", row, on, by, now)
    return row


ACTS = {
    RecommendationStage.ACCEPTED: "accept",
    RecommendationStage.FILED: "file",
    RecommendationStage.DECLINED: "decline",
}


def _require_party_side(recommendation: Recommendation, by: Any) -> None:
    if by is None:
        return
    within = Organization.objects.filter(scope_for(by, "recommendations.receive").organizations_q())
    if not within.filter(pk=recommendation.organization_id).exists():
        raise NotAllowed("推优由该组织的党组织书记、主管党(工)委或两新工委办公室接收和备案,您的角色不能办理。")


def _tell(action: str, row: Recommendation, on: date, by: Any, now: datetime) -> None:
    tell(
        action=action,
        obj=row.organization,
        detail={"recommendation": row.pk, "line": row.line, "on": str(on)},
        organization_ids=[],
        by=by,
        now=now,
    )
