"""考核打分表 as a kind of import: read, planned and written by one code, and taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from evaluation.domain.scores_import import CHANGED, apply_scores, lock_for_undo, lock_scores, refuse_undo
from evaluation.imports.scores_checks import check_row
from evaluation.imports.scores_form import SCORE_CODE, OpenSchemes, scores_form
from evaluation.imports.scores_maps import ScoreMaps
from evaluation.permissions_scores import may_rate_many
from orgs.models import User
from orgs.permissions import scope_for
from quannan.base.imports import Ask, Importer, ImportKind, Progress, register_import, today
from quannan.base.undoing import UndoRules
from quannan.base.workbook.declare import ImportForm, Row
from quannan.base.workbook.headers import Reading

# Shared by all rows that are done with.
_NOTHING: list[Any] = []


class ScoreImporter(Importer):
    """A file of scores on its way in."""

    context: ScoreMaps

    def __init__(self) -> None:
        self.schemes = OpenSchemes.load()
        self._form = scores_form(self.schemes, (check_row,))

    @property
    def form(self) -> ImportForm:
        return self._form

    def begin(self, ask: Ask, reading: Reading) -> None:
        # Permissions are today's, as on the page; the date of a file dates nothing here.
        self.context = ScoreMaps(ask.by, today(), self.schemes)
        self.plan = self.context.plan

    def load(self, rows: list[Row]) -> None:
        self.context.load(rows)

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            case = self.context.cases.pop(row.number, None)
            if case is not None:
                self.context.plan.rows.append(case)
            row.label = row["name"] if isinstance(row["name"], str) else ""
            row.values = _NOTHING

    def apply(self, *, by: User | None, now: dt.datetime, progress: Progress | None) -> None:
        writes = [score for row in self.context.plan.rows for score in row.scores]
        apply_scores(writes, by=by, now=now, progress=progress)


def sees_all_scores(user: Any) -> bool:
    """Whether the account confirms results of the whole county, and so sees everybody's imports of scores."""
    return scope_for(user, "assessments.confirm").county


def score_links(as_of: dt.date) -> list[tuple[str, str]]:
    """Where the results are seen.

    Args:
        as_of: the date of the form, of no account here.
    """
    return [("查看考核结果", reverse("assessment-list"))]


# A row of the form speaks of one assessment.
SCORE_UNDO = UndoRules(
    subject="evaluation.Assessment",
    subject_order="id",
    subjects={"evaluation.Score": "assessment_id"},
    words={"evaluation.Score": "评分", "evaluation.Assessment": "考核"},
    during={"base.import_write": "又一次导入时"},
    action="assessment.undo_import",
    announces=(CHANGED,),
    lock=lock_for_undo,
    refusals=refuse_undo,
)

register_import(
    ImportKind(
        code=SCORE_CODE,
        name="考核打分表",
        noun="评分",
        about="评分中的考核方案,一行一家组织(或一个单位)由一方评的分,一列一项指标。",
        importer=ScoreImporter,
        allowed=may_rate_many,
        sees_all=sees_all_scores,
        lock=lock_scores,
        needs_as_of=False,
        action="assessment.import",
        links=score_links,
        undo=SCORE_UNDO,
    )
)
