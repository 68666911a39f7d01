"""维权个案: list, page, and what is done with a case."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orgs.domain.cases import (
    add_measure,
    close_case,
    correct_case,
    correct_measure,
    open_case,
    reopen_case,
    reveal_complainant,
)
from orgs.forms import ReasonForm
from orgs.forms_leadership import CaseCorrectionForm, CaseForm, CloseCaseForm, MeasureCorrectionForm, MeasureForm
from orgs.models import DismissalCase, Organization
from orgs.models.codes import CodeList
from orgs.permissions import may_edit_cases, may_export_register, may_see_cases, may_see_complainant
from orgs.queries import codes
from orgs.queries_cases import cases_at, measures_of, sums_by_year, totals_of
from orgs.queries_list import filter_units, unit_of, whole_scope_word
from orgs.tables_cases import CASES
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from quannan.base.errors import Refused
from quannan.base.listing import Result, list_export, list_page, result_of
from quannan.base.scope import page_for, working_scope


def may_export_cases(user) -> bool:
    return may_see_cases(user) and may_export_register(user)


def _visible(request: HttpRequest, pk: int) -> DismissalCase:
    rows = DismissalCase.objects.visible_to(request.user, working_scope(request).as_of)
    return get_object_or_404(rows.select_related("organization", "opened_by"), pk=pk)


def _result(request: HttpRequest) -> Result:
    scope = working_scope(request)
    units = filter_units(request.user)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and any(u.code == scope.unit for u in units):
        query["unit"] = scope.unit
    return result_of(
        request,
        CASES,
        cases_at(request.user, scope.as_of),
        scope_word=whole_scope_word(request.user),
        choices={
            "unit": [(u.code, u.name) for u in units],
            "measure": list(codes(CodeList.CASE_MEASURE).items()),
        },
        query=query,
        paths={u.code: u.path for u in units},
    )


@require_GET
@page_for(may_see_cases)
def case_list(request: HttpRequest) -> HttpResponse:
    """Cases at the working date, with the sums by year."""
    result = _result(request)
    years = sums_by_year(result.rows, result.as_of)
    return list_page(
        request,
        result,
        years=years,
        total=totals_of(years),
        export_url=reverse("case-export") if may_export_cases(request.user) else "",
        add_url=reverse("case-open") if may_edit_cases(request.user) else "",
        add_words="登记个案",
    )


@require_GET
@page_for(may_export_cases)
def case_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook; no name of a person is in it."""
    return list_export(_result(request), by=request.user, now=timezone.now())


@require_GET
@page_for(may_see_cases)
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One case with its measures; nothing keeps the page."""
    case = _visible(request, pk)
    as_of = working_scope(request).as_of
    measures = measures_of(case, as_of)
    context = {
        "case": case,
        "unit": unit_of(case.organization, as_of),
        "measures": measures,
        "aid": sum(row.measure.aid_yuan or 0 for row in measures),
        "closed": case.closed_on is not None and case.closed_on <= as_of,
        "may_edit": may_edit_cases(request.user),
        "may_see_complainant": may_see_complainant(request.user),
    }
    response = render(request, "orgs/case_detail.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@form_view
@page_for(may_edit_cases)
def case_open(request: HttpRequest) -> HttpResponse:
    """登记个案."""
    named = request.GET.get("organization", "")
    found = Organization.objects.visible_to(request.user).filter(pk=named).first() if named.isdecimal() else None
    form = CaseForm(
        request.POST or None,
        by=request.user,
        as_of=timezone.localdate(),
        initial={"organization": found.name} if found else {},
    )
    page = Page(
        "登记维权个案",
        "党群组织负责人因维护职工合法权益被辞退的,登记在这里;所在组织的账号看不到(四(三))",
        "登记",
        "个案已登记。",
        reverse("case-list"),
        "维权个案",
    )

    def act(said: dict) -> None:
        case = open_case(**said, by=request.user, now=timezone.now())
        page.back = reverse("case-detail", args=[case.pk])

    return form_page(request, form, act, page)


def _page_of(case: DismissalCase, title: str, sentence: str, submit: str, done: str) -> Page:
    return Page(title, sentence, submit, done, reverse("case-detail", args=[case.pk]), "维权个案")


@form_view
@page_for(may_edit_cases)
def case_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正个案."""
    case = _visible(request, pk)
    form = CaseCorrectionForm(request.POST or None, initial=CaseCorrectionForm.initial_of(case))
    page = _page_of(case, "更正个案", case.organization.name, "保存更正", "更正已保存。")

    def act(said: dict) -> None:
        correct_case(
            case=case,
            version=said["version"],
            changes=form.changes(),
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    def fresh(stale) -> CaseCorrectionForm:
        data = request.POST.copy()
        data["version"] = str(stale.current.version)
        return CaseCorrectionForm(data)

    return form_page(request, form, act, page, fresh=fresh)


@form_view
@page_for(may_edit_cases)
def case_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """登记帮扶措施."""
    case = _visible(request, pk)
    page = _page_of(case, "登记帮扶措施", case.organization.name, "登记", "措施已登记。")

    def act(said: dict) -> None:
        add_measure(case=case, **said, by=request.user, now=timezone.now())

    return form_page(request, MeasureForm(request.POST or None), act, page)


@form_view
@page_for(may_edit_cases)
def case_measure_correct(request: HttpRequest, pk: int, measure_pk: int) -> HttpResponse:
    """更正帮扶措施."""
    case = _visible(request, pk)
    measure = get_object_or_404(case.measures.select_related("case__organization"), pk=measure_pk)
    form = MeasureCorrectionForm(request.POST or None, initial=MeasureCorrectionForm.initial_of(measure))
    page = _page_of(case, "更正帮扶措施", case.organization.name, "保存更正", "更正已保存。")

    def act(said: dict) -> None:
        reason = said.pop("change_reason")
        correct_measure(measure=measure, reason=reason, **said, by=request.user, now=timezone.now())

    return form_page(request, form, act, page)


@form_view
@page_for(may_edit_cases)
def case_close(request: HttpRequest, pk: int) -> HttpResponse:
    """办结个案."""
    case = _visible(request, pk)
    page = _page_of(case, "办结个案", case.organization.name, "办结", "个案已办结。")

    def act(said: dict) -> None:
        close_case(case=case, **said, by=request.user, now=timezone.now())

    return form_page(request, CloseCaseForm(request.POST or None), act, page)


@form_view
@page_for(may_edit_cases)
def case_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """恢复办理."""
    case = _visible(request, pk)
    page = _page_of(case, "恢复办理", case.organization.name, "恢复办理", "已恢复办理。")

    def act(said: dict) -> None:
        reopen_case(case=case, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, ReasonForm(request.POST or None), act, page)


@require_POST
@page_for(may_see_complainant)
def complainant_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows who reported a case after the reason was written down; nothing keeps the page."""
    case = _visible(request, pk)
    back = reverse("case-detail", args=[case.pk])
    try:
        name = reveal_complainant(case=case, reason=request.POST.get("reason", ""), by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
        return redirect(back)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect(back)
    response = render(request, "orgs/case_complainant.html", {"case": case, "name": name})
    response.headers["Cache-Control"] = "no-store"
    return response
