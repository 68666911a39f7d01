"""Writing 业主: who owns, stands for or runs an organization, from–to. Political status is not asked."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.acting import (
    acting,
    locked,
    refuse_future,
    require_register_edit,
    require_text,
    require_visible,
    tell,
)
from orgs.domain.refusals import NotAllowed
from orgs.models import Code, Organization, Owner
from orgs.models.codes import CodeList
from orgs.permissions import first_day_after, may_reveal_person, scope_for
from quannan.base.domain import audit

NAME, PHONE, NOTE = 40, 32, 200
CORRECTABLE = ("name", "role", "phone", "from_", "note")


def record_owner(
    *,
    organization: Organization,
    role: str,
    name: str,
    phone: str = "",
    from_: date | None = None,
    note: str = "",
    by: Any,
    now: datetime,
) -> Owner:
    """Records an owner, legal representative or principal.

    Args:
        organization: of which, within the actor's scope.
        role: code of the list owner_role.
        name: 姓名.
        phone: 联系电话, kept encrypted.
        from_: first day; None where nobody knows since when.
        note: in words.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: by field; among them the same person in the same role at the same time.
    """
    require_register_edit(organization, by, now)
    facts = _checked({"role": role, "name": name, "phone": phone, "note": note})
    if from_ is not None:
        refuse_future(from_, "from_", "起始日期", now)
    with acting(by):
        locked(organization)
        row = Owner(organization=organization, period=DateRange(from_, None), **facts)
        row.validate_constraints()
        row.save(force_insert=True)
        _told("owner.record", row, {"role": role}, by, now)
    return row


def correct_owner(*, owner: Owner, changes: dict[str, Any], reason: str, by: Any, now: datetime) -> Owner:
    """Corrects how an owner was entered.

    Args:
        owner: which row.
        changes: any of name, role, phone, from_, note.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: by field.
    """
    require_register_edit(owner.organization, by, now)
    reason = require_text(reason, "reason", "请写明更正的理由。")
    wanted = {name: value for name, value in changes.items() if name in CORRECTABLE}
    with acting(by, reason):
        row = locked(owner)
        from_ = wanted.pop("from_", row.period.lower)
        if from_ is not None:
            refuse_future(from_, "from_", "起始日期", now)
            if row.period.upper is not None and from_ >= row.period.upper:
                sentence = "起始日期不能晚于结束日期,请核对。"
                raise ValidationError({"from_": ValidationError(sentence, code="bad_day")})
        facts = _checked({name: wanted.get(name, getattr(row, name)) for name in ("role", "name", "phone", "note")})
        for name, value in facts.items():
            setattr(row, name, value)
        row.period = DateRange(from_, row.period.upper)
        row.validate_constraints()
        row.save()
        _told("owner.correct", row, {"fields": sorted(changes)}, by, now)
    return row


def end_owner(*, owner: Owner, last_day: date, reason: str, by: Any, now: datetime) -> Owner:
    """Ends an owner's time.

    Args:
        owner: a row without an end.
        last_day: last day, included.
        reason: why, such as 股权转让.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: ended already; a day before it began or to come; no reason.
    """
    require_register_edit(owner.organization, by, now)
    reason = require_text(reason, "reason", "请写明变更的原因。")
    refuse_future(last_day, "last_day", "结束日期", now)
    with acting(by, reason):
        row = locked(owner)
        if row.period.upper is not None:
            raise ValidationError("这一条已经结束,不用再登记。", code="ended")
        if row.period.lower is not None and last_day < row.period.lower:
            sentence = f"结束日期不能早于起始日期({row.period.lower}),请核对。"
            raise ValidationError({"last_day": ValidationError(sentence, code="bad_day")})
        row.period = DateRange(row.period.lower, first_day_after(last_day))
        row.save(update_fields=["period"])
        _told("owner.end", row, {"last_day": str(last_day), "reason": reason}, by, now)
    return row


def reveal_owner(*, owner: Owner, reason: str, by: Any, now: datetime) -> str:
    """Hands out one owner's phone in plain text, after writing down who asked and why.

    Args:
        owner: whose, of an organization within the actor's scope.
        reason: what it is needed for.
        by: the acting User; the system has no use for it.
        now: the clock.

    Raises:
        NotAllowed: the actor's roles do not give it, or the organization is out of scope.
        ValidationError: no reason, or no phone on record.
    """
    if by is None or not may_reveal_person(by):
        raise NotAllowed("您的角色不能查看联系电话。如工作需要,请联系系统管理员调整角色。")
    require_visible([owner.organization], by, now, scope_for(by, "people.reveal"))
    reason = require_text(reason, "reason", "请写明查看的用途,查看会记入审计日志。")
    with transaction.atomic():
        row = Owner.objects.get(pk=owner.pk)
        if not row.phone:
            raise ValidationError("没有登记这个人的联系电话。", code="nothing")
        audit.record(action="owner.reveal", by=by, now=now, obj=row, detail={"reason": reason})
    return row.phone


def _checked(facts: dict[str, str]) -> dict[str, str]:
    if not Code.objects.filter(list_name=CodeList.OWNER_ROLE, code=facts["role"]).exists():
        labels = Code.objects.filter(list_name=CodeList.OWNER_ROLE, is_active=True).values_list("label", flat=True)
        sentence = f"身份只能选:{'、'.join(labels)}。"
        raise ValidationError({"role": ValidationError(sentence, code="unknown_code")})
    found = {"role": facts["role"], "name": require_text(facts["name"], "name", "请填写姓名。", NAME)}
    for field, length in (("phone", PHONE), ("note", NOTE)):
        text = (facts[field] or "").strip()
        found[field] = require_text(text, field, "", length) if text else ""
    return found


def _told(action: str, row: Owner, detail: dict[str, Any], by: Any, now: datetime) -> None:
    tell(action=action, obj=row, detail=detail, organization_ids=[row.organization_id], by=by, now=now)
