"""Writing what an import of 任职 has planned: people first, then posts; all of it in one transaction, or nothing."""

import datetime as dt
from collections.abc import Callable

from orgs.domain.people_import import key_of, write_people
from orgs.domain.periods import Move, move_periods
from orgs.domain.posts_plan import PostsPlan
from orgs.domain.refusals import constraints_speak
from orgs.models import Appointment
from quannan.base.bulk import copy_rows, period
from quannan.base.domain import audit

audit.name_actions({"appointment.import": "导入任职"})

_FACTS = ("period", "precision", "source", "is_full_time", "end_reason")


def apply_posts(plan: PostsPlan, *, now: dt.datetime, progress: Callable[[int, int], None] | None = None) -> None:
    """Write a plan made in the same transaction, under the lock of the register's imports.

    Args:
        plan: what to write.
        now: the moment of writing.
        progress: called with (steps done, steps); whatever it raises undoes everything.

    Raises:
        ValidationError: somebody has entered a conflicting post since the plan was made.
    """
    step = progress or _nothing
    with constraints_speak():
        step(0, 3)
        write_people(plan.people, now)
        step(1, 3)
        changed = [row.changed for row in plan.rows if row.changed is not None]
        moves = [Move(op.id, op.before[:2], op.facts[:2], (period(*op.facts[:2]), *op.facts[2:])) for op in changed]
        move_periods(Appointment, _FACTS, moves)
        step(2, 3)
        copy_rows(
            Appointment,
            ("person", "branch", "post", "is_head", *_FACTS, "created_at"),
            (
                (
                    key_of(row.new.who),
                    row.new.branch_id,
                    row.new.post,
                    row.new.is_head,
                    period(*row.new.facts[:2]),
                    *row.new.facts[2:],
                    now,
                )
                for row in plan.rows
                if row.new is not None
            ),
        )
        step(3, 3)


def _nothing(done: int, total: int) -> None:
    """No one is told."""
