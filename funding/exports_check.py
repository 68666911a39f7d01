"""人均活动经费 by unit as a workbook."""

import io
from datetime import datetime
from typing import IO, Any

from django.utils import timezone

from funding.domain.adequacy import Tally
from funding.queries_check import BASE, Check, reading_words
from quannan.base.workbook.write import write_table

COLUMNS = [
    "单位(不含下属)", "有党组织", "基数", "达标", "达标%", "未达标", "未登记经费", "党员数不掌握", "无党员", "还差(元)",
]  # fmt: skip


def check_file(check: Check, *, whose: str, by: Any, now: datetime) -> IO[bytes]:
    """Every unit with its own organizations, and all together.

    Args:
        check: the check of a year.
        whose: the scope in words.
        by: the User who asked.
        now: when, aware.
    """

    def numbers(name: str, one: Tally) -> list[Any]:
        return [
            name, one.organizations, one.rated, one.met, one.rate, one.short, one.unregistered, one.unknown,
            one.memberless, one.missing,
        ]  # fmt: skip

    rows = [numbers(row.unit.name, row.tally) for row in check.rows]
    rows.append(numbers("合计", check.total))
    made = f"由 {by.name or by.username} 于 {timezone.localtime(now):%Y-%m-%d %H:%M} 导出"
    out = io.BytesIO()
    sentence = f"{whose},{reading_words(check.reading)};达标%的基数为{BASE},不掌握的计入基数、不算达标;{made}"
    write_table(out, "人均活动经费", sentence, COLUMNS, rows)
    out.seek(0)
    return out
