"""Writing what an import of instructors and liaisons has planned, all of it in one transaction, or nothing."""

import datetime as dt
from collections.abc import Callable

from orgs.domain.people_import import key_of, write_people
from orgs.domain.periods import Move, move_periods
from orgs.domain.refusals import constraints_speak
from orgs.domain.support_plan import INSTRUCTOR, SupportPlan
from orgs.models import Instructor, Liaison
from quannan.base.bulk import copy_rows, period
from quannan.base.domain import audit

audit.name_actions({"support.import": "导入指导员和挂点"})

SOURCE = "SUPPORT"


def apply_support(plan: SupportPlan, *, now: dt.datetime, progress: Callable[[int, int], None] | None = None) -> None:
    """Write a plan made in the same transaction, under the lock of the register's imports.

    Args:
        plan: what to write.
        now: the moment of writing.
        progress: called with (steps done, steps); whatever it raises undoes everything.

    Raises:
        ValidationError: somebody has entered a conflicting term since the plan was made.
    """
    steps = (_people, _changes, _instructors, _liaisons)
    with constraints_speak():
        for done, step in enumerate(steps):
            if progress is not None:
                progress(done, len(steps))
            step(plan, now)
        if progress is not None:
            progress(len(steps), len(steps))


def _people(plan: SupportPlan, now: dt.datetime) -> None:
    write_people(plan.people, now)


def _changes(plan: SupportPlan, now: dt.datetime) -> None:
    for model in (Instructor, Liaison):
        ops = [
            row.changed
            for row in plan.rows
            if row.changed is not None and (row.changed.kind == INSTRUCTOR) == (model is Instructor)
        ]
        moves = [Move(op.id, op.before[:2], op.facts[:2], (period(*op.facts[:2]), op.facts.end_reason)) for op in ops]
        move_periods(model, ("period", "end_reason"), moves)


def _instructors(plan: SupportPlan, now: dt.datetime) -> None:
    copy_rows(
        Instructor,
        ("person", "organization", "sent_by", "period", "end_reason", "source", "created_at"),
        (
            (
                key_of(op.who),
                op.organization_id,
                op.sent_by_id,
                period(*op.facts[:2]),
                op.facts.end_reason,
                SOURCE,
                now,
            )
            for row in plan.rows
            if (op := row.new) is not None and op.kind == INSTRUCTOR and op.who is not None
        ),
    )


def _liaisons(plan: SupportPlan, now: dt.datetime) -> None:
    copy_rows(
        Liaison,
        ("kind", "department", "person", "unit_name", "organization", "period", "end_reason", "created_at"),
        (
            (
                op.kind,
                op.department,
                None if op.who is None else key_of(op.who),
                op.unit_name,
                op.organization_id,
                period(*op.facts[:2]),
                op.facts.end_reason,
                now,
            )
            for row in plan.rows
            if (op := row.new) is not None and op.kind != INSTRUCTOR
        ),
    )
