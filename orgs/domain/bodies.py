"""Writing bodies (党群组织): founded, joined, left, changed in form, dissolved. Confirmation is in `confirmations`."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.acting import acting, locked, refuse_future, require_text, require_visible, tell
from orgs.domain.body_rules import (
    check_alive,
    check_composition,
    check_covered,
    check_form,
    member_ids,
    refuse_own,
    require_all_seen,
    require_line,
    require_name,
    require_seen,
    touch,
)
from orgs.domain.naming import NAME_LENGTH
from orgs.lines import Precision
from orgs.models import BodyForm, Branch, BranchForm, BranchMembership, Organization
from orgs.models.bodies import Composition
from orgs.permissions import first_day_after, may_confirm_line, scope_for_line
from orgs.validators import normalise_name


def found_body(
    *,
    line: str,
    form: BodyForm,
    organizations: Iterable[Organization],
    founded_on: date,
    composition: str = Composition.OWN,
    name: str = "",
    founded_precision: str = Precision.DAY,
    approval: str = "",
    source: str = "manual",
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
        approval: 批复文号, "" where there is none yet.
        source: code of list figures_source: where it is known from.
        is_demo: whether the row belongs to 演示数据.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or an organization is out of scope.
        ValidationError: by field.
    """
    members = list({organization.pk: organization for organization in organizations}.values())
    require_line(line, by)
    require_visible(members, by, now, scope_for_line(by, line))
    refuse_future(founded_on, "founded_on", "成立日期", now)
    check_form(form, line)
    own = composition == Composition.OWN
    check_composition(composition, form, len(members))
    name = require_name(name, own=own)
    with acting(by):
        rows = list(
            Organization.objects.select_for_update(of=("self",))
            .filter(pk__in=[organization.pk for organization in members])
            .order_by("pk")
        )
        for row in rows:
            check_covered(row, founded_on, "founded_on", "成立日期", registered_matters=own)
        confirmed = by is not None and may_confirm_line(by, line)
        branch = Branch(
            line=line,
            name=name,
            name_key=normalise_name(name)[:NAME_LENGTH],
            composition=composition,
            founded_on=founded_on,
            founded_precision=founded_precision,
            approval=approval.strip(),
            confirmed_at=now if confirmed else None,
            confirmed_by=by if confirmed else None,
            source=source,
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
                source=source,
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
    require_visible([organization], by, now, scope_for_line(by, branch.line))
    require_seen(branch, by, now)
    refuse_future(from_, "from_", "加入日期", now)
    with acting(by):
        owner = locked(organization)
        row = locked(branch)
        refuse_own(row, "这是单独组建的组织,别的组织不能加入。要联合组建,请新成立联合组织。")
        check_alive(row, from_, "from_", "加入日期")
        check_covered(owner, from_, "from_", "加入日期", registered_matters=True)
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
    require_visible([membership.organization], by, now, scope_for_line(by, membership.branch.line))
    reason = require_text(reason, "reason", "请写明退出的理由。")
    refuse_future(last_day, "last_day", "退出日期", now)
    with acting(by, reason):
        branch = locked(membership.branch)
        row = locked(membership)
        refuse_own(branch, "这是单独组建的组织,没有“退出”;不再存在的,请办理撤销。")
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
    check_form(form, branch.line)
    with acting(by):
        row = locked(branch)
        check_alive(row, from_, "from_", "变更日期")
        check_composition(row.composition, form, 1)
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
        touch(row)
        tell(
            action="body.change_form",
            obj=row,
            detail={"from_form": current.form.code, "to_form": form.code, "from": str(from_)},
            organization_ids=member_ids(row),
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
        check_alive(row, last_day, "last_day", "撤销日期")
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
        touch(row)
        tell(
            action="body.dissolve",
            obj=row,
            detail={"last_day": str(last_day), "reason": reason},
            organization_ids=member_ids(row),
            by=by,
            now=now,
        )
    return row
