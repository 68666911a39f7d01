"""疑似重复: the suspected pairs, two records side by side, merging and what was merged."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orgs.domain.duplicates import record_not_duplicate, withdraw_not_duplicate
from orgs.domain.merging import merge_organizations, undo_merge
from orgs.exports_duplicates import pairs_file
from orgs.forms import ReasonForm
from orgs.forms_leads import FindForm, MergeForm
from orgs.models import Organization
from orgs.permissions import may_export_register, may_merge
from orgs.queries_duplicates import (
    RULES,
    compared_facts,
    holdings_of,
    merges_in_sight,
    settled_pairs,
    suspected_pairs,
    why_suspected,
    with_organizations,
)
from orgs.queries_list import visible_unit, whole_scope_word
from orgs.tables_duplicates import MERGES
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from quannan.base.errors import Refused
from quannan.base.listing import Result, list_export, list_page, result_of
from quannan.base.scope import page_for, working_scope
from quannan.base.tables import page_of, with_parameters

SETTLED = "settled"


def may_export_merges(user) -> bool:
    return may_merge(user) and may_export_register(user)


@require_GET
@page_for(may_merge)
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one organization, by the rule that found them, and pairs found to be two."""
    scope = working_scope(request)
    pairs = suspected_pairs(request.user, scope.as_of, unit=visible_unit(request.user, scope.unit))
    settled = settled_pairs(request.user, scope.as_of)
    rule = request.GET.get("rule", "")
    shown = [pair for pair in pairs if rule in pair.rules] if rule in RULES else pairs
    page = page_of(request, settled if rule == SETTLED else shown)
    tabs = [("", "全部", len(pairs))]
    tabs += [(code, word, sum(code in pair.rules for pair in pairs)) for code, word in RULES.items()]
    tabs.append((SETTLED, "已认定不是重复", settled.count()))
    context = {
        "page_obj": page,
        "rule": rule,
        "is_settled": rule == SETTLED,
        "pairs": [] if rule == SETTLED else with_organizations(page.object_list),
        "settled": page.object_list if rule == SETTLED else [],
        "tabs": [(code, word, count, with_parameters(request.GET, rule=code or None)) for code, word, count in tabs],
        "whole": whole_scope_word(request.user),
        "count": len(pairs),
        "may_export": may_export_merges(request.user),
        "export_query": with_parameters(request.GET),
    }
    return render(request, "orgs/duplicate_list.html", context)


@require_GET
@page_for(may_export_merges)
def duplicate_export(request: HttpRequest) -> FileResponse:
    """The suspected pairs of the page's address as a workbook."""
    scope = working_scope(request)
    pairs = suspected_pairs(request.user, scope.as_of, unit=visible_unit(request.user, scope.unit))
    rule = request.GET.get("rule", "")
    shown = [pair for pair in pairs if rule in pair.rules] if rule in RULES else pairs
    whose = f"{whole_scope_word(request.user)},{RULES.get(rule, '全部')},截至 {scope.as_of}"
    made = f"由 {request.user} 于 {timezone.localtime():%Y-%m-%d %H:%M} 导出"
    file = pairs_file(with_organizations(shown), f"{whose};{made}")
    return FileResponse(file, as_attachment=True, filename=f"疑似重复-{scope.as_of}.xlsx")


def _pair(request: HttpRequest, first_pk: int, second_pk: int) -> tuple[Organization, Organization]:
    seen = Organization.objects.visible_to(request.user)
    return get_object_or_404(seen, pk=first_pk), get_object_or_404(seen.exclude(pk=first_pk), pk=second_pk)


@form_view
@page_for(may_merge)
def duplicate_pair(request: HttpRequest, first_pk: int, second_pk: int) -> HttpResponse:
    """Two records side by side, and the form that merges them."""
    first, second = _pair(request, first_pk, second_pk)
    facts = compared_facts(first, second)
    form = MergeForm(request.POST or None, first=first, second=second, facts=facts)
    page = Page(
        "核对并合并",
        "保留一条,另一条并入:以前的记录都能查到,合并错了可以撤回",
        "合并",
        "两条记录已合并。",
        reverse("duplicate-list"),
        "疑似重复",
        extra={
            "first": first,
            "second": second,
            "facts": facts,
            "holdings": holdings_of(first, second),
            "why": why_suspected(request.user, first, second, timezone.localdate()),
            "reject_url": reverse("duplicate-reject", args=[first.pk, second.pk]),
        },
    )

    def act(said: dict) -> None:
        merge = merge_organizations(
            kept=form.kept,
            absorbed=form.absorbed,
            reason=said["change_reason"],
            choices=form.choices(),
            versions=form.versions(),
            by=request.user,
            now=timezone.now(),
        )
        page.back = reverse("organization-detail", args=[merge.kept_id])

    return form_page(request, form, act, page, template="orgs/duplicate_pair.html")


@form_view
@page_for(may_merge)
def duplicate_reject(request: HttpRequest, first_pk: int, second_pk: int) -> HttpResponse:
    """认定不是重复."""
    first, second = _pair(request, first_pk, second_pk)
    page = Page(
        "认定不是重复",
        f"“{first.name}”与“{second.name}”是两家;认定后不再列为疑似重复",
        "认定不是重复",
        "已认定不是重复。",
        reverse("duplicate-list"),
        "疑似重复",
    )

    def act(said: dict) -> None:
        record_not_duplicate(
            first=first, second=second, reason=said["change_reason"], by=request.user, now=timezone.now()
        )

    return form_page(request, ReasonForm(request.POST or None), act, page)


@require_POST
@page_for(may_merge)
def duplicate_again(request: HttpRequest, pk: int) -> HttpResponse:
    """取消“不是重复”的认定."""
    row = get_object_or_404(settled_pairs(request.user, timezone.localdate()), pk=pk)
    try:
        withdraw_not_duplicate(row=row, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "已取消认定,这一对重新列为疑似重复。")
    return redirect(reverse("duplicate-list"))


@form_view
@page_for(may_merge)
def organization_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """与另一家合并: which one, by its code."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    back = reverse("organization-detail", args=[pk])
    page = Page(
        "与另一家合并",
        f"{organization.name};先找到另一条记录,再并排核对",
        "去核对",
        "请并排核对两条记录,确认是同一家再合并。",
        back,
        organization.name,
    )
    form = FindForm(request.POST or None, by=request.user)

    def act(said: dict) -> None:
        other = said["organization"]
        if other.pk == organization.pk:
            raise Refused("这是这家组织自己的代码,请填写另一条记录的代码。")
        page.back = reverse("duplicate-pair", args=[organization.pk, other.pk])

    return form_page(request, form, act, page)


def _merges(request: HttpRequest) -> Result:
    as_of = working_scope(request).as_of
    rows = merges_in_sight(request.user, as_of).filter(merged_at__date__lte=as_of)
    return result_of(request, MERGES, rows, scope_word=whole_scope_word(request.user))


@require_GET
@page_for(may_merge)
def merge_list(request: HttpRequest) -> HttpResponse:
    """What was merged up to the working date."""
    extra = {"export_url": reverse("merge-export")} if may_export_register(request.user) else {}
    return list_page(request, _merges(request), **extra)


@require_GET
@page_for(may_export_merges)
def merge_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_merges(request), by=request.user, now=timezone.now())


@form_view
@page_for(may_merge)
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回合并."""
    merge = get_object_or_404(merges_in_sight(request.user, timezone.localdate()), pk=pk)
    page = Page(
        "撤回合并",
        f"“{merge.absorbed.name}”重新单独列入台账,移过来的记录还给它;合并后新录入的留在“{merge.kept.name}”",
        "撤回合并",
        "合并已撤回,两条记录恢复原样。",
        reverse("merge-list"),
        "合并记录",
    )

    def act(said: dict) -> None:
        undo_merge(merge=merge, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, ReasonForm(request.POST or None), act, page)
