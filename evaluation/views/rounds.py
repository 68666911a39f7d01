"""年报批次: listed, planned, opened by a job, their dates moved, latecomers added, everybody reminded."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.domain.reminders import remind_now
from evaluation.domain.rounds import (
    DATES,
    FACTS,
    WORDS,
    add_latecomers,
    correct_round,
    move_dates,
    opening_of,
    plan_round,
    start_opening,
)
from evaluation.forms_rounds import MoveDatesForm, RoundForm, RoundWordsForm
from evaluation.models import Round, RoundState
from evaluation.permissions import may_keep_rounds, may_see_reports
from evaluation.queries_rounds import (
    all_rounds,
    forms_listed,
    preview_of,
    rounds_with_counts,
    waiting_latecomers,
)
from evaluation.tables_rounds import ROUNDS
from evaluation.tasks import send_mails
from orgs.domain.acting import day_of
from orgs.permissions import may_export_register
from orgs.queries_list import whole_scope_word
from orgs.views.acts import Page, form_page
from quannan.base.errors import Refused
from quannan.base.listing import Result, list_export, list_page, result_of
from quannan.base.queries import job_card
from quannan.base.scope import page_for

form_view = require_http_methods(["GET", "HEAD", "POST"])
TITLE = "年报批次"


def _result(request: HttpRequest) -> Result:
    today = day_of(timezone.now())
    listed = replace(ROUNDS, prepare=lambda rows: rounds_with_counts(rows, request.user, today))
    years = all_rounds().order_by("-year").values_list("year", flat=True).distinct()
    return result_of(
        request,
        listed,
        all_rounds(),
        scope_word=whole_scope_word(request.user),
        choices={"year": [(str(year), f"{year} 年度") for year in years]},
        today=today,
    )


@require_GET
@page_for(may_see_reports)
def round_list(request: HttpRequest) -> HttpResponse:
    """All rounds, with the reports in sight by state."""
    keeps = may_keep_rounds(request.user)
    return list_page(
        request,
        _result(request),
        note="年报数是您范围内的",
        export_url=reverse("round-export") if may_export_register(request.user) else "",
        add_url=reverse("round-create") if keeps else "",
        add_words="新建批次",
        keeps=keeps,
    )


@require_GET
@page_for(may_export_register)
def round_export(request: HttpRequest) -> FileResponse:
    """The list as a workbook."""
    return list_export(_result(request), by=request.user, now=timezone.now())


@require_GET
@page_for(may_see_reports)
def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: its dates, what became of its reports in sight, who moved which date, and what can be done."""
    now = timezone.now()
    row = get_object_or_404(all_rounds(), pk=pk)
    shown = rounds_with_counts([row], request.user, day_of(now))[0]
    keeps = may_keep_rounds(request.user)
    job = opening_of(row) if keeps else None
    state = row.state_on(day_of(now))
    context = {
        "row": row,
        "shown": shown,
        "dates": [
            (label, getattr(row, name), (getattr(row, name) - day_of(now)).days) for name, label in DATES.items()
        ],
        "changes": [(change, DATES.get(change.field, change.field)) for change in row.changes.all()],
        "kinds": [
            label for kind, label in Round._meta.get_field("of_kinds").base_field.choices if kind in row.of_kinds
        ],
        "keeps": keeps,
        "whose": whole_scope_word(request.user),
        "planned": state == RoundState.PLANNED,
        "going": state in (RoundState.WAITING, RoundState.OPEN),
        "may_remind": keeps and state not in (RoundState.PLANNED, RoundState.WAITING),
        "card": job_card(job, request.user, now) if job and (row.opened_at is None or job.failure) else None,
        "latecomers": waiting_latecomers(row, day_of(now)) if keeps and row.opened_at else 0,
        "now": timezone.localtime(now),
    }
    return render(request, "evaluation/round_detail.html", context)


@form_view
@page_for(may_keep_rounds)
def round_create(request: HttpRequest) -> HttpResponse:
    """新建批次."""
    first = forms_listed().filter(is_active=True).first()
    initial = {"answer_days": 7, "correction_days": 30, "reminder_days": "7、3、1", "form": first}
    form = RoundForm(request.POST or None, initial=initial | {"of_kinds": ["enterprise", "social"]})
    page = Page("新建批次", "先定好日期和范围;启动之前谁也看不到、随时能改", "保存", "", reverse("round-list"), TITLE)

    def act(said: dict[str, Any]) -> None:
        said.pop("version")
        made = plan_round(facts=said, by=request.user, now=timezone.now())
        page.done, page.back = f"“{made.name}”已保存,还没有启动。", reverse("round-detail", args=[made.pk])

    return form_page(request, form, act, page)


@form_view
@page_for(may_keep_rounds)
def round_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """修改批次: all of it before it is opened, words and windows afterwards."""
    row = get_object_or_404(Round, pk=pk)
    form_class = RoundForm if row.opened_at is None else RoundWordsForm
    form = form_class(request.POST or None, initial=form_class.initial_of(row))
    sentence = "还没有启动,都可以改" if row.opened_at is None else "已经启动:日期请用“改日期”,范围和表不能再改"
    page = Page(
        "修改批次", f"{row.name};{sentence}", "保存", "批次已修改。", reverse("round-detail", args=[pk]), row.name
    )

    def act(said: dict[str, Any]) -> None:
        facts = {name: said[name] for name in (FACTS if row.opened_at is None else WORDS)}
        correct_round(round_=row, version=said["version"] or 0, facts=facts, by=request.user, now=timezone.now())

    def fresh(stale: Any) -> RoundWordsForm:
        data = request.POST.copy()
        data["version"] = str(stale.current.version)
        return form_class(data)

    return form_page(request, form, act, page, fresh=fresh)


@form_view
@page_for(may_keep_rounds)
def round_open(request: HttpRequest, pk: int) -> HttpResponse:
    """启动批次: first whom it asks and who has nobody to file, then a job."""
    row, now = get_object_or_404(all_rounds(), pk=pk), timezone.now()
    if row.opened_at is not None and request.method != "POST":
        return redirect("round-detail", pk)
    problem = ""
    if request.method == "POST":
        try:
            start_opening(round_=row, by=request.user, now=now)
        except Refused as refusal:
            problem = refusal.sentence
        else:
            return redirect("round-detail", pk)
    context = {"row": row, "preview": preview_of(row, day_of(now)), "problem": problem, "today": day_of(now)}
    return render(request, "evaluation/round_open.html", context, status=422 if problem else 200)


@form_view
@page_for(may_keep_rounds)
def round_move_date(request: HttpRequest, pk: int) -> HttpResponse:
    """改日期: logged with its reason and told to everybody in the round."""
    row = get_object_or_404(Round, pk=pk)
    form = MoveDatesForm(request.POST or None, initial={name: getattr(row, name) for name in DATES})
    page = Page(
        "改日期",
        f"{row.name};四个日期可以一起改,改动留有记录,并通知这个批次的填报人和审核人",
        "保存并通知",
        "日期已更改,已通知填报人和审核人。",
        reverse("round-detail", args=[pk]),
        row.name,
    )

    def act(said: dict[str, Any]) -> None:
        days = {name: said[name] for name in DATES}
        move_dates(round_=row, days=days, reason=said["change_reason"], by=request.user, now=timezone.now())
        send_mails.delay_on_commit()

    return form_page(request, form, act, page)


def _acted(request: HttpRequest, pk: int, act: Any) -> HttpResponse:
    """A button of the page: does it, says what came of it, leads back."""
    row = get_object_or_404(Round, pk=pk)
    try:
        messages.success(request, act(row))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("round-detail", pk)


@require_POST
@page_for(may_keep_rounds)
def round_add(request: HttpRequest, pk: int) -> HttpResponse:
    """补充新组织."""

    def act(row: Round) -> str:
        made = add_latecomers(round_=row, by=request.user, now=timezone.now()).reports
        return f"已补充 {made} 家新组织的年报。" if made else "没有新的组织要补充。"

    return _acted(request, pk, act)


@require_POST
@page_for(may_keep_rounds)
def round_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """现在提醒: everybody who has not filed, at most once a day each."""

    def act(row: Round) -> str:
        made = remind_now(round_=row, by=request.user, now=timezone.now())
        send_mails.delay_on_commit()
        return f"已提醒 {made} 个账号。" if made else "没有要提醒的账号:都已报送,或今天已经提醒过。"

    return _acted(request, pk, act)
