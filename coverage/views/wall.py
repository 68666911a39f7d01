"""大屏: the county at a glance on a screen that nobody touches."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.models import ALL
from coverage.queries import has_pending_marks
from coverage.queries_dashboard import LABELS, dashboard, rate_when_built
from coverage.queries_gaps import one_missing
from orgs.permissions import may_compare_units
from orgs.queries_list import visible_unit, whole_scope_word
from quannan.base.scope import page_for, working_scope

GAP_ROWS = 12


@require_GET
@page_for(may_compare_units)
def coverage_wall(request: HttpRequest) -> HttpResponse:
    """The dashboard's own figures, drawn for 1920 × 1080; it asks for them anew every five minutes."""
    scope = working_scope(request)
    unit = visible_unit(request.user, scope.unit)
    found = dashboard(user=request.user, as_of=scope.as_of, unit=unit, line=scope.line)
    gap = one_missing(request.user, scope.as_of, unit=unit, limit=GAP_ROWS)
    context = {
        "dashboard": found,
        "report": found.report,
        "base": found.report.base,
        "whose": f"{unit.name}及下属" if unit else whole_scope_word(request.user),
        "unit_code": unit.code if unit else "",
        "rank_label": LABELS[found.rank_line],
        "gap": gap,
        "gap_rate": rate_when_built(found, gap.count),
        "work": found.report.populations["all"],
        "all_line": ALL,
        "stale": has_pending_marks(),
        "now": timezone.localtime(),
    }
    return render(request, "coverage/wall.html", context)
