"""标准与节点, and the state of the machinery behind the figures."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from coverage.queries import has_pending_marks, pending_marks
from coverage.queries_pages import last_checks
from coverage.queries_standards import standards_page
from coverage.tasks import verify_coverage
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
    """运行状态: pending changes, the last nightly comparisons, the services."""
    checks = last_checks()
    context = {
        "pending": pending_marks(),
        "check": checks[0] if checks else None,
        "checks": checks,
        "services": services(now=timezone.now()),
    }
    return render(request, "coverage/system_status.html", context)


@require_POST
@page_for(may_see_system)
def system_verify(request: HttpRequest) -> HttpResponse:
    """立即核对: the nightly comparison now, by the worker; one at a time."""
    verify_coverage.delay()
    messages.success(request, "核对已开始,由后台进行;几分钟后刷新本页看结果。正在核对时再点不会重复进行。")
    return redirect("system-status")
