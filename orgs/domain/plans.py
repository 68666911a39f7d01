"""Writing 未建原因与组建计划 (四清): why an organization lacks a body of a line, and what is to be done by when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet

from orgs.domain.acting import REASON_LENGTH, acting, locked, refuse_future, require_text, require_visible, tell
from orgs.domain.body_rules import require_line
from orgs.domain.refusals import StaleRecord
from orgs.lines import LINES, Line
from orgs.models import BranchForm, BranchMembership, Code, EstablishmentPlan, Organization
from orgs.models.codes import CodeList
from orgs.permissions import scope_for_line

FACTS = ("reason", "reason_note", "planned_on", "next_step", "responsible")
RESPONSIBLE_LENGTH = 40
OTHER = "other"


@dataclass(frozen=True)
class Situation:
    """What is known of one organization's missing body.

    Attributes:
        reason: code of the list 未建原因.
        reason_note: in words, required where the reason is 其他.
        planned_on: the day by which the body is to stand, None where there is no plan yet.
        next_step: what is done next.
        responsible: who does it.
    """

    reason: str
    reason_note: str = ""
    planned_on: date | None = None
    next_step: str = ""
    responsible: str = ""


def record_plan(
    *,
    organization: Organization,
    line: str,
    situation: Situation,
    from_: date,
    version: int = 0,
    by: Any,
    now: datetime,
) -> EstablishmentPlan:
    """Records why a body is lacking and what is planned; what was recorded before ends the day before.

    On the very day on which the present record begins, that record is corrected instead.

    Args:
        organization: within the actor's scope; without a body of the line on the day.
        line: code of `Line`, the actor's to edit.
        situation: reason and plan.
        from_: first day it holds, not in the future.
        version: the version of the present record the actor had opened, 0 where there was none.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or the organization is out of scope.
        StaleRecord: somebody has recorded something since.
        ValidationError: by field.
    """
    require_line(line, by)
    require_visible([organization], by, now, scope_for_line(by, line))
    refuse_future(from_, "from_", "起始日期", now)
    facts = _checked(situation, from_, _known_reasons())
    with acting(by):
        owner = locked(organization)
        _check_life(owner, from_)
        if lacking_on([owner.pk], line, from_) == set():
            sentence = f"{owner.name}在{from_}已有{Line(line).label},不用再填未建原因。"
            raise ValidationError(sentence, code="built")
        current = _open_rows([owner.pk], line).first()
        if current is not None and current.version != version:
            _refuse_stale(current, version, facts)
        plan = _follow(current, owner, line, facts, from_)
        tell(
            action="plan.record",
            obj=plan,
            detail={"line": line, "organization": owner.pk, "from": str(from_), "reason": plan.reason},
            organization_ids=[],
            by=by,
            now=now,
        )
    return plan


@dataclass(frozen=True)
class PlansRecorded:
    """What an act on many organizations did.

    Attributes:
        written: how many organizations have a new or corrected record.
        unchanged: how many had it like that already.
        built: how many were passed over because they have a body of the line.
    """

    written: int
    unchanged: int
    built: int


def record_plans(
    *,
    organizations: Iterable[Organization],
    line: str,
    changes: dict[str, Any],
    from_: date,
    by: Any,
    now: datetime,
) -> PlansRecorded:
    """Sets the same facts for many organizations; what is not named stays as each one has it. All or nothing.

    Args:
        organizations: within the actor's scope.
        line: code of `Line`, the actor's to edit.
        changes: field of `Situation` → value, at least one.
        from_: first day it holds, not in the future.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or an organization is out of scope.
        ValidationError: by field; among them organizations that would have no reason.
    """
    wanted = {organization.pk: organization for organization in organizations}
    require_line(line, by)
    require_visible(wanted.values(), by, now, scope_for_line(by, line))
    refuse_future(from_, "from_", "起始日期", now)
    if not changes:
        raise ValidationError("请至少填写一项要统一设置的内容。", code="nothing")
    if not wanted:
        raise ValidationError("请先勾选要设置的组织。", code="nobody")
    with acting(by):
        rows = list(Organization.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
        for row in rows:
            _check_life(row, from_)
        lacking = lacking_on([row.pk for row in rows], line, from_)
        current = {plan.organization_id: plan for plan in _open_rows(list(lacking), line)}
        _refuse_later(current.values(), from_)
        told = _set_for_all(current, [row for row in rows if row.pk in lacking], line, changes, from_)
        result = PlansRecorded(len(told), len(lacking) - len(told), len(rows) - len(lacking))
        if told:
            tell(
                action="plan.record_many",
                obj=rows[0],
                detail={"line": line, "from": str(from_), "organizations": told, "fields": sorted(changes)},
                organization_ids=[],
                by=by,
                now=now,
            )
    return result


def lacking_on(organization_ids: Iterable[int], line: str, day: date) -> set[int]:
    """Those organizations that no body of a line covers on a day; a lone 组织员 or 女工委员 is no body.

    Args:
        organization_ids: whom to ask about.
        line: code of `Line`.
        day: the day.
    """
    wanted = set(organization_ids)
    covered = _coverings(wanted, day).filter(branch__line=line)
    return wanted - set(covered.values_list("organization_id", flat=True))


def lines_lacking(organization: Organization, day: date) -> set[str]:
    """The lines of which no body covers an organization on a day, one query.

    Args:
        organization: already checked for visibility.
        day: the day.
    """
    return set(LINES) - set(_coverings([organization.pk], day).values_list("branch__line", flat=True))


def _coverings(organization_ids: Iterable[int], day: date) -> QuerySet[BranchMembership]:
    bodies = BranchForm.objects.filter(form__is_body=True, period__contains=day).values("branch")
    return BranchMembership.objects.filter(
        Q(branch__dissolved_on=None) | Q(branch__dissolved_on__gt=day),
        organization__in=organization_ids,
        branch__refused_at=None,
        branch__in=bodies,
        period__contains=day,
    ).order_by()


def _open_rows(organization_ids: list[int], line: str) -> Any:
    rows = EstablishmentPlan.objects.filter(organization__in=organization_ids, line=line, period__upper_inf=True)
    return rows.select_for_update(of=("self",)).order_by("organization_id")


def _check_life(organization: Organization, day: date) -> None:
    sentence = ""
    if day < organization.registered_on:
        sentence = f"起始日期早于“{organization.name}”的登记日期({organization.registered_on}),请核对。"
    elif organization.closed_on and day >= organization.closed_on:
        sentence = f"“{organization.name}”已于{organization.closed_on}注销或迁出,不用再填。"
    if sentence:
        raise ValidationError({"from_": ValidationError(sentence, code="bad_day")})


def _refuse_later(plans: Iterable[EstablishmentPlan], from_: date) -> None:
    later = [plan for plan in plans if plan.period.lower > from_]
    if later:
        newest = max(plan.period.lower for plan in later)
        sentence = f"有{len(later)}家的现有记录起自{from_}以后,最晚的是{newest};起始日期应不早于这一天。"
        raise ValidationError({"from_": ValidationError(sentence, code="bad_day")})


def _known_reasons() -> set[str]:
    return set(Code.objects.filter(list_name=CodeList.NO_PARTY_REASON).values_list("code", flat=True))


def _checked(said: Situation, from_: date, known: set[str], *, day_is_new: bool = True) -> dict[str, Any]:
    """The facts as stored, or every sentence at once."""
    errors: dict[str, ValidationError] = {}
    note = (said.reason_note or "").strip()
    if said.reason not in known:
        errors["reason"] = ValidationError("请从列表里选择未建原因。", code="required")
    elif said.reason == OTHER and not note:
        errors["reason_note"] = ValidationError("原因选“其他”的,请写明是什么原因。", code="required")
    if day_is_new and said.planned_on and said.planned_on < from_:
        sentence = f"计划组建日期不能早于这份计划的起始日期({from_}),请核对。"
        errors["planned_on"] = ValidationError(sentence, code="bad_day")
    texts = (
        ("reason_note", note, REASON_LENGTH),
        ("next_step", said.next_step, REASON_LENGTH),
        ("responsible", said.responsible, RESPONSIBLE_LENGTH),
    )
    for name, text, length in texts:
        try:
            require_text(text or "-", name, "", length)
        except ValidationError as error:
            errors |= {name: error.error_dict[name][0]}
    if errors:
        raise ValidationError(errors)
    return {
        "reason": said.reason,
        "reason_note": note,
        "planned_on": said.planned_on,
        "next_step": (said.next_step or "").strip(),
        "responsible": (said.responsible or "").strip(),
    }


def _follow(
    current: EstablishmentPlan | None, organization: Organization, line: str, facts: dict[str, Any], from_: date
) -> EstablishmentPlan:
    if current is not None and current.period.lower == from_:
        for name, value in facts.items():
            setattr(current, name, value)
        current.version += 1
        current.save()
        return current
    if current is not None:
        _refuse_later([current], from_)
        current.period = DateRange(current.period.lower, from_)
        current.save(update_fields=["period"])
    plan = _next(current, organization, line, facts, from_)
    plan.save(force_insert=True)
    return plan


def _next(
    current: EstablishmentPlan | None, organization: Organization, line: str, facts: dict[str, Any], from_: date
) -> EstablishmentPlan:
    """The record after the present one; versions run on, so that whoever opened an older one is noticed."""
    version = current.version + 1 if current else 1
    return EstablishmentPlan(
        organization=organization, line=line, period=DateRange(from_, None), version=version, **facts
    )


def _refuse_stale(current: EstablishmentPlan, version: int, facts: dict[str, Any]) -> None:
    history: Any = EstablishmentPlan._meta.get_field("events").related_model
    same = {"organization_id": current.organization_id, "line": current.line, "version": version}
    seen = history.objects.filter(**same).order_by("-pgh_id").first()
    base = {name: getattr(seen, name) if seen else None for name in FACTS}
    now = {name: getattr(current, name) for name in FACTS}
    raise StaleRecord(
        current,
        {name: (base[name], now[name]) for name in FACTS if (base[name] or "") != (now[name] or "")},
        {name: (base[name], facts[name]) for name in FACTS if (base[name] or "") != (facts[name] or "")},
    )


def _set_for_all(
    current: dict[int, EstablishmentPlan], rows: list[Organization], line: str, changes: dict[str, Any], from_: date
) -> list[int]:
    """Writes in four statements whatever their number; the ids of the organizations that changed."""
    without = [row for row in rows if row.pk not in current]
    if without and not changes.get("reason"):
        names = "、".join(f"“{row.name}”" for row in without[:3])
        sentence = f"有{len(without)}家还没有填过未建原因({names}等),请同时选择原因。"
        raise ValidationError({"reason": ValidationError(sentence, code="required")})
    known = _known_reasons()
    corrected, ended, new, told = [], [], [], []
    for row in rows:
        plan = current.get(row.pk)
        before = {name: getattr(plan, name) for name in FACTS} if plan else {}
        merged = before | changes
        if "reason" in changes and changes["reason"] != OTHER and "reason_note" not in changes:
            merged["reason_note"] = ""
        # A day planned before that is past by now does not stand in the way of setting something else.
        facts = _checked(Situation(**merged), from_, known, day_is_new="planned_on" in changes)
        if plan is not None and facts == before:
            continue
        told.append(row.pk)
        if plan is not None and plan.period.lower == from_:
            for name, value in facts.items():
                setattr(plan, name, value)
            plan.version += 1
            corrected.append(plan)
            continue
        if plan is not None:
            plan.period = DateRange(plan.period.lower, from_)
            ended.append(plan)
        new.append(_next(plan, row, line, facts, from_))
    EstablishmentPlan.objects.bulk_update(corrected, [*FACTS, "version"], batch_size=500)
    EstablishmentPlan.objects.bulk_update(ended, ["period"], batch_size=500)
    EstablishmentPlan.objects.bulk_create(new, batch_size=500)
    return told
