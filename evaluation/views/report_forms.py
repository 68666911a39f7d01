"""年报表: its sections and questions, kept as data; a new version for another year; the empty form on paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from evaluation.domain.questions import add_question, copy_form, correct_form, correct_question, retire_question
from evaluation.forms_rounds import FormCopyForm, FormWordsForm, QuestionAddForm, QuestionForm, RetireForm
from evaluation.models import Question, ReportForm
from evaluation.permissions import may_keep_rounds, may_review_county, may_review_unit
from evaluation.queries_rounds import all_forms, all_questions, all_sections, forms_listed, sections_of, type_words
from evaluation.views.rounds import form_view
from orgs.domain.acting import day_of
from orgs.domain.refusals import StaleRecord
from orgs.models.organization import Kind
from orgs.views.acts import Page, form_page
from quannan.base.scope import page_for

LATER = "已经启动的批次也会跟着变;只想从下一年起改的,请先“另存为新表”再改"


def may_see_forms(user: Any) -> bool:
    """Whoever keeps forms or reviews what was filled in."""
    return may_keep_rounds(user) or may_review_unit(user) or may_review_county(user)


def _address(form: ReportForm) -> str:
    return reverse("report-form-detail", args=[form.pk])


@require_GET
@page_for(may_see_forms)
def report_form_list(request: HttpRequest) -> HttpResponse:
    """Every version of the form, with the rounds that use it."""
    context = {"forms": forms_listed(), "keeps": may_keep_rounds(request.user)}
    return render(request, "evaluation/report_form_list.html", context)


@require_GET
@page_for(may_see_forms)
def report_form_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One form: what it asks of whom, in which years, and whence each answer is known."""
    row = get_object_or_404(all_forms(), pk=pk)
    context = {
        "row": row,
        "sections": sections_of(row),
        "keeps": may_keep_rounds(request.user),
        "kinds": Kind.choices,
        "now": timezone.localtime(),
    }
    return render(request, "evaluation/report_form_detail.html", context)


@require_GET
@page_for(may_see_forms)
def form_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The empty form on A4 for one kind of organization and one year, to be filled in by hand."""
    row = get_object_or_404(ReportForm, pk=pk)
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else Kind.ENTERPRISE.value
    asked = request.GET.get("year", "")
    latest = row.rounds.order_by("-year").values_list("year", flat=True).first()
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else latest or day_of(timezone.now()).year
    context = {
        "row": row,
        "kind": kind,
        "kind_label": Kind(kind).label,
        "kinds": Kind.choices,
        "year": year,
        "sections": sections_of(row, kind=kind, year=year),
    }
    return render(request, "evaluation/form_print.html", context)


@form_view
@page_for(may_keep_rounds)
def form_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """修改表的名称、说明和承诺语."""
    row = get_object_or_404(ReportForm, pk=pk)
    initial = {name: getattr(row, name) for name in FormWordsForm.base_fields}
    form = FormWordsForm(request.POST or None, initial=initial)
    page = Page("修改年报表", f"{row.title};{LATER}", "保存", "年报表已修改。", _address(row), row.title)

    def act(said: dict[str, Any]) -> None:
        correct_form(form=row, **said, by=request.user, now=timezone.now())

    return form_page(request, form, act, page, fresh=lambda stale: _again(request, FormWordsForm, stale))


@form_view
@page_for(may_keep_rounds)
def form_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """另存为新表."""
    row = get_object_or_404(ReportForm, pk=pk)
    form = FormCopyForm(request.POST or None, initial={"title": row.title})
    page = Page(
        "另存为新表",
        f"{row.title};各部分和问题都照样带过去,问题的代码不变,上年的回答才接得上",
        "另存",
        "已另存为新表,可以改了。",
        _address(row),
        row.title,
    )

    def act(said: dict[str, Any]) -> None:
        page.back = _address(copy_form(form=row, **said, by=request.user, now=timezone.now()))

    return form_page(request, form, act, page)


def _again(request: HttpRequest, form_class: Any, stale: StaleRecord, **more: Any) -> Any:
    """The form as typed, with the version that stands now."""
    data = request.POST.copy()
    data["version"] = str(stale.current.version)
    return form_class(data, **more)


def _question(pk: int) -> Question:
    return get_object_or_404(all_questions(), pk=pk)


@form_view
@page_for(may_keep_rounds)
def question_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """修改问题."""
    row = _question(pk)
    form = QuestionForm(request.POST or None, initial=QuestionForm.initial_of(row), question=row)
    page = Page(
        "修改问题",
        f"{row.section.title} · {row.label}({type_words(row)},代码 {row.code},类型和代码不能改);{LATER}",
        "保存",
        "问题已修改。",
        _address(row.section.form),
        row.section.form.title,
    )

    def act(said: dict[str, Any]) -> None:
        version = said["version"] or 0
        correct_question(question=row, version=version, facts=form.facts(), by=request.user, now=timezone.now())

    def fresh(stale: StaleRecord) -> QuestionForm:
        return _again(request, QuestionForm, stale, question=stale.current)

    return form_page(request, form, act, page, fresh=fresh)


@form_view
@page_for(may_keep_rounds)
def question_add(request: HttpRequest, pk: int) -> HttpResponse:
    """新增问题."""
    section = get_object_or_404(all_sections(), pk=pk)
    form = QuestionAddForm(request.POST or None, initial={"required": True, "from_year": day_of(timezone.now()).year})
    page = Page(
        "新增问题",
        f"{section.form.title} · {section.title};排在这一部分最后,上年答过的会预填;{LATER}",
        "新增",
        "问题已新增。",
        _address(section.form),
        section.form.title,
    )

    def act(said: dict[str, Any]) -> None:
        add_question(section=section, **form.facts(), by=request.user, now=timezone.now())

    return form_page(request, form, act, page)


@form_view
@page_for(may_keep_rounds)
def question_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """停用问题."""
    row = _question(pk)
    initial = {"version": row.version, "to_year": row.to_year or day_of(timezone.now()).year - 1}
    form = RetireForm(request.POST or None, initial=initial)
    page = Page(
        "停用问题",
        f"{row.section.title} · {row.label};以后不再问,已答的都留着,要恢复时在“修改”里清空终止年度",
        "停用",
        "已定下最后一个年度。",
        _address(row.section.form),
        row.section.form.title,
    )

    def act(said: dict[str, Any]) -> None:
        retire_question(question=row, **said, by=request.user, now=timezone.now())

    return form_page(request, form, act, page, fresh=lambda stale: _again(request, RetireForm, stale))
