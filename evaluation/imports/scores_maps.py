"""What an import of scores asks the database for, some thousands of rows at a time, and what its rows come to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from evaluation.domain.assessments import ScoreWrite
from evaluation.domain.raters import CAPABILITIES, own_units, possible_raters, rated_by, rated_q
from evaluation.imports.scores_form import OpenSchemes
from evaluation.models import Assessment, AssessmentState, Rater, Score
from orgs.domain.units import UnitResolver
from orgs.imports.nearest import NearestName
from orgs.imports.people_known import OrganizationMaps
from orgs.models import User
from orgs.permissions import Scope, scope_for
from quannan.base.imports import UNCHANGED, Change, RowsPlan
from quannan.base.workbook.declare import Row


@dataclass
class PlannedScores:
    """What an accepted row does: the scores it writes."""

    number: int
    name: str
    outcome: str = UNCHANGED
    changes: tuple[Change, ...] = ()
    scores: list[ScoreWrite] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.scores)


@dataclass(frozen=True)
class Held:
    """A score that is there."""

    id: int
    version: int
    raw: Any
    note: str
    evidence: str


@dataclass(frozen=True)
class Sheet:
    """An assessment under an open scheme."""

    id: int
    scheme_id: int
    confirmed: bool


class ScoreMaps:
    """Open schemes, the assessments of the rows' subjects, and the scores they have."""

    def __init__(self, by: User | None, today: dt.date, schemes: OpenSchemes) -> None:
        """
        Args:
            by: the importing account, None for the command line.
            today: the day whose placements count.
            schemes: those the form was made of.
        """
        self.by, self.schemes = by, schemes
        self.plan: RowsPlan = RowsPlan()
        self.units = UnitResolver.load()
        self.organizations = OrganizationMaps(today)
        self.raters = possible_raters(by)
        self.own_units = None if by is None else own_units(by)
        self.scopes: dict[str, Scope | None] = {
            rater: None if by is None else scope_for(by, capability) for rater, capability in CAPABILITIES.items()
        }
        self.mine: dict[tuple[int, str], set[int]] = {
            (key, rater): {one.pk for one in rated_by(by, rater, read.indicators)}
            for key, read in schemes.reads.items()
            for rater in Rater
        }
        self.cases: dict[int, PlannedScores] = {}
        self.seen: dict[tuple[int, str], int] = {}
        self._sheets: dict[tuple[str, int], list[Sheet]] = {}
        self._held: dict[tuple[int, str], dict[int, Held]] = {}
        self._names: NearestName | None = None

    def load(self, rows: list[Row]) -> None:
        """Load what is known of these rows' subjects, in place of the last; a fixed number of queries."""
        codes = [row["uscc"] for row in rows if isinstance(row["uscc"], str)]
        names = [row["name"] for row in rows if isinstance(row["name"], str)]
        ids = self.organizations.load(codes, names)
        self.organizations.look_within(self.scopes.values(), ids)
        units = {found.id for name in set(names) if (found := self.units.resolve(name)) is not None}
        self._load_sheets(ids, units)

    def _load_sheets(self, organizations: set[int], units: set[int]) -> None:
        self._sheets, self._held = {}, {}
        of_open = Assessment.objects.filter(scheme__in=list(self.schemes.reads)).order_by("pk")
        found = of_open.filter(organization__in=organizations) | of_open.filter(unit__in=units)
        keys = []
        for pk, scheme, organization, unit, state in found.values_list("pk", "scheme", "organization", "unit", "state"):
            subject = ("organization", organization) if organization else ("unit", unit or 0)
            self._sheets.setdefault(subject, []).append(Sheet(pk, scheme, state == AssessmentState.CONFIRMED))
            keys.append(pk)
        scores = Score.objects.filter(assessment__in=keys).order_by("pk")
        for assessment, indicator, rater, *values in scores.values_list(
            "assessment", "indicator", "rater", "pk", "version", "raw", "note", "evidence"
        ):
            self._held.setdefault((assessment, rater), {})[indicator] = Held(*values)

    def sheets(self, kind: str, key: int) -> list[Sheet]:
        """Assessments of a subject under open schemes.

        Args:
            kind: "organization" or "unit".
            key: the subject's.
        """
        return self._sheets.get((kind, key), [])

    def held(self, sheet: Sheet, rater: str) -> dict[int, Held]:
        """What a rater has on a sheet, by indicator."""
        return self._held.get((sheet.id, rater), {})

    def unit_within(self, unit: int, path: str, rater: str) -> bool:
        """Whether a unit lies within what the account rates as somebody; itself only by its own accounts."""
        if rater == Rater.SELF:
            return self.own_units is None or unit in self.own_units
        scope = self.scopes[Rater(rater)]
        return scope is None or scope.county or path.startswith(scope.unit_paths or ("?",))

    def nearest(self, name: str, rater: str) -> str | None:
        """The name most like a written one among those the account rates; loaded when first asked for."""
        if self._names is None:
            within = Assessment.objects.filter(rated_q(self.by, rater), scheme__in=list(self.schemes.reads))
            self._names = NearestName(sorted(set(within.order_by().values_list("name", flat=True))))
        return self._names.to(name)
