"""Writing the scores that an import has planned, and stating anew what follows from scores."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db import connection

from evaluation.domain.assessments import BATCH, NOT_RATED_BY_YOU, ScoreWrite, restate, share_schemes, write_scores
from evaluation.domain.raters import rated_by, rated_q
from evaluation.models import Assessment, AssessmentState, Rater, SchemeState, Score
from orgs.domain.refusals import constraints_speak
from quannan.base.domain import audit
from quannan.base.errors import Refused
from quannan.base.events import subscribe

CHANGED = "assessments.changed"

audit.name_actions({"assessment.import": "导入考核打分表", "assessment.undo_import": "撤回导入考核打分表"})


# Any number that no other advisory lock of this program takes.
_LOCK = 7_204_411
MOVED = "读表的时候,{names}的评分、核定或方案又有变化,没有写入任何内容。请重新写入一次。"
NAMED = 3
UNDO_CONFIRMED = "这份考核已经核定,不能撤回评分;确有差错的,请两新工委办公室重开考核。"
UNDO_CLOSED = "这个考核方案不在评分中,不能撤回评分。"
UNDO_NOT_YOURS = "这一行里有现在不由您评分的指标,请由两新工委办公室撤回。"


def lock_scores() -> None:
    """Lets no other import of scores begin before this transaction ends; pages go on saving while a file is read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def lock_for_undo() -> None:
    """Keeps imports away, and pages that save scores: those take an assessment first and its scores after it.

    The undo of an import goes the other way, from scores to assessments, and would end in a deadlock.
    """
    lock_scores()
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Assessment._meta.db_table} IN EXCLUSIVE MODE")


def apply_scores(
    writes: Sequence[ScoreWrite], *, by: Any, now: dt.datetime, progress: Callable[[int, int], None] | None = None
) -> None:
    """Writes planned scores inside the caller's transaction, under `lock_scores`.

    Args:
        writes: checked by the import.
        by: the importing account, None for the command line.
        now: the moment of writing.
        progress: called with (steps done, steps); whatever it raises undoes everything.

    Raises:
        Refused: a page has changed one of these sheets since the file was read.
    """
    with constraints_speak():
        if progress is not None:
            progress(0, 2)
        _refuse_moved(writes)
        write_scores(writes, by=by, now=now)
        if progress is not None:
            progress(1, 2)
        restate({one.assessment_id for one in writes})
        if progress is not None:
            progress(2, 2)


def _refuse_moved(writes: Sequence[ScoreWrite]) -> None:
    """Takes the assessments, and asks whether all is as it was when the file was read."""
    ids = sorted({one.assessment_id for one in writes})
    moved: dict[int, None] = {}
    held: dict[tuple[int, int, str], tuple[int, int]] = {}
    scheme_of: dict[int, int] = {}
    for at in range(0, len(ids), BATCH):
        part = ids[at : at + BATCH]
        taken = Assessment.objects.select_for_update().filter(pk__in=part).order_by("pk")
        for pk, scheme, state in taken.values_list("pk", "scheme", "state"):
            scheme_of[pk] = scheme
            if state != AssessmentState.OPEN:
                moved[pk] = None
        rows = Score.objects.filter(assessment__in=part).order_by("pk")
        for assessment, indicator, rater, pk, version in rows.values_list(
            "assessment", "indicator", "rater", "pk", "version"
        ):
            held[assessment, indicator, rater] = (pk, version)
    states = share_schemes(scheme_of.values())
    for one in writes:
        pk = one.assessment_id
        open_now = states.get(scheme_of.get(pk, 0)) == SchemeState.OPEN
        if not open_now or held.get((pk, one.indicator.pk, str(one.rater))) != one.held:
            moved[pk] = None
    if moved:
        some = Assessment.objects.filter(pk__in=list(moved)).order_by("pk").values_list("name", flat=True)
        names = "、".join(f"“{name}”" for name in some[:NAMED])
        raise Refused(MOVED.format(names=f"{names}等" if len(moved) > NAMED else names))


@subscribe(CHANGED)
def restate_undone(subjects: Collection[int] = (), **payload: object) -> None:
    """After an import was taken back: totals and what is missing, of the assessments it spoke of.

    Args:
        subjects: keys of the assessments whose scores went back.
        payload: nothing that is needed here.
    """
    restate(subjects)


def refuse_undo(subjects: Collection[int], keys: Mapping[str, Collection[int]], by: Any) -> dict[int, str]:
    """Which assessments may not have an import of scores taken back, and why: a fixed number of queries.

    Args:
        subjects: keys of assessments.
        keys: label of a model → keys of the rows the import wrote.
        by: the account that takes it back, None for the system.
    """
    rows = list(Assessment.objects.filter(pk__in=subjects).order_by("pk").values_list("pk", "scheme", "state"))
    states = share_schemes(scheme for _, scheme, _ in rows)
    refused: dict[int, str] = {}
    for pk, scheme, state in rows:
        if state == AssessmentState.CONFIRMED:
            refused[pk] = UNDO_CONFIRMED
        elif states.get(scheme) != SchemeState.OPEN:
            refused[pk] = UNDO_CLOSED
    return refused | {pk: said for pk, said in _no_longer_rated(keys, by).items() if pk not in refused}


def _no_longer_rated(keys: Mapping[str, Collection[int]], by: Any) -> dict[int, str]:
    scores = Score.objects.filter(pk__in=keys.get(Score._meta.label, ())).select_related("indicator").order_by("pk")
    by_rater: dict[str, list[Score]] = defaultdict(list)
    for one in scores:
        by_rater[one.rater].append(one)
    refused: dict[int, str] = {}
    for rater, some in by_rater.items():
        ids = {one.assessment_id for one in some}
        reached = set(Assessment.objects.filter(rated_q(by, rater), pk__in=ids).values_list("pk", flat=True))
        mine = {one.pk for one in rated_by(by, rater, {one.indicator_id: one.indicator for one in some}.values())}
        for one in some:
            if one.assessment_id not in reached:
                refused[one.assessment_id] = NOT_RATED_BY_YOU.format(rater=Rater(rater).label)
            elif one.indicator_id not in mine:
                refused.setdefault(one.assessment_id, UNDO_NOT_YOURS)
    return refused
