"""Answering findings of 登记名册核对: each is accepted or refused, and only what is accepted is written, by the usual acts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from orgs.domain.acting import UNIT_OUT_OF_SCOPE, acting, day_of, locked, require_register_edit, require_text
from orgs.domain.exclusions import exclude_organization
from orgs.domain.leads import add_lead
from orgs.domain.organizations import close_organization, correct_organization
from orgs.domain.reconciliation import add_findings
from orgs.domain.reconciliation_known import known_register
from orgs.domain.reconciliation_plan import Claim, Comparison, compare_matched, date_of, date_words, row_of
from orgs.domain.refusals import NotAllowed
from orgs.models import Code, Discrepancy, Lead, Organization, Unit, User
from orgs.models.codes import CodeList
from orgs.models.organization import Kind
from orgs.models.plans import LeadState
from orgs.models.reconciliation import DiscrepancyKind, DiscrepancyState, MatchedBy
from orgs.permissions import may_answer_discrepancies, scope_for
from quannan.base.domain import audit
from quannan.base.errors import Refused

NO_ANSWER = "您的角色不能答复名册差异。如工作需要,请联系系统管理员调整角色。"
NOT_SEEN = "这条差异不在您的管理范围内,请由所属的主管党(工)委或两新工委办公室答复。"
REASON = "请写明为什么不采纳,例如名册有误、已另行办理。"
# Room is left for the words that say which register it was.
REASON_LENGTH = 150
MOST_AT_ONCE = 200
ONE_BY_ONE = {
    DiscrepancyKind.GONE: "减少的须逐条办理:要选定注销、迁出还是停产,并核对日期。",
    DiscrepancyKind.AMBIGUOUS: "待判断的须逐条办理:要选定是哪一家。",
}
LISTS = {"registration_type": CodeList.REGISTRATION_TYPE, "industry": CodeList.INDUSTRY}


class StaleDiscrepancy(Refused):
    """Ours has changed since the register was compared; nothing was written."""


class Outcome(models.TextChoices):
    DONE = "done", "已办理"
    LEFT = "left", "没有办理"


@dataclass(frozen=True)
class Answered:
    """What became of one of several findings; `sentence` says why where it was left."""

    discrepancy: Discrepancy
    outcome: Outcome
    sentence: str = ""


def basis_of(discrepancy: Discrepancy) -> str:
    """Which register says so, in words: 市场监管名册(截至2012-10-31).

    Args:
        discrepancy: a finding.
    """
    register = discrepancy.reconciliation
    code = Code.objects.filter(list_name=CodeList.REGISTER_SOURCE, code=register.source).first()
    return f"{code.label if code else register.source}名册(截至{register.as_of})"


def accept_new(
    *, discrepancy: Discrepancy, unit: Unit | None = None, reason: str = "", by: User, now: datetime
) -> Discrepancy:
    """Turns a row that our register lacks into a lead (三(一)2); an open lead with its code is linked instead.

    Args:
        discrepancy: an open finding of kind new, or one of kind ambiguous that is none of the organizations named.
        unit: 主管党(工)委 that follows it up; the one the register names where left out.
        reason: a remark, at most `REASON_LENGTH` characters.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or finding, unit or open lead are out of scope.
        StaleDiscrepancy: an organization with the code stands in our register by now.
        ValidationError: by field; answered already; no unit is known.
    """
    _require(discrepancy, by, now)
    reason = _remark(reason)
    with acting(by, reason):
        row = _open(discrepancy, DiscrepancyKind.NEW, DiscrepancyKind.AMBIGUOUS)
        unit = unit or row.unit
        if unit is None:
            raise ValidationError({"unit": ValidationError("请选择由哪个主管党(工)委跟进。", code="required")})
        uscc = row.facts.get("uscc", "")
        _refuse_known(uscc, by)
        lead = Lead.objects.filter(uscc=uscc, state=LeadState.OPEN).first() if uscc else None
        if lead is None:
            lead = _lead_of(row, unit, by, now)
        elif not Lead.objects.filter(scope_for(by, "register.edit").units_q("unit__"), pk=lead.pk).exists():
            raise NotAllowed("这个代码已有一条待办线索,由别的主管党(工)委跟进,请由两新工委办公室答复。")
        row.lead = lead
        return _settle(row, DiscrepancyState.ACCEPTED, reason, {"lead": lead.pk}, by, now)


def accept_gone(
    *,
    discrepancy: Discrepancy,
    state: str,
    on: date,
    reason: str = "",
    approver: str = "",
    by: User,
    now: datetime,
) -> Discrepancy:
    """Closes an organization (注销, 迁出), or excludes it (停产, 失联, 吊销未注销 …), as the actor has found it.

    Args:
        discrepancy: an open finding of kind gone.
        state: code of list operating_state that closes or excludes.
        on: the first day it no longer counts, or the first day excluded.
        reason: what was found, at most `REASON_LENGTH` characters; the register is named beside it.
        approver: who approved it, where it is excluded.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: by field, as `close_organization` and `exclude_organization` say them; answered already.
    """
    _require(discrepancy, by, now)
    why = _why(discrepancy, reason)
    effects = dict(Code.objects.filter(list_name=CodeList.OPERATING_STATE).values_list("code", "data__effect"))
    with acting(by, why):
        row = _open(discrepancy, DiscrepancyKind.GONE)
        organization = _organization(row)
        if effects.get(state) == "exclude":
            exclude_organization(
                organization=organization,
                state=state,
                from_=on,
                reason=why,
                approver=approver,
                by=by,
                now=now,
            )
        else:
            # Any other state than a closing one is refused there.
            close_organization(organization=organization, state=state, on=on, reason=why, by=by, now=now)
        return _settle(row, DiscrepancyState.ACCEPTED, reason.strip(), {"state": state, "on": str(on)}, by, now)


def accept_change(*, discrepancy: Discrepancy, reason: str = "", by: User, now: datetime) -> Discrepancy:
    """Corrects the one field of an organization as the register says; what is so already is only answered.

    Args:
        discrepancy: an open finding of kind changed.
        reason: a remark, at most `REASON_LENGTH` characters; the register is named beside it.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        StaleDiscrepancy: our value is another one than when the registers were compared; both are named.
        ValidationError: by field, as `correct_organization` says them; answered already.
    """
    _require(discrepancy, by, now)
    why = _why(discrepancy, reason)
    with acting(by, why):
        row = _open(discrepancy, DiscrepancyKind.CHANGED)
        organization = locked(_organization(row))
        current = value_of(organization, row.field)
        if current != row.theirs:
            if current != row.ours:
                then, today, theirs = (words_of(row.field, value) for value in (row.ours, current, row.theirs))
                raise StaleDiscrepancy(
                    f"核对以后台账有改动:当时是“{then}”,现在是“{today}”,名册是“{theirs}”。"
                    "请对照后在组织页修改,再写明理由答复这一条,或上传新的名册重新核对。"
                )
            correct_organization(
                organization=organization,
                version=organization.version,
                changes=_changes(organization, row.field, row.theirs),
                reason=why,
                by=by,
                now=now,
            )
        detail = {"field": row.field, "ours": row.ours, "theirs": row.theirs}
        return _settle(row, DiscrepancyState.ACCEPTED, reason.strip(), detail, by, now)


def name_organization(
    *, discrepancy: Discrepancy, organization: Organization, reason: str = "", by: User, now: datetime
) -> int:
    """Says which of several organizations an ambiguous row is about; what differs becomes findings of its own.

    Args:
        discrepancy: an open finding of kind ambiguous.
        organization: one of those it may be about.
        reason: a remark, at most `REASON_LENGTH` characters.
        by: the acting User.
        now: the clock.

    Returns:
        How many findings the row gives, now that its organization is known.

    Raises:
        NotAllowed: no role gives the act, or finding or organization are out of scope.
        ValidationError: answered already; not one of those it may be about.
    """
    _require(discrepancy, by, now)
    require_register_edit(organization, by, now)
    reason = _remark(reason)
    with acting(by, reason):
        row = _open(discrepancy, DiscrepancyKind.AMBIGUOUS)
        if organization.pk not in row.facts.get("candidates", ()):
            sentence = "请从名册这一行可能对应的组织里选一家。"
            raise ValidationError({"organization": ValidationError(sentence, code="no_candidate")})
        as_of = row.reconciliation.as_of
        register = known_register(as_of=as_of, today=day_of(now), only=[organization.pk])
        found, record = Comparison(), register.records[organization.pk]
        compare_matched(row_of(row.facts, row.row or 0), record, MatchedBy.NAME, register, Claim(as_of), found)
        kept = add_findings(found=row.reconciliation, findings=found.findings)
        row.organization = organization
        _settle(row, DiscrepancyState.ACCEPTED, reason, {"organization": organization.pk, "findings": kept}, by, now)
    return kept


def refuse_discrepancy(*, discrepancy: Discrepancy, reason: str, by: User, now: datetime) -> Discrepancy:
    """Leaves our register as it is; when a later register says the same, this answer stands beside it.

    Args:
        discrepancy: an open finding.
        reason: why.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the finding is out of scope.
        ValidationError: no reason; answered already.
    """
    _require(discrepancy, by, now)
    reason = require_text(reason, "reason", REASON, REASON_LENGTH)
    with acting(by, reason):
        return _settle(_open(discrepancy), DiscrepancyState.REFUSED, reason, {}, by, now)


def answer_many(
    *, discrepancies: Iterable[Discrepancy], accepting: bool, reason: str = "", by: User, now: datetime
) -> list[Answered]:
    """Answers several findings by the rule of the single act; none stops the others. What is gone is left out.

    Args:
        discrepancies: at most `MOST_AT_ONCE`.
        accepting: whether they are accepted or refused.
        reason: why; required where they are refused.
        by: the acting User.
        now: the clock.

    Returns:
        One result for each finding, in the order given.

    Raises:
        NotAllowed: no role gives the act.
        ValidationError: too many; no reason where they are refused.
    """
    if by is None or not may_answer_discrepancies(by):
        raise NotAllowed(NO_ANSWER)
    asked = list(discrepancies)
    if len(asked) > MOST_AT_ONCE:
        raise ValidationError(f"选中了 {len(asked)} 条,一次最多答复 {MOST_AT_ONCE} 条,请分几次。", code="too_many")
    reason = _remark(reason) if accepting else require_text(reason, "reason", REASON, REASON_LENGTH)
    answered = []
    with transaction.atomic():
        for one in asked:
            try:
                with transaction.atomic():
                    _answer(one, accepting, reason, by, now)
            except ValidationError as error:
                answered.append(Answered(one, Outcome.LEFT, "".join(error.messages)))
            except Refused as refusal:
                answered.append(Answered(one, Outcome.LEFT, refusal.sentence))
            else:
                answered.append(Answered(one, Outcome.DONE))
    return answered


def value_of(organization: Organization, field: str) -> str:
    """A fact of an organization as findings keep it.

    Args:
        organization: whose.
        field: a field that registers are compared by.
    """
    if field == "registered_on":
        return date_words(organization.registered_on, organization.registered_precision)
    return str(getattr(organization, field) or "")


def words_of(field: str, value: str) -> str:
    """Such a value as a user reads it.

    Args:
        field: a field that registers are compared by.
        value: as findings keep it.
    """
    if not value:
        return "空白"
    if field == "kind":
        return str(dict(Kind.choices).get(value, value))
    if field in LISTS:
        return Code.objects.filter(list_name=LISTS[field], code=value).values_list("label", flat=True).first() or value
    return value


def _answer(one: Discrepancy, accepting: bool, reason: str, by: User, now: datetime) -> None:
    if not accepting:
        refuse_discrepancy(discrepancy=one, reason=reason, by=by, now=now)
    elif one.kind == DiscrepancyKind.NEW:
        accept_new(discrepancy=one, reason=reason, by=by, now=now)
    elif one.kind == DiscrepancyKind.CHANGED:
        accept_change(discrepancy=one, reason=reason, by=by, now=now)
    else:
        raise ValidationError(ONE_BY_ONE[DiscrepancyKind(one.kind)], code="one_by_one")


def _require(discrepancy: Discrepancy, by: User, now: datetime) -> None:
    if by is None or not may_answer_discrepancies(by):
        raise NotAllowed(NO_ANSWER)
    if not Discrepancy.objects.visible_to(by, day_of(now)).filter(pk=discrepancy.pk).exists():
        raise NotAllowed(NOT_SEEN)
    if discrepancy.organization is not None:
        require_register_edit(discrepancy.organization, by, now)
        return
    scope = scope_for(by, "register.edit")
    if not Discrepancy.objects.filter(scope.units_q("unit__"), pk=discrepancy.pk).exists():
        raise NotAllowed(UNIT_OUT_OF_SCOPE if discrepancy.unit_id else NOT_SEEN)


def _open(discrepancy: Discrepancy, *kinds: DiscrepancyKind) -> Discrepancy:
    row = locked(discrepancy)
    if row.state != DiscrepancyState.OPEN:
        raise ValidationError(
            f"这条差异已由{row.decided_by}答复({row.get_state_display()}),不用再答复。", code="answered"
        )
    if kinds and row.kind not in kinds:
        raise ValueError(f"not for findings of kind {row.kind}")
    return row


def _organization(row: Discrepancy) -> Organization:
    """The organization of a finding that has one: a constraint sees to it."""
    assert row.organization is not None
    return row.organization


def _remark(reason: str) -> str:
    return require_text(reason, "reason", "", REASON_LENGTH) if reason.strip() else ""


def _why(discrepancy: Discrepancy, reason: str) -> str:
    reason, basis = _remark(reason), basis_of(discrepancy)
    return f"{reason}(依据{basis})" if reason else f"依据{basis}"


def _refuse_known(uscc: str, by: User) -> None:
    """Somebody may have entered it since; a code of a record merged into another is that one's."""
    known = Organization.objects.filter(uscc=uscc).select_related("merged_into").first() if uscc else None
    if known is None:
        return
    known = known.merged_into or known
    seen = Organization.objects.visible_to(by).filter(pk=known.pk).exists()
    where = f":“{known.name}”" if seen else ",在别的主管党(工)委"
    raise StaleDiscrepancy(f"核对以后台账里已有这个代码的组织{where}。请写明“已录入台账”,不采纳这一条。")


def _lead_of(row: Discrepancy, unit: Unit, by: User, now: datetime) -> Lead:
    facts, register = row.facts, row.reconciliation
    source = Code.objects.filter(list_name=CodeList.REGISTER_SOURCE, code=register.source).first()
    registered = facts.get("registered_on", "")
    old_code = f",旧代码{facts['old_code']}" if facts.get("old_code") else ""
    return add_lead(
        source=(source.data.get("lead_source") if source else "") or "other",
        name=facts["name"],
        unit=unit,
        happened_on=date_of(registered)[0] if registered else register.as_of,
        uscc=facts.get("uscc", ""),
        kind=facts.get("kind") or Kind.ENTERPRISE,
        expected_employees=facts.get("employees"),
        note=f"{basis_of(row)}第{row.row}行{old_code}",
        is_demo=register.is_demo,
        by=by,
        now=now,
    )


def _changes(organization: Organization, field: str, theirs: str) -> dict[str, Any]:
    if field == "registered_on":
        day, precision = date_of(theirs)
        return {"registered_on": day, "registered_precision": precision}
    changes: dict[str, Any] = {field: theirs}
    if field == "registration_type":
        code = Code.objects.filter(list_name=CodeList.REGISTRATION_TYPE, code=theirs).first()
        # A type belongs to one kind: a social organization entered as an enterprise changes both.
        if code is not None and (kind := code.data.get("kind")) and kind != organization.kind:
            changes["kind"] = kind
    return changes


def _settle(
    row: Discrepancy, state: DiscrepancyState, reason: str, detail: dict[str, Any], by: User, now: datetime
) -> Discrepancy:
    row.state, row.reason, row.decided_by, row.decided_at = state, reason, by, now
    row.validate_constraints()
    row.save()
    action = "discrepancy.accept" if state == DiscrepancyState.ACCEPTED else "discrepancy.refuse"
    audit.record(action=action, by=by, now=now, obj=row, detail={**detail, "kind": row.kind, "reason": reason})
    return row
