"""Writing 挂点联系 (四(一)): leaders tied to one weak enterprise each, units tied to organizations."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.acting import acting, locked, refuse_future, require_text, require_visible, tell
from orgs.domain.instructors import check_standing, end_period, require_support
from orgs.domain.people import Newcomer, settled
from orgs.domain.refusals import NotAllowed
from orgs.models import Code, Liaison, Organization, Person
from orgs.models.codes import CodeList
from orgs.models.organization import Kind
from orgs.models.support import LiaisonKind
from orgs.permissions import scope_for

UNIT_NAME = 120
COUNTY_ONLY = "领导挂点由两新工委办公室登记。您可以登记挂点单位。"
ENTERPRISE_ONLY = "“{}”是社会组织;领导挂点联系的是非公有制企业(四(一)),请改选企业,或登记为挂点单位。"
ENDED = "这次挂点联系已经结束,不用再办。"


def tie_leader(
    *,
    organization: Organization,
    person: Person | Newcomer,
    department: str,
    from_: date,
    by: Any,
    now: datetime,
) -> Liaison:
    """Ties a leading-group member of one of the departments to a weak enterprise; each has one at a time.

    Args:
        organization: an enterprise; it may have several leaders.
        person: who, or typed anew.
        department: code of the list liaison_department.
        from_: first day.
        by: the acting User with a county role, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act county-wide, or the person is out of sight.
        ValidationError: by field; on `person` the enterprise that the leader is tied to already.
    """
    _require_keeper(LiaisonKind.LEADER, by)
    require_visible([organization], by, now, scope_for(by, "support.edit"))
    refuse_future(from_, "from_", "挂点日期", now)
    departments = Code.objects.filter(list_name=CodeList.LIAISON_DEPARTMENT, is_active=True)
    labels = dict(departments.order_by("order").values_list("code", "label"))
    if department not in labels:
        sentence = f"部门只能选:{'、'.join(labels.values())}。"
        raise ValidationError({"department": ValidationError(sentence, code="unknown_code")})
    with acting(by):
        row = locked(organization)
        _check_leader(row)
        check_standing(row, from_, "from_", "挂点日期")
        who = locked(settled(person, by=by, now=now))
        _refuse_second(who, from_)
        liaison = Liaison.objects.create(
            kind=LiaisonKind.LEADER,
            department=department,
            person=who,
            organization=row,
            period=DateRange(from_, None),
        )
        _tell("liaison.tie", liaison, {"department": department, "from": str(from_)}, by, now)
    return liaison


def tie_unit(*, organization: Organization, unit_name: str, from_: date, by: Any, now: datetime) -> Liaison:
    """Ties a unit (挂点单位) to an organization.

    Args:
        organization: within the actor's scope.
        unit_name: the unit's name, as its seal says.
        from_: first day.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: by field; among them a unit that is tied to this organization already.
    """
    _require_keeper(LiaisonKind.UNIT, by)
    require_visible([organization], by, now, scope_for(by, "support.edit"))
    unit_name = require_text(unit_name, "unit_name", "请填写挂点单位的名称。", UNIT_NAME)
    refuse_future(from_, "from_", "挂点日期", now)
    with acting(by):
        row = locked(organization)
        check_standing(row, from_, "from_", "挂点日期")
        liaison = Liaison(kind=LiaisonKind.UNIT, unit_name=unit_name, organization=row, period=DateRange(from_, None))
        liaison.validate_constraints()
        liaison.save(force_insert=True)
        _tell("liaison.tie", liaison, {"unit_name": unit_name, "from": str(from_)}, by, now)
    return liaison


def end_liaison(*, liaison: Liaison, last_day: date, reason: str, by: Any, now: datetime) -> Liaison:
    """Ends a liaison.

    Args:
        liaison: one that has not ended.
        last_day: its last day, included.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: ended already; a day before the beginning or after today; no reason.
    """
    _require_keeper(liaison.kind, by)
    require_visible([liaison.organization], by, now, scope_for(by, "support.edit"))
    reason = require_text(reason, "reason", "请写明结束挂点的原因。")
    refuse_future(last_day, "last_day", "最后一天", now)
    with acting(by, reason):
        row = locked(liaison)
        _end(row, last_day, reason)
        _tell("liaison.end", row, {"last_day": str(last_day), "reason": reason}, by, now)
    return row


def move_liaison(
    *, liaison: Liaison, organization: Organization, from_: date, reason: str, by: Any, now: datetime
) -> Liaison:
    """Ties the same leader or unit to another organization: the old liaison ends the day before.

    Args:
        liaison: one that has not ended.
        organization: the new one, within the actor's scope.
        from_: first day with the new one.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or one of the organizations is out of scope.
        ValidationError: by field; nothing is ended where the new one is refused.
    """
    _require_keeper(liaison.kind, by)
    require_visible([liaison.organization, organization], by, now, scope_for(by, "support.edit"))
    reason = require_text(reason, "reason", "请写明换点的原因。")
    refuse_future(from_, "from_", "换点日期", now)
    if organization.pk == liaison.organization_id:
        raise ValidationError({"organization": ValidationError("换点要选另一家组织。", code="same")})
    with acting(by, reason):
        row, target = locked(liaison), locked(organization)
        if row.kind == LiaisonKind.LEADER:
            _check_leader(target)
        check_standing(target, from_, "from_", "换点日期")
        if row.period.upper is None and from_ <= row.period.lower:
            sentence = f"换点日期应晚于原来的挂点日期({row.period.lower}),请核对。"
            raise ValidationError({"from_": ValidationError(sentence, code="bad_day")})
        _end(row, from_ - timedelta(days=1), reason)
        moved = Liaison(
            kind=row.kind,
            department=row.department,
            person=row.person,
            unit_name=row.unit_name,
            organization=target,
            period=DateRange(from_, None),
        )
        moved.validate_constraints()
        moved.save(force_insert=True)
        _tell("liaison.move", moved, {"from_liaison": row.pk, "from": str(from_), "reason": reason}, by, now)
    return moved


def may_keep_liaison(by: Any, kind: str) -> bool:
    """Whether an account may tie and untie: leaders county-wide, units within the scope.

    Args:
        by: the signed-in User.
        kind: code of `LiaisonKind`.
    """
    scope = scope_for(by, "support.edit")
    return scope.county or (kind == LiaisonKind.UNIT and not scope.nothing)


def _require_keeper(kind: str, by: Any) -> None:
    require_support(by)
    if by is not None and not may_keep_liaison(by, kind):
        raise NotAllowed(COUNTY_ONLY)


def _check_leader(organization: Organization) -> None:
    if organization.kind != Kind.ENTERPRISE:
        sentence = ENTERPRISE_ONLY.format(organization.name)
        raise ValidationError({"organization": ValidationError(sentence, code="not_enterprise")})


def _refuse_second(person: Person, from_: date) -> None:
    held = (
        Liaison.objects.filter(person=person, kind=LiaisonKind.LEADER, period__overlap=DateRange(from_, None))
        .select_related("organization")
        .order_by("period")
        .first()
    )
    if held:
        sentence = second_enterprise(person.name, held.period.lower, held.organization.name)
        raise ValidationError({"person": ValidationError(sentence, code="orgs_liaison_one_enterprise_a_leader")})


def second_enterprise(leader: str, since: date, enterprise: str) -> str:
    """What is said where a leader is tied to an enterprise already.

    Args:
        leader: 姓名.
        since: first day of the liaison that stands.
        enterprise: name of the organization.
    """
    return (
        f"每位领导同一时间只挂点联系一家企业,{leader}自{since}起挂点联系"
        f"“{enterprise}”。请在那一条上办理“换点”,或先登记结束。"
    )


def _end(row: Liaison, last_day: date, reason: str) -> None:
    end_period(row, last_day, ENDED, "挂点日期")
    row.end_reason = reason
    row.save(update_fields=["period", "end_reason"])


def _tell(action: str, liaison: Liaison, detail: dict[str, Any], by: Any, now: datetime) -> None:
    tell(
        action=action,
        obj=liaison.organization,
        detail={"liaison": liaison.pk, "kind": liaison.kind} | detail,
        organization_ids=[liaison.organization_id],
        by=by,
        now=now,
    )
