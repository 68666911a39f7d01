"""A scenario's figures, and its ticks, as workbooks."""

from collections.abc import Iterable
from datetime import datetime
from typing import IO, Any

from coverage.exports import made_by, table_file
from coverage.models import Scenario
from coverage.queries_scenarios import LineChange, ScenarioFigures, TickRow

ASSUMED = "推演,不改动台账"


def _cells(change: LineChange) -> list[Any]:
    was, now = change.before, change.after
    return [
        was.covered,
        was.eligible,
        was.rate,
        now.covered,
        now.eligible,
        now.rate,
        change.covered,
        change.eligible,
        change.points,
    ]


def figures_file(
    scenario: Scenario, found: ScenarioFigures, *, words: list[str], scope_word: str, by: Any, now: datetime
) -> IO[bytes]:
    """Lines, milestones and units of a scenario beside the truth.

    Args:
        scenario: the row.
        found: its figures.
        words: what is assumed.
        scope_word: whose figures.
        by: the User who asked.
        now: when, aware.
    """
    columns = [
        "类别",
        "名称",
        "现在已建",
        "现在应建",
        "现在%",
        "推演已建",
        "推演应建",
        "推演%",
        "已建变化(家)",
        "应建变化(家)",
        "百分点",
        "现在结论",
        "推演结论",
    ]
    rows = [["条线", change.label, *_cells(change), "", ""] for change in found.lines]
    for was, then in found.milestones:
        for before, after in zip(was.lines, then.lines, strict=True):
            change = LineChange(before.line, before.label, before.now, after.now)
            rows.append(["节点", f"{was.milestone.name} {before.label}", *_cells(change), was.tag.word, then.tag.word])
    rows += [["党(工)委", row.unit.name, *_cells(row.change), "", ""] for row in found.units]
    said = ";".join(words) or "没有改设定"
    sentence = (
        f"{ASSUMED};{scope_word},范围为{found.population[1]},基数为应建组织,对照 {scenario.as_of};假定组建"
        f" {found.what.effective} 个;{said};{made_by(by, now)}"
    )
    return table_file(f"情景推演 {scenario.name}", sentence, columns, rows)


def ticks_file(scenario: Scenario, rows: Iterable[TickRow], *, by: Any, now: datetime) -> IO[bytes]:
    """The bodies a scenario assumes built.

    Args:
        scenario: the row.
        rows: its ticks in the reader's sight.
        by: the User who asked.
        now: when, aware.
    """
    cells = (
        [row.organization.name, row.unit_name, row.line_label, row.tag.word if row.tag else "", row.effect]
        for row in rows
    )
    columns = ["单位名称", "主管党(工)委", "条线", "现在结论", "推演"]
    return table_file(f"假定组建 {scenario.name}", f"{ASSUMED};{made_by(by, now)}", columns, cells)
