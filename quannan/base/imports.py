"""Which kinds of workbook can be imported: each app declares its own in its ``imports``.

A kind says what the form looks like, who may import it, and how one file of it is worked in. All of them go through the
same steps: upload, reading, check, preview, choice, writing, undo.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django.utils import timezone

from quannan.base.undoing import UndoRules
from quannan.base.workbook.declare import ImportForm, Problem, Row

if TYPE_CHECKING:
    from quannan.base.domain.import_files import CheckResult
    from quannan.base.workbook.headers import Reading

CREATED = "created"
UPDATED = "updated"
UNCHANGED = "unchanged"

Progress = Callable[[int, int], None]


class Change(NamedTuple):
    """One field that changes, in the words a preview shows."""

    label: str
    before: str
    after: str


class PlannedRow(Protocol):
    """What one accepted row does, worked out without writing.

    ``number``: the row as the spreadsheet shows it. ``outcome``: created, updated or unchanged.
    ``changes``: field by field, for the preview.
    """

    number: int
    name: str
    outcome: str
    changes: tuple[Change, ...]

    @property
    def writes(self) -> bool:
        """Whether anything at all is to be written for the row."""
        ...


class ImportPlan(Protocol):
    """Everything an import is going to write, row by row."""

    @property
    def rows(self) -> Sequence[PlannedRow]: ...

    def count(self, outcome: str) -> int:
        """How many rows end as ``created``, ``updated`` or ``unchanged``."""
        ...


@dataclass
class RowsPlan:
    """The plan of a kind that needs no more than its rows."""

    rows: list[Any] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        """How many rows end as ``created``, ``updated`` or ``unchanged``."""
        return sum(row.outcome == outcome for row in self.rows)


class Question(NamedTuple):
    """What a row asks the person who imports: confirmed, it does more than without an answer.

    ``row``: its number; ``key``: which of the row's questions; ``name``: the row's; ``header``: the column's.
    """

    row: int
    key: str
    name: str
    header: str


@dataclass(frozen=True)
class Ask:
    """What one reading of a file is asked for.

    Attributes:
        as_of: the date of the file's facts, inclusive.
        by: the importing account, whose scope limits the rows; None for the command line.
        answers: (row number, key) of the questions that were confirmed.
    """

    as_of: dt.date
    by: Any = None
    answers: frozenset[tuple[int, str]] = frozenset()


class Importer(ABC):
    """One file of a kind on its way in, made anew for every reading of it.

    The framework asks in this order: ``form``; once the header is known ``begin``; then for some thousands of rows at a
    time ``load``, the form's row checks with ``context``, ``plan``; at last, inside the transaction, ``apply``.
    """

    #: what the form's row checks are handed
    context: Any = None
    plan: ImportPlan

    @property
    @abstractmethod
    def form(self) -> ImportForm:
        """The form with the code lists as they stand."""

    @abstractmethod
    def begin(self, ask: Ask, reading: Reading) -> None:
        """The header is known, and which date the file is of: make the context and an empty plan."""

    @abstractmethod
    def load(self, rows: list[Row]) -> None:
        """Load what the checks of these rows will ask for, in a fixed number of queries."""

    @abstractmethod
    def add(self, rows: Iterable[Row]) -> None:
        """Plan the accepted among these rows and let go of their values."""

    @abstractmethod
    def apply(self, *, by: Any, now: dt.datetime, progress: Progress | None) -> None:
        """Write the plan; called inside the transaction, under ``ImportKind.lock``."""

    def questions(self, result: CheckResult) -> list[Question]:
        """What the rows ask the person who imports."""
        return []

    def remarks(self) -> Sequence[Problem]:
        """What the file as a whole makes one say, once its header is known: columns that are passed over, and why."""
        return ()

    def told(self) -> dict[str, Any]:
        """More for the kept summary; JSON."""
        return {}


@dataclass(frozen=True)
class ImportKind:
    """One kind of workbook that can be imported.

    Attributes:
        code: kept with every import and written into templates: F0.
        name: what the page calls it: 摸底表.
        noun: what a row is: 组织.
        about: one sentence on what the form is for, for the person who chooses.
        importer: makes the importer of one reading.
        allowed: whether an account may import it.
        sees_all: whether an account sees everybody's imports of this kind, not only its own.
        lock: lets no second import of its tables begin before the transaction ends.
        needs_as_of: whether a file without a date is refused; else it is of today.
        changed: the event announced once something was written.
        measured: the name under which effects on figures are measured, "" for none.
        question_label, question_help: the words over the questions that rows ask.
        action: the audit action of a written import.
        links: (words, address) to where the result is to be seen, from the date of the file.
        undo: how an import is taken back, None where it cannot be.
    """

    code: str
    name: str
    noun: str
    about: str
    importer: Callable[[], Importer]
    allowed: Callable[[Any], bool]
    sees_all: Callable[[Any], bool]
    lock: Callable[[], None]
    needs_as_of: bool = True
    changed: str = ""
    measured: str = ""
    question_label: str = ""
    question_help: str = ""
    action: str = "import.write"
    links: Callable[[dt.date], list[tuple[str, str]]] | None = None
    undo: UndoRules | None = None

    def form(self) -> ImportForm:
        """The form with the code lists as they stand."""
        return self.importer().form


_kinds: dict[str, ImportKind] = {}


def register_import(kind: ImportKind) -> ImportKind:
    """Makes a kind known; twice does no harm."""
    _kinds[kind.code] = kind
    return kind


def import_kind(code: str) -> ImportKind:
    """The kind registered under ``code``. Raises LookupError if no app registered it."""
    try:
        return _kinds[code]
    except KeyError:
        raise LookupError(f"no import is registered under {code!r}") from None


def import_kinds(user: Any = None) -> list[ImportKind]:
    """All kinds in the order in which the apps declare them; with ``user``, those the account may import."""
    return [kind for kind in _kinds.values() if user is None or kind.allowed(user)]


def may_import(user: Any) -> bool:
    """Whether the account may import a workbook of any kind."""
    return bool(user.is_authenticated and import_kinds(user))


def today() -> dt.date:
    """Today's date in Asia/Shanghai."""
    return timezone.localdate()


# Measuring what an import would move, by name: the app that has the figures measures, the app that imports names it.
Measure = Callable[..., dict[str, Any]]
_measures: dict[str, Measure] = {}


def measures_imports(name: str) -> Callable[[Measure], Measure]:
    """Decorator: the function measures imports whose kind names ``name``.

    It is called inside a transaction that is undone afterwards, as ``measure(write=…, as_of=…, by=…)``; it calls
    ``write()`` once and returns JSON with ``lines``: [{"label", "before": [covered, eligible, rate], "after": …}] and
    ``base``: [before, after].
    """

    def register(function: Measure) -> Measure:
        _measures[name] = function
        return function

    return register


def measure_for(kind: ImportKind) -> Measure | None:
    """Who measures imports of a kind; None where nobody does."""
    return _measures.get(kind.measured)
