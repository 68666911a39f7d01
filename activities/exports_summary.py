"""开展情况 as a workbook."""

import io
from datetime import datetime
from typing import IO, Any

from django.utils import timezone

from activities.queries_summary import Summary, SummaryRow
from orgs.lines import Line
from quannan.base.workbook.write import write_table

PARTS = ("有组织", "开展活动", "占%", "未开展", "活动项数")


def summary_file(found: Summary, *, whose: str, by: Any, now: datetime) -> IO[bytes]:
    """Every unit with those below it, and all together, five columns a line.

    Args:
        found: the period by unit.
        whose: the scope in words.
        by: the User who asked.
        now: when, aware.
    """

    def numbers(name: str, row: SummaryRow) -> list[Any]:
        cells = [value for _, one in row.shown for value in (one.base, one.active, one.rate, one.idle, one.held)]
        return [name, *cells]

    rows = [numbers("　" * row.depth + row.unit.name, row) for row in found.rows if row.unit]
    rows.append(numbers("合计", found.total))
    made = f"由 {by.name or by.username} 于 {timezone.localtime(now):%Y-%m-%d %H:%M} 导出"
    sentence = (
        f"{whose},{found.since} 至 {found.until} 开展的活动;基数为 {found.as_of} 有该条线组织的单位(不含剔除的);{made}"
    )
    headers = ["单位(含下属)", *(f"{Line(line).label}:{part}" for line, _ in found.total.shown for part in PARTS)]
    out = io.BytesIO()
    write_table(out, "党群组织活动开展情况", sentence, headers, rows)
    out.seek(0)
    return out
