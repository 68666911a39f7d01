"""Files of F1 and F2 on their way in: the register's part through its planner, the rest as dated facts of the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from orgs.domain import ledger
from orgs.domain.ledger import ITEMS, LedgerOp, ReasonOp, scale_on
from orgs.domain.plans import OTHER
from orgs.domain.register_plan import RowPlan
from orgs.imports.known import KnownImporter
from orgs.imports.ledger_cells import PassedOver, SaidReason
from orgs.imports.ledger_checks import active_bodies, values_of
from orgs.imports.ledger_maps import LedgerMaps
from orgs.imports.maps import KnownOrganization
from orgs.imports.planning import More
from orgs.lines import Line
from orgs.models import EstablishmentPlan
from orgs.models.codes import CodeList
from orgs.permissions import Scope
from quannan.base.imports import Ask, Change
from quannan.base.workbook.cells import CLEAR, tidy
from quannan.base.workbook.declare import WARNING, Problem, Row
from quannan.base.workbook.headers import Reading


class LedgerImporter(KnownImporter):
    """A file of F1 or F2."""

    context: LedgerMaps
    renames = True
    _reading: Reading | None = None

    def begin(self, ask: Ask, reading: Reading) -> None:
        self._reading = reading
        super().begin(ask, reading)

    def maps(self, as_of: dt.date, scope: Scope | None) -> LedgerMaps:
        found = LedgerMaps.open(as_of, self.lists, scope, renames=self.renames, form=self.source, scale=scale_on(as_of))
        assert isinstance(found, LedgerMaps)
        return found

    def more(self) -> More:
        return LedgerPlanner(self.context)

    def remarks(self) -> Sequence[Problem]:
        """Columns that are passed over, where a row filled them."""
        if self._reading is None:
            return ()
        row = self._reading.header_rows[1]
        return [
            Problem(row, place.letters, place.path, place.field, "", "column_not_read", clean.why, WARNING)
            for place in self._reading.places
            if isinstance(clean := self.form.by_field[place.field].clean, PassedOver) and clean.met
        ]


class LedgerPlanner:
    """Plans what a row of a ledger says besides the register's own facts."""

    def __init__(self, maps: LedgerMaps) -> None:
        self.maps = maps
        self.items = ITEMS[maps.form]

    def __call__(self, row: Row, known: KnownOrganization, target: RowPlan) -> Iterator[Change]:
        """Plan the facts and the reason of one row; yields what changes, adds warnings to the row."""
        yield from self._facts(row, known, target)
        yield from self._reason(row, known, target)

    def _facts(self, row: Row, known: KnownOrganization, target: RowPlan) -> Iterator[Change]:
        """Blank keeps, -- clears; a later date with the same facts adds a confirming row and changes nothing."""
        if all(row[item.code] is None for item in self.items):
            return
        facts = self.maps.facts.get(known.id)
        before = facts.values if facts else {}
        here = facts.id if facts and facts.as_of == self.maps.as_of else None
        cleared = {item.code for item in self.items if row[item.code] is CLEAR}
        kept = {code: value for code, value in before.items() if code not in cleared}
        after = kept | values_of(row, self.items)
        if after == before and (here is not None or not after):
            return
        target.ledger = LedgerOp(here, self.maps.form, after)
        for item in self.items:
            old, new = before.get(item.code), after.get(item.code)
            if old != new:
                yield Change(item.words, "" if old is None else ledger.shown(item, old), ledger.shown(item, new))

    def _reason(self, row: Row, known: KnownOrganization, target: RowPlan) -> Iterator[Change]:
        said = row["party_reason"]
        if not isinstance(said, SaidReason):
            return
        as_of = self.maps.as_of
        refusal = self._not_taken(known, target)
        if refusal:
            row.report(row.warning("party_reason", refusal[0], refusal[1], self._words(said.code, said.note)))
            return
        current = self.maps.reason_on_date(known.id)
        if current is not None and self._same(current, said):
            return
        later = any(plan.period.lower > as_of for plan in self.maps.reasons.get(known.id, ()))
        if later or (current is not None and current.period.upper is not None):
            sentence = "台账里有更晚的未建原因,本表较旧,没有改动。请核对。"
            row.report(row.warning("party_reason", "older_reason_differs", sentence, self._words(said.code, said.note)))
            return
        target.reason = self._op(current, said)
        before = self._words(current.reason, current.reason_note) if current else ""
        yield Change("未建原因", before, self._words(said.code, said.note))

    def _not_taken(self, known: KnownOrganization, target: RowPlan) -> tuple[str, str] | None:
        """Why a reason is not recorded: there is a body, or no organization on that day."""
        as_of = self.maps.as_of
        ending = {op.membership_id for op in target.ends}
        held = active_bodies(Line.PARTY, self.maps.memberships.get(known.id, ()), self.maps)
        if any(one.id not in ending for one in held) or any(op.line == Line.PARTY for op in target.bodies):
            return "reason_though_built", "这一天已有党组织,未建原因没有导入。"
        if as_of < known.registered_on or (known.closed_on is not None and known.closed_on <= as_of):
            return "reason_out_of_life", "这一天组织还没有登记或已不在册,未建原因没有导入。"
        return None

    def _same(self, plan: EstablishmentPlan, said: SaidReason) -> bool:
        return plan.reason == said.code and (not said.note or tidy(plan.reason_note) == said.note)

    def _op(self, current: EstablishmentPlan | None, said: SaidReason) -> ReasonOp:
        if current is None:
            return ReasonOp(said.code, said.note)
        version = current.version + 1
        if current.period.lower == self.maps.as_of:
            return ReasonOp(said.code, said.note, version, correct=current.pk)
        return ReasonOp(
            said.code,
            said.note,
            version,
            end=current.pk,
            end_since=current.period.lower,
            planned_on=current.planned_on,
            next_step=current.next_step,
            responsible=current.responsible,
        )

    def _words(self, code: str, note: str) -> str:
        label = self.maps.lists.label(CodeList.NO_PARTY_REASON, code)
        return f"其他:{note}" if code == OTHER and note else label
