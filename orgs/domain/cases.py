"""Writing 维权个案 (四(三)): a leader dismissed for defending workers' rights, what was done and what aid was given.

Accounts of the organization concerned see nothing of it and can do nothing to it: the secretary may be the owner.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.domain.acting import acting, day_of, locked, refuse_future, require_text, tell
from orgs.domain.refusals import NotAllowed
from orgs.domain.stale import refuse_stale
from orgs.models import CaseMeasure, Code, DismissalCase, Organization
from orgs.models.codes import CodeList
from orgs.permissions import concerns_own_organization, may_edit_cases, may_see_complainant, scope_for
from quannan.base.domain import audit

PERSON_NAME = 40
POST = 64
CIRCUMSTANCES = 1000
CORRECTABLE = ("person_name", "post", "dismissed_on", "circumstances", "complainant")
NO_EDIT = "维权个案由两新工委办公室和县总工会登记办理。"
OUT_OF_SIGHT = "这家组织的维权个案不归您的账号办理。"


def open_case(
    *,
    organization: Organization,
    person_name: str,
    post: str,
    dismissed_on: date,
    circumstances: str,
    complainant: str = "",
    by: Any,
    now: datetime,
) -> DismissalCase:
    """Opens a case.

    Args:
        organization: which dismissed the leader; within the actor's scope and not the actor's own.
        person_name: the leader dismissed, kept encrypted.
        post: the post held, in words.
        dismissed_on: day of the dismissal.
        circumstances: what happened, kept encrypted.
        complainant: who reported it, if they wish to be named; kept encrypted.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives it, or the organization is out of scope or the actor's own.
        ValidationError: by field.
    """
    _require_editor(organization, by, now)
    facts = _checked(
        {
            "person_name": person_name,
            "post": post,
            "dismissed_on": dismissed_on,
            "circumstances": circumstances,
            "complainant": complainant,
        },
        now,
    )
    with acting(by):
        owner = locked(organization)
        case = DismissalCase(organization=owner, **facts, opened_by=by, opened_at=now)
        case.save(force_insert=True)
        tell(action="case.open", obj=case, detail={}, organization_ids=(), by=by, now=now)
    return case


def correct_case(
    *, case: DismissalCase, version: int, changes: dict[str, Any], reason: str, by: Any, now: datetime
) -> DismissalCase:
    """Corrects what was written down of a case.

    Args:
        case: which one.
        version: the version the actor had opened.
        changes: field → new value, fields of CORRECTABLE.
        reason: why.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives it, or the organization is out of scope or the actor's own.
        StaleRecord: somebody else has saved since.
        ValidationError: by field.
    """
    _require_editor(case.organization, by, now)
    reason = require_text(reason, "reason", "请写明更正的理由。")
    if unknown := set(changes) - set(CORRECTABLE):
        raise ValueError(f"not a fact of a case: {sorted(unknown)}")
    with acting(by, reason):
        row = locked(case)
        refuse_stale(row, version, changes)
        facts = _checked({name: changes.get(name, getattr(row, name)) for name in CORRECTABLE}, now)
        changed = [name for name in CORRECTABLE if facts[name] != getattr(row, name)]
        if not changed:
            return row
        if row.closed_on is not None and row.closed_on < facts["dismissed_on"]:
            _bad_day("dismissed_on", f"辞退日期不能晚于办结日期({row.closed_on}),请核对。")
        for name in changed:
            setattr(row, name, facts[name])
        row.version += 1
        row.save()
        tell(action="case.correct", obj=row, detail={"fields": changed}, organization_ids=(), by=by, now=now)
    return row


def add_measure(
    *,
    case: DismissalCase,
    kind: str,
    done_on: date,
    text: str,
    aid_yuan: Decimal | None = None,
    by: Any,
    now: datetime,
) -> CaseMeasure:
    """Records one measure taken, with the aid given.

    Args:
        case: an open one.
        kind: code of the list case_measure.
        done_on: the day, not before the dismissal.
        text: what was done.
        aid_yuan: aid in yuan, None where none was given.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives it, or the organization is out of scope or the actor's own.
        ValidationError: by field; the case is closed.
    """
    _require_editor(case.organization, by, now)
    with acting(by):
        row = _open(case)
        facts = _measure(row, kind, done_on, text, aid_yuan, now)
        measure = CaseMeasure(case=row, **facts, recorded_by=by)
        measure.save(force_insert=True)
        tell(action="case.measure", obj=row, detail=_told(measure), organization_ids=(), by=by, now=now)
    return measure


def correct_measure(
    *,
    measure: CaseMeasure,
    kind: str,
    done_on: date,
    text: str,
    aid_yuan: Decimal | None,
    reason: str,
    by: Any,
    now: datetime,
) -> CaseMeasure:
    """Corrects a measure that was entered wrongly; what stood there before is kept in the history.

    Args:
        measure: one of an open case.
        kind: code of the list case_measure.
        done_on: the day, not before the dismissal.
        text: what was done.
        aid_yuan: aid in yuan, None where none was given.
        reason: why.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives it, or the organization is out of scope or the actor's own.
        ValidationError: by field; the case is closed.
    """
    _require_editor(measure.case.organization, by, now)
    reason = require_text(reason, "reason", "请写明更正的理由。")
    with acting(by, reason):
        case = _open(measure.case)
        row = locked(measure)
        for name, value in _measure(case, kind, done_on, text, aid_yuan, now).items():
            setattr(row, name, value)
        row.save()
        tell(action="case.correct_measure", obj=case, detail=_told(row), organization_ids=(), by=by, now=now)
    return row


def close_case(*, case: DismissalCase, closed_on: date, outcome: str, by: Any, now: datetime) -> DismissalCase:
    """Closes a case with its outcome.

    Args:
        case: an open one.
        closed_on: the day, not before the dismissal nor before the last measure.
        outcome: how it ended.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives it, or the organization is out of scope or the actor's own.
        ValidationError: by field; closed already.
    """
    _require_editor(case.organization, by, now)
    outcome = require_text(outcome, "outcome", "请写明办理结果。")
    refuse_future(closed_on, "closed_on", "办结日期", now)
    with acting(by):
        row = _open(case)
        if closed_on < row.dismissed_on:
            _bad_day("closed_on", f"办结日期不能早于辞退日期({row.dismissed_on}),请核对。")
        last = CaseMeasure.objects.filter(case=row).order_by("-done_on", "-id").first()
        if last is not None and closed_on < last.done_on:
            _bad_day("closed_on", f"办结日期不能早于最后一项措施({last.done_on}),请核对。")
        row.closed_on, row.outcome = closed_on, outcome
        row.version += 1
        row.save()
        tell(action="case.close", obj=row, detail={"closed_on": str(closed_on)}, organization_ids=(), by=by, now=now)
    return row


def reopen_case(*, case: DismissalCase, reason: str, by: Any, now: datetime) -> DismissalCase:
    """Takes a closing back.

    Args:
        case: a closed one.
        reason: why.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives it, or the organization is out of scope or the actor's own.
        ValidationError: not closed, or no reason.
    """
    _require_editor(case.organization, by, now)
    reason = require_text(reason, "reason", "请写明恢复办理的理由。")
    with acting(by, reason):
        row = locked(case)
        if row.closed_on is None:
            raise ValidationError("这件个案还在办理,不用恢复。", code="open")
        row.closed_on, row.outcome = None, ""
        row.version += 1
        row.save()
        tell(action="case.reopen", obj=row, detail={}, organization_ids=(), by=by, now=now)
    return row


def reveal_complainant(*, case: DismissalCase, reason: str, by: Any, now: datetime) -> str:
    """Hands out who reported a case, after writing down who asked and why.

    Args:
        case: which one.
        reason: what the name is needed for.
        by: the acting User: the owner office or the union.
        now: the clock.

    Raises:
        NotAllowed: the actor's roles do not give it, or the organization is out of scope or the actor's own.
        ValidationError: no reason, or nobody on record.
    """
    if by is None or not may_see_complainant(by):
        raise NotAllowed("反映人只有两新工委办公室和县总工会可以查看。")
    _require_sight(case.organization, "cases.complainant", by, now)
    reason = require_text(reason, "reason", "请写明查看反映人的用途,查看会记入审计日志。")
    with transaction.atomic():
        row = DismissalCase.objects.get(pk=case.pk)
        if not row.complainant:
            raise ValidationError("这件个案没有登记反映人。", code="nobody")
        audit.record(action="case.reveal_complainant", by=by, now=now, obj=row, detail={"reason": reason})
    return str(row.complainant)


def _require_editor(organization: Organization, by: Any, now: datetime) -> None:
    if not may_edit_cases(by):
        raise NotAllowed(NO_EDIT)
    _require_sight(organization, "cases.edit", by, now)


def _require_sight(organization: Organization, capability: str, by: Any, now: datetime) -> None:
    within = scope_for(by, capability).organizations_q(day_of(now))
    visible = Organization.objects.standing().filter(within)
    if concerns_own_organization(by, organization.pk) or not visible.filter(pk=organization.pk).exists():
        raise NotAllowed(OUT_OF_SIGHT)


def _open(case: DismissalCase) -> DismissalCase:
    row = locked(case)
    if row.closed_on is not None:
        raise ValidationError(f"这件个案已于{row.closed_on}办结。要再登记,请先恢复办理。", code="closed")
    return row


def _checked(facts: dict[str, Any], now: datetime) -> dict[str, Any]:
    refuse_future(facts["dismissed_on"], "dismissed_on", "辞退日期", now)
    return {
        "person_name": require_text(facts["person_name"], "person_name", "请填写被辞退的负责人姓名。", PERSON_NAME),
        "post": require_text(facts["post"], "post", "请填写职务,如“工会主席”。", POST),
        "dismissed_on": facts["dismissed_on"],
        "circumstances": require_text(facts["circumstances"], "circumstances", "请写明情况。", CIRCUMSTANCES),
        "complainant": (facts["complainant"] or "").strip()[:PERSON_NAME],
    }


def _measure(
    case: DismissalCase, kind: str, done_on: date, text: str, aid_yuan: Decimal | None, now: datetime
) -> dict[str, Any]:
    if not Code.objects.filter(list_name=CodeList.CASE_MEASURE, code=kind, is_active=True).exists():
        raise ValidationError({"kind": ValidationError("请从措施的列表中选择。", code="unknown_code")})
    refuse_future(done_on, "done_on", "日期", now)
    if done_on < case.dismissed_on:
        _bad_day("done_on", f"措施的日期不能早于辞退日期({case.dismissed_on}),请核对。")
    if aid_yuan is not None and aid_yuan <= 0:
        sentence = "补助金额应大于0;没有补助的,请留空。"
        raise ValidationError({"aid_yuan": ValidationError(sentence, code="not_positive")})
    return {
        "kind": kind,
        "done_on": done_on,
        "text": require_text(text, "text", "请写明做了什么。"),
        "aid_yuan": aid_yuan,
    }


def _told(measure: CaseMeasure) -> dict[str, Any]:
    aid = None if measure.aid_yuan is None else str(measure.aid_yuan)
    return {"kind": measure.kind, "done_on": str(measure.done_on), "aid_yuan": aid}


def _bad_day(field: str, sentence: str) -> None:
    raise ValidationError({field: ValidationError(sentence, code="bad_day")})
