"""Milestones as official workbooks: the figures of the pages, on A4 sheets to sign."""

import io
from datetime import datetime
from typing import IO, Any

from django.utils import timezone

from coverage.exports import made_by
from coverage.queries_bulletin_words import due_words, result_words, share_words
from coverage.queries_milestones import Standing, UnitsTable
from orgs.models import Unit
from quannan.base.workbook.official import OfficialTable, Signature, write_official
from quannan.base.workbook.write import OutColumn

RATE_NOTE = "覆盖率为已建数除以应建数的百分数,四舍五入到一位小数;达到与否按准确数判断,不按四舍五入后的百分数。"


def whose_words(unit: Unit | None, whole: str) -> str:
    """Whose figures a file holds.

    Args:
        unit: the working unit, None for all the account sees.
        whole: the account's whole sight in words.
    """
    return f"{unit.name}及下属" if unit else whole


def _sentence(standing: Standing, whose: str, by: Any, now: datetime) -> str:
    return f"统计范围:{whose};截至 {standing.figures.as_of};基数:各节点范围内的应建组织;{made_by(by, now)}"


def _written(tables: list[OfficialTable]) -> IO[bytes]:
    out = io.BytesIO()
    write_official(out, tables)
    out.seek(0)
    return out


def _signature(by: Any, now: datetime) -> Signature:
    return Signature(filler=by.name or by.username, reported=f"{timezone.localtime(now):%Y-%m-%d}")


def _lines_table(found: list[Standing], whose: str, by: Any, now: datetime) -> OfficialTable:
    columns = [
        OutColumn("节点", width=20),
        OutColumn("到期日", "date", 11),
        OutColumn("目标(%)", "rate", 7),
        OutColumn("范围", width=10),
        OutColumn("条款", width=8),
        OutColumn("条线", width=10),
        OutColumn("截至日/已建", "count", 7),
        OutColumn("截至日/应建", "count", 7),
        OutColumn("截至日/覆盖率(%)", "rate", 8),
        OutColumn("截至日/还差(家)", "count", 7),
        OutColumn("截至日/结论", width=12),
        OutColumn("到期时/已建", "count", 7),
        OutColumn("到期时/应建", "count", 7),
        OutColumn("到期时/结论", width=10),
        OutColumn("进度/需要", width=11),
        OutColumn("进度/近期", width=24),
        OutColumn("进度/预计达到", width=30),
    ]
    rows = []
    for standing in found:
        m = standing.milestone
        for line in standing.lines:
            then, met = line.at_due, line.met_at_due
            rows.append(
                [
                    m.name,
                    m.due_on,
                    m.target,
                    m.get_population_display(),
                    m.clause,
                    line.label,
                    line.now.covered,
                    line.now.eligible,
                    line.now.rate if line.now.rate is not None else "—",
                    line.pace.lacking,
                    line.tag.word,
                    then.covered if then else "未到期",
                    then.eligible if then else "未到期",
                    met.word if met else "未到期",
                    line.required,
                    line.speed,
                    line.forecast,
                ]
            )
    notes = [text for standing in found for text in _notes(standing)]
    return OfficialTable(
        name="目标节点",
        title="“两新”组织党群组织覆盖目标节点进度表",
        sentence=_sentence(found[0], whose, by, now),
        columns=columns,
        rows=rows,
        notes=[*dict.fromkeys(notes), RATE_NOTE, found[0].assumption],
        signature=_signature(by, now),
    )


def _notes(standing: Standing) -> list[str]:
    m = standing.milestone
    said = [
        f"{m.name}:{due_words(standing.row) if standing.figures.days_left < 0 else result_words(standing.row)}".replace(
            "\n", ","
        )
    ]
    if m.reading:
        said.append(f"{m.name}({m.clause}):{m.reading}")
    return said + [f"{m.name}:{text}。" for text in standing.explanations]


def milestones_file(found: list[Standing], *, whose: str, by: Any, now: datetime) -> IO[bytes]:
    """All milestones as .xlsx, open for reading at its start.

    Args:
        found: at least one.
        whose: whose figures.
        by: the User who asked.
        now: when, aware.
    """
    return _written([_lines_table(found, whose, by, now)])


def milestone_file(standing: Standing, table: UnitsTable | None, *, whose: str, by: Any, now: datetime) -> IO[bytes]:
    """One milestone with its units and its months as .xlsx, open for reading at its start.

    Args:
        standing: the milestone.
        table: its units, None for accounts that compare none.
        whose: whose figures.
        by: the User who asked.
        now: when, aware.
    """
    sheets = [_lines_table([standing], whose, by, now)]
    if table is not None and table.rows:
        sheets.append(_units_table(standing, table, whose, by, now))
    sheets.append(_months_table(standing, whose, by, now))
    return _written(sheets)


def _units_table(standing: Standing, table: UnitsTable, whose: str, by: Any, now: datetime) -> OfficialTable:
    columns = [OutColumn("单位", width=14)]
    for line in standing.lines:
        columns += [OutColumn(f"{line.label}/{word}", kind, width) for word, kind, width in UNIT_COLUMNS]
    rows = [
        [row.unit.name, *(cell for line in row.lines for cell in _unit_cells(line, table.whole))] for row in table.rows
    ]
    notes = ["各单位只计本级直接管理的组织,互不重复。“按缺口比例”把全县还差的家数按各单位应建未建数分摊(最大余数法)。"]
    notes += [
        f"{line.label}:{table.since} 分解,当日还差 {line.needed} 家,已分 {line.given} 家,{line.difference}。"
        for line in table.split
        if table.whole
    ]
    return OfficialTable(
        name="各单位",
        title=f"{standing.milestone.name}:各单位进度表",
        sentence=_sentence(standing, whose, by, now),
        columns=columns,
        rows=rows,
        notes=[*notes, RATE_NOTE],
        signature=_signature(by, now),
    )


UNIT_COLUMNS = (
    ("已建", "count", 6),
    ("应建", "count", 6),
    ("覆盖率(%)", "rate", 7),
    ("应建未建", "count", 7),
    ("按缺口比例", "count", 7),
    ("分解数", "count", 6),
    ("分解后净增", "count", 7),
    ("结论", "text", 10),
)


def _unit_cells(line, whole: bool) -> list[Any]:
    counts = line.counts
    return [
        counts.covered,
        counts.eligible,
        counts.rate if counts.rate is not None else "—",
        counts.gap,
        line.portion.count if whole else "—",
        line.share.count if line.share else "—",
        line.gained if line.share else "—",
        line.tag.word,
    ]


def _months_table(standing: Standing, whose: str, by: Any, now: datetime) -> OfficialTable:
    columns = [OutColumn("截至", "date", 12), *(OutColumn(line.label, width=22) for line in standing.lines)]
    rows = [
        [day, *(share_words(counts[line.line].covered, counts[line.line].eligible) for line in standing.lines)]
        for day, counts in standing.history
    ]
    return OfficialTable(
        name="按月",
        title=f"{standing.milestone.name}:按月进度",
        sentence=_sentence(standing, whose, by, now),
        columns=columns,
        rows=rows,
        notes=[standing.assumption],
        signature=_signature(by, now),
        landscape=False,
    )
