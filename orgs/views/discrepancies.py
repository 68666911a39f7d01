"""Findings of 登记名册核对: the list, one of them with both sides, and the answers."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orgs.domain.reconciliation_answers import (
    MOST_AT_ONCE,
    Outcome,
    accept_change,
    accept_gone,
    accept_new,
    answer_many,
    name_organization,
    refuse_discrepancy,
)
from orgs.forms_reconciliation import (
    AcceptChangeForm,
    AcceptGoneForm,
    AcceptNewForm,
    JudgeForm,
    RefuseForm,
    state_initial,
)
from orgs.models import Discrepancy, Reconciliation
from orgs.models.codes import CodeList
from orgs.models.reconciliation import DiscrepancyKind
from orgs.permissions import may_answer_discrepancies, may_export_register, may_see_leads, may_see_reconciliations
from orgs.queries import codes
from orgs.queries_reconciliation import (
    FindingRow,
    candidates_of,
    finding_rows,
    findings_for,
    findings_of_same,
    registers_for,
    sides_of,
    takes_kind_along,
)
from orgs.tables_reconciliation import FINDINGS
from orgs.views.acts import Page, errors_into, form_page
from orgs.views.register import form_view
from orgs.views.scoped import scoped_result
from quannan.base.errors import Refused
from quannan.base.listing import Result, list_export, list_page, selected
from quannan.base.scope import page_for, working_scope


def findings_result(
    request: HttpRequest, rows, *, template: str = FINDINGS.template, only: Reconciliation | None = None
) -> Result:
    """The findings a request asks for.

    Args:
        request: filters, order and columns stand in its address.
        rows: as `findings_for` gives them.
        template: the page.
        only: the register whose page it is, which then is no filter.
    """
    registers = [only] if only else registers_for(request.user)
    listed = replace(FINDINGS, template=template, title=only.attachment.original_name if only else FINDINGS.title)
    return scoped_result(
        request,
        listed,
        rows.filter(reconciliation=only) if only else rows,
        choices={
            "source": list(codes(CodeList.REGISTER_SOURCE).items()),
            "reconciliation": [(str(found.pk), str(found)) for found in registers],
        },
    )


def _result(request: HttpRequest) -> Result:
    # A register's own page shows it at any working date, and so does what is exported or answered from there.
    as_of = None if request.GET.get("reconciliation") else working_scope(request).as_of
    return findings_result(request, findings_for(request.user, as_of))


@require_GET
@page_for(may_see_reconciliations)
def discrepancy_list(request: HttpRequest) -> HttpResponse:
    """Findings of all registers."""
    return list_page(
        request,
        _result(request),
        export_url=reverse("discrepancy-export") if may_export_register(request.user) else "",
        bulk_template="orgs/_discrepancy_bulk.html" if may_answer_discrepancies(request.user) else "",
        only="",
    )


def may_export_discrepancies(user) -> bool:
    return may_see_reconciliations(user) and may_export_register(user)


@require_GET
@page_for(may_export_discrepancies)
def discrepancy_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_result(request), by=request.user, now=timezone.now())


def _visible(request: HttpRequest, pk: int) -> Discrepancy:
    return get_object_or_404(findings_for(request.user), pk=pk)


@require_GET
@page_for(may_see_reconciliations)
def discrepancy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding with both sides beside each other."""
    finding = _visible(request, pk)
    more = {"may_answer": may_answer_discrepancies(request.user), "sees_leads": may_see_leads(request.user)}
    return render(request, "orgs/discrepancy_detail.html", _context(request, finding) | more)


def _context(request: HttpRequest, finding: Discrepancy) -> dict:
    row: FindingRow = finding_rows([finding])[0]
    ambiguous = finding.kind == DiscrepancyKind.AMBIGUOUS
    return {
        "finding": finding,
        "row": row,
        "kind_goes_along": takes_kind_along(finding),
        "sides": sides_of(finding, timezone.localdate()),
        "others": finding_rows(findings_of_same(request.user, finding)) if finding.organization_id else [],
        "candidates": candidates_of(request.user, finding) if ambiguous else [],
    }


def _page(request: HttpRequest, finding: Discrepancy, title: str, sentence: str, submit: str, done: str) -> Page:
    back = reverse("discrepancy-detail", args=[finding.pk])
    return Page(title, sentence, submit, done, back, finding.name, _context(request, finding))


@form_view
@page_for(may_answer_discrepancies)
def discrepancy_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """采纳: what it asks for depends on what differs."""
    finding = _visible(request, pk)
    return {
        DiscrepancyKind.NEW.value: _accept_new,
        DiscrepancyKind.GONE.value: _accept_gone,
        DiscrepancyKind.CHANGED.value: _accept_change,
        DiscrepancyKind.AMBIGUOUS.value: _judge,
    }[finding.kind](request, finding)


TEMPLATE = "orgs/discrepancy_form.html"


def _accept_new(request: HttpRequest, finding: Discrepancy) -> HttpResponse:
    form = AcceptNewForm(request.POST or None, by=request.user, initial={"unit": finding.unit_id})
    page = _page(
        request,
        finding,
        "转为线索",
        "台账里没有这一家:转为登记招商线索,由主管党(工)委跟进;已有这个代码的待办线索就与它关联",
        "转为线索",
        "已转为登记招商线索。",
    )

    def act(said: dict) -> None:
        accept_new(
            discrepancy=finding,
            unit=said["unit"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, act, page, template=TEMPLATE)


def _accept_gone(request: HttpRequest, finding: Discrepancy) -> HttpResponse:
    ended = finding.facts.get("ended_on", "")
    # A month or a year alone is no day to close an organization on: the actor finds out which.
    day = ended if len(ended) == 10 else finding.reconciliation.as_of
    form = AcceptGoneForm(request.POST or None, initial={"state": state_initial(finding), "on": day})
    page = _page(
        request,
        finding,
        "办理减少",
        "先核实,再选注销、迁出,或停产、失联等暂时剔除;不选定就什么也不改",
        "办理",
        "已办理,台账已更新。",
    )

    def act(said: dict) -> None:
        accept_gone(
            discrepancy=finding,
            state=said["state"],
            on=said["on"],
            approver=said["approver"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, act, page, template=TEMPLATE)


def _accept_change(request: HttpRequest, finding: Discrepancy) -> HttpResponse:
    row = finding_rows([finding])[0]
    page = _page(
        request,
        finding,
        "采纳变更",
        f"{row.field}由“{row.ours}”改为“{row.theirs}”,其他内容不动",
        "按名册更改",
        f"{row.field}已按名册更改。",
    )

    def act(said: dict) -> None:
        accept_change(discrepancy=finding, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, AcceptChangeForm(request.POST or None), act, page, template=TEMPLATE)


def _judge(request: HttpRequest, finding: Discrepancy) -> HttpResponse:
    candidates = candidates_of(request.user, finding)
    form = JudgeForm(request.POST or None, by=request.user, candidates=candidates, initial={"unit": finding.unit_id})
    page = _page(
        request,
        finding,
        "判断是哪一家",
        "同名的不止一家,系统不替您认定;选定以后,不一样的各项另列为变更,逐条答复",
        "确定",
        "已确定。",
    )

    def act(said: dict) -> None:
        chosen, common = form.chosen(), {"reason": said["change_reason"], "by": request.user, "now": timezone.now()}
        if chosen is None:
            accept_new(discrepancy=finding, unit=said["unit"], **common)
            page.done = "已转为登记招商线索。"
        else:
            kept = name_organization(discrepancy=finding, organization=chosen, **common)
            page.done = f"已确定是“{chosen.name}”,{f'另列出 {kept} 条差异' if kept else '没有其他差异'}。"

    return form_page(request, form, act, page, template=TEMPLATE)


@form_view
@page_for(may_answer_discrepancies)
def discrepancy_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """不采纳: ours stays as it is."""
    finding = _visible(request, pk)
    page = _page(request, finding, "不采纳", "台账不动;理由留在记录里", "不采纳", "已答复:不采纳。")

    def act(said: dict) -> None:
        refuse_discrepancy(discrepancy=finding, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, RefuseForm(request.POST or None), act, page, template=TEMPLATE)


@require_POST
@page_for(may_answer_discrepancies)
def discrepancy_answer(request: HttpRequest) -> HttpResponse:
    """Answers the ticked findings or the whole result: first what is meant, then the act, then each row's result."""
    accepting = request.POST.get("act") == "accept"
    rows = selected(request, _result(request).rows)
    found = list(rows[: MOST_AT_ONCE + 1])
    query = request.GET.urlencode()
    back = f"{reverse('discrepancy-list')}?{query}"
    if not found or len(found) > MOST_AT_ONCE:
        many = f"一次最多答复 {MOST_AT_ONCE} 条。请先用筛选缩小范围,分几次答复。"
        messages.error(request, many if found else "还没有勾选。请先勾选要答复的差异,或勾“选中全部”。")
        return redirect(back)
    sure = request.POST.get("sure") == "1"
    form = (AcceptChangeForm if accepting else RefuseForm)(request.POST if sure else None)
    page = Page(
        "批量采纳" if accepting else "批量不采纳",
        "新增转为线索,变更按名册更改;减少和待判断的须逐条办理,这里不动"
        if accepting
        else "台账不动;每一条都记下这个理由",
        f"{'采纳' if accepting else '不采纳'}这 {len(found)} 条",
        "",
        back,
        "名册差异",
    )
    context = {
        "form": form,
        "page": page,
        "differences": [],
        "sent": {"act": "accept" if accepting else "refuse", "sure": "1"},
        "ids": [one.pk for one in found],
        "shown": finding_rows(found[:10]),
        "more": max(0, len(found) - 10),
    }
    if sure and form.is_valid():
        try:
            answered = answer_many(
                discrepancies=found,
                accepting=accepting,
                reason=form.cleaned_data["change_reason"],
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            done = sum(one.outcome == Outcome.DONE for one in answered)
            result = {"answered": answered, "done": done, "left": len(answered) - done, "page": page}
            return render(request, "orgs/discrepancy_answered.html", result)
    return render(request, "orgs/discrepancy_answer.html", context)
