"""催报单: what each organization that has not filed is told, one sheet each or one for each unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from evaluation.domain.sheet import read_form, sheet_of
from evaluation.models import AnnualReport, ReportForm
from evaluation.queries_report_list import ReportRow, report_rows
from orgs.models import Unit

# So many are printed at once; a printer is fed no more in one go.
MOST_NOTICES = 500


@dataclass(frozen=True)
class Notice:
    """What one organization is told.

    Attributes:
        row: its report.
        missing: section → how many required questions are not answered.
    """

    row: ReportRow
    missing: tuple[tuple[str, int], ...]

    @property
    def missing_words(self) -> str:
        if self.row.report.started_at is None:
            return "全部(还没有开始填)"
        return "、".join(f"{title} {count} 项" for title, count in self.missing) or "都已填好,还没有签署报送"


@dataclass(frozen=True)
class UnitNotice:
    """One unit's list of organizations that have not filed."""

    unit: Unit | None
    notices: list[Notice]


def notices_of(rows: Iterable[AnnualReport], *, now: datetime) -> list[Notice]:
    """One notice for each report; four queries for each form beside those of the list, whatever their number.

    Args:
        rows: as `reports_seen` gives them, with their answers.
        now: the clock.
    """
    shown = report_rows(rows, now=now)
    forms = {
        form.pk: read_form(form)
        for form in ReportForm.objects.filter(pk__in={one.report.round.form_id for one in shown}).order_by("pk")
    }
    found = []
    for one in shown:
        read = forms[one.report.round.form_id]
        sheet = sheet_of(one.report, read)
        counts = ((section.title, len(sheet.lacking(section))) for section, _ in read.sections)
        found.append(Notice(one, tuple((title, count) for title, count in counts if count)))
    return found


def notices_by_unit(rows: Iterable[AnnualReport], *, now: datetime) -> list[UnitNotice]:
    """One notice for each unit, in the units' order.

    Args:
        rows: as `notices_of` takes them.
        now: the clock.
    """
    grouped: dict[int | None, list[Notice]] = {}
    for notice in notices_of(rows, now=now):
        grouped.setdefault(notice.row.unit.pk if notice.row.unit else None, []).append(notice)
    found = [UnitNotice(notices[0].row.unit, notices) for notices in grouped.values()]
    return sorted(found, key=lambda one: (one.unit.order, one.unit.code) if one.unit else (10**6, ""))
