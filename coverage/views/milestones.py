"""目标节点: every milestone with its pace, one of them with its units, and both as files."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.domain.pace import BAND_RULES, USUAL_WINDOW, WINDOWS
from coverage.exports_milestones import milestone_file, milestones_file, whose_words
from coverage.models import Milestone
from coverage.queries import has_pending_marks
from coverage.queries_milestones import (
    Standing,
    UnitsTable,
    changes_of,
    chart_of,
    milestones_listed,
    sees_units,
    standings,
    unit_standings,
)
from coverage.queries_pace import band_tag
from orgs.models import Unit
from orgs.permissions import may_edit_standards, may_export_register, may_see_coverage
from orgs.queries_list import visible_unit, whole_scope_word
from quannan.base.scope import page_for, working_scope


def window_of(request: HttpRequest) -> int:
    """The months the pace is taken over: one of WINDOWS, the usual one where the address names none of them.

    Args:
        request: ?window=3.
    """
    asked = request.GET.get("window", "")
    return int(asked) if asked in {str(months) for months in WINDOWS} else USUAL_WINDOW


def _unit(request: HttpRequest) -> Unit | None:
    return visible_unit(request.user, working_scope(request).unit)


def _standings(request: HttpRequest, milestones: list[Milestone], unit: Unit | None) -> list[Standing]:
    as_of, months = working_scope(request).as_of, window_of(request)
    return standings(user=request.user, as_of=as_of, unit=unit, milestones=milestones, months=months)


def _shared(request: HttpRequest, unit: Unit | None) -> dict:
    return {
        "unit": unit,
        "unit_code": unit.code if unit else "",
        "whose": whose_words(unit, whole_scope_word(request.user)),
        "as_of": working_scope(request).as_of,
        "months": window_of(request),
        "windows": WINDOWS,
        "band_rules": [(band_tag(band), rule) for band, rule in BAND_RULES.items()],
        "stale": has_pending_marks(),
        "may_export": may_export_register(request.user),
        "may_edit": may_edit_standards(request.user),
        "now": timezone.localtime(),
    }


@require_GET
@page_for(may_see_coverage)
def milestone_list(request: HttpRequest) -> HttpResponse:
    """Every milestone at the working date; the retired ones under a tab of their own."""
    unit, retired = _unit(request), request.GET.get("state") == "retired"
    found = _standings(request, milestones_listed(active=not retired), unit)
    return render(
        request, "coverage/milestone_list.html", {**_shared(request, unit), "found": found, "retired": retired}
    )


@require_GET
@page_for(may_export_register)
def milestones_export(request: HttpRequest) -> FileResponse:
    """The milestones in use as an official workbook."""
    unit = _unit(request)
    found = _standings(request, milestones_listed(active=request.GET.get("state") != "retired"), unit)
    if not found:
        raise Http404
    whose = whose_words(unit, whole_scope_word(request.user))
    file = milestones_file(found, whose=whose, by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"目标节点-{working_scope(request).as_of}.xlsx")


def _table(request: HttpRequest, milestone: Milestone, unit: Unit | None) -> UnitsTable | None:
    if not sees_units(request.user):
        return None
    as_of, months = working_scope(request).as_of, window_of(request)
    return unit_standings(user=request.user, as_of=as_of, unit=unit, milestone=milestone, months=months)


@require_GET
@page_for(may_see_coverage)
def milestone_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One milestone: its lines, its chart, its units with their shares, and who changed it when."""
    milestone, unit = get_object_or_404(Milestone, pk=pk), _unit(request)
    standing = _standings(request, [milestone], unit)[0]
    context = {
        **_shared(request, unit),
        "standing": standing,
        "milestone": milestone,
        "chart": chart_of(standing),
        "table": _table(request, milestone, unit),
        "changes": changes_of(milestone),
    }
    return render(request, "coverage/milestone_detail.html", context)


@require_GET
@page_for(may_export_register)
def milestone_export(request: HttpRequest, pk: int) -> FileResponse:
    """One milestone with its units and months as an official workbook."""
    milestone, unit = get_object_or_404(Milestone, pk=pk), _unit(request)
    file = milestone_file(
        _standings(request, [milestone], unit)[0],
        _table(request, milestone, unit),
        whose=whose_words(unit, whole_scope_word(request.user)),
        by=request.user,
        now=timezone.now(),
    )
    return FileResponse(file, as_attachment=True, filename=f"{milestone.name}-{working_scope(request).as_of}.xlsx")
