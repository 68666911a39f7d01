"""What a kind of import declares so that one import can be taken back, and what taking back gives.

The engine is `quannan.base.domain.undoing`; it knows tables and their history, and nothing of what they mean.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Progress = Callable[[int, int, str], None]

REASON = "撤回导入"
UNTOLD = "只给部分人看的记录"
ELSE = "有关的记录"
SYSTEM = "系统"


@dataclass(frozen=True)
class Through:
    """A row that belongs to whatever other rows tie to it, such as a body to the organizations it covers.

    Attributes:
        column: the row's own column that the other rows name.
        by: label of the model of the other rows.
        by_column: their column that holds it.
        subject: their column that holds the subject.
    """

    column: str
    by: str
    by_column: str
    subject: str


@dataclass(frozen=True)
class UndoRules:
    """How one kind of import is taken back, row of the file by row of the file.

    A row of the file is one subject, the thing that the row speaks of. Labels are those of models, "orgs.Figures".

    Attributes:
        subject: the model whose rows are the subjects.
        subject_name, subject_order: its columns with the name shown, and the one that names are put in order by.
        subjects: every model that the import may write → the column that holds the subject's key, or one or several
            `Through`, all by the same column of the row.
        words: what the user calls a row of a model; also of those that may depend on a row the import made.
        untold: models of which not everybody may know that there are rows.
        stays_with: a model → those whose rows keep a row of it that the import made, instead of refusing the undo:
            a joint body stays while it has members.
        parts: models whose rows stay as well where the row that they name was made by the import and stays.
        during: kind of job → words before the verb, where a later change was made by a job of that kind.
        action: code of the audit entry.
        announces: what is announced once rows were taken back, with `subjects`, the keys of those that went back.
        lock: keeps other imports of the kind away until the transaction ends.
        refusals: told the subjects' keys, the keys of the rows written by label, and the account; gives the subjects
            that may not go back, each with the sentence that says why.
    """

    subject: str
    subjects: Mapping[str, str | tuple[Through, ...]]
    words: Mapping[str, str]
    action: str
    lock: Callable[[], None]
    subject_name: str = "name"
    subject_order: str = "name"
    untold: frozenset[str] = frozenset()
    stays_with: Mapping[str, frozenset[str]] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    during: Mapping[str, str] = field(default_factory=dict)
    announces: tuple[str, ...] = ()
    refusals: Callable[[Collection[Any], Mapping[str, Collection[Any]], Any], Mapping[Any, str]] | None = None

    def word(self, label: str) -> str:
        """What the user calls a row of the model.

        Args:
            label: the model's label.
        """
        return UNTOLD if label in self.untold else self.words.get(label, ELSE)

    def changed(self, label: str, *, who: str, on: date, deleted: bool, job_kind: str = "") -> str:
        """That somebody has changed a row since.

        Args:
            label: the row's model.
            who: the name of who did, 系统 where no account did.
            on: the day.
            deleted: whether the row was deleted.
            job_kind: the kind of the job that wrote it, "" for none.
        """
        verb = "删除了" if deleted else "改过"
        return f"导入之后,{who}于 {on} {self.during.get(job_kind, '')}{verb}{self.word(label)}。"

    def depends(self, label: str) -> str:
        """That a row written since belongs to one that the import made.

        Args:
            label: the model of the row written since.
        """
        return f"导入之后已登记{self.word(label)}。"

    def unknown(self, label: str) -> str:
        """That the history does not know what a row was before.

        Args:
            label: the row's model.
        """
        return f"{self.word(label)}在导入之前的内容没有留下记录,不能还原。"

    def clashes(self, label: str) -> str:
        """That the row as it was cannot stand beside one that is there now.

        Args:
            label: the row's model.
        """
        return f"原来的{self.word(label)}与现在的另一条记录不能并存,不能还原。"

    def missing(self, label: str) -> str:
        """That the row as it was names something that is no longer there.

        Args:
            label: the model of what is gone.
        """
        return f"还原时要用的{self.word(label)}已不在。"


@dataclass(frozen=True)
class UndoSubject:
    """One row of the file.

    Attributes:
        id: the subject's key.
        name: its name.
        refusals: sentences saying why it cannot be taken back; none where it can.
    """

    id: int
    name: str
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True)
class UndoPreview:
    """What taking an import back does now.

    Attributes:
        subjects: the rows of the file that still stand as the import left them or were changed since, by name;
            those taken back before are no longer among them.
        deleted: model label → how many rows the import made and the undo deletes.
        restored: model label → how many rows become what they were before.
    """

    subjects: tuple[UndoSubject, ...]
    deleted: Mapping[str, int]
    restored: Mapping[str, int]

    @property
    def undone(self) -> tuple[UndoSubject, ...]:
        """The rows of the file that can be taken back, by name."""
        return tuple(subject for subject in self.subjects if not subject.refusals)

    @property
    def refused(self) -> tuple[UndoSubject, ...]:
        """The rows of the file that cannot, by name."""
        return tuple(subject for subject in self.subjects if subject.refusals)

    @property
    def writes(self) -> bool:
        """Whether there is anything to take back."""
        return bool(self.deleted or self.restored)


class UndoResult(UndoPreview):
    """What taking an import back has done: the same, as it was written."""
