"""What every act on a body asks first: whose line, whose members, which form, which day."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from orgs.domain.acting import day_of, require_text
from orgs.domain.naming import NAME_LENGTH
from orgs.domain.refusals import NotAllowed
from orgs.lines import Line
from orgs.models import BodyForm, Branch, BranchMembership, Organization
from orgs.models.bodies import Composition
from orgs.permissions import may_edit_line, scope_for_line

NOT_IN_SIGHT = "这个联合组织不在您的管理范围内,请由条线部门或两新工委办公室办理。"
BEYOND = "这个联合组织还覆盖您管理范围以外的组织,请由条线部门或两新工委办公室办理。"


def require_line(line: str, by: Any) -> None:
    """Refuses whoever may not change bodies of a line.

    Args:
        line: code of `Line`.
        by: the acting User, None for the system.

    Raises:
        NotAllowed: the line is not the actor's.
    """
    if by is not None and not may_edit_line(by, line):
        raise NotAllowed(not_your_line(line))


def not_your_line(line: str) -> str:
    """What is said to whoever may not change bodies of a line.

    Args:
        line: code of `Line`.
    """
    return f"您的角色不能修改{Line(line).label}。请由该条线的部门、所属主管党(工)委或两新工委办公室办理。"


def members_on(branch: Branch, day: date) -> QuerySet[Organization]:
    """The organizations a body covers on a day.

    Args:
        branch: the body.
        day: the day, inclusive.
    """
    found = Organization.objects.standing().filter(memberships__branch=branch, memberships__period__contains=day)
    return found.distinct()


def require_seen(branch: Branch, by: Any, now: datetime) -> None:
    """A body is in sight when one of its members is, or when it has none that others could own.

    Args:
        branch: the body acted upon.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: all its members are out of scope.
    """
    members = members_on(branch, day_of(now))
    if by is None or not members.exists():
        return
    if not members.filter(scope_for_line(by, branch.line).organizations_q(day_of(now))).exists():
        raise NotAllowed(NOT_IN_SIGHT)


def require_all_seen(branch: Branch, by: Any, now: datetime) -> None:
    """What touches all members is for those who see them all.

    Args:
        branch: the body acted upon.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: a member is out of scope.
    """
    members = members_on(branch, day_of(now))
    if by is None:
        return
    scope = scope_for_line(by, branch.line)
    visible = Organization.objects.standing().filter(scope.organizations_q(day_of(now)))
    if members.exclude(pk__in=visible).exists():
        raise NotAllowed(BEYOND)
    ever = Organization.objects.standing().filter(memberships__branch=branch)
    if not members.exists() and not ever.filter(pk__in=visible).exists():
        raise NotAllowed(BEYOND)


def require_name(name: str, *, own: bool) -> str:
    """The body's name without surrounding spaces.

    Args:
        name: what was typed.
        own: whether it covers one organization alone, which may leave it without a name of its own.

    Raises:
        ValidationError: a joint body without a name, or a name too long.
    """
    if own and not name.strip():
        return ""
    return require_text(name, "name", "联合、挂靠或功能型组织须填写名称,以便别的组织加入。", NAME_LENGTH)


def check_form(form: BodyForm, line: str) -> None:
    """Refuses a form of another line, or one out of use.

    Args:
        form: the form chosen.
        line: code of `Line`.

    Raises:
        ValidationError: field `form`.
    """
    sentence = ""
    if form.line != line:
        sentence = f"“{form.label}”是{Line(form.line).label}的形式,请选择{Line(line).label}的形式。"
    elif not form.is_active:
        sentence = f"“{form.label}”已停用,请选择使用中的形式。"
    if sentence:
        raise ValidationError({"form": ValidationError(sentence, code="unknown_form")})


def check_composition(composition: str, form: BodyForm, members: int) -> None:
    """Refuses a composition that does not go with the form or with the number of members.

    Args:
        composition: code of `Composition`.
        form: the form of the body.
        members: how many organizations it covers.

    Raises:
        ValidationError: field `composition` or `organizations`.
    """
    if composition not in Composition.values:
        sentence = f"组建方式只能选:{'、'.join(Composition.labels)}。"
        raise ValidationError({"composition": ValidationError(sentence, code="bad_composition")})
    if members == 0:
        raise ValidationError({"organizations": ValidationError("请至少选择一家被覆盖的组织。", code="required")})
    if composition == Composition.OWN and form.is_joint:
        sentence = f"“{form.label}”是联合组织,组建方式不能是单独,请改其中一项。"
        raise ValidationError({"composition": ValidationError(sentence, code="joint_form")})
    if composition == Composition.OWN and members > 1:
        sentence = "单独组建的组织只覆盖一家;覆盖几家的,组建方式请选联合或挂靠。"
        raise ValidationError({"composition": ValidationError(sentence, code="several")})


def check_covered(organization: Organization, day: date, field: str, what: str, *, registered_matters: bool) -> None:
    """A joint body may be older than a member; a body of one organization may not be older than it.

    Args:
        organization: who is covered.
        day: first day covered.
        field: the form field the day came from.
        what: what the day is called, for the sentence.
        registered_matters: whether the day may not lie before the organization's registration.

    Raises:
        ValidationError: the organization did not exist on that day.
    """
    sentence = ""
    if registered_matters and day < organization.registered_on:
        sentence = f"{what}早于“{organization.name}”的登记日期({organization.registered_on}),请核对两个日期。"
    elif organization.closed_on and day >= organization.closed_on:
        sentence = f"“{organization.name}”已于{organization.closed_on}注销或迁出,{what}应早于这一天。"
    if sentence:
        raise ValidationError({field: ValidationError(sentence, code="bad_day")})


def check_alive(branch: Branch, day: date, field: str, what: str) -> None:
    """Refuses a change to a body that ended, or on a day before it began.

    Args:
        branch: the locked body.
        day: the day of the change.
        field: the form field the day came from.
        what: what the day is called, for the sentence.

    Raises:
        ValidationError: refused, dissolved, grouped, or founded later.
    """
    if branch.refused_at:
        raise ValidationError("这个组织未获确认,不计入覆盖;情况有变的,请重新登记成立。", code="refused")
    if branch.grouped_into_id:
        raise ValidationError(f"这个组织已归并到“{branch.grouped_into}”,请到那里办理。", code="grouped")
    if branch.dissolved_on:
        raise ValidationError(f"这个组织已撤销,自{branch.dissolved_on}起不再计算,不能再变动。", code="dissolved")
    if day < branch.founded_on:
        sentence = f"{what}不能早于成立日期({branch.founded_on}),请核对。"
        raise ValidationError({field: ValidationError(sentence, code="bad_day")})


def refuse_own(branch: Branch, sentence: str) -> None:
    """Refuses a body of one organization alone.

    Args:
        branch: the body.
        sentence: what is said then.

    Raises:
        ValidationError: code `own`.
    """
    if branch.composition == Composition.OWN:
        raise ValidationError(sentence, code="own")


def touch(branch: Branch) -> None:
    """Saves a body under the next version, so that an older page is noticed.

    Args:
        branch: the locked body.
    """
    branch.version += 1
    branch.save()


def member_ids(branch: Branch) -> list[int]:
    """The organizations a body covers or ever covered.

    Args:
        branch: the body.
    """
    return list(BranchMembership.objects.filter(branch=branch).values_list("organization_id", flat=True).distinct())
