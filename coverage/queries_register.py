"""What the register's list shows beside the span itself, asked for only where a column shows it."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from coverage.models import Span
from coverage.queries_pages import RegisterRow, rows_of
from coverage.queries_why import explain_rows, work_words
from orgs.lines import LINES, Line
from orgs.models import EstablishmentPlan, Instructor, Liaison
from orgs.models.codes import CodeList
from orgs.models.support import LiaisonKind
from orgs.queries import codes


def register_rows(
    spans: Iterable[Span],
    *,
    as_of: date,
    closed: bool,
    industries: dict[str, str],
    wanted: Collection[str],
    why: str = "",
    work: bool = False,
) -> list[RegisterRow]:
    """Rows of the list with what its columns read: one query for the figures and one for each further kind shown.

    Args:
        spans: spans of one page, or of a whole export.
        as_of: the date.
        closed: whether these are last spans of organizations closed by then.
        industries: labels by code.
        wanted: keys of the columns shown.
        why: the line whose figure they stand behind, to be explained; "" for none.
        work: whether what makes up their work coverage is told.
    """
    rows = rows_of(spans, as_of, closed=closed)
    ids = [row.pk for row in rows]
    found: dict[str, dict[int, Any]] = {}
    for key, read in READERS.items():
        if key in wanted or (work and key == "instructor"):
            found[key] = read(ids, as_of)
    for row in rows:
        row.more = {key: values.get(row.pk) for key, values in found.items()}
        row.more["industry"] = industries.get(row.span.industry, "")
    if why:
        explain_rows(rows, why, as_of)
    if work:
        work_words(rows, as_of)
    return rows


def _reasons(ids: list[int], as_of: date) -> dict[int, str]:
    labels = codes(CodeList.NO_PARTY_REASON)
    told: dict[int, dict[str, str]] = {}
    plans = EstablishmentPlan.objects.filter(organization__in=ids, period__contains=as_of)
    for pk, line, reason in plans.order_by("organization", "line").values_list("organization_id", "line", "reason"):
        told.setdefault(pk, {})[line] = f"{Line(line).label}:{labels.get(reason, reason)}"
    return {pk: "、".join(words[line] for line in LINES if line in words) for pk, words in told.items()}


def _liaisons(ids: list[int], as_of: date) -> dict[int, str]:
    departments = codes(CodeList.LIAISON_DEPARTMENT)
    told: dict[int, list[str]] = {}
    rows = Liaison.objects.filter(organization__in=ids, period__contains=as_of).order_by("organization", "kind", "id")
    for pk, kind, department, unit in rows.values_list("organization_id", "kind", "department", "unit_name"):
        word = f"{departments.get(department, department)}领导" if kind == LiaisonKind.LEADER else unit
        told.setdefault(pk, []).append(word)
    return {pk: "、".join(dict.fromkeys(words)) for pk, words in told.items()}


def _instructors(ids: list[int], as_of: date) -> dict[int, str]:
    counts: dict[int, int] = {}
    rows = Instructor.objects.filter(organization__in=ids, period__contains=as_of).order_by("organization")
    for pk in rows.values_list("organization_id", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return {pk: f"{n} 名" for pk, n in counts.items()}


READERS = {"reason": _reasons, "liaison": _liaisons, "instructor": _instructors}
