"""Who may do which step of the review of a report, and who could do it instead."""

from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from evaluation.models import AnnualReport, ReportState, ReportStep, Stage, StepKind
from evaluation.permissions import may_review_county, may_review_unit, reaches
from orgs.domain.acting import day_of
from orgs.domain.refusals import NotAllowed
from orgs.models import Placement, RoleAssignment
from orgs.permissions import scope_for

CAPABILITY = {Stage.UNIT: "reports.review_unit", Stage.COUNTY: "reports.review_county"}
NOT_YOURS = {
    Stage.UNIT: "您的角色不能做单位审核,请由主管党(工)委办理。",
    Stage.COUNTY: "您的角色不能做县审核,请由两新工委办公室办理。",
}
OUT_OF_SCOPE = "这家组织不在您的审核范围内,请由它所属的主管党(工)委办理。"
# So many names are told; more are nobody's help.
NAMED = 3


def may_review(user: Any) -> bool:
    """Does at least one step of the review, for some organizations.

    Args:
        user: the signed-in User.
    """
    return may_review_unit(user) or may_review_county(user)


def stages_of(user: Any) -> list[Stage]:
    """The steps an account's roles give, the unit's first.

    Args:
        user: the signed-in User.
    """
    return [stage for stage in Stage if user.can(CAPABILITY[stage])]


def stage_of(report: AnnualReport) -> Stage | None:
    """The step a report waits for, None where it waits for the filer or for nobody.

    Args:
        report: the report.
    """
    return {ReportState.SUBMITTED: Stage.UNIT, ReportState.UNIT_ACCEPTED: Stage.COUNTY}.get(ReportState(report.state))


def require_reviewer(report: AnnualReport, stage: Stage, by: Any, now: datetime) -> None:
    """Refuses whoever may not do a step of this report.

    Nobody reviews what they filed themselves or file for, and the two steps are done by two accounts.

    Args:
        report: with its organization.
        stage: the step.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: with the sentence, and who can where somebody else must.
    """
    if by is None:
        return
    if not by.can(CAPABILITY[stage]):
        raise NotAllowed(NOT_YOURS[stage])
    if not reaches(by, CAPABILITY[stage], report.organization):
        raise NotAllowed(OUT_OF_SCOPE)
    if sentence := own_sentence(report, stage, by, did_unit_step=_did_unit_step(report, by)):
        raise NotAllowed(f"{sentence}{_who_can(report, stage, by, now)}")


def own_sentence(report: AnnualReport, stage: Stage, by: Any, *, did_unit_step: bool) -> str:
    """Why an account that has the role may not review this very report; "" where it may.

    Args:
        report: the report.
        stage: the step.
        by: the acting User.
        did_unit_step: whether this account gave the unit's acceptance that stands.
    """
    if report.submitted_by_id == by.pk:
        return "这份年报是您报送的,不能由您审核。"
    if report.organization_id in scope_for(by, "reports.file").organization_ids:
        return "这家组织由您填报,不能由您审核。"
    if stage == Stage.COUNTY and did_unit_step:
        return "这份年报的单位审核是您做的,县审核须由另一个账号办理。"
    return ""


def own_condition(stage: Stage, by: Any) -> Q:
    """The reports of a step that `own_sentence` keeps from an account.

    Args:
        stage: the step.
        by: the User.
    """
    condition = Q(submitted_by=by) | Q(organization__in=scope_for(by, "reports.file").organization_ids)
    if stage == Stage.COUNTY:
        condition |= Q(pk__in=unit_steps_by(by).values("report"))
    return condition


def left_to_county(today: date) -> Q:
    """The reports whose unit step falls to the owner office: no account of a unit can do it.

    Such are the reports of organizations under 县直 or under no unit, and those the unit's only account filed
    itself or files for.

    Args:
        today: the day whose placements count.
    """
    filed_by = Coalesce(OuterRef(OuterRef("submitted_by")), Value(0))
    # As `own_sentence`: who files for the organization does not review it either.
    files = RoleAssignment.objects.filter(
        user=OuterRef("user"),
        role__capabilities__contains=["reports.file"],
        organization=OuterRef(OuterRef(OuterRef("organization"))),
    )
    offices = RoleAssignment.objects.filter(
        Func(OuterRef("unit__path"), F("unit__path"), function="starts_with", output_field=BooleanField()),
        role__scope="unit",
        role__capabilities__contains=[CAPABILITY[Stage.UNIT]],
        unit__parent__isnull=False,
        user__is_active=True,
    ).exclude(Q(user=filed_by) | Exists(files))
    placed = Placement.objects.filter(Exists(offices), organization=OuterRef("organization"), period__contains=today)
    return Q(~Exists(placed))


def unit_steps_by(by: Any) -> Any:
    """The steps by which an account gave a unit's acceptance that still stands.

    Args:
        by: the User.
    """
    given = ReportStep.objects.filter(kind=StepKind.UNIT_ACCEPTED, by=by, at=F("report__unit_accepted_at"))
    return given.filter(report__state=ReportState.UNIT_ACCEPTED)


def _did_unit_step(report: AnnualReport, by: Any) -> bool:
    return unit_steps_by(by).filter(report=report).exists()


def _who_can(report: AnnualReport, stage: Stage, by: Any, now: datetime) -> str:
    """Who else does this step for the organization, as a sentence."""
    placed = Placement.objects.filter(organization=report.organization_id, period__contains=day_of(now))
    path = placed.values_list("unit__path", flat=True).first() or ""
    given = RoleAssignment.objects.filter(role__capabilities__contains=[CAPABILITY[stage]], user__is_active=True)
    names = {}
    for row in given.exclude(user=by).select_related("user", "role", "unit").order_by("user__username"):
        county = row.role.scope == "county"
        if county or (row.role.scope == "unit" and row.unit is not None and path.startswith(row.unit.path)):
            names[row.user.pk] = row.user.name or row.user.username
    if not names:
        return f"现在没有别的账号能做{stage.label},请系统管理员增设一个。"
    told = list(names.values())
    return f"能办理的有:{'、'.join(told[:NAMED])}{'等' if len(told) > NAMED else ''}。"
