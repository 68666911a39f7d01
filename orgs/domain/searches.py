"""Writing 排查 of 口袋党员 and 隐形党员 (三(一)1): counts of a visit, never a name."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from orgs.domain.acting import acting, locked, refuse_future, require_text, require_visible, tell
from orgs.domain.instructors import check_standing
from orgs.domain.refusals import NotAllowed
from orgs.models import MemberSearch, Organization, Unit
from orgs.models.support import HiddenMemberKind
from orgs.permissions import may_record_searches, may_see_all_searches, scope_for, searching_unit_ids

COUNTS = ("found", "contacted", "transferred")
NOT_YOURS = "排查数字只有记录的单位和两新工委办公室能看、能改。"


def recording_units(user: Any) -> QuerySet[Unit]:
    """The units for which an account records 排查: its own; for the owner office the county's.

    Args:
        user: the signed-in User.
    """
    mine = Q(pk__in=searching_unit_ids(user))
    if may_see_all_searches(user):
        mine |= Q(parent=None)
    return Unit.objects.filter(mine, is_active=True).order_by("order", "code")


def record_search(
    *,
    organization: Organization,
    kind: str,
    visited_on: date,
    found: int,
    contacted: int,
    transferred: int,
    unit: Unit,
    by: Any,
    now: datetime,
) -> MemberSearch:
    """Records what a visit found, as counts.

    Args:
        organization: the one visited, within the actor's scope.
        kind: code of `HiddenMemberKind`.
        visited_on: the day of the visit.
        found: people found.
        contacted: of those, spoken to.
        transferred: of those, with their membership transferred.
        unit: which of the actor's own units records it.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: by field; among them a second record of the same day and kind.
    """
    if by is None or not may_record_searches(by):
        raise NotAllowed("您的角色不能记录排查。请由所属主管党(工)委或两新工委办公室记录。")
    require_visible([organization], by, now, scope_for(by, "searches.edit"))
    if kind not in HiddenMemberKind.values:
        sentence = f"类别只能选:{'、'.join(HiddenMemberKind.labels)}。"
        raise ValidationError({"kind": ValidationError(sentence, code="bad_kind")})
    if not recording_units(by).filter(pk=unit.pk).exists():
        sentence = "记录单位只能是您自己的单位,请重新选择。"
        raise ValidationError({"unit": ValidationError(sentence, code="bad_unit")})
    refuse_future(visited_on, "visited_on", "排查日期", now)
    _check_counts(found, contacted, transferred)
    with acting(by):
        row = locked(organization)
        check_standing(row, visited_on, "visited_on", "排查日期")
        search = MemberSearch(
            organization=row,
            kind=kind,
            visited_on=visited_on,
            found=found,
            contacted=contacted,
            transferred=transferred,
            unit=unit,
            recorded_by=by,
        )
        search.validate_constraints()
        search.save(force_insert=True)
        _tell("search.record", search, by, now)
    return search


def correct_search(
    *, search: MemberSearch, found: int, contacted: int, transferred: int, reason: str, by: Any, now: datetime
) -> MemberSearch:
    """Corrects the counts of a visit; the former ones stay in the history.

    Args:
        search: one that the actor may see.
        found: people found.
        contacted: of those, spoken to.
        transferred: of those, with their membership transferred.
        reason: why.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: recorded by another unit, and the actor is not the owner office.
        ValidationError: counts out of order; no reason.
    """
    if by is None or not MemberSearch.objects.visible_to(by).filter(pk=search.pk).exists():
        raise NotAllowed(NOT_YOURS)
    reason = require_text(reason, "reason", "请写明更正的理由。")
    _check_counts(found, contacted, transferred)
    with acting(by, reason):
        row = locked(search)
        row.found, row.contacted, row.transferred = found, contacted, transferred
        row.save(update_fields=list(COUNTS))
        _tell("search.correct", row, by, now)
    return row


def _check_counts(found: int, contacted: int, transferred: int) -> None:
    if min(found, contacted, transferred) < 0:
        raise ValidationError({"found": ValidationError("人数不能小于0。", code="negative")})
    if contacted > found:
        sentence = f"已联系({contacted})不能多于找到({found}),请核对人数。"
        raise ValidationError({"contacted": ValidationError(sentence, code="out_of_order")})
    if transferred > contacted:
        sentence = f"已转入({transferred})不能多于已联系({contacted}),请核对人数。"
        raise ValidationError({"transferred": ValidationError(sentence, code="out_of_order")})


def _tell(action: str, search: MemberSearch, by: Any, now: datetime) -> None:
    # No count goes into the audit log: who reads it need not be who recorded them.
    tell(
        action=action,
        obj=search.organization,
        detail={"search": search.pk, "visited_on": str(search.visited_on)},
        organization_ids=[],
        by=by,
        now=now,
    )
