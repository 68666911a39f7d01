"""填报负担 as a workbook."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import IO, Any

from django.utils import timezone

from evaluation.queries_burden import Burden
from quannan.base.workbook.write import OutColumn, write_table

COLUMNS = [
    OutColumn("批次"), OutColumn("单位类别"), OutColumn("年报(份)"), OutColumn("每份问题数(中位)"),
    OutColumn("问题总数"), OutColumn("已知"), OutColumn("已知%", "rate"), OutColumn("无变化"), OutColumn("无变化%", "rate"),
    OutColumn("有变化"), OutColumn("有变化%", "rate"), OutColumn("不清楚"), OutColumn("不清楚%", "rate"),
    OutColumn("填报用时(分钟,中位)", "rate"), OutColumn("计时年报(份)"),
]  # fmt: skip


def burden_file(groups: Iterable[tuple[str, Burden]], *, whose: str, by: Any, now: datetime) -> IO[bytes]:
    """Every round and kind, with what each share is of.

    Args:
        groups: (the round's name, its figures for one kind), in the page's order.
        whose: the scope in words.
        by: the User who asked.
        now: when, aware.
    """
    rows = []
    for name, one in groups:
        shares = [value for _, n, rate in one.shares for value in (n, rate)]
        rows.append([name, one.kind_label, one.reports, one.median, one.asked, *shares, one.minutes, one.timed])
    made = f"由 {by.name or by.username} 于 {timezone.localtime(now):%Y-%m-%d %H:%M} 导出"
    out = io.BytesIO()
    sentence = f"{whose},各批次已报送年报的现行版本;百分比的基数为问题总数;{made}"
    write_table(out, "填报负担", sentence, COLUMNS, rows)
    out.seek(0)
    return out
