"""Writing the scores that an import has planned, and stating anew what follows from scores."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from evaluation.domain.assessments import ScoreWrite, restate, write_scores
from evaluation.models import Assessment, AssessmentState, SchemeState, Score
from orgs.domain.refusals import constraints_speak
from quannan.base.domain import audit
from quannan.base.events import subscribe

CHANGED = "assessments.changed"

audit.name_actions({"assessment.import": "导入考核打分表", "assessment.undo_import": "撤回导入考核打分表"})


def lock_scores() -> None:
    """Lets nobody write scores before this transaction ends; reading goes on."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Score._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def apply_scores(
    writes: Sequence[ScoreWrite], *, by: Any, now: dt.datetime, progress: Callable[[int, int], None] | None = None
) -> None:
    """Writes planned scores inside the caller's transaction, under `lock_scores`.

    Args:
        writes: checked by the import.
        by: the importing account, None for the command line.
        now: the moment of writing.
        progress: called with (steps done, steps); whatever it raises undoes everything.
    """
    with constraints_speak():
        if progress is not None:
            progress(0, 2)
        write_scores(writes, by=by, now=now)
        if progress is not None:
            progress(1, 2)
        restate({one.assessment_id for one in writes})
        if progress is not None:
            progress(2, 2)


@subscribe(CHANGED)
def restate_open(**payload: object) -> None:
    """After an import was taken back: totals and what is missing, for all that is not confirmed.

    Args:
        payload: nothing that is needed here.
    """
    rows = Assessment.objects.filter(state=AssessmentState.OPEN, scheme__state=SchemeState.OPEN)
    restate(rows.order_by("pk").values_list("pk", flat=True))
