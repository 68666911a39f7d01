"""负责人调整: list, page, request, opinions, taking effect, withdrawal."""

from dataclasses import replace
from functools import partial

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs.domain.leader_changes import give_opinion, request_change, take_effect, withdraw_change
from orgs.forms import ReasonForm
from orgs.forms_leadership import ChangeForm, EffectForm, OpinionForm
from orgs.forms_people import yes_no
from orgs.models import Branch, LeaderChange
from orgs.models.codes import CodeList
from orgs.permissions import (
    may_edit_some_line,
    may_export_register,
    may_give_some_opinion,
    may_see_leader_changes,
)
from orgs.queries import codes
from orgs.queries_changes import change_page, change_rows, changes_at, counts_of, first_member, proposed_due
from orgs.queries_list import filter_units, unit_of, whole_scope_word
from orgs.tables_changes import CHANGES
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from quannan.base.listing import Result, list_export, list_page, result_of
from quannan.base.scope import page_for, working_scope


def may_export_changes(user) -> bool:
    return may_see_leader_changes(user) and may_export_register(user)


def may_decide_changes(user) -> bool:
    return may_see_leader_changes(user) and may_edit_some_line(user)


def _visible(request: HttpRequest, pk: int) -> LeaderChange:
    rows = LeaderChange.objects.visible_to(request.user, working_scope(request).as_of)
    return get_object_or_404(rows.select_related("branch"), pk=pk)


def _result(request: HttpRequest) -> Result:
    scope = working_scope(request)
    units = filter_units(request.user)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and any(u.code == scope.unit for u in units):
        query["unit"] = scope.unit
    return result_of(
        request,
        replace(CHANGES, prepare=partial(change_rows, user=request.user, as_of=scope.as_of)),
        changes_at(request.user, scope.as_of),
        scope_word=whole_scope_word(request.user),
        choices={"unit": [(u.code, u.name) for u in units]},
        query=query,
        user=request.user,
        paths={u.code: u.path for u in units},
    )


@require_GET
@page_for(may_see_leader_changes)
def change_list(request: HttpRequest) -> HttpResponse:
    """Changes of leaders at the working date."""
    result = _result(request)
    return list_page(
        request,
        result,
        note=counts_of(result.rows, result.as_of),
        export_url=reverse("leader-change-export") if may_export_changes(request.user) else "",
    )


@require_GET
@page_for(may_export_changes)
def change_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_result(request), by=request.user, now=timezone.now())


@require_GET
@page_for(may_see_leader_changes)
def change_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: who, why, what each body asked has said, and what can be done next."""
    as_of = working_scope(request).as_of
    change = get_object_or_404(changes_at(request.user, as_of), pk=pk)
    found = change_page(request.user, change, as_of, timezone.localdate())
    source = codes(CodeList.LEADER_SOURCE).get(change.source, change.source)
    return render(request, "orgs/leader_change_detail.html", {"change": change, "found": found, "source": source})


@form_view
@page_for(may_decide_changes)
def change_request(request: HttpRequest, branch_pk: int) -> HttpResponse:
    """提出负责人调整."""
    as_of = timezone.localdate()
    branch = get_object_or_404(Branch.objects.visible_to(request.user), pk=branch_pk)
    member = first_member(request.user, branch)
    initial = {"answers_due_on": proposed_due(as_of), "leaving": request.GET.get("leaving")}
    form = ChangeForm(
        request.POST or None,
        by=request.user,
        as_of=as_of,
        home=unit_of(member, as_of) if member else None,
        branch=branch,
        initial=initial,
    )
    page = Page(
        "提出负责人调整",
        f"{branch};提出后请各有关单位提意见,意见齐了才能生效(四(三))",
        "提出并征求意见",
        "已提出,请各单位在截止日期前答复。",
        reverse("leader-change-list"),
        "负责人调整",
    )

    def act(said: dict) -> None:
        change = request_change(
            branch=branch,
            post=said["post"],
            leaving=said["leaving"],
            successor=form.successor(),
            source=said["source"],
            is_full_time=yes_no(said["full_time"]),
            reason=said["change_reason"],
            answers_due_on=said["answers_due_on"],
            by=request.user,
            now=timezone.now(),
        )
        page.back = reverse("leader-change-detail", args=[change.pk])

    return form_page(request, form, act, page)


def _page_of(change: LeaderChange, title: str, sentence: str, submit: str, done: str) -> Page:
    back = reverse("leader-change-detail", args=[change.pk])
    return Page(title, sentence, submit, done, back, str(change))


@form_view
@page_for(may_give_some_opinion)
def opinion_give(request: HttpRequest, pk: int, opinion_pk: int) -> HttpResponse:
    """提意见."""
    change = _visible(request, pk)
    opinion = get_object_or_404(change.opinions.select_related("unit"), pk=opinion_pk)
    body = codes(CodeList.OPINION_BODY).get(opinion.body, opinion.body)
    initial = {"verdict": opinion.verdict, "reason": opinion.reason}
    page = _page_of(change, "提意见", f"{body};办结之前可以改,每次都留有记录", "提交意见", "意见已提交。")

    def act(said: dict) -> None:
        give_opinion(
            opinion=opinion,
            verdict=said["verdict"],
            reason=said["reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, OpinionForm(request.POST or None, initial=initial), act, page)


@form_view
@page_for(may_decide_changes)
def change_effect(request: HttpRequest, pk: int) -> HttpResponse:
    """办理生效."""
    change = _visible(request, pk)
    page = _page_of(
        change, "办理生效", f"{change.branch};到期没有答复的,记为“到期未答复”", "生效", "调整已生效,任职已登记。"
    )

    def act(said: dict) -> None:
        take_effect(change=change, **said, by=request.user, now=timezone.now())

    initial = {"effective_on": timezone.localdate()}
    return form_page(request, EffectForm(request.POST or None, initial=initial), act, page)


@form_view
@page_for(may_decide_changes)
def change_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回."""
    change = _visible(request, pk)
    page = _page_of(change, "撤回负责人调整", f"{change.branch};已提的意见仍留有记录", "撤回", "已撤回。")

    def act(said: dict) -> None:
        withdraw_change(change=change, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, ReasonForm(request.POST or None), act, page)
