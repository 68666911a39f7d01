"""Writing what an import of funds has planned, all of it in one transaction, or nothing."""

import datetime as dt
from collections.abc import Callable

from funding.domain.plan import FundPlan, NewEntry
from funding.models import FundEntry, Origin
from orgs.domain.refusals import constraints_speak
from quannan.base.bulk import copy_rows, update_rows


def apply_funds(plan: FundPlan, *, now: dt.datetime, progress: Callable[[int, int], None] | None = None) -> None:
    """Write a plan made in the same transaction, under the lock of the register's imports.

    Args:
        plan: what to write.
        now: the moment of writing.
        progress: called with (steps done, steps); whatever it raises undoes everything.

    Raises:
        ValidationError: a constraint refuses a row.
    """
    steps = (_new, _changed)
    with constraints_speak():
        for done, step in enumerate(steps):
            if progress is not None:
                progress(done, len(steps))
            step(plan, now)
        if progress is not None:
            progress(len(steps), len(steps))


def _new(plan: FundPlan, now: dt.datetime) -> None:
    same = {"origin": Origin.IMPORT.value, "cancel_reason": "", "version": 1, "created_at": now}
    copy_rows(FundEntry, NewEntry._fields, (row.new for row in plan.rows if row.new is not None), same)


def _changed(plan: FundPlan, now: dt.datetime) -> None:
    notes = {row.changed.id: row.changed.note for row in plan.rows if row.changed is not None}
    if not notes:
        return
    locked = FundEntry.objects.select_for_update(of=("self",)).filter(pk__in=notes).order_by("pk")
    rows = [(pk, notes[pk], version + 1) for pk, version in locked.values_list("pk", "version")]
    update_rows(FundEntry, ("note", "version"), rows)
