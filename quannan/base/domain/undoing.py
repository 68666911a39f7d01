"""Taking one import back: what it made is deleted, what it changed becomes what it was, unless touched since.

The history tables (`quannan.base.history`) know what a job wrote, for every write of a job carries its number. Only
tracked tables are taken back, only jobs can be (a command writes without a number), and nothing that a person or a
later import has changed since is overwritten: the row of the file it belongs to is refused, the others go back.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import pghistory
from django.db import connection, transaction

from quannan.base.domain import audit
from quannan.base.domain.undo_history import (
    DELETE,
    INSERT,
    RESTORE,
    UNDOES,
    Model,
    Touched,
    key,
    key_type,
    quoted,
    table,
)
from quannan.base.domain.undo_plan import UndoPlan
from quannan.base.events import announce
from quannan.base.planner import analyze
from quannan.base.undoing import REASON, Progress, UndoPreview, UndoResult, UndoRules

audit.name_details({"undone_rows": "撤回行", "refused_rows": "未撤回行", "deleted": "删除", "restored": "还原"})

# The columns that a form opened before the undo would still be compared by.
_VERSION = "version"
# So many rows at least were a workbook: the planner must hear of them before their history is joined.
_ANALYZE_FROM = 1_000
_STEPS = 5


def preview_undo(job_id: str | uuid.UUID, rules: UndoRules, by: Any = None) -> UndoPreview:
    """What taking back a job's import would do now; writes nothing.

    Args:
        job_id: the job that wrote the import, done.
        rules: those of its kind of import.
        by: the account that asks, None for the system.

    Returns:
        The rows of the file by name, each with the sentences that refuse it, and the counts by table. Empty where the
        job wrote nothing or all of it has been taken back. The number of queries depends on the tables alone.

    Raises:
        LookupError: the job wrote a model of which the rules say nothing.
    """
    plan = UndoPlan(job_id, rules, by)
    plan.look()
    return UndoPreview(*_told(plan))


def perform_undo(
    job_id: str | uuid.UUID, rules: UndoRules, *, by: Any, now: datetime, progress: Progress | None = None
) -> UndoResult:
    """Takes a job's import back, row of the file by row of the file, as `preview_undo` tells it at this moment.

    Every row that goes back is as it was in every column, encrypted ones as they were stored, but for `version`,
    which goes one up, so that a form opened before the undo is found stale. Who may is for the caller to ask.

    Args:
        job_id: the job that wrote the import, done.
        rules: those of its kind of import.
        by: the account that takes it back, None for the system.
        now: the clock, for the audit entry.
        progress: called with (steps done, steps, step in Chinese); whatever it raises undoes everything.

    Returns:
        What was done, and the rows of the file that were refused.

    Raises:
        LookupError: the job wrote a model of which the rules say nothing.
        IntegrityError: somebody wrote, in the moment between looking and writing, what cannot stand beside the rows
            restored, or a conditional constraint holds against them; nothing was written.
    """
    step = _Steps(progress)
    told = {"user": by.pk if by is not None else None, UNDOES: str(job_id), "reason": REASON}
    with transaction.atomic(), pghistory.context(**told):
        step("核对导入后的改动")
        rules.lock()
        plan = UndoPlan(job_id, rules, by)
        _lock_rows(plan)
        plan.look()
        result = UndoResult(*_told(plan))
        step("删除导入新增的记录")
        for model, rows in reversed(plan.going(DELETE).items()):
            _delete(model, [row.pk for row in rows])
        step("还原导入改过的记录")
        for rule, holders in plan.park.items():
            if rule.parkable is not None:
                _empty(rule.model, rule.parkable, holders)
        for model, rows in plan.going(RESTORE).items():
            for wave in plan.waves(rows):
                _restore(model, plan.events[model], wave)
        for model, rows in plan.going(INSERT).items():
            _insert(model, plan.events[model], rows)
        step("核对关联")
        _ask_constraints_now()
        step("记入审计")
        if result.writes:
            audit.record(
                action=rules.action,
                by=by,
                now=now,
                detail={
                    "job": str(job_id),
                    "undone_rows": len(result.undone),
                    "refused_rows": len(result.refused),
                    "deleted": sum(result.deleted.values()),
                    "restored": sum(result.restored.values()),
                },
            )
            for name in rules.announces:
                announce(name, subjects=sorted(one.id for one in result.undone))
        step("")
    return result


class _Steps:
    def __init__(self, progress: Progress | None) -> None:
        self.progress, self.done = progress, 0

    def __call__(self, name: str) -> None:
        if self.progress is not None:
            self.progress(self.done, _STEPS, name)
        self.done += 1


def _told(plan: UndoPlan) -> tuple[Any, ...]:
    subjects = plan.subjects() if plan.rows else ()
    restored = {**_counts(plan, RESTORE)}
    for label, count in _counts(plan, INSERT).items():
        restored[label] = restored.get(label, 0) + count
    return subjects, _counts(plan, DELETE), restored


def _counts(plan: UndoPlan, act: str) -> dict[str, int]:
    return {model._meta.label: len(rows) for model, rows in sorted(plan.going(act).items(), key=_label)}


def _label(pair: tuple[Model, Any]) -> str:
    return pair[0]._meta.label


def _lock_rows(plan: UndoPlan) -> None:
    """Keeps everybody else from changing or pointing at the rows touched until the end: one statement a table.

    Whoever was at it is waited for, and what came of that is seen by the look at the history that follows.
    """
    for model, rows in plan.rows.items():
        _run(
            f"SELECT count(*) FROM (SELECT FROM {table(model)} WHERE {key(model)} = ANY(%s::{key_type(model)}[])"
            f" ORDER BY {key(model)} FOR UPDATE) locked",
            [list(rows)],
        )
        if len(rows) >= _ANALYZE_FROM:
            analyze(model, plan.events[model])


def _delete(model: Model, keys: Collection[Any]) -> None:
    _run(f"DELETE FROM {table(model)} WHERE {key(model)} = ANY(%s::{key_type(model)}[])", [list(keys)])


def _empty(model: Model, column: str, keys: Collection[Any]) -> None:
    """Takes a unique value off rows for the moment in which another row takes it back."""
    _run(
        f"UPDATE {table(model)} SET {quoted(column)} = NULL WHERE {key(model)} = ANY(%s::{key_type(model)}[])",
        [list(keys)],
    )


def _restore(model: Model, event: Model, rows: Sequence[Touched]) -> None:
    """Gives rows back what their history rows say, inside the database: values stay as they are stored."""
    settings = ", ".join(
        f"{quoted(column)} = " + (f"t.{quoted(column)} + 1" if column == _VERSION else f"e.{quoted(column)}")
        for column in _columns(model)
    )
    _run(
        f"UPDATE {table(model)} AS t SET {settings} FROM {table(event)} e"
        f" WHERE e.pgh_id = ANY(%s::bigint[]) AND t.{key(model)} = e.pgh_obj_id",
        [[row.before for row in rows]],
    )


def _insert(model: Model, event: Model, rows: Sequence[Touched]) -> None:
    columns = [str(model._meta.pk.column), *_columns(model)]
    values = ", ".join(f"{quoted(column)} + 1" if column == _VERSION else quoted(column) for column in columns)
    _run(
        f"INSERT INTO {table(model)} ({', '.join(map(quoted, columns))})"
        f" SELECT {values} FROM {table(event)} WHERE pgh_id = ANY(%s::bigint[])",
        [[row.before for row in rows]],
    )


def _columns(model: Model) -> list[str]:
    """The columns that are written: all but the key and what the database works out by itself."""
    return [
        str(column.column)
        for column in model._meta.local_concrete_fields
        if not column.primary_key and not getattr(column, "generated", False)
    ]


def _ask_constraints_now() -> None:
    """Has foreign keys asked before the audit entry is written, and not only at the commit."""
    connection.check_constraints()


def _run(sql: str, params: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
