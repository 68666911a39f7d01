"""信息统计表 as the official workbook: the page's figures, on A4 sheets to sign."""

import io
from datetime import datetime
from typing import IO, Any

from django.utils import timezone

from coverage.queries_statistics import Statistics
from coverage.tables_statistics import SECTIONS, TITLE, checks_of, notes_of
from quannan.base.workbook.official import OfficialTable, Signature, write_official


def statistics_sentence(found: Statistics, whose: str) -> str:
    """Whose figures of which day over which base, for the page and the file.

    Args:
        found: the form.
        whose: the account's whole sight in words.
    """
    scope = f"{found.unit.name}及下属" if found.unit else whose
    base = found.report.base
    return f"统计范围:{scope};截至 {found.as_of};基数:在册正常经营的组织 {base.organizations:,} 家"


def statistics_file(found: Statistics, *, whose: str, by: Any, now: datetime) -> IO[bytes]:
    """The form as .xlsx, open for reading at its start: one sheet for party bodies, one for the others.

    Args:
        found: the form.
        whose: the account's whole sight in words.
        by: the User who asked.
        now: when, aware.
    """
    local = timezone.localtime(now)
    filler = by.name or by.username
    sentence = f"{statistics_sentence(found, whose)};由 {filler} 于 {local:%Y-%m-%d %H:%M} 导出"
    out = io.BytesIO()
    write_official(
        out,
        [
            OfficialTable(
                name=section.name,
                title=TITLE,
                sentence=sentence,
                columns=[column.out for column in section.columns],
                rows=[[column.value(row) for column in section.columns] for row in found.rows],
                sums=[column.value(found.total) for column in section.columns],
                checks=checks_of(found, section.lines),
                notes=notes_of(found),
                signature=Signature(filler=filler, reported=f"{local:%Y-%m-%d}"),
            )
            for section in SECTIONS
        ],
    )
    out.seek(0)
    return out
