"""Comparing a register of another authority with ours, out of rows and maps that are loaded already: nothing is written.

A row is matched by its unified code, then by its old code, then by its compared name, and by a name only where one
open organization and one row bear it. What was matched by name says so and offers the code as a change.
"""

import dataclasses
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from orgs.lines import Precision, stored_range
from orgs.models.reconciliation import DiscrepancyKind, MatchedBy
from orgs.validators import normalise_name

# 个体工商户 are registered by 市场监管 with the enterprises and are none of the organizations this register is of.
SOLE_TRADER = "92"
ORGANIZATION_PREFIXES = ("9", "5")
ORGANIZATION_CODE = 9  # characters of a code by GB 11714, which stand in a unified code from the ninth on
MOST_CANDIDATES = 10


class KnownRecord(NamedTuple):
    """An organization as our register has it.

    ``former_keys``: its former names as they are compared. ``excluded``: the state of the exclusion that runs on the
    as-of date, "" without. ``path``: of its unit on the as-of date, ``path_now``: today; "" without.
    """

    id: int
    uscc: str
    old_code: str
    name: str
    name_key: str
    former_keys: tuple[str, ...]
    kind: str
    registration_type: str
    industry: str
    registered_on: date
    registered_precision: str
    closed_on: date | None
    excluded: str
    path: str
    path_now: str


@dataclass(slots=True)
class RegisterRow:
    """One row of the other register, its codes and words already in ours.

    ``registered_on``, ``ended_on``: as precisely as they are written, such as 2010-06; "" not known. ``state``: code
    of list operating_state, "" not stated. ``gone``: whether that state says that it is not there any more.
    ``kind_stated``: whether the file says the kind, and it is not only taken for granted. ``good``: without an error;
    a faulty row is compared with nothing, and only shows that its organization is in the file.
    """

    number: int
    name: str = ""
    name_key: str = ""
    uscc: str = ""
    old_code: str = ""
    kind: str = ""
    kind_stated: bool = False
    registration_type: str = ""
    industry: str = ""
    registered_on: str = ""
    state: str = ""
    gone: bool = False
    ended_on: str = ""
    unit_id: int | None = None
    unit_path: str = ""
    unit_words: str = ""
    employees: int | None = None
    good: bool = True

    def facts(self) -> dict[str, Any]:
        """What the row says, for keeping with a finding; JSON."""
        said = {
            "name": self.name,
            "uscc": self.uscc,
            "old_code": self.old_code,
            "kind": self.kind,
            "registration_type": self.registration_type,
            "industry": self.industry,
            "registered_on": self.registered_on,
            "state": self.state,
            "gone": self.gone,
            "ended_on": self.ended_on,
            "unit": self.unit_words,
            "employees": self.employees,
        }
        return {name: value for name, value in said.items() if value not in ("", None, False)}


def row_of(facts: dict[str, Any], number: int) -> RegisterRow:
    """A row out of what a finding keeps of it.

    Args:
        facts: as `RegisterRow.facts` gives them.
        number: its number in the file.
    """
    names = ("name", "uscc", "old_code", "kind", "registration_type", "industry", "registered_on", "state", "ended_on")
    said = {name: facts.get(name, "") for name in names}
    return RegisterRow(number, gone=bool(facts.get("gone")), name_key=normalise_name(said["name"]), **said)


class Claim(NamedTuple):
    """What a register says of itself, and how far whoever handed it in may see.

    ``complete``: it holds all organizations of ``kind`` ("" both) under ``unit_path`` ("" the county).
    ``scope``: paths of the units that count, None for the whole county.
    """

    as_of: date
    complete: bool = False
    kind: str = ""
    unit_path: str = ""
    scope: tuple[str, ...] | None = None

    def in_scope(self, path: str) -> bool:
        """Whether a unit's path lies where the account may see."""
        return self.scope is None or any(path.startswith(allowed) for allowed in self.scope if path)


@dataclass
class KnownRegister:
    """Our register as a comparison asks it.

    ``by_uscc``, ``by_old_code``: code → organization; the code of a record that was merged speaks of the one it went
    into. ``by_name``: compared name or former name → open organizations.
    """

    records: dict[int, KnownRecord] = dataclasses.field(default_factory=dict)
    by_uscc: dict[str, int] = dataclasses.field(default_factory=dict)
    by_old_code: dict[str, int] = dataclasses.field(default_factory=dict)
    by_name: dict[str, set[int]] = dataclasses.field(default_factory=lambda: defaultdict(set))

    def add(self, record: KnownRecord) -> None:
        """Takes one organization in, findable by its codes and names."""
        self.records[record.id] = record
        self.add_codes(record.id, record.uscc, record.old_code)
        if record.closed_on is None:
            for key in (record.name_key, *record.former_keys):
                self.by_name[key].add(record.id)

    def add_codes(self, record_id: int, uscc: str, old_code: str) -> None:
        """Makes an organization findable by further codes, such as those of a record merged into it."""
        if uscc:
            self.by_uscc.setdefault(uscc, record_id)
        if old_code:
            self.by_old_code.setdefault(old_code.replace("-", ""), record_id)

    def coded(self, row: RegisterRow) -> tuple[int, str] | None:
        """The organization of a row's codes, and by which of them it was found."""
        if row.uscc and (found := self.by_uscc.get(row.uscc)) is not None:
            return found, MatchedBy.USCC
        if row.old_code and (found := self.by_old_code.get(row.old_code.replace("-", ""))) is not None:
            return found, MatchedBy.OLD_CODE
        subject = row.uscc[8 : 8 + ORGANIZATION_CODE]
        if subject and (found := self.by_old_code.get(subject)) is not None:
            record = self.records[found]
            # An organization with another unified code is another one, whatever its old code was.
            if not record.uscc:
                return found, MatchedBy.OLD_CODE
        return None


@dataclass(slots=True)
class Finding:
    """One difference between the two registers, before it is kept."""

    kind: str
    name: str
    code: str = ""
    organization_id: int | None = None
    row: int | None = None
    unit_id: int | None = None
    matched_by: str = ""
    field: str = ""
    ours: str = ""
    theirs: str = ""
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)

    def fingerprint(self, source: str) -> str:
        """One value for the same content of the same authority, in whichever file it stands.

        Args:
            source: code of list register_source.
        """
        without_code = f"{self.name} {self.facts.get('registered_on', '')}"
        subject = str(self.organization_id or self.code or without_code)
        said = (source, self.kind, subject, self.field, self.ours, self.theirs)
        return hashlib.sha256("\x1f".join(said).encode()).hexdigest()


@dataclass
class Comparison:
    """What came of comparing: the findings, and how many rows ended in which way."""

    findings: list[Finding] = dataclasses.field(default_factory=list)
    counts: Counter[str] = dataclasses.field(default_factory=Counter)


def date_words(day: date, precision: str) -> str:
    """A stored date as precisely as it is known: 2010-06-15, 2010-06, 2010.

    Args:
        day: as stored.
        precision: code of `Precision`.
    """
    length = {Precision.YEAR.value: 4, Precision.MONTH.value: 7}.get(precision, 10)
    return day.isoformat()[:length]


def date_of(words: str) -> tuple[date, str]:
    """The day and precision under which such a date is stored: its first day.

    Args:
        words: 2010-06-15, 2010-06 or 2010.
    """
    precision = {4: Precision.YEAR, 7: Precision.MONTH}.get(len(words), Precision.DAY)
    return date.fromisoformat(words + "-01-01"[len(words) - 4 :]), precision.value


def compare(rows: Sequence[RegisterRow], register: KnownRegister, claim: Claim) -> Comparison:
    """Compares a register with ours; writes nothing.

    Args:
        rows: every data row of the file, faulty ones marked as such.
        register: our organizations, merged records left out.
        claim: what the file claims to be complete of, and how far the account may see.
    """
    found = Comparison()
    matches = _Matches(rows, register)
    for row in rows:
        if row.good:
            _compare_row(row, matches, register, claim, found)
    if claim.complete:
        for record in register.records.values():
            if record.id not in matches.present and _is_expected(record, claim):
                found.counts["gone"] += 1
                code = record.uscc or record.old_code
                found.findings.append(Finding(DiscrepancyKind.GONE, record.name, code, record.id))
    return found


def differences(row: RegisterRow, record: KnownRecord, register: KnownRegister) -> Iterator[tuple[str, str, str]]:
    """(field, ours, theirs) of everything that a row says otherwise; what it leaves blank is no difference.

    Args:
        row: a row of the other register.
        record: the organization it is about.
        register: our organizations: a code of a record merged into this one is this one's.
    """
    if row.uscc and row.uscc != record.uscc and register.by_uscc.get(row.uscc) != record.id:
        yield "uscc", record.uscc, row.uscc
    if row.old_code and not (record.old_code or record.uscc or row.uscc):
        yield "old_code", "", row.old_code
    if row.name_key and row.name_key not in (record.name_key, *record.former_keys):
        yield "name", record.name, row.name
    if row.registration_type:
        if row.registration_type != record.registration_type:
            yield "registration_type", record.registration_type, row.registration_type
    elif row.kind_stated and row.kind != record.kind:
        yield "kind", record.kind, row.kind
    if row.industry and row.industry != record.industry:
        yield "industry", record.industry, row.industry
    if row.registered_on:
        first, last = stored_range(record.registered_on, record.registered_precision)
        earliest, latest = stored_range(*date_of(row.registered_on))
        if latest < first or last < earliest:
            ours = date_words(record.registered_on, record.registered_precision)
            yield "registered_on", ours, row.registered_on


class _Matches:
    """Which organization each row is about.

    ``of``: row number → (organization, how). ``ambiguous``: row number → organizations it may be about. ``doubled``:
    rows about an organization that another row speaks of by its own code. ``present``: every organization in the file.
    """

    def __init__(self, rows: Sequence[RegisterRow], register: KnownRegister) -> None:
        self.of: dict[int, tuple[int, str]] = {}
        self.ambiguous: dict[int, list[int]] = {}
        self.doubled: set[int] = set()
        self.present: set[int] = set()
        self._match_codes(rows, register)
        self._match_names(rows, register)

    def _match_codes(self, rows: Sequence[RegisterRow], register: KnownRegister) -> None:
        taken: set[int] = set()
        later: list[tuple[RegisterRow, int, str]] = []
        for row in rows:
            if (found := register.coded(row)) is None:
                continue
            record_id, how = found
            self.present.add(record_id)
            if not row.good:
                continue
            if row.uscc == register.records[record_id].uscc and record_id not in taken:
                taken.add(record_id)
                self.of[row.number] = (record_id, how)
            else:
                later.append((row, record_id, how))
        for row, record_id, how in later:
            if record_id in taken:
                self.doubled.add(row.number)
            else:
                taken.add(record_id)
                self.of[row.number] = (record_id, how)

    def _match_names(self, rows: Sequence[RegisterRow], register: KnownRegister) -> None:
        coded = set(self.present)
        left = [row for row in rows if row.number not in self.of and row.number not in self.doubled and row.name_key]
        bearers = Counter(row.name_key for row in left)
        for row in left:
            if not row.good and register.coded(row) is not None:
                continue
            candidates = register.by_name.get(row.name_key, set()) - coded
            self.present |= candidates
            if not candidates or not row.good:
                continue
            if len(candidates) == 1 and bearers[row.name_key] == 1:
                self.of[row.number] = (next(iter(candidates)), MatchedBy.NAME)
            else:
                self.ambiguous[row.number] = sorted(candidates)


def _compare_row(row: RegisterRow, matches: _Matches, register: KnownRegister, claim: Claim, found: Comparison) -> None:
    if row.number in matches.doubled:
        found.counts["doubled"] += 1
    elif row.number in matches.of:
        record_id, how = matches.of[row.number]
        compare_matched(row, register.records[record_id], how, register, claim, found)
    elif row.gone and row.number not in matches.ambiguous:
        found.counts["gone_unknown"] += 1
    elif not claim.in_scope(row.unit_path):
        found.counts["out_of_scope"] += 1
    elif (candidates := matches.ambiguous.get(row.number)) is not None:
        found.counts["ambiguous"] += 1
        facts = row.facts() | {"candidates": candidates[:MOST_CANDIDATES]}
        found.findings.append(_of_row(DiscrepancyKind.AMBIGUOUS, row, facts))
    elif _is_no_organization(row):
        found.counts["no_organization"] += 1
    else:
        found.counts["new"] += 1
        found.findings.append(_of_row(DiscrepancyKind.NEW, row, row.facts()))


def compare_matched(
    row: RegisterRow, record: KnownRecord, how: str, register: KnownRegister, claim: Claim, found: Comparison
) -> None:
    """Compares one row with the organization it is about.

    Args:
        row: a row of the other register.
        record: the organization.
        how: code of `MatchedBy`.
        register: our organizations.
        claim: how far the account may see.
        found: takes the findings and the count.
    """
    if not claim.in_scope(record.path_now):
        found.counts["out_of_scope"] += 1
    elif record.closed_on is not None:
        found.counts["same" if row.gone else "closed_here"] += 1
    elif row.gone:
        if row.state == record.excluded:
            found.counts["same"] += 1
            return
        found.counts["gone"] += 1
        finding = Finding(DiscrepancyKind.GONE, record.name, record.uscc or record.old_code, record.id)
        finding.row, finding.matched_by, finding.theirs = row.number, how, row.state
        finding.facts = row.facts()
        found.findings.append(finding)
    else:
        found_here = list(differences(row, record, register))
        found.counts["changed" if found_here else "same"] += 1
        facts = row.facts()
        for name, ours, theirs in found_here:
            finding = Finding(DiscrepancyKind.CHANGED, record.name, record.uscc or record.old_code, record.id)
            finding.row, finding.matched_by, finding.facts = row.number, how, facts
            finding.field, finding.ours, finding.theirs = name, ours, theirs
            found.findings.append(finding)
            found.counts[f"changed.{name}"] += 1


def _of_row(kind: DiscrepancyKind, row: RegisterRow, facts: dict[str, Any]) -> Finding:
    return Finding(kind, row.name, row.uscc or row.old_code, row=row.number, unit_id=row.unit_id, facts=facts)


def _is_no_organization(row: RegisterRow) -> bool:
    """个体工商户, offices and institutions: the first figures of the code say so."""
    return bool(row.uscc) and (row.uscc.startswith(SOLE_TRADER) or not row.uscc.startswith(ORGANIZATION_PREFIXES))


def _is_expected(record: KnownRecord, claim: Claim) -> bool:
    """Whether a complete register must have it: open, of its kind and unit, registered for certain before its date."""
    return (
        record.closed_on is None
        and claim.kind in ("", record.kind)
        and record.path.startswith(claim.unit_path)
        and claim.in_scope(record.path_now)
        and stored_range(record.registered_on, record.registered_precision)[1] < claim.as_of
    )
