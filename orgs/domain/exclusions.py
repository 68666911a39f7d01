"""Taking an organization out of the base for a time, and back in: always dated, reasoned and approved."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.acting import acting, locked, refuse_future, require_register_edit, require_text, tell
from orgs.domain.organizations import check_state
from orgs.models import Exclusion, Organization
from orgs.permissions import first_day_after


def exclude_organization(
    *,
    organization: Organization,
    state: str,
    from_: date,
    last_day: date | None = None,
    reason: str,
    approver: str,
    by: Any,
    now: datetime,
) -> Exclusion:
    """Takes an organization out of the base (停产, 空壳, 失联 …); reports name it under 剔除 n 家.

    Args:
        organization: which one.
        state: code of list operating_state whose effect is to exclude.
        from_: first day excluded.
        last_day: last day excluded, included; None until further notice.
        reason: why.
        approver: who approved it.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: by field; among them a period that overlaps another exclusion.
    """
    require_register_edit(organization, by, now)
    reason = require_text(reason, "reason", "请写明剔除的理由。")
    approver = require_text(approver, "approver", "请写明批准人。", 64)
    check_state(state, "exclude", "state")
    refuse_future(from_, "from_", "剔除起日", now)
    if last_day is not None and last_day < from_:
        raise ValidationError({"last_day": ValidationError("止日不能早于起日,请核对。", code="bad_day")})
    with acting(by, reason):
        row = locked(organization)
        if from_ < row.registered_on:
            sentence = f"剔除起日不能早于登记日期({row.registered_on}),请核对。"
            raise ValidationError({"from_": ValidationError(sentence, code="bad_day")})
        if row.closed_on and from_ >= row.closed_on:
            sentence = f"这家组织已于{row.closed_on}注销或迁出,不在基数里,不用剔除。"
            raise ValidationError({"from_": ValidationError(sentence, code="bad_day")})
        exclusion = Exclusion(
            organization=row,
            state=state,
            period=DateRange(from_, first_day_after(last_day)),
            reason=reason,
            approver=approver,
        )
        exclusion.validate_constraints()
        exclusion.save(force_insert=True)
        tell(
            action="exclusion.begin",
            obj=row,
            detail={
                "state": state,
                "from": str(from_),
                "last_day": str(last_day) if last_day else "",
                "reason": reason,
                "approver": approver,
            },
            organization_ids=[row.pk],
            by=by,
            now=now,
        )
    return exclusion


def end_exclusion(*, exclusion: Exclusion, last_day: date, reason: str, by: Any, now: datetime) -> Exclusion:
    """Brings an organization back into the base from the day after.

    Args:
        exclusion: one that is still running, or ends later than wanted.
        last_day: last day excluded, included.
        reason: why it is over.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: a day before the beginning; one that does not shorten the exclusion; no reason.
    """
    require_register_edit(exclusion.organization, by, now)
    reason = require_text(reason, "reason", "请写明为什么结束剔除。")
    with acting(by, reason):
        owner = locked(exclusion.organization)
        row = locked(exclusion)
        if last_day < row.period.lower:
            sentence = f"止日不能早于剔除起日({row.period.lower}),请核对。"
            raise ValidationError({"last_day": ValidationError(sentence, code="bad_day")})
        until = first_day_after(last_day)
        if row.period.upper is not None and until >= row.period.upper:
            sentence = "这次剔除在这一天之前已经结束;要继续剔除,请另行登记。"
            raise ValidationError({"last_day": ValidationError(sentence, code="ended")})
        row.period = DateRange(row.period.lower, until)
        row.save(update_fields=["period"])
        tell(
            action="exclusion.end",
            obj=owner,
            detail={"from": str(row.period.lower), "last_day": str(last_day), "reason": reason},
            organization_ids=[owner.pk],
            by=by,
            now=now,
        )
    return row
