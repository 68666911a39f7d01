"""Entries in the layout of 经费表: read back, they change nothing."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.utils import timezone

from funding.imports.form import funds_form
from funding.models import FundEntry
from orgs.imports.maps import CodeLists
from orgs.lines import Precision
from orgs.models import Code, User
from orgs.models.codes import CodeList
from quannan.base.workbook.template import template


def funds_form_file(
    entries: Iterable[FundEntry], *, whose: str, as_of: dt.date, by: User, now: dt.datetime
) -> IO[bytes]:
    """Entries as a filled 经费表.

    Args:
        entries: those that count, with organization, in the order of the rows; the caller has made sure that they may
            be seen.
        whose: whose entries these are, in words.
        as_of: the working day, inclusive.
        by: who asks.
        now: when, aware.
    """
    form = funds_form(CodeLists.load())
    codes = Code.objects.filter(list_name__in=(CodeList.FUND_SOURCE, CodeList.FUND_PURPOSE))
    labels = {(row.list_name, row.code): row.label for row in codes}

    def rows() -> Iterator[dict[str, Any]]:
        for number, entry in enumerate(entries, 1):
            yield {
                "ordinal": number,
                "uscc": entry.organization.uscc or entry.organization.old_code,
                "name": entry.organization.name,
                "line": entry.get_line_display(),
                "direction": entry.get_direction_display(),
                "source": labels.get((CodeList.FUND_SOURCE, entry.source)),
                "purpose": labels.get((CodeList.FUND_PURPOSE, entry.purpose)),
                "occurred": day_cell(entry.occurred_on, entry.occurred_precision),
                "amount": entry.amount_yuan,
                "voucher": entry.voucher or None,
                "note": entry.note or None,
            }

    out = io.BytesIO()
    made = f"由 {by.name or by.username} 于 {timezone.localtime(now):%Y-%m-%d %H:%M} 导出"
    template(
        form,
        out,
        ([values.get(column.field) for column in form.printed] for values in rows()),
        sentence=f"截止日期:{as_of.year}年{as_of.month}月{as_of.day}日  {whose}  {made}",
    )
    out.seek(0)
    return out


def day_cell(day: dt.date, precision: str) -> dt.date | str:
    """A day as exactly as it is known.

    Args:
        day: the day stored.
        precision: day, month or year.
    """
    if precision == Precision.YEAR:
        return f"{day.year}年"
    return f"{day.year}年{day.month}月" if precision == Precision.MONTH else day
