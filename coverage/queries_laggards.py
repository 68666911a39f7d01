"""Units furthest behind: how many bodies they owe and how many are missing to the next milestone."""

from dataclasses import dataclass
from datetime import date

from coverage.domain.rates import lacking
from coverage.models import ALL, Milestone, Population
from coverage.queries import report
from coverage.queries_dashboard import next_milestone
from orgs.lines import LINES, MASS_LINES, Line
from orgs.models import Unit

SHOWN = 5


@dataclass(frozen=True)
class LineBehind:
    """One line of a unit: 应建未建, of how many owed, and how many are missing to the next milestone."""

    line: str
    gap: int
    eligible: int
    short: int | None

    @property
    def label(self) -> str:
        return str(Line(self.line).label)


@dataclass(frozen=True)
class UnitBehind:
    """One unit with its own organizations, those of units below it left out."""

    unit: Unit
    lines: list[LineBehind]

    @property
    def gap(self) -> int:
        return sum(line.gap for line in self.lines)


@dataclass(frozen=True)
class Behind:
    """The units that owe most, and the milestone they are measured on.

    Attributes:
        rows: at most `SHOWN`.
        milestone: the next one of the lines shown, None where they are measured on none.
        lines: codes of the lines shown.
        hidden: how many further units have gaps.
    """

    rows: list[UnitBehind]
    milestone: Milestone | None
    lines: tuple[str, ...]
    hidden: int


def units_behind(*, user, as_of: date, unit: Unit | None, line: str) -> Behind:
    """The units with most 应建未建, five queries.

    Args:
        user: the signed-in User.
        as_of: the date.
        unit: restricts to this unit and those below it.
        line: one line, or "" for union, league and women together.
    """
    lines = (line,) if line in LINES else MASS_LINES
    found = report(user=user, as_of=as_of, unit=unit)
    milestones = sorted((m.milestone for m in found.milestones), key=lambda m: (m.due_on, m.code))
    coming = next_milestone(milestones, line if line in LINES else ALL, as_of)
    milestone = coming[0] if coming else None
    rows = []
    for here in found.units:
        counts = [(code, here.counts.lines[code]) for code in lines]
        behind = [
            LineBehind(
                code,
                c.gap,
                c.eligible,
                lacking(c.covered, c.eligible, milestone.target)
                if milestone and milestone.population == Population.ALL
                else None,
            )
            for code, c in counts
        ]
        rows.append(UnitBehind(here.unit, behind))
    rows = sorted((row for row in rows if row.gap), key=lambda row: (-row.gap, row.unit.order, row.unit.code))
    return Behind(rows[:SHOWN], milestone, lines, max(0, len(rows) - SHOWN))
