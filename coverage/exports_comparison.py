"""The table on top of the comparison of two dates as an official workbook, its checks below, to sign."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from django.utils import timezone

from coverage.queries_comparison import NOTES, Days, LineRow
from quannan.base.workbook.official import Check, OfficialTable, Signature, write_official
from quannan.base.workbook.write import OutColumn

TITLE = "“两新”组织党群组织覆盖两期对比表"


def _columns(days: Days) -> list[OutColumn]:
    counts = [OutColumn("条线", "text", 14)]
    for day in (days.start, days.end):
        counts += [OutColumn(f"{day}/{name}", "count", 9) for name in ("应建", "已建")]
        counts.append(OutColumn(f"{day}/覆盖率(%)", "rate", 9))
    moved = ("应建/进入", "应建/退出", "应建/增减", "已建/新增", "已建/减少", "已建/增减")
    return [*counts, *(OutColumn(name, "count", 8) for name in moved), OutColumn("覆盖率增减/(百分点)", "rate", 10)]


def _row(row: LineRow) -> list[Any]:
    c = row.counts
    return [
        row.label,
        *(n for side in (c.before, c.after) for n in (side.eligible, side.covered, _or_dash(side.rate))),
        c.entered,
        c.left,
        c.eligible_change,
        c.gained,
        c.lost,
        c.covered_change,
        _or_dash(c.points),
    ]


def _or_dash(value: float | None) -> float | str:
    return "—" if value is None else value


def comparison_file(rows: Sequence[LineRow], days: Days, *, sentence: str, by: Any, now: datetime) -> IO[bytes]:
    """The table as .xlsx, open for reading at its start.

    Args:
        rows: as the page shows them.
        days: the two days.
        sentence: whose figures, of which days.
        by: the User who asked.
        now: when, aware.
    """
    local = timezone.localtime(now)
    filler = by.name or by.username
    out = io.BytesIO()
    write_official(
        out,
        [
            OfficialTable(
                name="两期对比",
                title=TITLE,
                sentence=f"{sentence};由 {filler} 于 {local:%Y-%m-%d %H:%M} 导出",
                columns=_columns(days),
                rows=[_row(row) for row in rows],
                checks=[Check(f"{row.label}:{c.rule}", c.sum, c.after) for row in rows for c in row.checks],
                notes=NOTES,
                signature=Signature(filler=filler, reported=f"{local:%Y-%m-%d}"),
            )
        ],
    )
    out.seek(0)
    return out
