"""填报账号: the list, and what is done for many at once."""

import hashlib
from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from evaluation.domain.acceptance_writer import sentence_of
from evaluation.domain.filers import OVERDUE_DAYS
from evaluation.domain.filers_acts import mark_printed, reset_many
from evaluation.domain.filers_issue import Way, issue_many, plan_issue
from evaluation.models import FilerRole, FilingAccess
from evaluation.permissions import may_keep_filers
from evaluation.queries_filers import accesses_in_reach, counts_of, filing_organizations, with_accounts
from evaluation.tables_filers import FILERS
from evaluation.views.filers import CRUMB, slips_page
from orgs.domain.acting import day_of
from orgs.queries_list import filter_units, whole_scope_word
from quannan.base.domain.jobs import start_job
from quannan.base.encryption import mask_name
from quannan.base.errors import Refused
from quannan.base.listing import Result, list_export, list_page, result_of, selected
from quannan.base.scope import page_for

# A code takes a fifth of a second to hash: more than these are made by a job.
INLINE = 20
SHOWN = 100
NOBODY = "请先勾选单位,或勾“选中全部”。"
NO_ACCOUNT = "所选单位都还没有填报账号,请先发放。"
MOVED = "打开这一页之后名单有变动,没有办理。请核对后再确认。"
WAYS = {
    Way.NEW: "新账号",
    Way.TAKEN_OVER: "沿用已有账号,不换密码",
    Way.JOINED: "并入同一人的账号",
    Way.HAS: "已有账号,不再发放",
}


def _asked(request: HttpRequest) -> Result:
    now = timezone.now()
    units = filter_units(request.user)
    return result_of(
        request,
        replace(FILERS, prepare=lambda rows: with_accounts(rows, now)),
        filing_organizations(request.user, now),
        scope_word=whole_scope_word(request.user),
        choices={"unit": [(u.code, u.name) for u in units]},
        now=now,
        today=day_of(now),
        paths={u.code: u.path for u in units},
    )


@require_GET
@page_for(may_keep_filers)
def filer_list(request: HttpRequest) -> HttpResponse:
    """Who files for whom, and what needs the office's hand."""
    now = timezone.now()
    return list_page(
        request,
        _asked(request),
        export_url=reverse("filer-export"),
        bulk_template="evaluation/_filer_bulk.html",
        counts=counts_of(filing_organizations(request.user, now), now),
        overdue_days=OVERDUE_DAYS,
    )


@require_GET
@page_for(may_keep_filers)
def filer_export(request: HttpRequest) -> FileResponse:
    """The whole list as a workbook, without codes and without the column of buttons."""
    columns = [column for column in FILERS.columns if column.key != "acts"]
    return list_export(_asked(request), by=request.user, now=timezone.now(), columns=columns)


def _back(request: HttpRequest) -> str:
    return f"{reverse('filer-list')}?{request.GET.urlencode()}"


def _chosen_accesses(request: HttpRequest) -> list[FilingAccess]:
    chosen = selected(request, _asked(request).rows)
    return list(accesses_in_reach(request.user, timezone.now()).filter(organization__in=chosen.values("pk")))


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect(_back(request))


def _mark(values: object) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


@require_POST
@page_for(may_keep_filers)
def filer_issue(request: HttpRequest) -> HttpResponse:
    """批量发放: who gets which account and why, then the act; above INLINE new accounts a job."""
    result = _asked(request)
    chosen = list(selected(request, result.rows).order_by("sort_key", "pk"))
    if not chosen:
        return _refused(request, NOBODY)
    user, now = request.user, timezone.now()
    try:
        plan = plan_issue(organizations=chosen, by=user, now=now)
    except Refused as refusal:
        return _refused(request, refusal.sentence)
    meant = [one for one in plan if one.way != Way.HAS]
    fresh = len({one.key for one in meant if one.way == Way.NEW})
    mark = _mark([(one.suggestion.organization.pk, one.way.value, one.username) for one in meant])
    problem = ""
    if request.POST.get("step") == "confirm" and meant:
        ids = [one.suggestion.organization.pk for one in meant]
        if mark != request.POST.get("mark"):
            problem = MOVED
        elif fresh > INLINE:
            title = f"发放 {fresh} 个填报账号"
            job = start_job(kind="evaluation.issue_filers", title=title, params={"ids": ids}, by=user, now=now)
            return redirect("job-detail", job.pk)
        else:
            try:
                done = issue_many(organizations=[one.suggestion.organization for one in meant], by=user, now=now)
            except (ValidationError, Refused) as error:
                return _refused(request, sentence_of(error))
            words = f"{done.organizations} 家单位有了填报账号,其中新账号 {done.accounts} 个。请打印登录码。"
            messages.success(request, words)
            return redirect(_back(request))
    context = {
        "lines": [
            {
                "organization": one.suggestion.organization.name,
                "name": one.suggestion.name if one.suggestion.head else mask_name(one.suggestion.name),
                "role": FilerRole(one.suggestion.role).label,
                "username": one.username,
                "way": WAYS[one.way],
                "why": one.suggestion.why,
            }
            for one in meant[:SHOWN]
        ],
        "count": len(meant),
        "fresh": fresh,
        "had": len(plan) - len(meant),
        "job": fresh > INLINE,
        "mark": mark,
        "problem": problem,
        "ids": [] if request.POST.get("whole") == "1" else [row.pk for row in chosen],
        "sentence": result.sentence,
        "back": _back(request),
        "address": request.GET.urlencode(),
    }
    return render(request, "evaluation/filer_issue.html", context)


@require_POST
@page_for(may_keep_filers)
def filer_slips(request: HttpRequest) -> HttpResponse:
    """打印登录码: the slips of the chosen, eight to a page."""
    accesses = _chosen_accesses(request)
    if not accesses:
        return _refused(request, NO_ACCOUNT if request.POST.get("ids") or request.POST.get("whole") else NOBODY)
    try:
        shown = mark_printed(accesses=accesses, by=request.user, now=timezone.now())
    except (ValidationError, Refused) as error:
        return _refused(request, sentence_of(error))
    return slips_page(request, shown, _back(request), CRUMB)


@require_POST
@page_for(may_keep_filers)
def filer_reset_many(request: HttpRequest) -> HttpResponse:
    """批量重置: whose passwords end, then the act; above INLINE a job."""
    accesses = _chosen_accesses(request)
    if not accesses:
        return _refused(request, NO_ACCOUNT if request.POST.get("ids") or request.POST.get("whole") else NOBODY)
    user, now = request.user, timezone.now()
    accounts = len({row.user_id for row in accesses})
    mark = _mark(sorted(row.pk for row in accesses))
    problem = ""
    if request.POST.get("step") == "confirm":
        if mark != request.POST.get("mark"):
            problem = MOVED
        elif accounts > INLINE:
            params = {"ids": [row.pk for row in accesses]}
            title = f"重置 {accounts} 个填报账号"
            job = start_job(kind="evaluation.reset_filers", title=title, params=params, by=user, now=now)
            return redirect("job-detail", job.pk)
        else:
            try:
                done = reset_many(accesses=accesses, by=user, now=now)
            except (ValidationError, Refused) as error:
                return _refused(request, sentence_of(error))
            messages.success(request, f"已重置 {done} 个账号,原密码作废。请打印登录码。")
            return redirect(_back(request))
    context = {
        "accesses": accesses[:SHOWN],
        "count": len(accesses),
        "accounts": accounts,
        "job": accounts > INLINE,
        "mark": mark,
        "problem": problem,
        "ids": [] if request.POST.get("whole") == "1" else [row.organization_id for row in accesses],
        "back": _back(request),
        "address": request.GET.urlencode(),
    }
    return render(request, "evaluation/filer_reset.html", context)
