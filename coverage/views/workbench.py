"""工作台: what waits for the person signed in, and that person's figures."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from coverage.queries import has_pending_marks
from coverage.queries_dashboard import dashboard
from coverage.queries_milestones import own_shares
from coverage.queries_workbench import tasks_for
from orgs.lines import LINES
from orgs.permissions import may_see_coverage, scope_of
from orgs.queries_list import visible_unit
from orgs.queries_waiting import standing_for
from quannan.base.scope import keep_scope, parse_day, working_scope
from quannan.base.tables import without_parameters

UNREADABLE = "“截至”日期没有读出来,请写成 2011-06-30 这样;范围未改动。"


@require_GET
@login_required
def workbench(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    scope = working_scope(request)
    sees = may_see_coverage(request.user) and not scope_of(request.user).nothing
    unit = visible_unit(request.user, scope.unit) if sees else None
    found = dashboard(user=request.user, as_of=scope.as_of, unit=unit, line=scope.line) if sees else None
    shares = own_shares(user=request.user, as_of=scope.as_of, unit=unit) if sees else []
    context = {
        "found": found,
        "unit": unit,
        "unit_code": unit.code if unit else "",
        "tasks": tasks_for(request.user, found, unit=unit, shares=shares, now=timezone.now()),
        "standing": standing_for(request.user),
        "stale": sees and has_pending_marks(),
    }
    return render(request, "coverage/workbench.html", context)


@require_POST
@login_required
def scope_keep(request: HttpRequest) -> HttpResponse:
    """Keeps the working scope and returns to the page it was changed on."""
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    day = parse_day(request.POST.get("as_of", ""))
    if day is None:
        messages.error(request, UNREADABLE)
        return redirect(back)
    unit, line = request.POST.get("unit", ""), request.POST.get("line", "")
    known = visible_unit(request.user, unit)
    keep_scope(
        request,
        as_of=None if day == timezone.localdate() else day,
        unit=known.code if known else "",
        line=line if line in LINES else "",
    )
    return redirect(without_parameters(back, "unit", "own", "line", "as_of", "page"))
