"""The checks of one row of 经费表: what recording on the page asks, of maps loaded beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError

from funding.domain.plan import NewEntry
from funding.imports.maps import EntryKey, FundMaps, HeldEntry
from funding.validators import RECEIPT, TOO_FINE, day_fault, finer_than_a_cent, kind_faults, stored_day, validate_amount
from orgs.domain.acting import OUT_OF_SCOPE
from orgs.imports.people_known import Known
from quannan.base.imports import CREATED, UNCHANGED, UPDATED, Change
from quannan.base.workbook.cells import CLEAR, FAULTY, FuzzyDate
from quannan.base.workbook.declare import ERROR, Problem, Row


@dataclass
class FundCase:
    """What a row comes to, as far as it could be made out.

    ``held``: the entry on record that it speaks of; ``facts``: what it says, once everything needed is known.
    """

    row: Row
    organization: Known | None = None
    sound: bool = True
    facts: NewEntry | None = None
    held: HeldEntry | None = None
    note: str | None = None
    outcome: str = UNCHANGED
    changes: tuple[Change, ...] = ()


Rule = Callable[[FundCase, FundMaps], Iterable[Problem]]


def check_row(row: Row, maps: FundMaps) -> Iterator[Problem]:
    """Every fault of a row; one without any takes the next equal entry on record, else makes a new one."""
    case = FundCase(row)
    problems: list[Problem] = []
    for rule in RULES:
        problems.extend(rule(case, maps))
        case.sound = row.accepted and all(problem.severity != ERROR for problem in problems)
    yield from problems
    if case.sound:
        maps.cases[row.number] = case


def check_organization(case: FundCase, maps: FundMaps) -> Iterable[Problem]:
    case.organization, problems = maps.organizations.of_row(case.row, maps.sight)
    return problems


def check_kind(case: FundCase, maps: FundMaps) -> Iterable[Problem]:
    """收入 has a source, 支出 a purpose; which of the codes is still in use is asked of new entries alone."""
    row = case.row
    direction, source, purpose = row["direction"], row["source"], row["purpose"]
    if not isinstance(direction, str) or FAULTY in (source, purpose):
        return
    given = (source or "", purpose or "")
    sources = maps.sources | ({source: ""} if isinstance(source, str) else {})
    purposes = maps.purposes | ({purpose: ""} if isinstance(purpose, str) else {})
    for field, error in kind_faults(direction, *given, sources, purposes).items():
        yield row.error(field, error.code, error.messages[0])


def check_amount(case: FundCase, maps: FundMaps) -> Iterable[Problem]:
    row, amount = case.row, case.row["amount"]
    if not isinstance(amount, Decimal):
        return
    try:
        validate_amount(amount)
    except ValidationError as error:
        yield row.error("amount", "bad_amount", error.messages[0])
        return
    if finer_than_a_cent(row.shown("amount"), amount):
        yield row.error("amount", "bad_amount", TOO_FINE)


def check_day(case: FundCase, maps: FundMaps) -> Iterable[Problem]:
    said, known = case.row["occurred"], case.organization
    if not isinstance(said, FuzzyDate) or known is None:
        return
    fault = day_fault(known.name, known.registered_on, known.closed_on, said.first(), said.precision, maps.today)
    if fault:
        yield case.row.error("occurred", "bad_day", fault)


def check_held(case: FundCase, maps: FundMaps) -> Iterable[Problem]:
    """Which entry on record the row speaks of: the n-th equal row of the file of the n-th equal one."""
    row, known = case.row, case.organization
    if not case.sound or known is None:
        return
    said, note = row["occurred"], row["note"]
    case.note = "" if note is CLEAR else note
    code = row["source"] if row["direction"] == RECEIPT else row["purpose"]
    voucher = row["voucher"] or ""
    key = EntryKey(known.id, row["line"], row["direction"], code, said.first(), said.precision, row["amount"], voucher)
    case.held = maps.take(key, case.note)
    case.facts = NewEntry(
        known.id, row["line"], row["direction"], row["source"] or "", row["purpose"] or "", row["amount"],
        stored_day(said.first(), said.precision, known.closed_on, maps.today), said.precision, voucher, case.note or "",
    )  # fmt: skip
    held = case.held
    if held is None:
        case.outcome = CREATED
    elif held.cancelled:
        sentence = f"台账中相同的一笔已作废(理由:{held.cancelled}),没有重新登记;确要登记的请在页面上办理。"
        yield row.warning("amount", "cancelled", sentence)
    elif case.note is not None and case.note != held.note:
        case.outcome = UPDATED
        case.changes = (Change("备注", held.note, case.note),)


def check_new(case: FundCase, maps: FundMaps) -> Iterable[Problem]:
    """A new entry takes a code that is in use."""
    if not case.sound or case.outcome != CREATED or case.facts is None:
        return
    receipt = case.facts.direction == RECEIPT
    field, known = ("source", maps.sources) if receipt else ("purpose", maps.purposes)
    if case.row[field] not in known:
        yield case.row.error(field, "out_of_use", f"“{case.row.shown(field)}”已停用,可填:{'、'.join(known.values())}。")


def check_keeper(case: FundCase, maps: FundMaps) -> Iterable[Problem]:
    """Who may not record a line, or not here, may hand in its rows only as they stand on record."""
    line = case.row["line"]
    if case.held is not None and case.outcome == UNCHANGED or not isinstance(line, str):
        return
    if line not in maps.scopes:
        yield case.row.error("line", "not_your_line", maps.not_yours)
    elif case.organization is not None and not maps.organizations.within(maps.scopes[line], case.organization.id):
        yield case.row.error("name", "out_of_scope", OUT_OF_SCOPE)


# In this order: each asks what those before it have made out, and says nothing where they could not.
RULES: tuple[Rule, ...] = (
    check_organization,
    check_kind,
    check_amount,
    check_day,
    check_held,
    check_new,
    check_keeper,
)
