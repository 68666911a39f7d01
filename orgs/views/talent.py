"""党群人才库 and 职业党群干部: the lists and what is done with an entry."""

from dataclasses import replace
from functools import partial

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs.domain.candidates import (
    choose_candidate,
    correct_candidate,
    enter_candidate,
    release_candidate,
    withdraw_candidate,
)
from orgs.domain.professionals import end_professional, hire_professional
from orgs.forms import ReasonForm
from orgs.forms_people import (
    CandidateCorrectForm,
    CandidateForm,
    ChooseForm,
    EndPostForm,
    HireForm,
    WithdrawForm,
    yes_no,
)
from orgs.models import Branch, Candidate, ProfessionalWorker
from orgs.models.codes import CodeList
from orgs.permissions import may_edit_support, may_edit_talent, may_export_register, may_see_people
from orgs.queries import codes
from orgs.queries_people import bodies_to_lead, lines_edited
from orgs.queries_talent import candidates_on, entries_in_words, professionals_on, workers_in_words
from orgs.tables_people import ENTRIES, WORKERS
from orgs.views.acts import Page, form_page
from orgs.views.people_results import may_export_people, people_result
from orgs.views.register import form_view
from quannan.base.listing import Result, list_export, list_page
from quannan.base.scope import page_for, working_scope


def may_export_talent(user) -> bool:
    return may_edit_talent(user) and may_export_register(user)


def _entries(request: HttpRequest) -> Result:
    on = working_scope(request).as_of
    listed = replace(ENTRIES, prepare=partial(entries_in_words, on=on, user=request.user))
    qualifications = list(codes(CodeList.QUALIFICATION).items())
    return people_result(request, listed, candidates_on(request.user, on), qualification=qualifications)


@require_GET
@page_for(may_edit_talent)
def candidate_list(request: HttpRequest) -> HttpResponse:
    """党群人才库 on the working date."""
    return list_page(
        request,
        _entries(request),
        export_url=reverse("candidate-export") if may_export_talent(request.user) else "",
        add_url=reverse("candidate-enter"),
        add_words="列入人才库",
    )


@require_GET
@page_for(may_export_talent)
def candidate_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_entries(request), by=request.user, now=timezone.now())


@form_view
@page_for(may_edit_talent)
def candidate_enter(request: HttpRequest) -> HttpResponse:
    """列入人才库."""
    form = CandidateForm(
        request.POST or None, lines=lines_edited(request.user), by=request.user, as_of=timezone.localdate()
    )
    page = Page(
        "列入人才库",
        "懂党务、懂群团工作、能带队伍的人;一人一条",
        "列入",
        "已列入人才库。",
        reverse("candidate-list"),
        "党群人才库",
    )

    def act(said: dict) -> None:
        enter_candidate(
            person=form.person_given(),
            lines=said["lines"],
            qualifications=said["qualifications"],
            source=said["source"],
            entered_on=said["entered_on"],
            note=said["note"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, act, page)


def _entry(request: HttpRequest, pk: int) -> Candidate:
    rows = Candidate.objects.visible_to(request.user).select_related("person")
    return get_object_or_404(rows, pk=pk)


def _page(title: str, entry: Candidate, submit: str, done: str) -> Page:
    name = entry.person.name
    return Page(title, name, submit, done, reverse("person-detail", args=[entry.person_id]), name)


@form_view
@page_for(may_edit_talent)
def candidate_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """修改人才库信息."""
    entry = _entry(request, pk)
    lines = lines_edited(request.user)
    initial = {name: getattr(entry, name) for name in ("lines", "qualifications", "source", "note", "version")}
    form = CandidateCorrectForm(request.POST or None, lines=lines, initial=initial)

    def act(said: dict) -> None:
        changes = {name: value for name, value in said.items() if name != "version"}
        correct_candidate(
            candidate=entry, version=said["version"], changes=changes, by=request.user, now=timezone.now()
        )

    def fresh(stale) -> CandidateCorrectForm:
        data = request.POST.copy()
        data["version"] = str(stale.current.version)
        return CandidateCorrectForm(data, lines=lines)

    return form_page(request, form, act, _page("修改人才库信息", entry, "保存", "已保存。"), fresh=fresh)


@form_view
@page_for(may_edit_talent)
def candidate_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """选用: the body is looked for in the address, so that it works without scripts."""
    entry = _entry(request, pk)
    text = request.GET.get("q", "")
    lines = [line for line in lines_edited(request.user) if line in entry.lines]
    found = bodies_to_lead(request.user, timezone.localdate(), lines, text)
    form = ChooseForm(
        request.POST or None,
        branches=Branch.objects.visible_to(request.user).filter(pk__in=found),
        told=found,
        lines=lines,
    )
    page = _page("从人才库选用", entry, "选用", "已选用,任职已登记。")
    page.sentence = f"{entry.person.name};先查找党群组织,再填职务和任职日期"
    page.extra = {"text": text, "found": len(found)}

    def act(said: dict) -> None:
        choose_candidate(
            candidate=entry,
            branch=said["branch"],
            post=said["post"],
            from_=said["from_"],
            is_full_time=yes_no(said["full_time"]),
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, act, page, template="orgs/candidate_choose.html")


@form_view
@page_for(may_edit_talent)
def candidate_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """退出人才库."""
    entry = _entry(request, pk)

    def act(said: dict) -> None:
        withdraw_candidate(
            candidate=entry,
            left_on=said["left_on"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    page = _page("退出人才库", entry, "退出", "已退出人才库,记录仍保留。")
    return form_page(request, WithdrawForm(request.POST or None), act, page)


@form_view
@page_for(may_edit_talent)
def candidate_release(request: HttpRequest, pk: int) -> HttpResponse:
    """恢复可选用."""
    entry = _entry(request, pk)

    def act(said: dict) -> None:
        release_candidate(candidate=entry, reason=said["change_reason"], by=request.user, now=timezone.now())

    page = _page("恢复可选用", entry, "恢复", "已恢复为可选用。")
    return form_page(request, ReasonForm(request.POST or None), act, page)


def _workers(request: HttpRequest) -> Result:
    on = working_scope(request).as_of
    listed = replace(WORKERS, prepare=partial(workers_in_words, on=on, user=request.user))
    return people_result(request, listed, professionals_on(request.user, on))


@require_GET
@page_for(may_see_people)
def professional_list(request: HttpRequest) -> HttpResponse:
    """职业党群干部 employed on the working date."""
    hires = may_edit_support(request.user)
    return list_page(
        request,
        _workers(request),
        export_url=reverse("professional-export") if may_export_people(request.user) else "",
        add_url=reverse("professional-hire") if hires else "",
        add_words="登记聘用" if hires else "",
    )


@require_GET
@page_for(may_export_people)
def professional_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_workers(request), by=request.user, now=timezone.now())


@form_view
@page_for(may_edit_support)
def professional_hire(request: HttpRequest) -> HttpResponse:
    """聘用职业党群干部."""
    form = HireForm(request.POST or None, by=request.user, as_of=timezone.localdate())
    page = Page(
        "登记聘用",
        "社会公开招聘或选聘、专门从事党群工作的干部",
        "登记",
        "聘用已登记。",
        reverse("professional-list"),
        "职业党群干部",
    )

    def act(said: dict) -> None:
        hire_professional(
            person=form.person_given(),
            unit=said["unit"],
            organization=said["sent_to"],
            lines=said["lines"],
            source=said["source"],
            from_=said["from_"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, act, page)


@form_view
@page_for(may_edit_support)
def professional_end(request: HttpRequest, pk: int) -> HttpResponse:
    """登记解聘."""
    rows = ProfessionalWorker.objects.visible_to(request.user).select_related("person", "unit")
    worker = get_object_or_404(rows, pk=pk)
    page = Page(
        "登记解聘",
        f"{worker.person.name},{worker.unit.name}",
        "登记解聘",
        "解聘已登记。",
        reverse("person-detail", args=[worker.person_id]),
        worker.person.name,
    )

    def act(said: dict) -> None:
        end_professional(
            professional=worker,
            last_day=said["last_day"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    form = EndPostForm(request.POST or None)
    form.fields["change_reason"].label = "解聘原因"
    return form_page(request, form, act, page)
