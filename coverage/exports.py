"""The trend and the dashboard as workbooks; lists export themselves."""

import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import IO

from django.utils import timezone

from coverage.domain.figures import TrendPoint
from coverage.models import MEASURED
from coverage.queries_dashboard import LABELS, TREND_LINES, Dashboard
from orgs.models import Unit
from quannan.base.workbook.write import write_table


def made_by(by, now: datetime) -> str:
    """Who took a file away, and when.

    Args:
        by: the User who asked.
        now: when, aware.
    """
    return f"由 {by.name or by.username} 于 {timezone.localtime(now):%Y-%m-%d %H:%M} 导出"


def table_file(title: str, sentence: str, columns: list[str], rows: Iterable) -> IO[bytes]:
    """One styled sheet.

    Args:
        title: name of the sheet and its first line.
        sentence: what it is of: scope, base, date, author.
        columns: headings.
        rows: values in the order of the columns.
    """
    out = io.BytesIO()
    write_table(out, title, sentence, columns, rows)
    out.seek(0)
    return out


def _whose(unit: Unit | None) -> str:
    return f"{unit.name}及下属" if unit else "全部可见范围"


def trend_file(
    points: list[TrendPoint], *, unit: Unit | None, population: str, as_of: date, by, now: datetime
) -> IO[bytes]:
    """The trend as .xlsx: one row a month, covered, eligible and rate of each line.

    Args:
        points: the chart's points.
        unit: whose figures, None for everything the account sees.
        population: in words.
        as_of: the last day.
        by: the User who asked.
        now: when, aware.
    """
    columns = ["截至"]
    for line in TREND_LINES:
        columns += [f"{LABELS[line]}已建", f"{LABELS[line]}应建", f"{LABELS[line]}%"]
    rows = (
        [
            p.day,
            *(v for line in TREND_LINES for v in (p.lines[line].covered, p.lines[line].eligible, p.lines[line].rate)),
        ]
        for p in points
    )
    sentence = (
        f"{_whose(unit)},基数为正常经营且符合组建条件的组织(应建),范围:{population},截至 {as_of};{made_by(by, now)}"
    )
    return table_file("覆盖走势", sentence, columns, rows)


def dashboard_file(found: Dashboard, *, unit: Unit | None, by, now: datetime) -> IO[bytes]:
    """Populations and units of the dashboard as .xlsx.

    Args:
        found: the dashboard.
        unit: whose figures, None for everything the account sees.
        by: the User who asked.
        now: when, aware.
    """
    base = found.report.base
    columns = ["类别", "范围", "组织"]
    for line in MEASURED:
        columns += [f"{LABELS[line]}应建", f"{LABELS[line]}已建", f"{LABELS[line]}%", f"{LABELS[line]}数据不足"]

    def cells(kind: str, name: str, organizations: int, lines) -> list:
        numbers = [v for line in MEASURED for v in _four(lines[line])]
        return [kind, name, organizations, *numbers]

    rows = [cells("全体", label, counts.organizations, counts.lines) for _, label, counts in found.populations]
    rows += [cells("党(工)委", u.unit.name, u.organizations, u.counts.lines) for u in found.units]
    sentence = (
        f"{_whose(unit)},正常经营 {base.organizations} 家,数字不明 {base.unknown_figures} 家,规模不明"
        f" {base.unknown_scale} 家,剔除 {base.excluded} 家,截至 {found.report.as_of};{made_by(by, now)}"
    )
    return table_file("覆盖进度", sentence, columns, rows)


def _four(counts) -> tuple:
    return counts.eligible, counts.covered, counts.rate, counts.unknown
