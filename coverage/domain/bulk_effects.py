"""What a bulk edit would move: it is done, its verdicts and rates are read, and it is undone."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from coverage.domain.figures import Report, report
from coverage.domain.spans import refresh
from coverage.models import LINE_LABELS, MEASURED, STATE_COLUMNS, Population, Span, State
from orgs.domain.bulk_edit import BulkRow, Outcome, apply_bulk
from orgs.lines import LINES, Line
from orgs.models import Organization

LISTED = 50


@dataclass(frozen=True)
class RateMove:
    """One line's covered, eligible and rate before and after."""

    label: str
    before: tuple[int, int, float | None]
    after: tuple[int, int, float | None]


@dataclass(frozen=True)
class VerdictMove:
    """One organization's verdict in one line before and after; "不在册或剔除" where it has none."""

    name: str
    line: str
    before: str
    after: str


@dataclass
class Effects:
    """What a bulk edit does, organization by organization, and what it moves at a date.

    Attributes:
        rows: one for each organization.
        rates: the lines whose counts or rates differ.
        base: 正常经营 before and after.
        excluded: 剔除 before and after.
        verdicts: the first `LISTED` moved verdicts.
        verdict_count: how many there are in all.
    """

    rows: list[BulkRow]
    rates: list[RateMove] = field(default_factory=list)
    base: tuple[int, int] = (0, 0)
    excluded: tuple[int, int] = (0, 0)
    verdicts: list[VerdictMove] = field(default_factory=list)
    verdict_count: int = 0

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def changed(self) -> int:
        return self.count(Outcome.CHANGED)

    @property
    def unchanged(self) -> int:
        return self.count(Outcome.UNCHANGED)

    @property
    def refused(self) -> list[BulkRow]:
        return [row for row in self.rows if row.outcome == Outcome.REFUSED]

    @property
    def mark(self) -> str:
        """What was shown, in short: a preview of other rows or outcomes has another mark."""
        return mark_of(self.rows)


def mark_of(rows: Iterable[BulkRow]) -> str:
    """The same for the same outcomes on the same versions of the same organizations.

    Args:
        rows: what became, or would become, of each.
    """
    said = ";".join(
        sorted(f"{row.organization.pk},{row.organization.version},{row.outcome},{row.sentence}" for row in rows)
    )
    return hashlib.sha256(said.encode()).hexdigest()


def preview_bulk(
    *, organizations: Iterable[Organization], act: str, values: dict[str, Any], as_of: date, by: Any, now: datetime
) -> Effects:
    """What a bulk edit would do and move, nothing of which stays.

    Args:
        organizations: which ones.
        act: code of `Act`.
        values: as `apply_bulk` takes them.
        as_of: the day whose verdicts and rates are compared.
        by: the acting User, whose sight the rates are of.
        now: the clock.

    Raises:
        NotAllowed, ValidationError: as `apply_bulk`.
    """
    organizations = list(organizations)
    ids = [organization.pk for organization in organizations]
    with transaction.atomic():
        refresh(ids)
        told, verdicts = report(user=by, as_of=as_of), _verdicts(ids, as_of)
        effects = Effects(apply_bulk(organizations=organizations, act=act, values=values, by=by, now=now))
        refresh(ids)
        _compare(effects, told, report(user=by, as_of=as_of))
        names = {organization.pk: organization.name for organization in organizations}
        moved = list(_moved(names, verdicts, _verdicts(ids, as_of)))
        effects.verdicts, effects.verdict_count = moved[:LISTED], len(moved)
        transaction.set_rollback(True)
    return effects


def perform_bulk(
    *,
    organizations: Iterable[Organization],
    act: str,
    values: dict[str, Any],
    mark: str,
    by: Any,
    now: datetime,
    progress: Callable[[int], object] = lambda done: None,
) -> list[BulkRow] | None:
    """Does a bulk edit as it was previewed; nothing at all where the outcome is no longer the one shown.

    Args:
        organizations: which ones.
        act: code of `Act`.
        values: as `apply_bulk` takes them.
        mark: of the preview.
        by: the acting User.
        now: the clock.
        progress: told how many are done.

    Returns:
        What became of each; None when the register has changed since the preview.

    Raises:
        NotAllowed, ValidationError: as `apply_bulk`.
    """
    with transaction.atomic():
        rows = apply_bulk(organizations=organizations, act=act, values=values, by=by, now=now, progress=progress)
        if mark_of(rows) == mark:
            return rows
        transaction.set_rollback(True)
    return None


def _verdicts(ids: list[int], as_of: date) -> dict[int, dict[str, str]]:
    columns = [STATE_COLUMNS[line] for line in LINES]
    spans = Span.objects.filter(organization__in=ids).at(as_of).in_base().order_by("organization")
    return {
        pk: {line: State(state).label for line, state in zip(LINES, states, strict=True) if state is not None}
        for pk, *states in spans.values_list("organization_id", *columns)
    }


def _moved(
    names: dict[int, str], before: dict[int, dict[str, str]], after: dict[int, dict[str, str]]
) -> Iterator[VerdictMove]:
    none = "不计(剔除或不在册)"
    for pk, name in names.items():
        for line in LINES:
            was, now = before.get(pk, {}).get(line, none), after.get(pk, {}).get(line, none)
            if was != now:
                yield VerdictMove(name, Line(line).label, was, now)


def _compare(effects: Effects, before: Report, after: Report) -> None:
    effects.base = (before.base.organizations, after.base.organizations)
    effects.excluded = (before.base.excluded, after.base.excluded)
    for line in MEASURED:
        was, now = (told.populations[Population.ALL].lines[line] for told in (before, after))
        if (was.covered, was.eligible) != (now.covered, now.eligible):
            effects.rates.append(
                RateMove(
                    LINE_LABELS[line], (was.covered, was.eligible, was.rate), (now.covered, now.eligible, now.rate)
                )
            )
