"""情景推演: kept, looked at beside the truth, ticked, assumed otherwise, copied, deleted."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.domain.assumptions import read_assumptions
from coverage.domain.scenarios import (
    NOT_YOURS,
    assume,
    change_scenario,
    copy_scenario,
    create_scenario,
    delete_scenario,
    refuse_too_many,
    tick,
    untick,
)
from coverage.exports_scenarios import figures_file, ticks_file
from coverage.forms_scenarios import AssumeForm, ScenarioForm, posted_day
from coverage.models import ALL, Population, Scenario
from coverage.queries import has_pending_marks
from coverage.queries_dashboard import LABELS, trend_milestones
from coverage.queries_scenarios import (
    ONE_MISSING,
    SHOWN_LINES,
    WHAT,
    candidates,
    lines_to_tick,
    pairs_of,
    rules_on,
    scenario_figures,
    scenario_rows,
    tick_rows,
    ticks_for,
    words_of_assumptions,
)
from coverage.tables_scenarios import SCENARIOS
from orgs.lines import LINES, Line
from orgs.permissions import may_assign_gaps, may_export_register, may_use_scenarios
from orgs.queries_list import filter_units, visible_unit, whole_scope_word
from orgs.views.acts import Page, form_page
from quannan.base.errors import Refused
from quannan.base.listing import Result, list_export, list_page, result_of, ticked
from quannan.base.scope import page_for, working_scope
from quannan.base.tables import page_of

form_view = require_http_methods(["GET", "HEAD", "POST"])
TITLE = "情景推演"
UNREADABLE = "推演的设定读不出来,现按没有改设定显示。请到“改设定”里重新填写。"


def _result(request: HttpRequest) -> Result:
    return result_of(
        request,
        SCENARIOS,
        scenario_rows(request.user),
        scope_word="我能看到",
        user=request.user,
    )


@require_GET
@page_for(may_use_scenarios)
def scenario_list(request: HttpRequest) -> HttpResponse:
    """Own scenarios and shared ones."""
    exports = may_export_register(request.user)
    return list_page(
        request,
        _result(request),
        note="只在这里算,不改动台账",
        export_url=reverse("scenario-export") if exports else "",
        add_url=reverse("scenario-create"),
        add_words="新建推演",
    )


@require_GET
@page_for(may_use_scenarios)
def scenario_export(request: HttpRequest) -> FileResponse:
    """The list as a workbook."""
    return list_export(_result(request), by=request.user, now=timezone.now())


def _scenario(request: HttpRequest, pk: int, *, own: bool = False) -> Scenario:
    scenario = get_object_or_404(Scenario.objects.visible_to(request.user).select_related("owner", "unit"), pk=pk)
    if own and scenario.owner_id != request.user.pk:
        raise PermissionDenied(NOT_YOURS)
    return scenario


def _address(scenario: Scenario) -> str:
    return reverse("scenario-detail", args=[scenario.pk])


@form_view
@page_for(may_use_scenarios)
def scenario_create(request: HttpRequest) -> HttpResponse:
    """新建推演."""
    form = ScenarioForm(request.POST or None, initial={"as_of": working_scope(request).as_of})
    page = Page(
        "新建推演", "先起名,再假定组建和改设定;只在这里算,不改动台账", "建立", "", reverse("scenario-list"), TITLE
    )

    def act(said: dict[str, Any]) -> None:
        said.pop("version")
        made = create_scenario(**said, by=request.user, now=timezone.now())
        page.done, page.back = f"已建立“{made.name}”,还没有假定任何内容。", _address(made)

    return form_page(request, form, act, page)


@form_view
@page_for(may_use_scenarios)
def scenario_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, day, note, or other readers."""
    scenario = _scenario(request, pk, own=True)
    form = ScenarioForm(request.POST or None, initial=ScenarioForm.initial_of(scenario))
    page = Page("修改推演", "名称、对照日期和给谁看", "保存", "已保存。", _address(scenario), scenario.name)

    def act(said: dict[str, Any]) -> None:
        said["version"] = said["version"] or 0
        change_scenario(scenario=scenario, **said, by=request.user, now=timezone.now())

    def fresh(stale: Any) -> ScenarioForm:
        return ScenarioForm(_with_version(request, stale.current.version))

    return form_page(request, form, act, page, fresh=fresh)


def _with_version(request: HttpRequest, version: int) -> Any:
    data = request.POST.copy()
    data["version"] = str(version)
    return data


@form_view
@page_for(may_use_scenarios)
def scenario_assume(request: HttpRequest, pk: int) -> HttpResponse:
    """改设定: thresholds, scale, milestones and the day, beside what they are."""
    scenario = _scenario(request, pk, own=True)
    assumptions = _read(request, scenario)
    day = posted_day(request.POST) if request.method == "POST" else assumptions.as_of
    # What is typed is meant beside the rules of the day typed with it.
    standards, scale_rules = rules_on(day or scenario.as_of)

    def form_of(data: Any) -> AssumeForm:
        return AssumeForm(
            data,
            standards=standards,
            scale_rules=scale_rules,
            milestones=trend_milestones(),
            assumptions=assumptions,
            initial={"version": scenario.version},
        )

    form = form_of(request.POST or None)
    page = Page(
        "改设定",
        "只填要假定成另一个数的;留空就按现行的算",
        "推演",
        "设定已保存,下面是推演的结果。",
        _address(scenario),
        scenario.name,
    )

    def act(said: dict[str, Any]) -> None:
        assume(
            scenario=scenario,
            version=said["version"],
            assumptions=form.assumptions(),
            by=request.user,
            now=timezone.now(),
        )

    def fresh(stale: Any) -> AssumeForm:
        return form_of(_with_version(request, stale.current.version))

    return form_page(request, form, act, page, fresh=fresh, template="coverage/scenario_assume.html")


def _read(request: HttpRequest, scenario: Scenario) -> Any:
    """What is assumed; rows written otherwise than by this program may hold anything."""
    try:
        return read_assumptions(scenario.changes)
    except ValidationError:
        messages.error(request, UNREADABLE)
        scenario.changes = {}
        return read_assumptions({})


@require_GET
@page_for(may_use_scenarios)
def scenario_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The scenario beside the truth: lines, milestones, units, and what is assumed built."""
    scenario = _scenario(request, pk)
    assumptions = _read(request, scenario)
    day = assumptions.as_of or scenario.as_of
    unit = visible_unit(request.user, working_scope(request).unit)
    context = {
        "scenario": scenario,
        "own": scenario.owner_id == request.user.pk,
        "words": words_of_assumptions(assumptions, scenario.as_of),
        "as_of": scenario.as_of,
        "day": day,
        "unit": unit,
        "unit_code": unit.code if unit else "",
        "scope_word": f"{unit.name}及下属" if unit else whole_scope_word(request.user),
        "population_choices": Population.choices,
        "line_choices": [(code, LABELS[code]) for code in SHOWN_LINES],
        "stale": has_pending_marks(),
        "may_export": may_export_register(request.user),
        "may_assign": may_assign_gaps(request.user),
        "figures": None,
        "problem": "",
    }
    try:
        context["figures"] = scenario_figures(
            scenario,
            user=request.user,
            unit=unit,
            population=_choice(request, "population", Population.values, Population.ALL.value),
            line=_choice(request, "by", SHOWN_LINES, ALL),
        )
    except ValidationError as error:
        context["problem"] = error.messages[0]
    ticks = ticks_for(scenario, request.user, day).select_related("organization")
    page = page_of(request, ticks.order_by("organization__sort_key", "organization_id", "line"))
    context["page_obj"], context["ticks"] = page, tick_rows(page.object_list, request.user, day)
    return render(request, "coverage/scenario_detail.html", context)


def _choice(request: HttpRequest, name: str, known: Any, usual: str) -> str:
    asked = request.GET.get(name, usual)
    return asked if asked in known else usual


@form_view
@page_for(may_use_scenarios)
def scenario_pick(request: HttpRequest, pk: int) -> HttpResponse:
    """假定组建: those found by condition or name are ticked, one by one or all of them."""
    scenario = _scenario(request, pk, own=True)
    assumptions = _read(request, scenario)
    day = assumptions.as_of or scenario.as_of
    units = filter_units(request.user)
    what = _choice(request, "what", dict(WHAT), ONE_MISSING)
    line = _choice(request, "for", LINES, Line.UNION.value)
    unit = visible_unit(request.user, _choice(request, "in", [u.code for u in units], ""))
    text = request.GET.get("q", "")
    rows = candidates(request.user, day=day, what=what, line=line, unit=unit, text=text)
    if request.method == "POST":
        whole = request.POST.get("whole") == "1"
        meant = rows if whole else rows.filter(organization__in=ticked(request))
        here = f"{reverse('scenario-pick', args=[scenario.pk])}?{request.GET.urlencode()}"
        try:
            refuse_too_many(meant.count())
            pairs = pairs_of(meant, what, line)
            if not pairs:
                messages.error(request, "请先勾选组织,或勾“选中全部”。")
                return redirect(here)
            added = tick(scenario=scenario, pairs=pairs, by=request.user, now=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.sentence)
            return redirect(here)
        known = len(pairs) - added
        messages.success(request, f"已假定组建 {added} 个" + (f",另有 {known} 个原来就在。" if known else "。"))
        return redirect(_address(scenario))
    page = page_of(request, rows)
    context = {
        "scenario": scenario,
        "page_obj": page,
        "rows": [(span, [Line(code).label for code in lines_to_tick(span, what, line)]) for span in page.object_list],
        "what": what,
        "what_choices": WHAT,
        "line": line,
        "line_choices": Line.choices,
        "units": units,
        "unit_code": unit.code if unit else "",
        "text": text,
        "day": day,
        "query": request.GET.urlencode(),
    }
    return render(request, "coverage/scenario_pick.html", context)


@require_POST
@page_for(may_use_scenarios)
def scenario_untick(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes ticked rows out of what is assumed, or all of them."""
    scenario = _scenario(request, pk, own=True)
    keys = None if request.POST.get("whole") == "1" else ticked(request)
    count = untick(scenario=scenario, keys=keys, by=request.user, now=timezone.now())
    if count:
        messages.success(request, f"已取消假定组建 {count} 个。")
    else:
        messages.error(request, "请先勾选要取消的,或勾“选中全部”。")
    return redirect(_address(scenario))


@require_POST
@page_for(may_use_scenarios)
def scenario_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """另存为我的."""
    scenario = _scenario(request, pk)
    day = _read(request, scenario).as_of or scenario.as_of
    visible = ticks_for(scenario, request.user, day).values_list("organization_id", flat=True)
    copied = copy_scenario(scenario=scenario, visible=visible, by=request.user, now=timezone.now())
    messages.success(request, f"已另存为“{copied.name}”,只有您能看到。")
    return redirect(_address(copied))


@require_POST
@page_for(may_use_scenarios)
def scenario_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Deletes it; the page asks before."""
    scenario = _scenario(request, pk, own=True)
    delete_scenario(scenario=scenario, by=request.user, now=timezone.now())
    messages.success(request, f"推演“{scenario.name}”已删除,台账没有变化。")
    return redirect("scenario-list")


@require_GET
@page_for(may_use_scenarios)
def scenario_figures_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures of the page as a workbook."""
    scenario = _scenario(request, pk)
    assumptions = _read(request, scenario)
    unit = visible_unit(request.user, working_scope(request).unit)
    try:
        found = scenario_figures(
            scenario,
            user=request.user,
            unit=unit,
            population=_choice(request, "population", Population.values, Population.ALL.value),
            line=_choice(request, "by", SHOWN_LINES, ALL),
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(_address(scenario))
    file = figures_file(
        scenario,
        found,
        words=words_of_assumptions(assumptions, scenario.as_of),
        scope_word=f"{unit.name}及下属" if unit else whole_scope_word(request.user),
        by=request.user,
        now=timezone.now(),
    )
    return FileResponse(file, as_attachment=True, filename=f"情景推演-{scenario.as_of}.xlsx")


@require_GET
@page_for(may_use_scenarios)
def scenario_ticks_export(request: HttpRequest, pk: int) -> FileResponse:
    """What is assumed built, as a workbook."""
    scenario = _scenario(request, pk)
    day = _read(request, scenario).as_of or scenario.as_of
    ticks = ticks_for(scenario, request.user, day).select_related("organization")
    rows = tick_rows(ticks.order_by("organization__sort_key", "organization_id", "line"), request.user, day)
    file = ticks_file(scenario, rows, by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"假定组建-{scenario.as_of}.xlsx")
