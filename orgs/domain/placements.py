"""Under which unit an organization stands, and its transfer to another."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.acting import acting, locked, require_register_edit, require_text, tell
from orgs.models import Organization, Placement, Unit


def move_organization(
    *, organization: Organization, unit: Unit, on: date, reason: str, by: Any, now: datetime
) -> Placement:
    """Transfers an organization to another unit: its placement ends and a new one begins on that day.

    Who hands it over need not see the receiving unit; afterwards the organization may be out of the actor's sight.

    Args:
        organization: which one, within the actor's scope.
        unit: the receiving 主管党(工)委, in use.
        on: first day under the new unit.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: the same unit; a unit out of use; a day not after registration or not after the last transfer;
            the organization is closed by then; no reason.
    """
    require_register_edit(organization, by, now)
    reason = require_text(reason, "reason", "请写明为什么划转。")
    if not unit.is_active:
        raise ValidationError({"unit": ValidationError("这个主管党(工)委已停用,请选择使用中的单位。", code="unit")})
    with acting(by, reason):
        row = locked(organization)
        current = Placement.objects.select_related("unit").get(organization=row, period__upper_inf=True)
        _check_day(row, current, on)
        if current.unit_id == unit.pk:
            raise ValidationError({"unit": ValidationError(f"这家组织现在就属于{unit.name},不用划转。", code="unit")})
        current.period = DateRange(current.period.lower, on)
        current.save(update_fields=["period"])
        placement = Placement.objects.create(organization=row, unit=unit, period=DateRange(on, None))
        tell(
            action="organization.move",
            obj=row,
            detail={"from": current.unit.code, "to": unit.code, "on": str(on), "reason": reason},
            organization_ids=[row.pk],
            by=by,
            now=now,
        )
    return placement


def _check_day(organization: Organization, current: Placement, on: date) -> None:
    sentence = ""
    if on <= organization.registered_on:
        sentence = f"划转日期应晚于登记日期({organization.registered_on})。"
    elif organization.closed_on and on >= organization.closed_on:
        sentence = f"这家组织已于{organization.closed_on}注销或迁出,划转日期应早于这一天。"
    elif current.period.lower and on <= current.period.lower:
        sentence = f"划转日期应晚于上一次划转({current.period.lower})。"
    if sentence:
        raise ValidationError({"on": ValidationError(sentence, code="bad_day")})
