"""Writing 登记/招商线索 (三(一)2): a new registration or signed investment, until it stands in the register or is dropped."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from orgs.domain.acting import (
    acting,
    day_of,
    label_of,
    locked,
    refuse_future,
    require_text,
    require_unit,
    require_visible,
    tell,
)
from orgs.domain.contacts import Contact
from orgs.domain.naming import NAME_LENGTH
from orgs.domain.organizations import create_organization
from orgs.domain.refusals import NotAllowed
from orgs.domain.stale import refuse_stale
from orgs.lines import LINES, MASS_LINES, Line
from orgs.models import Code, Lead, Organization, Unit
from orgs.models.codes import CodeList
from orgs.models.organization import Kind
from orgs.models.plans import LeadState
from orgs.permissions import may_edit_leads, may_reveal_contact, scope_for
from orgs.validators import normalise_code, normalise_name, validate_head_count, validate_uscc
from quannan.base.domain import audit

# The policy asks for bodies to be planned together with the registration (三(一)2: 同步) and names no number of days.
# A month is our reading of it; whoever enters a lead may set another day.
USUAL_DAYS = 30
# What is thought of for every newcomer unless somebody ticks otherwise: the party and the mass organizations.
USUAL_LINES: tuple[str, ...] = (Line.PARTY.value, *MASS_LINES)

FACTS = (
    "source",
    "name",
    "uscc",
    "kind",
    "unit",
    "happened_on",
    "due_on",
    "expected_employees",
    "lines",
    "contact_name",
    "contact_phone",
    "note",
)
SECRET = ("contact_name", "contact_phone")
NO_EDIT = "您的角色不能办理登记招商线索。如工作需要,请联系系统管理员调整角色。"


def usual_due_day(happened_on: date) -> date:
    """The day a lead is due where nobody sets another.

    Args:
        happened_on: day of registration or signing.
    """
    return happened_on + timedelta(days=USUAL_DAYS)


def add_lead(
    *,
    source: str,
    name: str,
    unit: Unit,
    happened_on: date,
    due_on: date | None = None,
    uscc: str = "",
    kind: str = Kind.ENTERPRISE,
    expected_employees: int | None = None,
    lines: Iterable[str] = USUAL_LINES,
    contact_name: str = "",
    contact_phone: str = "",
    note: str = "",
    is_demo: bool = False,
    by: Any,
    now: datetime,
) -> Lead:
    """Enters a lead.

    Args:
        source: code of list lead_source.
        name: 单位名称 as registered or signed.
        unit: 主管党(工)委 that follows it up, within the actor's scope.
        happened_on: day of registration or signing.
        due_on: day by which it is to stand in the register; `usual_due_day` where left out.
        uscc: unified social credit code, "" when it has none yet.
        kind: code of `Kind`.
        expected_employees: persons, None not known.
        lines: codes of `Line` whose bodies are to be planned along with it.
        contact_name: 联系人, kept encrypted.
        contact_phone: 联系电话, kept encrypted.
        note: free text, at most 200 characters.
        is_demo: whether the row belongs to 演示数据.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the unit is out of scope.
        ValidationError: by field; among them a code that another open lead has.
    """
    _require_edit(by)
    require_unit(unit, by, scope_for(by, "register.edit"))
    facts = {
        "source": source,
        "name": name,
        "uscc": uscc,
        "kind": kind,
        "unit": unit,
        "happened_on": happened_on,
        "due_on": due_on or (usual_due_day(happened_on) if happened_on else None),
        "expected_employees": expected_employees,
        "lines": list(lines),
        "contact_name": contact_name,
        "contact_phone": contact_phone,
        "note": note,
    }
    with acting(by):
        lead = Lead(**_clean(facts), created_by=by, is_demo=is_demo)
        _check(lead, now)
        lead.save(force_insert=True)
        _tell("lead.add", lead, {"unit": unit.code, "source": source, "due_on": str(lead.due_on)}, by, now)
    return lead


def correct_lead(*, lead: Lead, version: int, changes: dict[str, Any], by: Any, now: datetime) -> Lead:
    """Changes the facts of an open lead.

    Args:
        lead: which one.
        version: the version the actor had opened.
        changes: field of `FACTS` → new value.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        The lead; unchanged, with no trace, when nothing differs.

    Raises:
        NotAllowed: no role gives the act, or the lead or its new unit is out of scope.
        StaleRecord: somebody else changed it since that version.
        ValidationError: by field; the lead is settled already.
    """
    _require_seen(lead, by)
    if unknown := set(changes) - set(FACTS):
        raise ValueError(f"not a fact of a lead: {sorted(unknown)}")
    if "unit" in changes:
        require_unit(changes["unit"], by, scope_for(by, "register.edit"))
    with acting(by):
        row = locked(lead)
        wanted = _clean(changes)
        refuse_stale(row, version, wanted)
        _refuse_settled(row)
        before = {name: getattr(row, name) for name in wanted}
        wanted = {name: value for name, value in wanted.items() if before[name] != value}
        if not wanted:
            return row
        for name, value in wanted.items():
            setattr(row, name, value)
        row.version += 1
        _check(row, now)
        row.save()
        changed = {
            label_of(Lead, name): "已更改" if name in SECRET else [str(before[name] or ""), str(value or "")]
            for name, value in wanted.items()
        }
        _tell("lead.correct", row, {"changes": changed}, by, now)
    return row


def convert_lead(*, lead: Lead, version: int, facts: dict[str, Any], by: Any, now: datetime) -> Organization:
    """Enters the organization that a lead announced and settles the lead with it, in one transaction.

    Args:
        lead: an open one.
        version: the version the actor had opened.
        facts: what `create_organization` takes, unit included.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or lead or unit are out of scope.
        StaleRecord: somebody else changed the lead since that version.
        ValidationError: by field, as `create_organization` says them; the lead is settled already.
    """
    _require_seen(lead, by)
    with acting(by):
        row = _open(lead, version)
        organization = create_organization(**facts, is_demo=row.is_demo, by=by, now=now)
        _settle(row, LeadState.CONVERTED, now, organization=organization)
        _tell("lead.convert", row, {"organization": organization.pk}, by, now)
    return organization


def link_lead(*, lead: Lead, version: int, organization: Organization, by: Any, now: datetime) -> Lead:
    """Settles a lead with an organization that stands in the register already.

    Args:
        lead: an open one.
        version: the version the actor had opened.
        organization: which one, within the actor's scope.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or lead or organization are out of scope.
        StaleRecord: somebody else changed the lead since that version.
        ValidationError: the lead is settled already; one of the two belongs to 演示数据 and the other does not.
    """
    _require_seen(lead, by)
    require_visible([organization], by, now, scope_for(by, "register.edit"))
    with acting(by):
        row = _open(lead, version)
        if organization.is_demo != row.is_demo:
            sentence = "演示数据和正式数据不能互相关联,请选择同一类的组织。"
            raise ValidationError({"organization": ValidationError(sentence, code="demo")})
        _settle(row, LeadState.CONVERTED, now, organization=organization)
        _tell("lead.link", row, {"organization": organization.pk}, by, now)
    return row


def drop_lead(*, lead: Lead, version: int, reason: str, by: Any, now: datetime) -> Lead:
    """Settles a lead that comes to nothing: not in the county's charge, registered elsewhere, called off.

    Args:
        lead: an open one.
        version: the version the actor had opened.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the lead is out of scope.
        StaleRecord: somebody else changed the lead since that version.
        ValidationError: the lead is settled already; no reason.
    """
    _require_seen(lead, by)
    reason = require_text(reason, "reason", "请写明为什么不再跟进。")
    with acting(by, reason):
        row = _open(lead, version)
        _settle(row, LeadState.DROPPED, now, reason=reason)
        _tell("lead.drop", row, {"reason": reason}, by, now)
    return row


def reopen_lead(*, lead: Lead, reason: str, by: Any, now: datetime) -> Lead:
    """Takes the settling of a lead back; an organization entered from it stays in the register.

    Args:
        lead: a settled one.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the lead is out of scope.
        ValidationError: the lead is open; no reason; another open lead has the same code by now.
    """
    _require_seen(lead, by)
    reason = require_text(reason, "reason", "请写明为什么重新跟进。")
    with acting(by, reason):
        row = locked(lead)
        if row.state == LeadState.OPEN:
            raise ValidationError("这条线索还在待办,不用重新跟进。", code="open")
        row.state, row.organization, row.decided_on, row.decided_reason = LeadState.OPEN, None, None, ""
        row.version += 1
        _check(row, now)
        row.save()
        _tell("lead.reopen", row, {"reason": reason}, by, now)
    return row


def record_lead_contact_reveal(*, lead: Lead, reason: str, by: Any, now: datetime) -> Contact:
    """Hands out a lead's contact in plain text, after writing down who asked and why.

    Args:
        lead: which one, within the actor's scope.
        reason: what the contact is needed for.
        by: the acting User; the system has no use for it.
        now: the clock.

    Raises:
        NotAllowed: the actor's roles do not give it, or the lead is out of scope.
        ValidationError: no reason, or no contact on record.
    """
    if by is None or not may_reveal_contact(by):
        raise NotAllowed("您的角色不能查看联系方式。如工作需要,请联系系统管理员调整角色。")
    _require_in_scope(lead, by, "contact.reveal")
    reason = require_text(reason, "reason", "请写明查看联系方式的用途,查看会记入审计日志。")
    with acting(by, reason):
        row = locked(lead)
        if not row.contact_name and not row.contact_phone:
            raise ValidationError("这条线索没有登记联系人和电话。", code="no_contact")
        audit.record(action="lead.reveal_contact", by=by, now=now, obj=row, detail={"reason": reason})
    return Contact(row.contact_name, row.contact_phone)


def _require_edit(by: Any) -> None:
    if by is not None and not may_edit_leads(by):
        raise NotAllowed(NO_EDIT)


def _require_in_scope(lead: Lead, by: Any, capability: str) -> None:
    if by is None:
        return
    within = scope_for(by, capability).units_q("unit__")
    if not Lead.objects.visible_to(by).filter(within, pk=lead.pk).exists():
        raise NotAllowed("这条线索不在您的管理范围内,请由它所属的主管党(工)委办理。")


def _require_seen(lead: Lead, by: Any) -> None:
    _require_edit(by)
    _require_in_scope(lead, by, "register.edit")


def _refuse_settled(row: Lead) -> None:
    if row.state != LeadState.OPEN:
        sentence = f"这条线索已于{row.decided_on}办结({row.get_state_display()})。要改动,请先重新跟进。"
        raise ValidationError(sentence, code="settled")


def _open(lead: Lead, version: int) -> Lead:
    row = locked(lead)
    refuse_stale(row, version, {})
    _refuse_settled(row)
    return row


def _settle(
    row: Lead, state: LeadState, now: datetime, *, organization: Organization | None = None, reason: str = ""
) -> None:
    row.state, row.organization, row.decided_reason = state, organization, reason
    row.decided_on = day_of(now)
    row.version += 1
    row.validate_constraints()
    row.save()


def _clean(facts: dict[str, Any]) -> dict[str, Any]:
    cleaned = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    if "uscc" in cleaned:
        cleaned["uscc"] = normalise_code(cleaned["uscc"] or "")
    if "lines" in cleaned:
        cleaned["lines"] = [line for line in LINES if line in cleaned["lines"]]
    return cleaned


def _check(row: Lead, now: datetime) -> None:
    """Fills the derived column and gathers every problem of the row, by field."""
    row.name_key = normalise_name(row.name)[:NAME_LENGTH]
    problems: dict[str, Any] = {}

    def gather(field: str, check: Any, *arguments: Any) -> None:
        try:
            check(*arguments)
        except ValidationError as error:
            problems.setdefault(field, error.error_dict[field][0] if hasattr(error, "error_dict") else error)

    gather("name", require_text, row.name, "name", "请填写单位名称。", NAME_LENGTH)
    if not Code.objects.filter(list_name=CodeList.LEAD_SOURCE, code=row.source).exists():
        problems["source"] = ValidationError("线索来源不在代码表中,请从列表里选。", code="not_listed")
    if row.kind not in Kind.values:
        problems["kind"] = ValidationError(f"单位类别只能选:{'、'.join(Kind.labels)}。", code="bad_kind")
    if row.uscc:
        gather("uscc", validate_uscc, row.uscc)
    if row.happened_on:
        gather("happened_on", refuse_future, row.happened_on, "happened_on", "登记或签约日期", now)
    else:
        problems["happened_on"] = ValidationError("请填写登记或签约日期。", code="required")
    if row.happened_on and row.due_on and row.due_on < row.happened_on:
        problems["due_on"] = ValidationError("办理期限不能早于登记或签约日期,请改其中一个。", code="bad_day")
    elif not row.due_on and row.happened_on:
        problems["due_on"] = ValidationError("请填写办理期限。", code="required")
    if not row.lines:
        problems["lines"] = ValidationError("请至少选一条同步考虑组建的条线。", code="required")
    if len(row.note) > 200:
        problems["note"] = ValidationError(f"最多写200个字,现有{len(row.note)}个,请缩短。", code="too_long")
    gather("expected_employees", validate_head_count, row.expected_employees, "预计从业人员")
    if not problems and row.uscc and row.state == LeadState.OPEN:
        other = Lead.objects.filter(uscc=row.uscc, state=LeadState.OPEN).exclude(pk=row.pk).exists()
        if other:
            sentence = "这个代码已有一条待办线索,请在原有线索上修改。"
            problems["uscc"] = ValidationError(sentence, code="duplicate")
    if problems:
        raise ValidationError(problems)
    row.validate_constraints()


def _tell(action: str, lead: Lead, detail: dict[str, Any], by: Any, now: datetime) -> None:
    ids = [lead.organization_id] if lead.organization_id else []
    tell(action=action, obj=lead, detail=detail, organization_ids=ids, by=by, now=now)
