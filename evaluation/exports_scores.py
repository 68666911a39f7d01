"""Sheets in the layout of 考核打分表: read back by the same account, they change nothing."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any

from django.utils import timezone

from evaluation.domain.scoring import raw_shown
from evaluation.imports.scores_form import RATER_WORDS, OpenSchemes, scores_form
from evaluation.models import Assessment, Indicator, Rater, Score
from quannan.base.workbook.template import template


def scores_form_file(assessments: Iterable[Assessment], *, rater: str, whose: str, by: Any, now: datetime) -> IO[bytes]:
    """One row an assessment under an open scheme, filled with what one rater has given so far.

    Args:
        assessments: with scheme, organization and unit, in the order of the rows; the caller has made sure that the
            account rates them.
        rater: code of `Rater`.
        whose: whose they are, in words.
        by: who asks.
        now: when, aware.
    """
    schemes = OpenSchemes.load()
    rows = [row for row in assessments if row.scheme_id in schemes.reads]
    held: dict[int, dict[int, Score]] = {}
    for one in Score.objects.filter(assessment__in=[row.pk for row in rows], rater=rater).order_by("pk"):
        held.setdefault(one.assessment_id, {})[one.indicator_id] = one
    form = scores_form(schemes)
    word = next(word for word, value in RATER_WORDS.items() if value == rater)

    def values() -> Iterator[list[Any]]:
        for number, row in enumerate(rows, 1):
            given = held.get(row.pk, {})
            said: dict[str, Any] = {
                "ordinal": number,
                "year": row.scheme.year,
                "scheme": row.scheme.name,
                "rater": word,
                "uscc": row.organization.uscc or row.organization.old_code if row.organization else None,
                "name": row.organization.name if row.organization else row.unit.name if row.unit else "",
                "note": _note(given.values()),
            }
            for column in schemes.columns:
                indicator = column.of_scheme.get(row.scheme_id)
                one = given.get(indicator.pk) if indicator else None
                if indicator is not None and one is not None:
                    said[column.field] = _cell(indicator, one)
            yield [said.get(column.field) for column in form.printed]

    out = io.BytesIO()
    when = timezone.localtime(now).strftime("%Y-%m-%d %H:%M")
    template(
        form, out, values(), sentence=f"{whose},{Rater(rater).label}评分;由 {by.name or by.username} 于 {when} 导出"
    )
    out.seek(0)
    return out


def _cell(indicator: Indicator, one: Score) -> Any:
    return one.raw if indicator.rule != "veto" else raw_shown(indicator, one.raw) or None


def _note(given: Iterable[Score]) -> str | None:
    """A note that all values of the row share; others stay where they are when the row is read back."""
    notes = {one.note for one in given if one.raw is not None}
    return notes.pop() or None if len(notes) == 1 else None
