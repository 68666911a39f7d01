"""活动载体 and 活动类别 as their page and the filters show them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from activities.models import Activity, ActivityKind, Programme
from activities.queries_activities import activities_at
from orgs.lines import LINES, Line


@dataclass(frozen=True)
class EntryRow:
    """One programme or kind.

    Attributes:
        entry: the row.
        number: activities in sight that name it, held in the period.
        used: whether any activity at all names it, so that its wording stays.
    """

    entry: Any
    number: int
    used: bool


@dataclass(frozen=True)
class Keeping:
    """Both lists with how much each entry is used.

    Attributes:
        programmes: by line, (label, rows); those of all lines last.
        kinds: all kinds.
        without: activities of the period without a programme.
        number: all activities of the period.
    """

    programmes: list[tuple[str, list[EntryRow]]]
    kinds: list[EntryRow]
    without: int
    number: int


def programmes_and_kinds(user: Any, as_of: date, since: date, until: date, today: date) -> Keeping:
    """Both lists with the activities of a period: five queries.

    Args:
        user: the signed-in User, whose sight limits the numbers.
        as_of: the working date.
        since, until: the period, both days included.
        today: of the clock.
    """
    rows = activities_at(user, as_of).held().within(since, until, today)
    found = rows.order_by().values("kind_id", "programme_id").annotate(number=Count("pk"))
    of_kind: dict[int, int] = {}
    of_programme: dict[int | None, int] = {}
    for one in found:
        of_kind[one["kind_id"]] = of_kind.get(one["kind_id"], 0) + one["number"]
        of_programme[one["programme_id"]] = of_programme.get(one["programme_id"], 0) + one["number"]
    kinds_used, programmes_used = _used("kind_id"), _used("programme_id")
    by_line: dict[str, list[EntryRow]] = {}
    for row in Programme.objects.order_by("order", "pk"):
        made = EntryRow(row, of_programme.get(row.pk, 0), row.pk in programmes_used)
        by_line.setdefault(row.line, []).append(made)
    return Keeping(
        [(Line(line).label if line else "各条线", by_line[line]) for line in (*LINES, "") if line in by_line],
        [
            EntryRow(row, of_kind.get(row.pk, 0), row.pk in kinds_used)
            for row in ActivityKind.objects.order_by("order", "pk")
        ],
        of_programme.get(None, 0),
        sum(of_kind.values()),
    )


def _used(column: str) -> set[int]:
    rows = Activity.objects.exclude(**{column: None}).order_by()
    return set(rows.values_list(column, flat=True).distinct())


def kind_choices() -> list[tuple[str, str]]:
    """Kinds as the choices of a filter."""
    return _choices(ActivityKind.objects.order_by("order", "pk"))


def programme_choices() -> list[tuple[str, str]]:
    """Programmes as the choices of a filter, with their line."""
    rows = Programme.objects.order_by("order", "pk")
    return [(str(row.pk), f"{row.name}({row.line_word})") for row in rows]


def _choices(rows: QuerySet) -> list[tuple[str, str]]:
    return [(str(row.pk), row.name) for row in rows]
