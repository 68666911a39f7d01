"""Correcting what was entered about a body: its name, founding, composition, approval reference."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.acting import acting, locked, refuse_future, require_text, tell
from orgs.domain.body_rules import (
    check_composition,
    check_covered,
    member_ids,
    require_all_seen,
    require_line,
    require_name,
    touch,
)
from orgs.domain.stale import refuse_stale
from orgs.lines import Precision
from orgs.models import Branch, BranchForm, BranchMembership
from orgs.models.bodies import Composition
from orgs.models.people import Appointment
from orgs.models.terms import Election
from orgs.validators import normalise_name

APPROVAL_LENGTH = 64


def correct_body(
    *,
    branch: Branch,
    version: int,
    name: str,
    founded_on: date,
    founded_precision: str,
    composition: str,
    approval: str,
    reason: str,
    by: Any,
    now: datetime,
) -> Branch:
    """Corrects a body; coverage that began at its founding begins on the corrected day.

    Args:
        branch: the body; all its members are within the actor's scope.
        version: the version the actor had opened.
        name: required for everything but 单独, and but 未归并, which a name ends.
        founded_on: day of founding; month or year alone is taken as its last day.
        founded_precision: code of `Precision`.
        composition: code of `Composition`.
        approval: 批复文号, "" where there is none.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or a member is out of scope.
        StaleRecord: somebody else has changed the body since.
        ValidationError: by field; among them a day that other facts of the body rule out.
    """
    require_line(branch.line, by)
    require_all_seen(branch, by, now)
    reason = require_text(reason, "reason", "请写明更正的理由。")
    refuse_future(founded_on, "founded_on", "成立日期", now)
    own = composition == Composition.OWN
    if founded_precision not in Precision.values:
        sentence = f"成立日期准到只能选:{'、'.join(Precision.labels)}。"
        raise ValidationError({"founded_precision": ValidationError(sentence, code="bad_precision")})
    approval = approval.strip()
    if len(approval) > APPROVAL_LENGTH:
        sentence = f"批复文号最多写{APPROVAL_LENGTH}个字,现有{len(approval)}个,请缩短。"
        raise ValidationError({"approval": ValidationError(sentence, code="too_long")})
    with acting(by, reason):
        row = locked(branch)
        name = require_name(name, own=own or row.is_provisional)
        wanted = {
            "name": name,
            "founded_on": founded_on,
            "founded_precision": founded_precision,
            "composition": composition,
            "approval": approval,
        }
        refuse_stale(row, version, wanted)
        _refuse_ended(row)
        changed = [field for field, value in wanted.items() if getattr(row, field) != value]
        if not changed:
            raise ValidationError("没有改动。要改的内容改好后再保存。", code="unchanged")
        if "composition" in changed:
            _check_members(row, composition)
        if "founded_on" in changed:
            _move_founding(row, founded_on, own=own)
        for field, value in wanted.items():
            setattr(row, field, value)
        row.name_key = normalise_name(name)[: Branch._meta.get_field("name_key").max_length]
        row.is_provisional = row.is_provisional and not own and not name
        touch(row)
        tell(
            action="body.correct",
            obj=row,
            detail={"fields": changed, "reason": reason},
            organization_ids=member_ids(row),
            by=by,
            now=now,
        )
    return row


def _refuse_ended(row: Branch) -> None:
    if row.refused_at:
        raise ValidationError("这个组织未获确认,不计入覆盖;情况有变的,请重新登记成立。", code="refused")
    if row.grouped_into_id:
        raise ValidationError(f"这个组织已归并到“{row.grouped_into}”,请到那里更正。", code="grouped")


def _check_members(row: Branch, composition: str) -> None:
    """A body that ever covered several is not of one organization alone."""
    for held in BranchForm.objects.filter(branch=row).select_related("form").order_by("period"):
        check_composition(composition, held.form, len(member_ids(row)))


def _move_founding(row: Branch, founded_on: date, *, own: bool) -> None:
    """Moves the coverage that began at the founding; refuses a day that later facts lie before."""
    if row.dissolved_on and founded_on >= row.dissolved_on:
        sentence = f"成立日期应早于撤销日期({row.dissolved_on}),请核对。"
        raise ValidationError({"founded_on": ValidationError(sentence, code="bad_day")})
    _refuse_earlier_facts(row, founded_on)
    for membership in (
        BranchMembership.objects.filter(branch=row)
        .select_for_update(of=("self",))
        .select_related("organization")
        .order_by("organization_id", "period")
    ):
        organization = membership.organization
        begun, end = membership.period.lower, membership.period.upper
        if begun != max(row.founded_on, organization.registered_on):
            if begun < founded_on:
                sentence = f"“{organization.name}”自{begun}起加入,成立日期不能晚于这一天,请核对。"
                raise ValidationError({"founded_on": ValidationError(sentence, code="earlier_member")})
            continue
        check_covered(organization, founded_on, "founded_on", "成立日期", registered_matters=own)
        begins = max(founded_on, organization.registered_on)
        if end and begins >= end:
            sentence = f"“{organization.name}”在{end}之前已退出,成立日期应更早,请核对。"
            raise ValidationError({"founded_on": ValidationError(sentence, code="earlier_end")})
        if begins != begun:
            membership.period = DateRange(begins, end)
            membership.save(update_fields=["period"])


def _refuse_earlier_facts(row: Branch, founded_on: date) -> None:
    """Later forms, elections and posts lie after the founding."""
    form = BranchForm.objects.filter(branch=row, period__startswith__lte=founded_on).order_by("period").first()
    election = Election.objects.filter(branch=row, held_on__lt=founded_on).order_by("held_on").first()
    post = Appointment.objects.filter(branch=row, period__startswith__lt=founded_on).order_by("period", "pk").first()
    found = (
        (form, "变更形式", form and form.period.lower),
        (election, "选举", election and election.held_on),
        (post, "任职", post and post.period.lower),
    )
    for fact, word, day in found:
        if fact:
            sentence = f"已登记{day}的{word},成立日期应早于它,请核对两个日期。"
            raise ValidationError({"founded_on": ValidationError(sentence, code="earlier_fact")})
