"""标准与节点, and the state of the machinery behind the figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.queries import has_pending_marks, pending_marks
from coverage.queries_pages import last_check
from coverage.queries_standards import standards_page
from orgs.permissions import may_edit_standards, may_see_standards, may_see_system
from quannan.base.queries_system import services
from quannan.base.scope import page_for, working_scope


@require_GET
@page_for(may_see_standards)
def standard_list(request: HttpRequest) -> HttpResponse:
    """Standards, scale rules and milestones: clause, validity, reading, versions, and boundary tables worked out live."""
    as_of = working_scope(request).as_of
    context = {
        "page": standards_page(as_of),
        "as_of": as_of,
        "may_edit": may_edit_standards(request.user),
        "stale": has_pending_marks(),
    }
    return render(request, "coverage/standard_list.html", context)


@require_GET
@page_for(may_see_system)
def system_status(request: HttpRequest) -> HttpResponse:
    """运行状态: pending changes, the last nightly comparison, the services."""
    context = {
        "pending": pending_marks(),
        "check": last_check(),
        "services": services(now=timezone.now()),
    }
    return render(request, "coverage/system_status.html", context)
