"""未建原因与组建计划 of one organization and one line."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from orgs.domain.plans import record_plan
from orgs.forms_terms import PlanForm
from orgs.lines import LINES, Line
from orgs.models import Organization
from orgs.models.codes import CodeList
from orgs.permissions import may_edit_line, may_edit_some_line
from orgs.queries_plans import plan_of
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from quannan.base.scope import NO_ACCESS, page_for, working_scope


@form_view
@page_for(may_edit_some_line)
def plan_record(request: HttpRequest, pk: int, line: str) -> HttpResponse:
    """填写未建原因与计划."""
    if line not in LINES:
        raise Http404
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    if not may_edit_line(request.user, line):
        raise PermissionDenied(NO_ACCESS)
    as_of = min(working_scope(request).as_of, timezone.localdate())
    form = PlanForm(request.POST or None, initial={**PlanForm.initial_of(plan_of(organization, line)), "from_": as_of})
    page = Page(
        f"{Line(line).label}:未建原因与计划",
        f"{organization.name};原来填的到新的一条前一天为止,不会丢失",
        "保存",
        "已保存。",
        f"{reverse('organization-detail', args=[organization.pk])}?tab=plans",
        organization.name,
    )

    def act(said: dict) -> None:
        record_plan(
            organization=organization,
            line=line,
            situation=form.situation(),
            from_=said["from_"],
            version=said["version"],
            by=request.user,
            now=timezone.now(),
        )

    def fresh(stale) -> PlanForm:
        data = request.POST.copy()
        data["version"] = str(stale.current.version)
        return PlanForm(data)

    return form_page(request, form, act, page, fresh=fresh, code_lists={"reason": CodeList.NO_PARTY_REASON})
