"""考核方案: listed, drafted, copied from another year, its indicators and bands, opened and closed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.domain.indicators import add_indicator, correct_indicator, move_indicator, remove_indicator
from evaluation.domain.schemes import (
    close_scheme,
    copy_scheme,
    correct_scheme,
    create_scheme,
    faults_before_opening,
    open_scheme,
    organizations_of,
    set_bands,
    units_of,
)
from evaluation.domain.scoring import plain, rule_words, weight_words
from evaluation.forms_schemes import BandsForm, IndicatorForm, SchemeCopyForm, SchemeForm
from evaluation.models import Scheme, SchemeState
from evaluation.permissions_scores import may_keep_schemes, may_see_assessments
from evaluation.queries_assessments import all_indicators, all_schemes, scheme_shown, schemes_with_counts
from orgs.domain.acting import day_of
from orgs.queries_list import whole_scope_word
from orgs.views.acts import Page, form_page
from quannan.base.errors import Refused
from quannan.base.scope import page_for

form_view = require_http_methods(["GET", "HEAD", "POST"])
TITLE = "考核方案"
TONES = {"draft": ("none", "○"), "open": ("due", "◐"), "closed": ("met", "●")}


def state_tag(scheme: Scheme) -> dict[str, str]:
    """The state as a mark of colour, shape and word.

    Args:
        scheme: which.
    """
    tone, shape = TONES[scheme.state]
    return {"tone": tone, "shape": shape, "word": str(scheme.get_state_display())}


def _address(pk: int) -> str:
    return reverse("scheme-detail", args=[pk])


@require_GET
@page_for(may_see_assessments)
def scheme_list(request: HttpRequest) -> HttpResponse:
    """Every scheme with the assessments in sight."""
    context = {
        "rows": [(row, state_tag(row.scheme)) for row in schemes_with_counts(request.user)],
        "keeps": may_keep_schemes(request.user),
        "whose": whole_scope_word(request.user),
        "now": timezone.localtime(),
    }
    return render(request, "evaluation/scheme_list.html", context)


@require_GET
@page_for(may_see_assessments)
def scheme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One scheme: whom it assesses, its indicators with their rules, its bands, and what can be done."""
    row = get_object_or_404(scheme_shown(all_schemes()), pk=pk)
    draft = row.state == SchemeState.DRAFT
    keeps = may_keep_schemes(request.user)
    indicators = list(row.indicators.all())
    bands = list(row.bands.all())
    upper = [None, *bands[:-1]]
    context = {
        "row": row,
        "tag": state_tag(row),
        "draft": draft,
        "keeps": keeps,
        "edits": keeps and draft,
        "indicators": [(one, rule_words(one), plain(one.points)) for one in indicators],
        "bands": [
            (band, f"{plain(band.from_score)}分以上(含)" + (f"、{plain(above.from_score)}分以下" if above else ""))
            for band, above in zip(bands, upper, strict=True)
        ],
        "full": plain(row.full_score),
        "bonus_cap": plain(row.bonus_cap),
        "weights": weight_words(row),
        "kinds": [label for kind, label in Scheme._meta.get_field("of_kinds").base_field.choices if kind in row.of_kinds],
        "faults": faults_before_opening(row) if draft and keeps else [],
        "now": timezone.localtime(),
    }  # fmt: skip
    return render(request, "evaluation/scheme_detail.html", context)


@form_view
@page_for(may_keep_schemes)
def scheme_create(request: HttpRequest) -> HttpResponse:
    """新建考核方案."""
    year = day_of(timezone.now()).year
    initial = {
        "year": year, "of_kinds": ["enterprise", "social"], "as_of": f"{year}-12-31", "full_score": 100,
        "veto_lowest": True,
    }  # fmt: skip
    form = SchemeForm(request.POST or None, initial=initial)
    page = Page("新建考核方案", "先拟好方案和指标;启动之前随时能改", "保存", "", reverse("scheme-list"), TITLE)

    def act(said: dict[str, Any]) -> None:
        said.pop("version")
        made = create_scheme(facts=said, by=request.user, now=timezone.now())
        page.done, page.back = f"“{made.name}”已保存,请添加指标。", _address(made.pk)

    return form_page(request, form, act, page)


@form_view
@page_for(may_keep_schemes)
def scheme_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """修改考核方案, while it is a draft."""
    row = get_object_or_404(all_schemes(), pk=pk)
    form = SchemeForm(request.POST or None, initial=SchemeForm.initial_of(row))
    page = Page("修改考核方案", f"{row.name};启动以后不能再改", "保存", "考核方案已修改。", _address(pk), row.name)

    def act(said: dict[str, Any]) -> None:
        version = said.pop("version") or 0
        correct_scheme(scheme=row, version=version, facts=said, by=request.user, now=timezone.now())

    def fresh(stale: Any) -> SchemeForm:
        data = request.POST.copy()
        data["version"] = str(stale.current.version)
        return SchemeForm(data)

    return form_page(request, form, act, page, fresh=fresh)


@form_view
@page_for(may_keep_schemes)
def scheme_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """沿用到新的年度: a draft with the same rules, bands and indicators."""
    row = get_object_or_404(all_schemes(), pk=pk)
    year = row.year + 1
    form = SchemeCopyForm(
        request.POST or None, initial={"year": year, "name": row.name.replace(str(row.year), str(year))}
    )
    page = Page(
        "沿用到新的年度", f"{row.name};指标、等次和计分办法照样带过去,可以再改", "另存为新方案", "已另存,可以改了。",
        _address(pk), row.name,
    )  # fmt: skip

    def act(said: dict[str, Any]) -> None:
        made = copy_scheme(scheme=row, **said, by=request.user, now=timezone.now())
        page.back = _address(made.pk)

    return form_page(request, form, act, page)


@form_view
@page_for(may_keep_schemes)
def scheme_bands(request: HttpRequest, pk: int) -> HttpResponse:
    """修改等次."""
    row = get_object_or_404(scheme_shown(all_schemes()), pk=pk)
    form = BandsForm(request.POST or None, initial=BandsForm.initial_of(row))
    page = Page(
        "修改等次", f"{row.name};每个等次从几分起(含),最低的从0分起,空行不算", "保存", "等次已修改。", _address(pk), row.name
    )  # fmt: skip

    def act(said: dict[str, Any]) -> None:
        version = said["version"] or 0
        set_bands(scheme=row, rows=form.rows(), by=request.user, now=timezone.now(), version=version)

    return form_page(request, form, act, page)


@form_view
@page_for(may_keep_schemes)
def scheme_open(request: HttpRequest, pk: int) -> HttpResponse:
    """启动考核: first whom it assesses, then at once; thousands of assessments are one statement."""
    row = get_object_or_404(scheme_shown(all_schemes()), pk=pk)
    problem = ""
    if request.method == "POST":
        try:
            asked = request.POST.get("version", "")
            version = int(asked) if asked.isascii() and asked.isdigit() else 0
            made = open_scheme(scheme=row, by=request.user, now=timezone.now(), version=version)
        except Refused as refusal:
            problem = refusal.sentence
        else:
            messages.success(request, f"考核已启动,生成 {made} 份考核。")
            return redirect("scheme-detail", pk)
    subjects = units_of(row) if row.of_units else organizations_of(row)
    context = {"row": row, "count": subjects.count(), "faults": faults_before_opening(row), "problem": problem}
    return render(request, "evaluation/scheme_open.html", context, status=422 if problem else 200)


@form_view
@page_for(may_keep_schemes)
def scheme_close(request: HttpRequest, pk: int) -> HttpResponse:
    """结束考核: what stays unconfirmed is told first."""
    row = get_object_or_404(all_schemes(), pk=pk)
    problem = ""
    if request.method == "POST":
        try:
            close_scheme(scheme=row, by=request.user, now=timezone.now())
        except Refused as refusal:
            problem = refusal.sentence
        else:
            messages.success(request, "考核已结束,不再评分、核定或重开。")
            return redirect("scheme-detail", pk)
    counts = next(one for one in schemes_with_counts(request.user) if one.scheme.pk == pk)
    context = {"row": row, "counts": counts, "left": counts.total - counts.confirmed, "problem": problem}
    return render(request, "evaluation/scheme_close.html", context, status=422 if problem else 200)


@form_view
@page_for(may_keep_schemes)
def indicator_add(request: HttpRequest, pk: int) -> HttpResponse:
    """新增指标."""
    row = get_object_or_404(all_schemes(), pk=pk)
    form = IndicatorForm(request.POST or None)
    page = Page("新增指标", f"{row.name};按规则只填用得着的参数", "保存", "指标已添加。", _address(pk), row.name)

    def act(said: dict[str, Any]) -> None:
        add_indicator(scheme=row, facts=form.facts(), by=request.user, now=timezone.now())

    return form_page(request, form, act, page)


@form_view
@page_for(may_keep_schemes)
def indicator_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """修改指标, while its scheme is a draft."""
    row = get_object_or_404(all_indicators(), pk=pk)
    form = IndicatorForm(request.POST or None, initial=IndicatorForm.initial_of(row))
    back = _address(row.scheme_id)
    page = Page("修改指标", f"{row};{rule_words(row)}", "保存", "指标已修改。", back, row.scheme.name)

    def act(said: dict[str, Any]) -> None:
        version = said["version"] or 0
        correct_indicator(indicator=row, version=version, facts=form.facts(), by=request.user, now=timezone.now())

    def fresh(stale: Any) -> IndicatorForm:
        data = request.POST.copy()
        data["version"] = str(stale.current.version)
        return IndicatorForm(data)

    return form_page(request, form, act, page, fresh=fresh)


@require_POST
@page_for(may_keep_schemes)
def indicator_move(request: HttpRequest, pk: int) -> HttpResponse:
    """上移或下移."""
    row = get_object_or_404(all_indicators(), pk=pk)
    try:
        move_indicator(indicator=row, up=request.POST.get("to") == "up", by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("scheme-detail", row.scheme_id)


@form_view
@page_for(may_keep_schemes)
def indicator_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """删去指标, asked once more."""
    row = get_object_or_404(all_indicators(), pk=pk)
    problem = ""
    if request.method == "POST":
        try:
            remove_indicator(indicator=row, by=request.user, now=timezone.now())
        except Refused as refusal:
            problem = refusal.sentence
        else:
            messages.success(request, f"已删去“{row}”,变更记录里留有原来的内容。")
            return redirect("scheme-detail", row.scheme_id)
    context = {"row": row, "rule": rule_words(row), "problem": problem}
    return render(request, "evaluation/indicator_remove.html", context, status=422 if problem else 200)
