"""考核汇总 as a workbook."""

import io
from datetime import datetime
from typing import IO, Any

from django.utils import timezone

from evaluation.queries_assessments import Summary, Tally
from quannan.base.workbook.write import write_table


def summary_file(found: Summary, *, whose: str, by: Any, now: datetime) -> IO[bytes]:
    """Every unit with those below it, and all together.

    Args:
        found: the scheme by unit.
        whose: the scope in words.
        by: the User who asked.
        now: when, aware.
    """

    def numbers(name: str, one: Tally) -> list[Any]:
        bands = [one.bands[band] for band in found.bands]
        return [name, one.all, *bands, one.incomplete, one.confirmed, one.complete, one.average]

    rows = [numbers("　" * depth + unit.name, tally) for unit, depth, tally in found.rows]
    rows.append(numbers("合计", found.total))
    columns = ["单位(含下属)", "考核", *found.bands, "尚缺评分", "已核定", "评分齐全", "平均分"]
    when = f"{timezone.localtime(now):%Y-%m-%d %H:%M}"
    sentence = f"{whose},{found.scheme.name};平均分只算评分齐全的;由 {by.name or by.username} 于 {when} 导出"
    out = io.BytesIO()
    write_table(out, "考核汇总", sentence, columns, rows)
    out.seek(0)
    return out
