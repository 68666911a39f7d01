"""年报审核进度 as a workbook."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import IO, Any

from django.utils import timezone

from evaluation.queries_workload import DAYS, Load
from quannan.base.workbook.write import OutColumn, write_table

COLUMNS = [
    OutColumn("审核单位"), OutColumn("步骤"), OutColumn("现在待审(份)"), OutColumn("最久已等(天)"),
    OutColumn(f"近{DAYS}天办理(次)"), OutColumn("一般用时(天,中位数)", "rate"),
]  # fmt: skip


def workload_file(loads: Iterable[Load], *, whose: str, by: Any, now: datetime) -> IO[bytes]:
    """Each step and unit with what waits there, as the page shows it.

    Args:
        loads: as `workload_of` gives them.
        whose: the scope in words.
        by: the User who asked.
        now: when, aware.
    """
    rows = [[one.name, one.stage.label, one.waiting, one.oldest, one.decided, one.median] for one in loads]
    made = f"由 {by.name or by.username} 于 {timezone.localtime(now):%Y-%m-%d %H:%M} 导出"
    out = io.BytesIO()
    sentence = f"{whose};单位审核从报送算起,县审核从单位审核通过算起;退回和通过都算办理;{made}"
    write_table(out, "年报审核进度", sentence, COLUMNS, rows)
    out.seek(0)
    return out
