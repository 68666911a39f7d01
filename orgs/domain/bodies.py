"""Writing bodies (党群组织): founded, joined, left, changed in form, dissolved. Confirmation is in `confirmations`."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.acting import acting, day_of, locked, refuse_future, require_text, require_visible, tell
from orgs.domain.naming import NAME_LENGTH
from orgs.domain.refusals import NotAllowed
from orgs.lines import Line, Precision
from orgs.models import BodyForm, Branch, BranchForm, BranchMembership, Organization
from orgs.models.bodies import Composition
from orgs.permissions import first_day_after, may_confirm_line, may_edit_line
from orgs.validators import normalise_name

BEYOND = "这个联合组织还覆盖您管理范围以外的组织,请由条线部门或两新工委办公室办理。"


def found_body(
    *,
    line: str,
    form: BodyForm,
    organizations: Iterable[Organization],
    founded_on: date,
    composition: str = Composition.OWN,
    name: str = "",
    founded_precision: str = Precision.DAY,
    is_demo: bool = False,
    by: Any,
    now: datetime,
) -> Branch:
    """Founds a body of one organization, or one that covers several from the same day.

    It counts at once. Whoever may confirm the line's bodies confirms it by entering it; else it is 待确认.

    Args:
        line: code of `Line`.
        form: a form of that line, in use.
        organizations: whom it covers from founded_on; exactly one where composition is 单独.
        founded_on: day of founding; month or year alone is taken as its last day.
        composition: code of `Composition`.
        name: required for everything but 单独.
        founded_precision: code of `Precision`.
        is_demo: whether the row belongs to 演示数据.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or an organization is out of scope.
        ValidationError: by field.
    """
    members = list({organization.pk: organization for organization in organizations}.values())
    require_line(line, by)
    require_visible(members, by, now)
    refuse_future(founded_on, "founded_on", "成立日期", now)
    _check_form(form, line)
    own = composition == Composition.OWN
    _check_composition(composition, form, len(members))
    name = name.strip()
    if name or not own:
        require_text(name, "name", "联合、挂靠或功能型组织须填写名称,以便别的组织加入。", NAME_LENGTH)
    with acting(by):
        rows = list(
            Organization.objects.select_for_update(of=("self",))
            .filter(pk__in=[organization.pk for organization in members])
            .order_by("pk")
        )
        for row in rows:
            _check_covered(row, founded_on, "founded_on", "成立日期", registered_matters=own)
        confirmed = by is not None and may_confirm_line(by, line)
        branch = Branch(
            line=line,
            name=name,
            name_key=normalise_name(name)[:NAME_LENGTH],
            composition=composition,
            founded_on=founded_on,
            founded_precision=founded_precision,
            confirmed_at=now if confirmed else None,
            confirmed_by=by if confirmed else None,
            is_demo=is_demo,
        )
        branch.save(force_insert=True)
        BranchForm.objects.create(branch=branch, form=form, period=DateRange(None, None))
        BranchMembership.objects.bulk_create(
            BranchMembership(
                branch=branch,
                organization=row,
                period=DateRange(max(founded_on, row.registered_on), None),
                from_precision=founded_precision,
            )
            for row in rows
        )
        tell(
            action="body.found",
            obj=branch,
            detail={
                "line": line,
                "form": form.code,
                "founded_on": str(founded_on),
                "organizations": [row.pk for row in rows],
            },
            organization_ids=[row.pk for row in rows],
            by=by,
            now=now,
        )
    return branch


def join_body(*, branch: Branch, organization: Organization, from_: date, by: Any, now: datetime) -> BranchMembership:
    """Lets a joint body cover one more organization.

    Args:
        branch: the joint body; it covers somebody in the actor's sight, or nobody any more.
        organization: who joins, within the actor's scope.
        from_: first day covered.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or body or organization are out of scope.
        ValidationError: by field; among them a period already covered by the same body.
    """
    require_line(branch.line, by)
    require_visible([organization], by, now)
    require_seen(branch, by, now)
    refuse_future(from_, "from_", "加入日期", now)
    with acting(by):
        owner = locked(organization)
        row = locked(branch)
        _refuse_own(row, "这是单独组建的组织,别的组织不能加入。要联合组建,请新成立联合组织。")
        _check_alive(row, from_, "from_", "加入日期")
        _check_covered(owner, from_, "from_", "加入日期", registered_matters=True)
        membership = BranchMembership(branch=row, organization=owner, period=DateRange(from_, None))
        membership.validate_constraints()
        membership.save(force_insert=True)
        tell(
            action="body.join",
            obj=row,
            detail={"organization": owner.pk, "from": str(from_)},
            organization_ids=[owner.pk],
            by=by,
            now=now,
        )
    return membership


def leave_body(
    *, membership: BranchMembership, last_day: date, reason: str, by: Any, now: datetime
) -> BranchMembership:
    """Ends the coverage of one organization by a joint body; the body and its other members stay.

    Args:
        membership: one without an end, of an organization within the actor's scope.
        last_day: last day covered, included.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or the organization is out of scope.
        ValidationError: it has ended; a day before it began; a body of one organization alone; no reason.
    """
    require_line(membership.branch.line, by)
    require_visible([membership.organization], by, now)
    reason = require_text(reason, "reason", "请写明退出的理由。")
    refuse_future(last_day, "last_day", "退出日期", now)
    with acting(by, reason):
        branch = locked(membership.branch)
        row = locked(membership)
        _refuse_own(branch, "这是单独组建的组织,没有“退出”;不再存在的,请办理撤销。")
        if row.period.upper is not None:
            raise ValidationError("这段覆盖关系已经结束,不用再退出。", code="ended")
        if last_day < row.period.lower:
            sentence = f"退出日期不能早于加入日期({row.period.lower}),请核对。"
            raise ValidationError({"last_day": ValidationError(sentence, code="bad_day")})
        row.period = DateRange(row.period.lower, first_day_after(last_day))
        row.end_reason = reason
        row.save(update_fields=["period", "end_reason"])
        tell(
            action="body.leave",
            obj=branch,
            detail={"organization": row.organization_id, "last_day": str(last_day), "reason": reason},
            organization_ids=[row.organization_id],
            by=by,
            now=now,
        )
    return row


def change_form(*, branch: Branch, form: BodyForm, from_: date, by: Any, now: datetime) -> BranchForm:
    """Gives a body another form from a day on: a 支部 that grows into a 总支 stays one body.

    Args:
        branch: the body; all its members are within the actor's scope.
        form: another form of the same line.
        from_: first day of the new form.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or a member is out of scope.
        ValidationError: by field.
    """
    require_line(branch.line, by)
    require_all_seen(branch, by, now)
    refuse_future(from_, "from_", "变更日期", now)
    _check_form(form, branch.line)
    with acting(by):
        row = locked(branch)
        _check_alive(row, from_, "from_", "变更日期")
        _check_composition(row.composition, form, 1)
        current = BranchForm.objects.select_related("form").get(branch=row, period__upper_inf=True)
        begun = current.period.lower or row.founded_on
        if current.form_id == form.pk:
            sentence = f"这个组织现在就是{form.label},不用变更。"
            raise ValidationError({"form": ValidationError(sentence, code="same_form")})
        if from_ <= begun:
            sentence = f"变更日期应晚于现有形式的起日({begun}),请核对。"
            raise ValidationError({"from_": ValidationError(sentence, code="bad_day")})
        current.period = DateRange(current.period.lower, from_)
        current.save(update_fields=["period"])
        changed = BranchForm.objects.create(branch=row, form=form, period=DateRange(from_, None))
        _touch(row)
        tell(
            action="body.change_form",
            obj=row,
            detail={"from_form": current.form.code, "to_form": form.code, "from": str(from_)},
            organization_ids=_member_ids(row),
            by=by,
            now=now,
        )
    return changed


def dissolve_body(*, branch: Branch, last_day: date, reason: str, by: Any, now: datetime) -> Branch:
    """Dissolves a body, and with it the coverage of all its members.

    Args:
        branch: the body; all its members are within the actor's scope.
        last_day: last day it counts, included.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or a member is out of scope.
        ValidationError: dissolved already; a day before its founding or before its newest member; no reason.
    """
    require_line(branch.line, by)
    require_all_seen(branch, by, now)
    reason = require_text(reason, "reason", "请写明撤销的理由。")
    refuse_future(last_day, "last_day", "撤销日期", now)
    with acting(by, reason):
        row = locked(branch)
        _check_alive(row, last_day, "last_day", "撤销日期")
        until = first_day_after(last_day)
        open_rows = BranchMembership.objects.filter(branch=row, period__upper_inf=True)
        if open_rows.filter(period__startswith__gt=last_day).exists():
            sentence = "在这一天之后还有组织加入,请先核对加入日期,或把撤销日期写晚。"
            raise ValidationError({"last_day": ValidationError(sentence, code="later_member")})
        for membership in open_rows.select_for_update(of=("self",)):
            membership.period = DateRange(membership.period.lower, until)
            membership.end_reason = reason
            membership.save(update_fields=["period", "end_reason"])
        row.dissolved_on, row.dissolved_reason = until, reason
        _touch(row)
        tell(
            action="body.dissolve",
            obj=row,
            detail={"last_day": str(last_day), "reason": reason},
            organization_ids=_member_ids(row),
            by=by,
            now=now,
        )
    return row


def require_line(line: str, by: Any) -> None:
    """Refuses whoever may not edit bodies of a line.

    Args:
        line: code of `Line`.
        by: the acting User, None for the system.

    Raises:
        NotAllowed: the line is not the actor's.
    """
    if by is not None and not may_edit_line(by, line):
        label = Line(line).label
        raise NotAllowed(f"您的角色不能修改{label}。请由该条线的部门、所属主管党(工)委或两新工委办公室办理。")


def _members_on(branch: Branch, day: date):
    return Organization.objects.filter(memberships__branch=branch, memberships__period__contains=day).distinct()


def require_seen(branch: Branch, by: Any, now: datetime) -> None:
    """Refuses a body out of sight: it is in sight when one of its members is, or when nobody is covered any more.

    Args:
        branch: the body.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: all members of today are out of scope.
    """
    members = _members_on(branch, day_of(now))
    if by is None or not members.exists():
        return
    if not members.filter(pk__in=Organization.objects.visible_to(by, day_of(now))).exists():
        raise NotAllowed("这个联合组织不在您的管理范围内,请由条线部门或两新工委办公室办理。")


def require_all_seen(branch: Branch, by: Any, now: datetime) -> None:
    """Refuses a body of which a member lies out of the actor's scope.

    Args:
        branch: the body.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: a member of today is out of scope, or all that it ever had are.
    """
    members = _members_on(branch, day_of(now))
    if by is None:
        return
    visible = Organization.objects.visible_to(by, day_of(now))
    if members.exclude(pk__in=visible).exists():
        raise NotAllowed(BEYOND)
    ever = Organization.objects.filter(memberships__branch=branch)
    if not members.exists() and not ever.filter(pk__in=visible).exists():
        raise NotAllowed(BEYOND)


def _check_form(form: BodyForm, line: str) -> None:
    sentence = ""
    if form.line != line:
        sentence = f"“{form.label}”是{Line(form.line).label}的形式,请选择{Line(line).label}的形式。"
    elif not form.is_active:
        sentence = f"“{form.label}”已停用,请选择使用中的形式。"
    if sentence:
        raise ValidationError({"form": ValidationError(sentence, code="unknown_form")})


def _check_composition(composition: str, form: BodyForm, members: int) -> None:
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


def _check_covered(organization: Organization, day: date, field: str, what: str, *, registered_matters: bool) -> None:
    """A joint body may be older than a member; a body of one organization may not be older than it."""
    sentence = ""
    if registered_matters and day < organization.registered_on:
        sentence = f"{what}早于“{organization.name}”的登记日期({organization.registered_on}),请核对两个日期。"
    elif organization.closed_on and day >= organization.closed_on:
        sentence = f"“{organization.name}”已于{organization.closed_on}注销或迁出,{what}应早于这一天。"
    if sentence:
        raise ValidationError({field: ValidationError(sentence, code="bad_day")})


def _check_alive(branch: Branch, day: date, field: str, what: str) -> None:
    if branch.refused_at:
        raise ValidationError("这个组织未获确认,不计入覆盖;情况有变的,请重新登记成立。", code="refused")
    if branch.dissolved_on:
        raise ValidationError(f"这个组织已撤销,自{branch.dissolved_on}起不再计算,不能再变动。", code="dissolved")
    if day < branch.founded_on:
        sentence = f"{what}不能早于成立日期({branch.founded_on}),请核对。"
        raise ValidationError({field: ValidationError(sentence, code="bad_day")})


def _refuse_own(branch: Branch, sentence: str) -> None:
    if branch.composition == Composition.OWN:
        raise ValidationError(sentence, code="own")


def _touch(branch: Branch) -> None:
    branch.version += 1
    branch.save()


def _member_ids(branch: Branch) -> list[int]:
    return list(BranchMembership.objects.filter(branch=branch).values_list("organization_id", flat=True).distinct())
