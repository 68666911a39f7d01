"""What a form consists of: its columns, their names and cleaners, and the checks of a row.

An import is one ``ImportForm``. Checks of one row are functions ``check(row, context)`` that yield
``Problem`` (made by ``row.error`` / ``row.warning``); one rule is one function, and all of them are
asked for every row, so that no fault hides another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from .cells import CLEAR, FAULTY, Cleaner, fold, shown

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True)
class Column:
    """One column of a form.

    ``label``: the printed path, parent/leaf. ``parents`` × ``leaves``: further names of the parent
    heading and of the leaf; every pair is a name of the column. ``names``: further complete names.
    ``required``: the file is refused without the column. ``blank``: (code, sentence) of the fault
    when the cell is empty. ``summed``: subtotal rows carry its sum. ``options``: wordings for the
    list in the template. ``note``: what the template says about it. ``kind``: how an export writes
    it (text, code, count, money, date). ``printed``: whether the official form has it; others are
    understood where a file has them. ``masked``: personal; no page shows samples of it.
    """

    field: str
    label: str
    clean: Cleaner
    parents: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    required: bool = False
    blank: tuple[str, str] | None = None
    clearable: bool = True
    summed: bool = False
    options: tuple[str, ...] = ()
    note: str = ""
    kind: str = "text"
    printed: bool = True
    masked: bool = False

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every accepted name, folded; a path's parts are joined without a separator."""
        parent, _, leaf = self.label.rpartition("/")
        parents = [parent, *self.parents] if parent else ["", *self.parents]
        leaves = [leaf, *self.leaves]
        pairs = {fold(above + below) for above in parents for below in leaves}
        return frozenset(pairs | {fold(name) for name in self.names})


@dataclass(slots=True, frozen=True)
class Problem:
    """One fault of one cell or row.

    ``row``: as the spreadsheet numbers it; ``column``: its letters, empty for the row as a whole.
    ``shown``: the cell as typed. ``message``: the rule and what would pass. ``severity``: "error"
    blocks the row, "warning" asks for a word.
    """

    row: int
    column: str
    header: str
    field: str
    shown: str
    code: str
    message: str
    severity: str = ERROR

    @property
    def cell(self) -> str:
        """The address, such as I505; the bare row number without a column."""
        return f"{self.column}{self.row}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "cell": self.cell}


class Row:
    """One data row while and after it is read.

    ``number``: as the spreadsheet shows it. ``row[field]``: the value; ``None`` for a blank cell or
    a column the file does not have, ``NONE`` for 无, ``CLEAR`` for --, ``FAULTY`` where the cell was
    refused. ``problems``: what is wrong with it.
    ``label``: the name under which results list the row, kept when the values are let go.
    """

    __slots__ = ("_index", "_layout", "_raw", "label", "number", "problems", "values")

    def __init__(self, number: int, values: list[Any], layout: Layout, raw: Sequence[Any]) -> None:
        self.number = number
        self.values = values
        self.problems: Sequence[Problem] = ()
        self.label = ""
        self._layout = layout
        # Asked a hundred times a row.
        self._index = layout.index
        self._raw: Sequence[Any] | None = raw

    def __getitem__(self, field: str) -> Any:
        return self.values[self._index[field]]

    def __setitem__(self, field: str, value: Any) -> None:
        self.values[self._index[field]] = value

    def report(self, *problems: Problem) -> None:
        """Add what is wrong with the row."""
        if problems:
            self.problems = [*self.problems, *problems]

    def known(self, *fields: str) -> bool:
        """True when every one of the fields holds a real value (not blank, not refused)."""
        index = self._index
        for name in fields:
            value = self.values[index[name]]
            if value is None or value is FAULTY or value is CLEAR:
                return False
        return True

    def has_column(self, field: str) -> bool:
        """True when the file has this column at all."""
        return field in self._layout.places

    def shown(self, field: str) -> str:
        """The cell as typed; only while the row is being checked."""
        place = self._layout.places.get(field)
        if place is None or self._raw is None or place.position >= len(self._raw):
            return ""
        return shown(self._raw[place.position])

    def error(self, field: str, code: str, message: str, shown: str | None = None) -> Problem:
        """A fault that blocks the row, at the cell of ``field``; ``shown`` once the row is closed."""
        return self._problem(field, code, message, ERROR, shown)

    def warning(self, field: str, code: str, message: str, shown: str | None = None) -> Problem:
        """A remark that leaves the row accepted, at the cell of ``field``."""
        return self._problem(field, code, message, WARNING, shown)

    def _problem(self, field: str, code: str, message: str, severity: str, shown: str | None) -> Problem:
        place = self._layout.places.get(field)
        letters, header = (place.letters, place.path) if place else ("", "")
        text = self.shown(field) if shown is None else shown
        return Problem(self.number, letters, header, field, text, code, message, severity)

    @property
    def accepted(self) -> bool:
        """No error among its problems."""
        return all(problem.severity != ERROR for problem in self.problems)

    def close(self) -> None:
        """Let go of the raw cells once every check has been asked."""
        self._raw = None


@dataclass(frozen=True)
class Place:
    """Where a field stands in the file: column position from 0, letters, header path as printed."""

    field: str
    position: int
    letters: str
    path: str


@dataclass(frozen=True)
class Layout:
    """The order in which values of a row are kept, and where each field stands in the file."""

    fields: tuple[str, ...]
    places: dict[str, Place]

    @cached_property
    def index(self) -> dict[str, int]:
        """Field → position in ``Row.values``."""
        return {name: position for position, name in enumerate(self.fields)}


RowCheck = Callable[[Row, Any], Iterable[Problem]]


@dataclass(frozen=True)
class ImportForm:
    """A form that offices fill: its columns and the checks of a row.

    ``code`` and ``version``: written into templates. ``key_fields``: a row with none of them filled
    that says 小计, 合计 or 填报人 is not data. ``ordinal``: the field of the running number, which
    alone makes no row. ``extra``: fields that the checks ask every row for though this form has no
    such column: they are blank in every row.
    """

    code: str
    name: str
    columns: tuple[Column, ...]
    row_checks: tuple[RowCheck, ...] = ()
    key_fields: tuple[str, ...] = ()
    ordinal: str = ""
    version: str = "1"
    notes: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """What a row holds a value for, in order: the columns, then ``extra``."""
        own = tuple(column.field for column in self.columns)
        return (*own, *(name for name in self.extra if name not in own))

    @cached_property
    def printed(self) -> tuple[Column, ...]:
        """The columns of the official form, in its order."""
        return tuple(column for column in self.columns if column.printed)

    @cached_property
    def by_field(self) -> dict[str, Column]:
        """Field → column."""
        return {column.field: column for column in self.columns}

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """Folded name → column; the column declared first owns a name that two would claim."""
        names: dict[str, Column] = {}
        for column in self.columns:
            for key in column.keys:
                names.setdefault(key, column)
        return names


class SeenBefore:
    """Notices a key that an earlier row of the same file had, and whether the two rows say the same."""

    def __init__(self) -> None:
        self._first: dict[Any, tuple[Row, int]] = {}

    def earlier(self, key: Any, row: Row) -> tuple[Row, bool] | None:
        """The earlier row with this key, and whether its values differ; else remembers this one.

        Only a digest of the values is kept, since rows let go of them.
        """
        digest = hash(tuple(row.values))
        found, first = self._first.setdefault(key, (row, digest))
        return None if found is row else (found, first != digest)
