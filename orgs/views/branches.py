"""党群组织: the list, its export, one body's page, and deciding upon many at once."""

from dataclasses import replace
from functools import partial

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orgs.domain.confirmations import confirm_bodies, refuse_bodies
from orgs.filters_branches import counted_choices
from orgs.forms import ReasonForm
from orgs.forms_branches import ConfirmForm
from orgs.permissions import (
    may_confirm_some_line,
    may_edit_line,
    may_edit_some_line,
    may_export_register,
    may_see_register,
)
from orgs.queries_branch_page import acts_on, body_history, body_page
from orgs.queries_branches import bodies_at, body_rows, counts_of, form_choices
from orgs.queries_list import filter_units, whole_scope_word
from orgs.queries_people import people_of_branch
from orgs.queries_terms import terms_of
from orgs.tables_branches import BODIES
from orgs.views.acts import Page, form_page
from quannan.base.listing import Result, list_export, list_page, result_of, selected
from quannan.base.scope import page_for, working_scope


def _result(request: HttpRequest) -> Result:
    scope = working_scope(request)
    units = filter_units(request.user)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and any(u.code == scope.unit for u in units):
        query["unit"] = scope.unit
    return result_of(
        request,
        replace(BODIES, prepare=partial(body_rows, user=request.user, as_of=scope.as_of)),
        bodies_at(request.user, scope.as_of),
        scope_word=whole_scope_word(request.user),
        choices={
            "unit": [(u.code, u.name) for u in units],
            "form": form_choices(),
            "counted": counted_choices(units),
        },
        query=query,
        user=request.user,
        paths={u.code: u.path for u in units},
    )


@require_GET
@page_for(may_see_register)
def branch_list(request: HttpRequest) -> HttpResponse:
    """党群组织: every body the account may see, at the working date."""
    result = _result(request)
    decides = may_confirm_some_line(request.user)
    return list_page(
        request,
        result,
        note=counts_of(result.rows, request.user, result.as_of).words,
        export_url=reverse("branch-export") if may_export_register(request.user) else "",
        add_url=reverse("branch-found") if may_edit_some_line(request.user) else "",
        add_words="登记组建",
        bulk_template="orgs/_branch_bulk.html" if decides else "",
    )


@require_GET
@page_for(may_export_register)
def branch_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_result(request), by=request.user, now=timezone.now())


@require_GET
@page_for(may_see_register)
def branch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one body at the working date."""
    scope = working_scope(request)
    page = body_page(request.user, pk, scope.as_of)
    context = {
        "page": page,
        "branch": page.branch,
        "row": page.row,
        "acts": acts_on(page, request.user),
        "events": body_history(page.branch, request.user, scope.as_of),
        "terms": terms_of(page.branch, scope.as_of),
        "may_edit_terms": may_edit_line(request.user, page.branch.line),
        "people": people_of_branch(page.branch, request.user, scope.as_of),
        "may_edit_people": may_edit_line(request.user, page.branch.line) and page.branch.dissolved_on is None,
    }
    return render(request, "orgs/branch_detail.html", context)


@require_POST
@page_for(may_confirm_some_line)
def branch_decide(request: HttpRequest) -> HttpResponse:
    """确认 or 不予确认 of the ticked bodies or of the whole result: first what is meant, then the act."""
    result = _result(request)
    rows = selected(request, result.rows)
    count = rows.count()
    back = f"{reverse('branch-list')}?{request.GET.urlencode()}"
    if not count:
        messages.warning(request, "还没有勾选。请先勾选要确认的组织,或勾“选中全部”。")
        return redirect(back)
    refusing = request.POST.get("act") == "refuse"
    page = Page(
        "不予确认" if refusing else "批量确认",
        f"选中 {count} 个党群组织;已确认过的、由其他条线部门确认的不动,办完会说明",
        "不予确认" if refusing else "确认",
        "",
        back,
        "党群组织",
        {
            "sent": {
                "act": "refuse" if refusing else "confirm",
                "sure": "1",
                **({"whole": "1"} if request.POST.get("whole") == "1" else {}),
            },
            "ids": [] if request.POST.get("whole") == "1" else request.POST.getlist("ids"),
            "shown": body_rows(rows[:10], request.user, result.as_of),
            "more": max(0, count - 10),
        },
    )

    def act(said: dict) -> None:
        now = timezone.now()
        if refusing:
            decided = refuse_bodies(branches=rows, reason=said["change_reason"], by=request.user, now=now)
        else:
            decided = confirm_bodies(branches=rows, approval=said["approval"], by=request.user, now=now)
        left = f";没有办理的:{decided.words}" if decided.left else ""
        page.done = f"{'不予确认' if refusing else '已确认'} {len(decided.done)} 个{left}。"

    sure = request.POST.get("sure") == "1"
    form = (ReasonForm if refusing else ConfirmForm)(request.POST if sure else None)
    return form_page(request, form, act, page, template="orgs/branch_decide.html")
