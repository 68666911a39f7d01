"""Writing 职业党群干部: hired by a unit, sent to an organization or not, until the employment ends."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.acting import acting, locked, refuse_future, require_text, require_unit, require_visible, tell
from orgs.domain.people import Newcomer, settled
from orgs.domain.refusals import NotAllowed
from orgs.lines import Line
from orgs.models import Code, Organization, Person, ProfessionalWorker, Unit
from orgs.models.codes import CodeList
from orgs.permissions import first_day_after, may_edit_support, scope_for

REFUSED = "您的角色不能聘用或解聘职业党群干部,请由主管党(工)委或两新工委办公室办理。"


def hire_professional(
    *,
    person: Person | Newcomer,
    unit: Unit,
    organization: Organization | None,
    lines: list[str],
    source: str = "",
    from_: date,
    by: Any,
    now: datetime,
) -> ProfessionalWorker:
    """Records that a unit employs somebody for party and mass work.

    Args:
        person: who, in the actor's sight, or typed anew.
        unit: the employer, within the actor's scope.
        organization: where they are sent, within the actor's scope; None where nowhere in particular.
        lines: codes of `Line`.
        source: code of the list leader_source, "" where not known.
        from_: first day.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives it, or unit, organization or person are out of scope.
        ValidationError: by field; among them somebody employed already.
    """
    if by is not None and not may_edit_support(by):
        raise NotAllowed(REFUSED)
    require_unit(unit, by, scope_for(by, "support.edit"))
    if organization is not None:
        require_visible([organization], by, now, scope_for(by, "support.edit"))
    known = [line for line in Line.values if line in lines]
    if not known:
        sentence = f"请至少选一条条线:{'、'.join(Line.labels)}。"
        raise ValidationError({"lines": ValidationError(sentence, code="required")})
    if source and not Code.objects.filter(list_name=CodeList.LEADER_SOURCE, code=source).exists():
        raise ValidationError({"source": ValidationError("请从来源的列表中选择。", code="unknown_code")})
    refuse_future(from_, "from_", "聘用日期", now)
    with acting(by):
        row = ProfessionalWorker(
            person=settled(person, by=by, now=now),
            unit=unit,
            organization=organization,
            lines=known,
            source=source,
            period=DateRange(from_, None),
        )
        row.validate_constraints()
        row.save(force_insert=True)
        _told("professional.hire", row, {"from": str(from_), "lines": known}, by, now)
    return row


def end_professional(
    *, professional: ProfessionalWorker, last_day: date, reason: str, by: Any, now: datetime
) -> ProfessionalWorker:
    """Ends an employment.

    Args:
        professional: one without an end, of a unit within the actor's scope.
        last_day: last day employed, included.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives it, or the unit is out of scope.
        ValidationError: ended already; a day before it began or to come; no reason.
    """
    if by is not None and not may_edit_support(by):
        raise NotAllowed(REFUSED)
    require_unit(professional.unit, by, scope_for(by, "support.edit"))
    reason = require_text(reason, "reason", "请写明解聘的原因。")
    refuse_future(last_day, "last_day", "解聘日期", now)
    with acting(by, reason):
        row = locked(professional)
        if row.period.upper is not None:
            raise ValidationError("这段聘用已经结束,不用再登记。", code="ended")
        if last_day < row.period.lower:
            sentence = f"解聘日期不能早于聘用日期({row.period.lower}),请核对。"
            raise ValidationError({"last_day": ValidationError(sentence, code="bad_day")})
        row.period = DateRange(row.period.lower, first_day_after(last_day))
        row.end_reason = reason
        row.save(update_fields=["period", "end_reason"])
        _told("professional.end", row, {"last_day": str(last_day)}, by, now)
    return row


def _told(action: str, row: ProfessionalWorker, detail: dict[str, Any], by: Any, now: datetime) -> None:
    ids = [row.organization_id] if row.organization_id else []
    tell(action=action, obj=row, detail={**detail, "unit": row.unit_id}, organization_ids=ids, by=by, now=now)
