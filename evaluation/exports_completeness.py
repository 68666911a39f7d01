"""完成情况 as a workbook."""

import io
from datetime import datetime
from typing import IO, Any

from django.utils import timezone

from evaluation.queries_completeness import Completeness, Counts
from quannan.base.workbook.write import write_table

COLUMNS = [
    "单位(含下属)", "批次内", "已报", "已报%", "按时", "补报", "其中代报", "县审核通过", "通过%",
    "退回修改", "待单位审核", "待县审核",
]  # fmt: skip


def completeness_file(found: Completeness, *, whose: str, by: Any, now: datetime) -> IO[bytes]:
    """Every unit with those below it, and all together; what waits is empty for a day that is over.

    Args:
        found: the round by unit.
        whose: the scope in words.
        by: the User who asked.
        now: when, aware.
    """

    def numbers(name: str, one: Counts) -> list[Any]:
        waiting = [one.returned, one.unit, one.county] if found.now_too else [None] * 3
        return [
            name, one.all, one.filed, one.filed_rate, one.in_time, one.late, one.behalf, one.accepted,
            one.accepted_rate, *waiting,
        ]  # fmt: skip

    rows = [numbers("　" * row.depth + row.unit.name, row.counts) for row in found.rows]
    rows.append(numbers("合计", found.total))
    made = f"由 {by.name or by.username} 于 {timezone.localtime(now):%Y-%m-%d %H:%M} 导出"
    out = io.BytesIO()
    sentence = f"{whose},{found.round.name},截至 {found.as_of};百分比的基数为批次内;{made}"
    write_table(out, "年报完成情况", sentence, COLUMNS, rows)
    out.seek(0)
    return out
