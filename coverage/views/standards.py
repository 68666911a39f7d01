"""标准与节点, and the state of the machinery behind the figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.queries import pending_marks
from coverage.queries_pages import last_check, standards_in_order
from orgs.permissions import may_see_standards, may_see_system
from quannan.base.queries_system import services
from quannan.base.scope import page_for, working_scope


@require_GET
@page_for(may_see_standards)
def standard_list(request: HttpRequest) -> HttpResponse:
    """Standards, scale rules and milestones as rows: clause, validity, reading."""
    rules = standards_in_order()
    as_of = working_scope(request).as_of
    return render(request, "coverage/standard_list.html", {**rules, "as_of": as_of})


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
