"""填报账号, one at a time: issued, reset, handed over, ended; and the holder's own hand-over."""

from collections.abc import Callable, Collection
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from evaluation.domain.filers import own_accesses, suggested_filer
from evaluation.domain.filers_acts import accesses_of, end_access, hand_over, mark_printed, reset_access
from evaluation.domain.filers_issue import issue_access
from evaluation.forms_filers import EndForm, HandOverForm, IssueForm, ResetForm
from evaluation.models import FilerRole, FilingAccess
from evaluation.permissions import may_file, may_keep_filers
from evaluation.queries_filers import accesses_in_reach, in_reach, slips_of
from orgs.domain.acting import day_of
from orgs.views.acts import Page, errors_into, form_page
from orgs.views.register import form_view
from quannan.base.errors import Refused
from quannan.base.scope import page_for

CRUMB = "填报账号"


def slips_page(
    request: HttpRequest, accesses: Collection[FilingAccess], back: str, crumb: str, done: str = ""
) -> HttpResponse:
    """The slips, as the answer to a sent form alone; no browser keeps them.

    Args:
        request: a POST.
        accesses: whose codes are still kept.
        back: address to return to.
        crumb: words of the link back.
        done: what has just been done.
    """
    context = {
        "done": done,
        "slips": slips_of(accesses),
        "address": request.build_absolute_uri(reverse("login")),
        "back": back,
        "crumb": crumb,
    }
    response = render(request, "evaluation/filer_slips.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _slip_form(
    request: HttpRequest, form: forms.Form, act: Callable[[dict], Collection[FilingAccess]], page: Page
) -> HttpResponse:
    """A form whose answer is a slip; what was typed stays where something is missing."""
    if request.method == "POST" and form.is_valid():
        try:
            accesses = act(form.cleaned_data)
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            if any(row.code for row in accesses):
                return slips_page(request, accesses, page.back, page.crumb, page.done)
            messages.success(request, page.done)
            return redirect(page.back)
    status = 422 if form.errors else 200
    return render(request, "orgs/form.html", {"form": form, "page": page, "differences": []}, status=status)


def _access(request: HttpRequest, pk: int) -> FilingAccess:
    return get_object_or_404(accesses_in_reach(request.user, timezone.now()), pk=pk)


def _serves(access: FilingAccess) -> str:
    names = [row.organization.name for row in accesses_of(access.user)]
    return f"“{'”“'.join(names)}”" if len(names) < 4 else f"“{names[0]}”等 {len(names)} 家"


@form_view
@page_for(may_keep_filers)
def filer_issue_one(request: HttpRequest, pk: int) -> HttpResponse:
    """An account for a person named by the office."""
    now = timezone.now()
    organization = get_object_or_404(in_reach(request.user, now), pk=pk)
    one = suggested_filer(organization, day_of(now))
    page = Page(
        "发放填报账号",
        f"{organization.name}。按现有资料应由{FilerRole(one.role).label}填报:{one.why}。发放后显示登录码,请当场打印",
        "发放并显示登录码",
        "账号已发放。",
        reverse("filer-list"),
        CRUMB,
    )

    def act(said: dict) -> list[FilingAccess]:
        access = issue_access(organization=organization, by=request.user, now=now, **said)
        if not access.code:
            return []
        return mark_printed(accesses=[access], by=request.user, now=now)

    head = one.name if one.head else ""
    return _slip_form(
        request, IssueForm(request.POST or None, initial={"holder_name": head, "role": one.role}), act, page
    )


@form_view
@page_for(may_keep_filers)
def filer_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """重置: a new code; the old password opens nothing any more."""
    access = _access(request, pk)
    page = Page(
        "重置登录码",
        f"{access.user.name}({access.user.username}),为{_serves(access)}填报。"
        "重置后原密码作废,显示新的登录码,请当场打印",
        "重置并显示登录码",
        "已重置,原密码作废。",
        reverse("filer-list"),
        CRUMB,
    )

    def act(said: dict) -> list[FilingAccess]:
        now = timezone.now()
        return mark_printed(accesses=reset_access(access=access, by=request.user, now=now), by=request.user, now=now)

    return _slip_form(request, ResetForm(request.POST if request.method == "POST" else None), act, page)


def _handed_over(access: FilingAccess, said: dict, by: Any) -> list[FilingAccess]:
    return hand_over(
        access=access,
        successor_name=said["successor_name"],
        role=said["role"],
        reason=said["change_reason"],
        same_username=said["same_username"],
        by=by,
        now=timezone.now(),
    )


@form_view
@page_for(may_keep_filers)
def filer_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """移交 by the office; with the present head already filled in."""
    access = _access(request, pk)
    page = Page(
        "移交填报账号",
        f"{access.user.name}({access.user.username})今天起不再为{_serves(access)}填报,继任者得到自己的账号;"
        "原填报人只能查看自己签署过的年报",
        "移交并显示登录码",
        "已移交。",
        reverse("filer-list"),
        CRUMB,
    )
    one = suggested_filer(access.organization, timezone.localdate())
    head = one.name if one.head and one.name != access.user.name else ""
    initial = {
        "successor_name": head,
        "role": one.role if head else access.role,
        "change_reason": "书记调整" if head else "",
    }
    form = HandOverForm(request.POST or None, initial=initial)
    return _slip_form(request, form, lambda said: _handed_over(access, said, request.user), page)


@form_view
@page_for(may_keep_filers)
def filer_end(request: HttpRequest, pk: int) -> HttpResponse:
    """收回: nobody follows."""
    access = _access(request, pk)
    page = Page(
        "收回填报账号",
        f"{access.user.name}({access.user.username})今天起不再为“{access.organization.name}”填报,也没有继任者。"
        "换人请办理移交",
        "收回",
        "账号已收回。",
        reverse("filer-list"),
        CRUMB,
    )

    def act(said: dict) -> None:
        end_access(access=access, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, EndForm(request.POST or None), act, page)


@form_view
@page_for(may_file)
def my_hand_over(request: HttpRequest) -> HttpResponse:
    """我要移交: the holder names the successor and prints the slip."""
    accesses = own_accesses(request.user)
    if not accesses:
        return render(request, "evaluation/filer_none.html")
    page = Page(
        "移交我的填报账号",
        f"您今天起不再为{_serves(accesses[0])}填报;继任者得到自己的账号。移交后显示登录码,请当场打印交给继任者,"
        "这一页关掉后您不能再打开",
        "移交并显示登录码",
        "已移交。",
        reverse("my-report-list"),
        "我的年报",
    )
    form = HandOverForm(request.POST or None, initial={"role": accesses[0].role})
    return _slip_form(request, form, lambda said: _handed_over(accesses[0], said, request.user), page)
