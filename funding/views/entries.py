"""经费台账: the list with its sums, one entry, recording, correcting and cancelling."""

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from funding.domain.entries import cancel_entry, correct_entry, record_entry
from funding.exports import funds_form_file
from funding.forms import CancelEntryForm, CorrectEntryForm, EntryForm
from funding.models import Direction, FundEntry
from funding.permissions import may_edit_funds, may_export_funds, may_see_funds
from funding.queries_entries import day_said, entries_seen, entry_seen, history_of, labels, own_name, sums_of, years_of
from funding.tables import FUNDS, with_cancelled, with_labels
from orgs.domain.refusals import StaleRecord
from orgs.models.codes import CodeList
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from orgs.views.scoped import organization_asked, scoped_result
from quannan.base.listing import Listed, Result, list_export, list_page
from quannan.base.scope import NO_ACCESS, page_for, working_scope

CRUMB = "经费台账"
CODE_LISTS = {"source": CodeList.FUND_SOURCE, "purpose": CodeList.FUND_PURPOSE}


def _result(request: HttpRequest, listed: Listed = FUNDS) -> Result:
    as_of = working_scope(request).as_of
    rows, named = entries_seen(request.user, as_of), labels()
    choices = {name: list(found.items()) for name, found in named.items()}
    choices["year"] = [(str(year), f"{year}年") for year in years_of(rows)]
    return scoped_result(request, with_labels(listed, named), rows, choices=choices)


@require_GET
@page_for(may_see_funds)
def fund_list(request: HttpRequest) -> HttpResponse:
    """Entries up to the working date, with what the filtered ones come to."""
    listed = with_cancelled(FUNDS) if request.GET.get("cancelled") else FUNDS
    result = _result(request, listed)
    extra: dict[str, object] = {"form_url": "", "spending_url": "", "import_url": ""}
    if may_edit_funds(request.user):
        create = reverse("fund-create")
        extra |= {
            "add_url": f"{create}?direction=receipt",
            "add_words": "登记收入",
            "spending_url": f"{create}?direction=spending",
            "import_url": reverse("import-list"),
        }
    if may_export_funds(request.user):
        extra |= {"export_url": reverse("fund-export"), "form_url": reverse("fund-form-export")}
    return list_page(request, result, note=sums_of(result.rows).words, **extra)


@require_GET
@page_for(may_export_funds)
def fund_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook, headed by its sums."""
    result = _result(request)
    told = replace(result, sentence=f"{result.sentence};{sums_of(result.rows).words}")
    return list_export(told, by=request.user, now=timezone.now())


@require_GET
@page_for(may_export_funds)
def fund_form_export(request: HttpRequest) -> FileResponse:
    """Those of the result that count as 经费表, to be put right and imported again."""
    result = _result(request)
    file = funds_form_file(
        result.rows.counted(), whose=result.sentence, as_of=result.as_of, by=request.user, now=timezone.now()
    )
    return FileResponse(file, as_attachment=True, filename=f"经费表-{result.as_of}.xlsx")


def _entry(request: HttpRequest, pk: int, *, keeps: bool = False) -> FundEntry:
    entry = get_object_or_404(entry_seen(request.user, working_scope(request).as_of), pk=pk)
    if keeps and not entry.keeps:
        raise PermissionDenied(NO_ACCESS)
    return entry


@require_GET
@page_for(may_see_funds)
def fund_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry, and what happened to it."""
    entry = _entry(request, pk)
    named = labels()
    context = {
        "entry": entry,
        "day_said": day_said(entry.occurred_on, entry.occurred_precision),
        "kind": named["source"].get(entry.source) or named["purpose"].get(entry.purpose, ""),
        "kind_label": "来源" if entry.direction == Direction.RECEIPT else "用途",
        "entries": history_of(entry, named),
        "may_change": entry.keeps and entry.cancelled_at is None,
    }
    return render(request, "funding/fund_detail.html", context)


@form_view
@page_for(may_edit_funds)
def fund_create(request: HttpRequest) -> HttpResponse:
    """登记收入 or 登记支出; the organization stands in it where the link named one, or the account has just one."""
    spending = request.GET.get("direction") == Direction.SPENDING
    direction = Direction.SPENDING if spending else Direction.RECEIPT
    asked = organization_asked(request) or {"organization": own_name(request.user)}
    as_of = working_scope(request).as_of
    form = EntryForm(request.POST or None, direction=direction, by=request.user, as_of=as_of, initial=asked)
    words = "登记支出" if spending else "登记收入"
    sentence = "花了多少、用在哪里;负责人岗位津贴也在这里登记" if spending else "收到多少、从哪里来;一笔一登"
    page = Page(words, sentence, words, f"已{words}。", reverse("fund-list"), CRUMB)

    def act(said: dict) -> None:
        entry = record_entry(**form.facts(), by=request.user, now=timezone.now())
        page.back = reverse("fund-detail", args=[entry.pk])

    return form_page(request, form, act, page)


@form_view
@page_for(may_edit_funds)
def fund_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正."""
    entry, named = _entry(request, pk, keeps=True), labels()
    page = Page(
        "更正经费",
        f"{entry};原来的内容留在修改记录里",
        "保存更正",
        "已更正。",
        reverse("fund-detail", args=[entry.pk]),
        "这笔经费",
    )
    initial = CorrectEntryForm.initial_of(entry)
    form = CorrectEntryForm(request.POST or None, entry=entry, by=request.user, named=named, initial=initial)

    def act(said: dict) -> None:
        correct_entry(
            entry=entry,
            version=said["version"],
            facts=form.facts(),
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    def fresh(stale: StaleRecord) -> CorrectEntryForm:
        data = request.POST.copy()
        data["version"] = str(stale.current.version)
        return CorrectEntryForm(data, entry=entry, by=request.user, named=named)

    return form_page(request, form, act, page, fresh=fresh, code_lists=CODE_LISTS)


@form_view
@page_for(may_edit_funds)
def fund_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """作废."""
    entry = _entry(request, pk, keeps=True)
    page = Page(
        "作废经费",
        f"{entry};作废后不再计入任何数字,记录和理由仍可查",
        "作废这笔经费",
        "已作废。",
        reverse("fund-detail", args=[entry.pk]),
        "这笔经费",
    )

    def act(said: dict) -> None:
        cancel_entry(
            entry=entry, version=said["version"], reason=said["change_reason"], by=request.user, now=timezone.now()
        )

    def fresh(stale: StaleRecord) -> CancelEntryForm:
        data = request.POST.copy()
        data["version"] = str(stale.current.version)
        return CancelEntryForm(data)

    form = CancelEntryForm(request.POST or None, initial={"version": entry.version})
    return form_page(request, form, act, page, fresh=fresh, code_lists=CODE_LISTS)
