"""完成情况 of a round by unit, and 填报负担 over the years."""

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from evaluation.exports_burden import burden_file
from evaluation.exports_completeness import completeness_file
from evaluation.permissions import may_export_reports, may_see_reports
from evaluation.queries_burden import Burden, burdens
from evaluation.queries_completeness import Completeness, Counts, completeness
from evaluation.queries_report_list import rounds_opened
from orgs.permissions import today
from orgs.queries_list import whole_scope_word
from quannan.base.scope import page_for, working_scope

# What opens behind each number: the filters of the list of reports.
BEHIND: dict[str, dict[str, str]] = {
    "all": {},
    "filed": {"filed": "yes"},
    "in_time": {"filed": "yes", "late": "no"},
    "late": {"filed": "yes", "late": "yes"},
    "behalf": {"filed": "yes", "behalf": "yes"},
    "accepted": {"accepted": "yes"},
    "returned": {"state": "returned"},
    "unit": {"state": "submitted"},
    "county": {"state": "unit_accepted"},
}


def _found(request: HttpRequest) -> tuple[list[Any], Completeness | None]:
    rounds = list(rounds_opened())
    asked = request.GET.get("round", "")
    chosen = next((one for one in rounds if str(one.pk) == asked), None)
    if asked and chosen is None:
        raise Http404
    if not rounds:
        return [], None
    day = min(working_scope(request).as_of, today())
    return rounds, completeness(request.user, chosen or rounds[0], day, timezone.now())


def _links(found: Completeness, counts: Counts, unit: str) -> dict[str, tuple[int, str]]:
    """Each number with the address of the reports behind it."""
    base = {"round": found.round.pk, "unit": unit}
    if not found.now_too:
        base["by"] = found.as_of.isoformat()
    listed = reverse("report-list")
    return {name: (getattr(counts, name), f"{listed}?{urlencode({**base, **more})}") for name, more in BEHIND.items()}


@require_GET
@page_for(may_see_reports)
def report_completeness(request: HttpRequest) -> HttpResponse:
    """完成情况: filed and accepted by unit, as at a day."""
    rounds, found = _found(request)
    context: dict[str, Any] = {"rounds": rounds, "found": found, "whose": whole_scope_word(request.user)}
    if found is not None:
        context |= {
            "rows": [(row, row.counts, _links(found, row.counts, row.unit.code)) for row in found.rows],
            "total_links": _links(found, found.total, ""),
            "may_export": may_export_reports(request.user),
            "today": today(),
            "now": timezone.localtime(),
        }
    return render(request, "evaluation/completeness.html", context)


@require_GET
@page_for(may_export_reports)
def completeness_export(request: HttpRequest) -> FileResponse:
    """The same as a workbook."""
    _, found = _found(request)
    if found is None:
        raise Http404
    file = completeness_file(found, whose=whole_scope_word(request.user), by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"年报完成情况-{found.as_of}.xlsx")


def _burdens(user: Any) -> list[tuple[Any, list[Burden]]]:
    """Every round with something filed and its kinds, the newest round first."""
    by_round: dict[int, list[Burden]] = {}
    for one in burdens(user):
        by_round.setdefault(one.round_id, []).append(one)
    return [(round_, by_round[round_.pk]) for round_ in rounds_opened() if round_.pk in by_round]


@require_GET
@page_for(may_see_reports)
def report_burden(request: HttpRequest) -> HttpResponse:
    """填报负担: every round and kind, the newest round first."""
    listed = reverse("report-list")

    def behind(one: Burden) -> str:
        return f"{listed}?{urlencode({'round': one.round_id, 'unit': '', 'kind': one.kind, 'filed': 'yes'})}"

    context = {
        "groups": [(round_, [(one, behind(one)) for one in kinds]) for round_, kinds in _burdens(request.user)],
        "whose": whole_scope_word(request.user),
        "may_export": may_export_reports(request.user),
    }
    return render(request, "evaluation/burden.html", context)


@require_GET
@page_for(may_export_reports)
def burden_export(request: HttpRequest) -> FileResponse:
    """The same as a workbook."""
    now = timezone.now()
    rows = [(round_.name, one) for round_, kinds in _burdens(request.user) for one in kinds]
    file = burden_file(rows, whose=whole_scope_word(request.user), by=request.user, now=now)
    return FileResponse(file, as_attachment=True, filename=f"填报负担-{timezone.localdate(now)}.xlsx")
