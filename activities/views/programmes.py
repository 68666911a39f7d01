"""活动载体 and 活动类别: both lists with their use, and what the owner office does with them."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.domain.programmes import add_kind, add_programme, correct_entry, end_entry
from activities.forms_programmes import EndEntryForm, KindForm, ProgrammeForm, with_first_day
from activities.models import ActivityKind, Programme
from activities.permissions import may_keep_programmes, may_see_activities
from activities.queries_programmes import programmes_and_kinds
from activities.views.summary import period_asked
from orgs.permissions import today
from orgs.queries_list import whole_scope_word
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from quannan.base.scope import page_for, working_scope


@require_GET
@page_for(may_see_activities)
def programme_list(request: HttpRequest) -> HttpResponse:
    """Both lists with how many activities of the period name each entry."""
    scope, period = working_scope(request), period_asked(request)
    context = {
        "found": programmes_and_kinds(request.user, scope.as_of, period.since, period.until, today()),
        "period": period,
        "as_of": scope.as_of,
        "whose": whole_scope_word(request.user),
        "may_keep": may_keep_programmes(request.user),
    }
    return render(request, "activities/programme_list.html", context)


def _page(title: str, sentence: str, submit: str, done: str) -> Page:
    return Page(title, sentence, submit, done, reverse("programme-list"), "活动载体")


@form_view
@page_for(may_keep_programmes)
def programme_add(request: HttpRequest) -> HttpResponse:
    """新增活动载体."""
    form = with_first_day(ProgrammeForm)(request.POST or None)
    page = _page("新增活动载体", "登记活动时可选;同一条线的名称不重复", "新增", "活动载体已新增。")
    return form_page(request, form, lambda said: add_programme(**said, by=request.user, now=timezone.now()), page)


@form_view
@page_for(may_keep_programmes)
def activity_kind_add(request: HttpRequest) -> HttpResponse:
    """新增活动类别."""
    form = with_first_day(KindForm)(request.POST or None)
    page = _page("新增活动类别", "登记活动时可选;名称不重复", "新增", "活动类别已新增。")
    return form_page(request, form, lambda said: add_kind(**said, by=request.user, now=timezone.now()), page)


@form_view
@page_for(may_keep_programmes)
def programme_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """修改活动载体."""
    entry = get_object_or_404(Programme, pk=pk)
    initial = {"name": entry.name, "line": entry.line, "clause": entry.clause}
    return _corrected(request, entry, ProgrammeForm(request.POST or None, initial=initial), "修改活动载体")


@form_view
@page_for(may_keep_programmes)
def activity_kind_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """修改活动类别."""
    entry = get_object_or_404(ActivityKind, pk=pk)
    return _corrected(request, entry, KindForm(request.POST or None, initial={"name": entry.name}), "修改活动类别")


def _corrected(request: HttpRequest, entry: Any, form: forms.Form, title: str) -> HttpResponse:
    page = _page(title, f"{entry.name};已有活动用到的,名称不能再改", "保存", "已保存。")

    def act(said: dict[str, Any]) -> None:
        correct_entry(entry=entry, **said, by=request.user, now=timezone.now())

    return form_page(request, form, act, page)


@form_view
@page_for(may_keep_programmes)
def programme_end(request: HttpRequest, pk: int) -> HttpResponse:
    """结束活动载体."""
    return _ended(request, get_object_or_404(Programme, pk=pk), "结束活动载体")


@form_view
@page_for(may_keep_programmes)
def activity_kind_end(request: HttpRequest, pk: int) -> HttpResponse:
    """结束活动类别."""
    return _ended(request, get_object_or_404(ActivityKind, pk=pk), "结束活动类别")


def _ended(request: HttpRequest, entry: Any, title: str) -> HttpResponse:
    page = _page(title, entry.name, "结束", f"“{entry.name}”已结束,以前登记的活动照旧。")

    def act(said: dict[str, Any]) -> None:
        end_entry(
            entry=entry,
            last_day=said["last_day"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, EndEntryForm(request.POST or None), act, page)
