"""Standards and milestones as dated rows, and the derived tables of spans and daily deltas."""

from coverage.models.gaps import GapAssignment, GuidanceMeasure, GuidanceOverride, Supervision
from coverage.models.milestones import MilestoneShare
from coverage.models.publications import Publication, PublishedCell, PublishedOrganization
from coverage.models.rules import Milestone, ScaleRule, Standard
from coverage.models.scenarios import Scenario, ScenarioTick, Sharing
from coverage.models.spans import DELTA_COLUMNS, DELTA_MEASURES, Delta, DirtyMark, RebuildCheck, Span, SpanQuerySet
from coverage.models.states import (
    ALL,
    BUILT,
    COVERED,
    ELIGIBLE,
    LINE_LABELS,
    MEASURED,
    MEASURES,
    STATE_COLUMNS,
    UNKNOWN,
    VOLUNTARY,
    Measure,
    Population,
    State,
)

__all__ = [
    "ALL",
    "BUILT",
    "COVERED",
    "DELTA_COLUMNS",
    "DELTA_MEASURES",
    "Delta",
    "DirtyMark",
    "ELIGIBLE",
    "GapAssignment",
    "GuidanceMeasure",
    "GuidanceOverride",
    "LINE_LABELS",
    "MEASURED",
    "MEASURES",
    "Measure",
    "Milestone",
    "MilestoneShare",
    "Population",
    "Publication",
    "PublishedCell",
    "PublishedOrganization",
    "RebuildCheck",
    "STATE_COLUMNS",
    "ScaleRule",
    "Scenario",
    "ScenarioTick",
    "Sharing",
    "Span",
    "SpanQuerySet",
    "Standard",
    "State",
    "Supervision",
    "UNKNOWN",
    "VOLUNTARY",
]
