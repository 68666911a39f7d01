"""Writing 党建工作指导员: sent to one or several organizations, and recalled; both count as work coverage at once."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.acting import acting, locked, refuse_future, require_text, require_unit, require_visible, tell
from orgs.domain.people import Newcomer, settled
from orgs.domain.refusals import NotAllowed
from orgs.models import Instructor, Organization, Person, Unit
from orgs.permissions import first_day_after, may_edit_support, scope_for

NO_SUPPORT = "您的角色不能办理指导员和挂点联系。请由所属主管党(工)委或两新工委办公室办理。"
# So many organizations one person can be sent to at once; more is a slip of the selection.
MOST_AT_ONCE = 200


def send_instructor(
    *,
    organizations: Iterable[Organization],
    person: Person | Newcomer,
    sent_by: Unit,
    from_: date,
    by: Any,
    now: datetime,
) -> list[Instructor]:
    """Sends one instructor to an organization, or to several from the same day.

    Args:
        organizations: where to, within the actor's scope.
        person: who, in the actor's sight, or typed anew.
        sent_by: the unit that sends, within the actor's scope.
        from_: first day.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or organization, unit or person are out of scope.
        ValidationError: by field; among them an organization to which this person is sent already.
    """
    require_support(by)
    members = list({organization.pk: organization for organization in organizations}.values())
    if not members:
        raise ValidationError({"organizations": ValidationError("请至少选择一家组织。", code="required")})
    if len(members) > MOST_AT_ONCE:
        sentence = f"一名指导员一次最多派到{MOST_AT_ONCE}家,现选了{len(members)}家,请缩小范围。"
        raise ValidationError({"organizations": ValidationError(sentence, code="too_many")})
    require_visible(members, by, now, scope_for(by, "support.edit"))
    require_unit(sent_by, by, scope_for(by, "support.edit"))
    refuse_future(from_, "from_", "选派日期", now)
    with acting(by):
        rows = list(
            Organization.objects.select_for_update(of=("self",)).filter(pk__in=[m.pk for m in members]).order_by("pk")
        )
        for row in rows:
            check_standing(row, from_, "from_", "选派日期")
        who = settled(person, by=by, now=now)
        period = DateRange(from_, None)
        already = Instructor.objects.filter(person=who, organization__in=rows, period__overlap=period)
        if taken := list(already.order_by("organization__sort_key").values_list("organization__name", flat=True)):
            sentence = f"{who.name}已派到{'、'.join(taken)},请去掉这{len(taken)}家,或先登记召回。"
            raise ValidationError({"person": ValidationError(sentence, code="already_sent")})
        sent = Instructor.objects.bulk_create(
            Instructor(person=who, organization=row, sent_by=sent_by, period=period) for row in rows
        )
        for instructor in sent:
            tell(
                action="instructor.send",
                obj=instructor.organization,
                detail={"instructor": instructor.pk, "sent_by": sent_by.code, "from": str(from_)},
                organization_ids=[instructor.organization_id],
                by=by,
                now=now,
            )
    return sent


def recall_instructor(*, instructor: Instructor, last_day: date, reason: str, by: Any, now: datetime) -> Instructor:
    """Ends an instructor's time at an organization; from the day after it counts as work coverage no more.

    Args:
        instructor: one that has not ended.
        last_day: last day at the organization, included.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: ended already; a day before the beginning or after today; no reason.
    """
    require_support(by)
    require_visible([instructor.organization], by, now, scope_for(by, "support.edit"))
    reason = require_text(reason, "reason", "请写明召回的原因。")
    refuse_future(last_day, "last_day", "最后一天", now)
    with acting(by, reason):
        row = locked(instructor)
        end_period(row, last_day, "这名指导员已经召回,不用再办。", "选派日期")
        row.end_reason = reason
        row.save(update_fields=["period", "end_reason"])
        tell(
            action="instructor.recall",
            obj=row.organization,
            detail={"instructor": row.pk, "last_day": str(last_day), "reason": reason},
            organization_ids=[row.organization_id],
            by=by,
            now=now,
        )
    return row


def require_support(by: Any) -> None:
    """Refuses whoever may not keep instructors and liaisons.

    Args:
        by: the acting User, None for the system.

    Raises:
        NotAllowed: no role gives the act.
    """
    if by is not None and not may_edit_support(by):
        raise NotAllowed(NO_SUPPORT)


def check_standing(organization: Organization, day: date, field: str, what: str) -> None:
    """Refuses a day on which the organization was not, or no longer, in the register.

    Args:
        organization: the locked row.
        day: the day given.
        field: the form field it came from.
        what: what the day is called, for the sentence.

    Raises:
        ValidationError: before registration, after closing, or of a merged record.
    """
    if organization.merged_into_id:
        sentence = f"“{organization.name}”已并入另一条记录,请在那条记录上办理。"
    else:
        sentence = standing_fault(organization.name, organization.registered_on, organization.closed_on, day, what)
    if sentence:
        raise ValidationError({field: ValidationError(sentence, code="bad_day")})


def standing_fault(name: str, registered_on: date, closed_on: date | None, day: date, what: str) -> str:
    """What is said of a day before an organization's registration or after its closing; "" where nothing is wrong.

    Args:
        name: of the organization.
        registered_on: its first day.
        closed_on: the first day it is no longer, None while it stands.
        day: the day given.
        what: what the day is called.
    """
    if day < registered_on:
        return f"{what}早于“{name}”的登记日期({registered_on}),请核对两个日期。"
    if closed_on and day >= closed_on:
        return f"“{name}”已于{closed_on}注销或迁出,{what}应早于这一天。"
    return ""


def end_period(row: Any, last_day: date, ended: str, beginning: str) -> None:
    """Puts the end to a period that is still open.

    Args:
        row: a locked row with `period`; it is not saved here.
        last_day: last day included.
        ended: the sentence where it has ended already.
        beginning: what its first day is called.

    Raises:
        ValidationError: ended already, or a day before the beginning.
    """
    if row.period.upper is not None:
        raise ValidationError(ended, code="ended")
    if last_day < row.period.lower:
        sentence = f"最后一天不能早于{beginning}({row.period.lower}),请核对。"
        raise ValidationError({"last_day": ValidationError(sentence, code="bad_day")})
    row.period = DateRange(row.period.lower, first_day_after(last_day))
