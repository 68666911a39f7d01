"""Writing 经费: what a line's body in an organization received and spent, one entry at a time."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from funding.models import FundEntry
from funding.permissions import fund_lines, fund_scope
from funding.validators import NOTE_LENGTH, VOUCHER_LENGTH, day_fault, kind_faults, stored_day, validate_amount
from orgs.domain.acting import REASON_LENGTH, acting, day_of, locked, require_text, require_visible
from orgs.domain.refusals import NotAllowed
from orgs.domain.stale import refuse_stale
from orgs.lines import Line, Precision, stored_range
from orgs.models import Code, Organization
from orgs.models.codes import CodeList
from quannan.base.domain import audit

NOT_YOURS = "您的角色不能登记经费。如工作需要,请联系系统管理员调整角色。"
NOT_YOUR_LINE = "您的角色不能登记这条线的经费,可以登记:{}。"
CANCELLED = "这笔经费已经作废,不能再改;需要的请另登一笔。"
PRECISIONS = (Precision.DAY, Precision.MONTH, Precision.YEAR)
FACTS = (
    "line", "direction", "source", "purpose", "amount_yuan", "occurred_on", "occurred_precision", "voucher", "note",
)  # fmt: skip


def record_entry(
    *,
    organization: Organization,
    line: str,
    direction: str,
    source: str = "",
    purpose: str = "",
    amount_yuan: Decimal,
    occurred_on: date,
    occurred_precision: str = Precision.DAY,
    voucher: str = "",
    note: str = "",
    by: Any,
    now: datetime,
) -> FundEntry:
    """Records one receipt or one spending (四(三)).

    Args:
        organization: whose money it is, within the scope of the actor's roles for the line.
        line: code of `Line`.
        direction: code of `Direction`.
        source: code of the list fund_source, of a receipt alone.
        purpose: code of the list fund_purpose, of a spending alone.
        amount_yuan: yuan, above zero, to the cent.
        occurred_on: any day that the date can mean.
        occurred_precision: day, month or year.
        voucher: number of the voucher, "" where there is none.
        note: what else is to be known.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act for the line, or the organization is out of scope.
        ValidationError: by field.
    """
    given = {
        "line": line, "direction": direction, "source": source, "purpose": purpose, "amount_yuan": amount_yuan,
        "occurred_on": occurred_on, "occurred_precision": occurred_precision, "voucher": voucher, "note": note,
    }  # fmt: skip
    require_line(line, by)
    require_visible([organization], by, now, None if by is None else fund_scope(by, line))
    with acting(by):
        owner = locked(organization)
        entry = FundEntry(organization=owner, **checked_facts(owner, given, now=now))
        entry.validate_constraints()
        entry.save(force_insert=True)
        _tell("fund.record", entry, {}, by, now)
    return entry


def correct_entry(
    *, entry: FundEntry, version: int, facts: dict[str, Any], reason: str, by: Any, now: datetime
) -> FundEntry:
    """Corrects an entry; what it was before stays in the history.

    Args:
        entry: one that is not cancelled.
        version: the version the actor had opened.
        facts: columns of `FACTS` with their new values; those left out stay.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the old or the new line is not the actor's, or the organization is out of scope.
        StaleRecord: somebody else has changed it meanwhile.
        ValidationError: by field; no reason; cancelled.
    """
    if unknown := set(facts) - set(FACTS):
        raise ValueError(f"not of an entry: {sorted(unknown)}")
    _require(entry, by, now, facts.get("line", entry.line))
    reason = require_text(reason, "reason", "请写明更正的理由。", REASON_LENGTH)
    with acting(by, reason):
        row = locked(entry)
        _require(row, by, now, row.line)
        _refuse_cancelled(row)
        refuse_stale(row, version, facts)
        given = {name: getattr(row, name) for name in FACTS} | facts
        wanted = checked_facts(row.organization, given, now=now, fallback=row)
        changed = {name: (getattr(row, name), value) for name, value in wanted.items() if getattr(row, name) != value}
        if not changed:
            return row
        for name, (_, value) in changed.items():
            setattr(row, name, value)
        row.version += 1
        row.validate_constraints()
        row.save()
        told = {name: [str(old), str(new)] for name, (old, new) in changed.items()}
        _tell("fund.correct", row, {"changes": told, "reason": reason}, by, now)
    return row


def cancel_entry(*, entry: FundEntry, version: int, reason: str, by: Any, now: datetime) -> FundEntry:
    """Cancels an entry made by mistake: it stays readable and counts nowhere.

    Args:
        entry: one that is not cancelled.
        version: the version the actor had opened.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or the organization is out of scope.
        StaleRecord: somebody else has saved since.
        ValidationError: no reason; cancelled already.
    """
    _require(entry, by, now, entry.line)
    reason = require_text(reason, "reason", "请写明作废的理由。", REASON_LENGTH)
    with acting(by, reason):
        row = locked(entry)
        _require(row, by, now, row.line)
        _refuse_cancelled(row)
        refuse_stale(row, version, {})
        row.cancelled_at, row.cancel_reason = now, reason
        row.version += 1
        row.save()
        _tell("fund.cancel", row, {"reason": reason}, by, now)
    return row


def require_line(line: str, by: Any) -> None:
    """Refuses whoever may not record entries of a line.

    Args:
        line: code of `Line`.
        by: the acting User, None for the system.

    Raises:
        NotAllowed: with the lines that are the actor's.
        ValidationError: there is no such line.
    """
    if line not in Line.values:
        raise ValidationError({"line": ValidationError("请选择条线。", code="unknown_line")})
    if by is None:
        return
    lines = fund_lines(by)
    if not lines:
        raise NotAllowed(NOT_YOURS)
    if line not in lines:
        raise NotAllowed(NOT_YOUR_LINE.format("、".join(str(Line(one).label) for one in lines)))


def checked_facts(
    owner: Organization, given: dict[str, Any], *, now: datetime, fallback: FundEntry | None = None
) -> dict[str, Any]:
    """The facts of an entry as they are stored, all faults at once.

    Args:
        owner: whose money it is.
        given: every column of `FACTS`.
        now: the clock.
        fallback: the entry corrected: its codes may be out of use, and its day stays where the date says the same.

    Raises:
        ValidationError: by field.
    """
    sources, purposes = labels_in_use(CodeList.FUND_SOURCE), labels_in_use(CodeList.FUND_PURPOSE)
    if fallback is not None:
        sources.setdefault(fallback.source, fallback.source)
        purposes.setdefault(fallback.purpose, fallback.purpose)
        sources.pop("", None)
        purposes.pop("", None)
    faults = kind_faults(given["direction"], given["source"], given["purpose"], sources, purposes)
    try:
        validate_amount(given["amount_yuan"])
    except ValidationError as error:
        faults["amount_yuan"] = error
    day, precision = given["occurred_on"], given["occurred_precision"]
    if precision not in PRECISIONS:
        faults["occurred_precision"] = ValidationError("日期应写到日、到月或到年。", code="bad_precision")
    elif fault := day_fault(owner.name, owner.registered_on, owner.closed_on, day, precision, day_of(now)):
        faults["occurred_on"] = ValidationError(fault, code="bad_day")
    texts = {}
    for name, most in (("voucher", VOUCHER_LENGTH), ("note", NOTE_LENGTH)):
        texts[name] = (given[name] or "").strip()
        if len(texts[name]) > most:
            faults[name] = ValidationError(f"最多写{most}个字,现有{len(texts[name])}个,请缩短。", code="too_long")
    if faults:
        raise ValidationError(faults)
    same = fallback is not None and (precision, stored_range(day, precision)) == (
        fallback.occurred_precision,
        stored_range(fallback.occurred_on, fallback.occurred_precision),
    )
    kept = fallback.occurred_on if same and fallback else stored_day(day, precision, owner.closed_on, day_of(now))
    return {**given, **texts, "occurred_on": kept}


def labels_in_use(list_name: str) -> dict[str, str]:
    """Labels by code of the entries of a code list that may be chosen.

    Args:
        list_name: code of `CodeList`.
    """
    found = Code.objects.filter(list_name=list_name, is_active=True).order_by("order", "code")
    return dict(found.values_list("code", "label"))


def _require(entry: FundEntry, by: Any, now: datetime, line: str) -> None:
    """The entry's line and the one it is to have are the actor's, and the organization is in their scope."""
    for one in dict.fromkeys((entry.line, line)):
        require_line(one, by)
        require_visible([entry.organization], by, now, None if by is None else fund_scope(by, one))


def _refuse_cancelled(entry: FundEntry) -> None:
    if entry.cancelled_at is not None:
        raise ValidationError(CANCELLED, code="cancelled")


def _tell(action: str, entry: FundEntry, detail: dict[str, Any], by: Any, now: datetime) -> None:
    told = {
        "organization": entry.organization_id,
        "line": entry.line,
        "direction": entry.direction,
        "amount_yuan": str(entry.amount_yuan),
        "occurred_on": str(entry.occurred_on),
    }
    audit.record(action=action, by=by, now=now, obj=entry, detail=told | detail)
