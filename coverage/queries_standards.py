"""Reads for 标准与节点: versions with their boundary tables, and what a version would change, named."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from coverage.domain.boundaries import Boundary, ScaleBoundary, boundaries, scale_boundaries
from coverage.domain.figures import MilestoneFigures, Report
from coverage.domain.standards import RulePreview
from coverage.domain.what_if import Moved
from coverage.models import Measure, Milestone, Population, ScaleRule, Span, Standard
from coverage.queries_dashboard import LABELS, MilestoneRow, milestone_row
from coverage.queries_pages import spans_at, standards_in_order
from coverage.queries_scenarios import SHOWN_LINES, LineChange
from coverage.tags import Tag, tag_of
from orgs.lines import LINES
from orgs.models import BodyForm

LISTED = 50


def form_labels() -> dict[str, str]:
    """Names of forms of bodies by code."""
    return dict(BodyForm.objects.values_list("code", "label"))


@dataclass(frozen=True)
class BoundaryRow:
    """One count of a boundary table in words."""

    count: str
    tag: Tag
    form: str


@dataclass(frozen=True)
class StandardShown:
    """One version of a standard as the page shows it."""

    row: Standard
    rungs: str
    boundaries: list[BoundaryRow]


@dataclass(frozen=True)
class ScaleShown:
    """One version of the rule of scale as the page shows it."""

    row: ScaleRule
    boundaries: list[tuple[ScaleBoundary, Tag]]


@dataclass(frozen=True)
class StandardsPage:
    """Everything of 标准与节点."""

    lines: list[tuple[str, str, list[StandardShown]]]
    scales: list[ScaleShown]
    milestones: list[Milestone]


SCALE_TAGS = {
    True: Tag("规模以上", "✓", "met"),
    False: Tag("规模以下", "–", "na"),
    None: Tag("规模不明", "?", "due"),
}


def standards_page(as_of: date) -> StandardsPage:
    """Standards by line with all versions, rules of scale and milestones: six queries.

    Args:
        as_of: the day boundary tables are worked out on, where a version holds then.
    """
    rules = standards_in_order()
    standards, scales = list(rules["standards"]), list(rules["scale_rules"])
    tables, labels = boundaries(standards, as_of), form_labels()
    scale_tables = scale_boundaries(scales, as_of)
    shown: dict[str, list[StandardShown]] = {line: [] for line in LINES}
    for row in standards:
        rungs = "、".join(_rung(one, labels) for one in row.rungs)
        shown[row.line].append(StandardShown(row, rungs, [_boundary(row, b, labels) for b in tables[row.pk]]))
    return StandardsPage(
        lines=[(line, LABELS[line], versions) for line, versions in shown.items()],
        scales=[ScaleShown(row, [(b, SCALE_TAGS[b.above]) for b in scale_tables[row.pk]]) for row in scales],
        milestones=list(rules["milestones"]),
    )


def _rung(rung: dict[str, Any], labels: dict[str, str]) -> str:
    note = f"({rung['note']})" if rung.get("note") else ""
    return f"≥{rung['min']} {labels.get(rung['form'], rung['form'])}{note}·{rung['duty']}"


def _boundary(row: Standard, found: Boundary, labels: dict[str, str]) -> BoundaryRow:
    if row.measure == Measure.ABOVE_SCALE:
        count = {0: "规模以下", 1: "规模以上", None: "规模不明"}[found.count]
    else:
        count = "不明" if found.count is None else f"{found.count}"
    form = "—"
    if found.form:
        code, note, other = found.form
        form = labels.get(code, code) + (f"({note})" if note else "")
        form += f",可建{labels.get(other, other)}" if other else ""
    return BoundaryRow(count, tag_of(found.state), form)


def last_standard(line: str) -> Standard | None:
    """The last version of a line's standard.

    Args:
        line: code of `Line`.
    """
    return Standard.objects.filter(line=line).order_by("period").last()


def last_scale_rule() -> ScaleRule | None:
    """The last version of the rule of scale."""
    return ScaleRule.objects.order_by("period").last()


@dataclass(frozen=True)
class MovedRow:
    """One organization whose verdict another version changes."""

    span: Span | None
    moved: Moved

    @property
    def changes(self) -> list[tuple[str, Tag, Tag]]:
        """Lines with another verdict: label, as it is, as it would be."""
        return [
            (LABELS[line], tag_of(self.moved.before[line]), tag_of(self.moved.after[line]))
            for line in LINES
            if self.moved.before[line] != self.moved.after[line]
        ]


def moved_rows(moved: list[Moved], *, user: Any, day: date) -> list[MovedRow]:
    """Changed organizations with their names: one query.

    Args:
        moved: as a preview gives them.
        user: the reader.
        day: of the preview.
    """
    keys = [one.organization_id for one in moved]
    spans = {span.organization_id: span for span in spans_at(user, day).filter(organization__in=keys)}
    rows = [MovedRow(spans.get(one.organization_id), one) for one in moved]
    return [row for row in rows if row.span is not None]


def changes_between(before: Report, after: Report) -> list[LineChange]:
    """Each line of all organizations, as it is and as it would be.

    Args:
        before: figures of a day.
        after: the same day otherwise.
    """
    was, now = (told.populations[Population.ALL].lines for told in (before, after))
    return [LineChange(line, LABELS[line], was[line], now[line]) for line in SHOWN_LINES]


def milestones_between(preview: RulePreview) -> list[tuple[MilestoneRow, MilestoneRow]]:
    """Each milestone as it is and as it would be.

    Args:
        preview: of a version.
    """
    then: dict[str, MilestoneFigures] = {m.milestone.code: m for m in preview.after.milestones}
    return [(milestone_row(was), milestone_row(then[was.milestone.code])) for was in preview.before.milestones]
