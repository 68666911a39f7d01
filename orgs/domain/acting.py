"""What every write to the register has in common: may the actor, which row, and how the act is told."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeVar

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from orgs.domain.refusals import NotAllowed, constraints_speak
from orgs.models import Organization, Unit
from orgs.permissions import Scope, may_edit_register, scope_for, scope_of
from quannan.base.domain import audit
from quannan.base.events import announce

Row = TypeVar("Row", bound=models.Model)

REASON_LENGTH = 200
NO_EDIT = "您的角色不能修改台账。如工作需要,请联系系统管理员调整角色。"
OUT_OF_SCOPE = "这家组织不在您的管理范围内,请由它所属的主管党(工)委办理。"
UNIT_OUT_OF_SCOPE = "这个主管党(工)委不在您的管理范围内,请选择本单位或下属单位。"


def day_of(now: datetime) -> date:
    """The calendar day of a moment in Asia/Shanghai.

    Args:
        now: an aware datetime.
    """
    return timezone.localdate(now)


def require_visible(organizations: Iterable[Organization], by: Any, now: datetime, within: Scope | None = None) -> None:
    """Refuses organizations that stand outside the actor's scope today.

    Args:
        organizations: the organizations acted upon.
        by: the acting User, None for the system.
        now: the clock.
        within: the scope of the roles that give the act; a role that only reads must not widen it. All the actor
            sees where left out.

    Raises:
        NotAllowed: one of them is out of scope.
    """
    if by is None:
        return
    wanted = {organization.pk for organization in organizations}
    scope = scope_of(by) if within is None else within
    found = Organization.objects.standing().filter(scope.organizations_q(day_of(now)), pk__in=wanted)
    if found.count() < len(wanted):
        raise NotAllowed(OUT_OF_SCOPE)


def require_register_edit(organization: Organization, by: Any, now: datetime) -> None:
    """Refuses whoever may not edit this organization's rows in the register.

    Args:
        organization: the organization acted upon.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
    """
    if by is not None and not may_edit_register(by):
        raise NotAllowed(NO_EDIT)
    require_visible([organization], by, now, scope_for(by, "register.edit"))


def require_unit(unit: Unit, by: Any, within: Scope | None = None) -> None:
    """Refuses a unit outside the actor's subtree.

    Args:
        unit: the unit an organization is to stand under.
        by: the acting User, None for the system.
        within: the scope of the roles that give the act; all the actor sees where left out.

    Raises:
        NotAllowed: the unit is out of scope.
    """
    if by is None:
        return
    scope = scope_of(by) if within is None else within
    if not Unit.objects.filter(scope.units_q(), pk=unit.pk).exists():
        raise NotAllowed(UNIT_OUT_OF_SCOPE)


def locked(row: Row) -> Row:
    """The row read again and locked until the commit.

    Args:
        row: any saved instance; its values may be stale.
    """
    # Not type(row): the signed-in account comes wrapped, and only its own attributes see through.
    manager: Any = row._meta.model._default_manager
    fresh: Row = manager.select_for_update(of=("self",)).get(pk=row.pk)
    return fresh


def label_of(model: type[models.Model], name: str) -> str:
    """The Chinese name of a column.

    Args:
        model: the table.
        name: the field's name.
    """
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def require_text(value: str, field: str, sentence: str, length: int = REASON_LENGTH) -> str:
    """The text without surrounding spaces.

    Args:
        value: what was typed.
        field: the form field the sentence belongs to.
        sentence: said when there is nothing.
        length: the most characters kept in the table.

    Raises:
        ValidationError: empty, or too long.
    """
    text = (value or "").strip()
    if not text:
        raise ValidationError({field: ValidationError(sentence, code="required")})
    if len(text) > length:
        raise ValidationError(
            {field: ValidationError(f"最多写{length}个字,现有{len(text)}个,请缩短。", code="too_long")}
        )
    return text


def refuse_future(day: date, field: str, what: str, now: datetime) -> None:
    """Refuses a day after today.

    Args:
        day: the day given.
        field: the form field it came from.
        what: what the day is called, for the sentence.
        now: the clock.

    Raises:
        ValidationError: the day is still to come.
    """
    if day > day_of(now):
        raise ValidationError({field: ValidationError(f"{what}不能晚于今天({day_of(now)}),请核对。", code="future")})


@contextmanager
def acting(by: Any, reason: str = "") -> Iterator[None]:
    """One act: a transaction whose history rows carry who and why, and whose constraints speak Chinese.

    Args:
        by: the acting User, None for the system.
        reason: kept with every history row the act writes.
    """
    told = {"user": by.pk if by is not None else None} | ({"reason": reason[:REASON_LENGTH]} if reason else {})
    with constraints_speak(), transaction.atomic(), pghistory.context(**told):
        yield


def tell(
    *, action: str, obj: models.Model, detail: dict[str, Any], organization_ids: Iterable[int], by: Any, now: datetime
) -> None:
    """Ends an act: the audit entry, and the announcement to whoever derives figures from the register.

    Args:
        action: code of the act, one of those named in `orgs.domain.actions`.
        obj: the row acted upon.
        detail: JSON, without contact data.
        organization_ids: whose figures may have moved.
        by: the acting User, None for the system.
        now: the clock.
    """
    audit.record(action=action, by=by, now=now, obj=obj, detail=detail)
    announce("register.changed", organization_ids=sorted(organization_ids))
