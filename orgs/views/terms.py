"""换届: the calendar, an election recorded or corrected, a term extended; and the rules of terms."""

from dataclasses import replace
from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs.domain.elections import correct_election, extend_term, record_election
from orgs.domain.term_rules import add_term_rule, change_term_rule
from orgs.domain.terms import AHEAD, plus_months, term_for
from orgs.filters_terms import WHEN
from orgs.forms_terms import ElectionCorrectForm, ElectionForm, ExtendForm, TermRuleAddForm, TermRuleForm
from orgs.lines import Line
from orgs.models import Branch, Election, TermRule
from orgs.permissions import (
    may_edit_line,
    may_edit_some_line,
    may_export_register,
    may_keep_term_rules,
    may_see_register,
)
from orgs.queries_branch_page import body_or_404
from orgs.queries_branches import form_choices
from orgs.queries_list import filter_units, whole_scope_word
from orgs.queries_terms import bodies_with_terms, calendar_of, elections_of_line, name_for, term_rows, term_rules
from orgs.tables_terms import TERMS
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from quannan.base.listing import Result, list_export, list_page, result_of
from quannan.base.scope import NO_ACCESS, page_for, working_scope
from quannan.base.tables import with_parameters


def _asked(request: HttpRequest) -> tuple:
    """The address with the working unit and line put in, and what the filters need to know."""
    scope = working_scope(request)
    units = filter_units(request.user)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and any(u.code == scope.unit for u in units):
        query["unit"] = scope.unit
    if scope.line and scope.line != Line.MECHANISM and "line" not in query:
        query["line"] = scope.line
    first = scope.as_of.replace(day=1)
    months = [plus_months(first, n) for n in range(AHEAD)]
    given = {
        "choices": {
            "unit": [(u.code, u.name) for u in units],
            "form": form_choices(),
            "month": [(f"{month:%Y-%m}", f"{month.year}年{month.month}月") for month in months],
        },
        "user": request.user,
        "paths": {u.code: u.path for u in units},
    }
    return query, given


def _result(request: HttpRequest, query: QueryDict, given: dict) -> Result:
    as_of = working_scope(request).as_of
    return result_of(
        request,
        replace(TERMS, prepare=partial(term_rows, user=request.user, as_of=as_of)),
        bodies_with_terms(request.user, as_of),
        scope_word=whole_scope_word(request.user),
        query=query,
        **given,
    )


@require_GET
@page_for(may_see_register)
def term_calendar(request: HttpRequest) -> HttpResponse:
    """换届日历: what ends when, above the list of every body's term at the working date."""
    query, given = _asked(request)
    result = _result(request, query, given)
    lasting = query.copy()
    for name in WHEN:
        lasting.pop(name, None)
    rows = bodies_with_terms(request.user, result.as_of)
    every = TERMS.filters(lasting, rows, as_of=result.as_of, **given).qs
    kept = dict.fromkeys((*WHEN, "tab"))
    return list_page(
        request,
        result,
        calendar=calendar_of(every, result.as_of),
        base_query=with_parameters(request.GET, **kept),
        export_url=reverse("term-export") if may_export_register(request.user) else "",
    )


@require_GET
@page_for(may_export_register)
def term_export(request: HttpRequest) -> FileResponse:
    """The whole result of the calendar's list as a workbook."""
    return list_export(_result(request, *_asked(request)), by=request.user, now=timezone.now())


def _branch(request: HttpRequest, pk: int) -> Branch:
    branch = body_or_404(request.user, pk, timezone.localdate())
    if not may_edit_line(request.user, branch.line):
        raise PermissionDenied(NO_ACCESS)
    return branch


def _election(request: HttpRequest, pk: int, election_pk: int) -> Election:
    branch = _branch(request, pk)
    return get_object_or_404(branch.elections.select_related("branch"), pk=election_pk)


def _page(request: HttpRequest, branch: Branch, title: str, sentence: str, submit: str, done: str) -> Page:
    back = f"{reverse('branch-detail', args=[branch.pk])}#terms"
    name = name_for(branch, request.user, timezone.localdate())
    return Page(title, f"{name};{sentence}", submit, done, back, name)


@form_view
@page_for(may_edit_some_line)
def election_record(request: HttpRequest, pk: int) -> HttpResponse:
    """登记换届."""
    branch = _branch(request, pk)
    form = ElectionForm(request.POST or None, term=term_for(branch, timezone.localdate()))
    page = _page(request, branch, "登记换届", "届满日期随这一届存下,以后规定有变也不改动", "登记", "换届已登记。")

    def act(said: dict) -> None:
        election = record_election(branch=branch, **said, by=request.user, now=timezone.now())
        page.done = f"换届已登记,任期{election.term_years}年,{election.due_on}届满。"

    return form_page(request, form, act, page)


def _with_version(request: HttpRequest, version: int):
    data = request.POST.copy()
    data["version"] = str(version)
    return data


@form_view
@page_for(may_edit_some_line)
def election_correct(request: HttpRequest, pk: int, election_pk: int) -> HttpResponse:
    """更正换届."""
    election = _election(request, pk, election_pk)
    term = term_for(election.branch, election.held_on)
    form = ElectionCorrectForm(request.POST or None, term=term, initial=ElectionCorrectForm.initial_of(election))
    page = _page(request, election.branch, "更正换届", "改选举日期或任期的,届满日期随之改动", "保存", "已保存。")

    def act(said: dict) -> None:
        reason = said.pop("change_reason")
        correct_election(election=election, **said, reason=reason, by=request.user, now=timezone.now())

    def fresh(stale) -> ElectionCorrectForm:
        return ElectionCorrectForm(_with_version(request, stale.current.version), term=term)

    return form_page(request, form, act, page, fresh=fresh)


@form_view
@page_for(may_edit_some_line)
def term_extend(request: HttpRequest, pk: int, election_pk: int) -> HttpResponse:
    """延长任期."""
    election = _election(request, pk, election_pk)
    form = ExtendForm(request.POST or None, initial=ExtendForm.initial_of(election))
    sentence = f"{election.held_on}选举的一届,{election.due_on}届满;延期须经上级批准,一般不超过12个月"
    page = _page(request, election.branch, "延长任期", sentence, "登记延期", "延期已登记。")

    def act(said: dict) -> None:
        reason = said.pop("change_reason")
        extend_term(election=election, **said, reason=reason, by=request.user, now=timezone.now())

    def fresh(stale) -> ExtendForm:
        return ExtendForm(_with_version(request, stale.current.version))

    return form_page(request, form, act, page, fresh=fresh)


@require_GET
@page_for(may_see_register)
def term_rule_list(request: HttpRequest) -> HttpResponse:
    """任期规定: how long terms last, by line and level, with validity and source."""
    context = {
        "rules": term_rules(),
        "as_of": working_scope(request).as_of,
        "may_keep": may_keep_term_rules(request.user),
    }
    return render(request, "orgs/term_rule_list.html", context)


RULES = "任期规定"


@form_view
@page_for(may_keep_term_rules)
def term_rule_change(request: HttpRequest, pk: int) -> HttpResponse:
    """修改任期规定: another version from a day on."""
    rule = get_object_or_404(TermRule, pk=pk)
    form = TermRuleForm(request.POST or None, initial=TermRuleForm.initial_of(rule))
    sentence = (
        f"{rule};已登记的{elections_of_line(rule.line)}届{rule.get_line_display()}任期不变,自施行之日起选举的按新规定计"
    )
    page = Page("修改任期规定", sentence, "保存", "新的规定已保存。", reverse("term-rule-list"), RULES)

    def act(said: dict) -> None:
        change_term_rule(rule=rule, from_=said["from_"], **form.lengths(), by=request.user, now=timezone.now())

    return form_page(request, form, act, page)


@form_view
@page_for(may_keep_term_rules)
def term_rule_add(request: HttpRequest) -> HttpResponse:
    """新增任期规定, for forms that have none."""
    form = TermRuleAddForm(request.POST or None)
    sentence = "给还没有规定的组织形式;妇女组织没有单独规定时,任期随同一组织的党组织"
    page = Page("新增任期规定", sentence, "保存", "规定已新增。", reverse("term-rule-list"), RULES)

    def act(said: dict) -> None:
        named = {name: said[name] for name in ("line", "level", "forms", "from_")}
        add_term_rule(**named, **form.lengths(), by=request.user, now=timezone.now())

    return form_page(request, form, act, page)
