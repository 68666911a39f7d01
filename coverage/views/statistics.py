"""信息统计表: the page, and the official workbook of the same figures."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.exports_statistics import statistics_file, statistics_sentence
from coverage.queries import has_pending_marks
from coverage.queries_statistics import Statistics, statistics
from coverage.tables_statistics import SECTIONS, TITLE, cells_of, checks_of, notes_of
from orgs.permissions import may_export_register, may_see_coverage
from orgs.queries_list import visible_unit, whole_scope_word
from quannan.base.scope import page_for, working_scope


def _form(request: HttpRequest) -> Statistics:
    scope = working_scope(request)
    return statistics(user=request.user, as_of=scope.as_of, unit=visible_unit(request.user, scope.unit))


@require_GET
@page_for(may_see_coverage)
def statistics_form(request: HttpRequest) -> HttpResponse:
    """One row per unit at the working date, every number open to what it counts, with the checks below."""
    found = _form(request)
    sections = [
        (section, [cells_of(section, row, found) for row in found.rows], cells_of(section, found.total, found))
        for section in SECTIONS
    ]
    context = {
        "found": found,
        "title": TITLE,
        "sections": sections,
        "checks": checks_of(found),
        "notes": notes_of(found),
        "sentence": statistics_sentence(found, whole_scope_word(request.user)),
        "unit_code": found.unit.code if found.unit else "",
        "may_export": may_export_register(request.user),
        "stale": has_pending_marks(),
        "now": timezone.localtime(),
    }
    return render(request, "coverage/statistics.html", context)


@require_GET
@page_for(may_export_register)
def statistics_export(request: HttpRequest) -> FileResponse:
    """The form as a workbook."""
    found = _form(request)
    file = statistics_file(found, whose=whole_scope_word(request.user), by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"信息统计表-{found.as_of}.xlsx")
