"""Lines beside units, of any base, at any date: the matrix, the league and the tiles are readings of the same cells."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q

from coverage.domain.bases import OWED, Basis
from coverage.domain.figures import chain, seen_units, spans_in
from coverage.domain.rates import lacking, percent
from coverage.models import ALL, MEASURED, STATE_COLUMNS, UNKNOWN, Milestone, Population
from coverage.queries_dashboard import LABELS, next_milestone, previous_quarter_end
from orgs.lines import Line
from orgs.models import Unit
from orgs.queries_list import in_tree

MATRIX_LINES = (ALL, *(line.value for line in Line))
WORK = "work"


@dataclass
class Cell:
    """One line of one unit: n of d, and how many of the base cannot be told."""

    covered: int = 0
    of: int = 0
    unknown: int = 0

    @property
    def rate(self) -> float | None:
        return percent(self.covered, self.of)

    @property
    def gap(self) -> int:
        return self.of - self.covered

    def add(self, other: "Cell") -> None:
        self.covered += other.covered
        self.of += other.of
        self.unknown += other.unknown


@dataclass
class MatrixRow:
    """A unit's own organizations, a unit with those below it, or everything.

    Attributes:
        unit: None for the sum.
        depth: how far below the highest unit shown.
        base: organizations of the base.
        cells: by line code, "all" and "work".
    """

    unit: Unit | None
    depth: int = 0
    base: int = 0
    cells: dict[str, Cell] = field(default_factory=lambda: {code: Cell() for code in (*MATRIX_LINES, WORK)})

    def add(self, other: "MatrixRow") -> None:
        self.base += other.base
        for code, cell in other.cells.items():
            self.cells[code].add(cell)

    @property
    def shown(self) -> list[tuple[str, Cell]]:
        """The cells in the order of the columns."""
        return [(code, self.cells[code]) for code in (*MATRIX_LINES, WORK)]


@dataclass
class Matrix:
    """All rows of one date and one base.

    Attributes:
        own: one row for each unit that holds organizations itself; disjoint, they add up to `total`.
        tree: one row for each unit with those below it.
        total: the sum of `own`.
    """

    as_of: date
    basis: Basis
    own: list[MatrixRow]
    tree: list[MatrixRow]
    total: MatrixRow


@dataclass(frozen=True)
class LeagueRow:
    """One unit's place.

    Attributes:
        place: 1 is the best; equal rates share a place, None without a rate.
        row: its cells.
        before: its cell at the end of the quarter before.
        lacking: organizations missing to the next milestone, None where none is to be measured.
    """

    place: int | None
    row: MatrixRow
    cell: Cell
    before: Cell
    lacking: int | None

    @property
    def change(self) -> float | None:
        now, then = self.cell.rate, self.before.rate
        return None if now is None or then is None else round(now - then, 1)

    @property
    def band(self) -> tuple[str, str, str]:
        """(tone, shape, word): the tile's reading of the rate beside its colour."""
        rate = self.cell.rate
        if rate is None:
            return "na", "–", "无应建单位" if self.cell.of == 0 else "数据不足"
        if self.lacking is not None:
            return ("met", "✓", "已达节点") if not self.lacking else ("due", "△", f"距节点还差 {self.lacking} 家")
        return "na", "○", f"{self.cell.covered}/{self.cell.of}"


def _aggregates(basis: Basis) -> dict[str, Count]:
    counts = {"base": Count("pk", filter=basis.within()), "work_n": Count("pk", filter=basis.within() & Q(work=True))}
    for line in MEASURED:
        unknown = Q(**{f"{STATE_COLUMNS[line]}__in": [int(s) for s in UNKNOWN]})
        counts[f"{line}_n"] = Count("pk", filter=basis.numerator(line))
        counts[f"{line}_d"] = Count("pk", filter=basis.denominator(line))
        counts[f"{line}_unknown"] = Count("pk", filter=basis.within() & unknown)
    return counts


def matrix(*, user, as_of: date, unit: Unit | None = None, basis: Basis = OWED) -> Matrix:
    """Every line of every unit at a date: two queries, whatever the number of units.

    Args:
        user: the signed-in User, None for the whole county.
        as_of: the date.
        unit: restricts to this unit and those below it.
        basis: what rates are told of.
    """
    units = {u.pk: u for u in in_tree(Unit.objects.all())}
    found = spans_in(user, as_of, unit).order_by().values("unit_id").annotate(**_aggregates(basis))
    shows = seen_units(user, unit)
    own: dict[int, MatrixRow] = {}
    tree: dict[int, MatrixRow] = {}
    total = MatrixRow(None)
    for counted in found:
        row = own[counted["unit_id"]] = MatrixRow(units[counted["unit_id"]], base=counted["base"])
        for line in MEASURED:
            row.cells[line] = Cell(counted[f"{line}_n"], counted[f"{line}_d"], counted[f"{line}_unknown"])
        row.cells[WORK] = Cell(counted["work_n"], counted["base"])
        total.add(row)
        for above in chain(units[counted["unit_id"]], units, shows):
            tree.setdefault(above.pk, MatrixRow(above)).add(row)
    rows = [own[pk] for pk in units if pk in own and own[pk].base]
    nested = [tree[pk] for pk in units if pk in tree and tree[pk].base]
    least = min((row.unit.path.count("/") for row in nested if row.unit), default=0)
    for row in nested:
        row.depth = row.unit.path.count("/") - least if row.unit else 0
    return Matrix(as_of, basis, rows, nested, total)


def in_order(rows: Iterable[MatrixRow], line: str) -> list[MatrixRow]:
    """Rows by the rate of a line, the best first; those without a rate last, equal ones by the size of the base.

    Args:
        rows: rows of a matrix.
        line: a line code, "all" or "work".
    """

    def share(row: MatrixRow) -> tuple[Fraction, int]:
        cell = row.cells[line]
        # Exact: two units that only read alike are not equal.
        return (-Fraction(cell.covered, cell.of) if cell.of else Fraction(1), -cell.of)

    return sorted(rows, key=share)


def league(
    *, user, now: Matrix, unit: Unit | None, line: str, milestones: list[Milestone]
) -> tuple[list[LeagueRow], date, Milestone | None]:
    """Units in order of one line's rate, with the change since the quarter before: two queries more.

    Args:
        user: the signed-in User.
        now: the matrix of the date.
        unit: as the matrix was restricted.
        line: a line code, "all" or "work".
        milestones: those in use, in order of due date.

    Returns:
        The rows; the end of the quarter before; the milestone that is to be reached next, None where none measures it.
    """
    quarter = previous_quarter_end(now.as_of)
    then = matrix(user=user, as_of=quarter, unit=unit, basis=now.basis)
    before = {row.unit.pk: row.cells[line] for row in then.own if row.unit}
    measured = now.basis.owed and now.basis.population == Population.ALL and line != WORK
    due = next_milestone(milestones, line, now.as_of) if measured else []
    target = due[0] if due else None
    rows: list[LeagueRow] = []
    place, last = 0, None
    for number, row in enumerate(in_order(now.own, line), start=1):
        cell = row.cells[line]
        share = Fraction(cell.covered, cell.of) if cell.of else None
        if share != last:
            place = number
        last = share
        short = lacking(cell.covered, cell.of, target.target) if target and cell.of else None
        rows.append(
            LeagueRow(
                place if cell.of else None,
                row,
                cell,
                before.get(row.unit.pk, Cell()) if row.unit else Cell(),
                short,
            )
        )
    return rows, quarter, target


def column_labels() -> list[tuple[str, str]]:
    """(code, label) of the columns."""
    return [*((code, LABELS[code]) for code in MATRIX_LINES), (WORK, "工作覆盖(党)")]
