"""年报审核: the queue, one report as its difference, and the acts of the two steps."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from evaluation.domain.acceptance_writer import sentence_of
from evaluation.domain.corrections import drop_correction, may_correct, start_correction
from evaluation.domain.review_many import accept_many, plan_many
from evaluation.domain.reviewers import may_review, stages_of
from evaluation.domain.reviewing import (
    accept_at_county,
    accept_at_unit,
    comment_on,
    default_answer_day,
    open_for_review,
    remove_comment,
    return_report,
    settle_comment,
)
from evaluation.exports_workload import workload_file
from evaluation.forms_review import CorrectForm, ReturnForm
from evaluation.models import AnnualReport, Comment, Stage
from evaluation.permissions import may_fill_reports
from evaluation.queries_review import (
    comments_readable,
    difference_of,
    next_waiting,
    own_share,
    readable,
    round_choices,
    share_of,
    shares_step,
    step_waited_for,
    waiting_for,
    with_days,
)
from evaluation.queries_trace import trace_of
from evaluation.queries_workload import DAYS, workload_of
from evaluation.tables_review import QUEUE
from orgs.domain.acting import day_of
from orgs.queries_list import filter_units, whole_scope_word
from orgs.views.acts import Page, errors_into, form_page
from orgs.views.register import form_view
from quannan.base.domain.jobs import start_job
from quannan.base.errors import Refused
from quannan.base.listing import Result, list_export, list_page, result_of, selected
from quannan.base.scope import page_for
from quannan.base.tables import with_parameters

# More than these are accepted by a job.
INLINE = 50
NOTHING_OWN = ("没有须由本级审核的年报", "其余单位的年报由各主管党(工)委审核,可点“全部单位”查看。")
NOBODY = "请先勾选要通过的年报,或勾“选中全部”。"


def _stage(request: HttpRequest) -> Stage:
    stages = stages_of(request.user)
    asked = request.GET.get("stage", "")
    return Stage(asked) if asked in stages else stages[-1]


def _every_unit(request: HttpRequest) -> bool:
    return request.GET.get("units") == "all"


def _asked(request: HttpRequest, stage: Stage) -> Result:
    now = timezone.now()
    units = filter_units(request.user)
    rows, listed, whose = waiting_for(request.user, stage, now), QUEUE, ""
    if shares_step(request.user, stage) and not _every_unit(request):
        rows, listed, whose = own_share(rows, request.user, stage, now), replace(QUEUE, empty=NOTHING_OWN), "本级"
    return result_of(
        request,
        replace(listed, prepare=lambda rows: list(with_days(rows, now))),
        rows,
        scope_word=f"{whole_scope_word(request.user)}等{whose}{stage.label}",
        choices={
            "round": round_choices(),
            "unit": [(u.code, u.name) for u in units],
        },
        now=now,
        today=day_of(now),
        paths={u.code: u.path for u in units},
    )


@require_GET
@page_for(may_review)
def review_queue(request: HttpRequest) -> HttpResponse:
    """What waits for the account, the oldest first."""
    stage = _stage(request)
    tabs = [(one, one.label, one == stage) for one in stages_of(request.user)]
    return list_page(
        request,
        _asked(request, stage),
        export_url=reverse("review-export"),
        bulk_template="evaluation/_review_bulk.html",
        stages=tabs,
        stage=stage,
        share=share_of(request.user, stage, timezone.now()),
        every_unit=_every_unit(request),
        switch=with_parameters(request.GET, units=None if _every_unit(request) else "all"),
    )


@require_GET
@page_for(may_review)
def review_export(request: HttpRequest) -> FileResponse:
    """The whole queue as a workbook."""
    return list_export(_asked(request, _stage(request)), by=request.user, now=timezone.now())


@require_GET
@page_for(may_review)
def review_workload(request: HttpRequest) -> HttpResponse:
    """How much waits where, and how fast it is decided."""
    now = timezone.now()
    context = {
        "rows": workload_of(request.user, now),
        "days": DAYS,
        "whole": whole_scope_word(request.user),
        "now": now,
    }
    return render(request, "evaluation/review_workload.html", context)


@require_GET
@page_for(may_review)
def workload_export(request: HttpRequest) -> FileResponse:
    """The same as a workbook."""
    now = timezone.now()
    loads = workload_of(request.user, now)
    file = workload_file(loads, whose=whole_scope_word(request.user), by=request.user, now=now)
    return FileResponse(file, as_attachment=True, filename=f"年报审核进度-{day_of(now)}.xlsx")


def _report(request: HttpRequest, pk: int) -> AnnualReport:
    rows = readable(request.user).select_related(
        "organization", "round__form", "submission", "accepted_submission", "submitted_by"
    )
    return get_object_or_404(rows, pk=pk)


@require_GET
@page_for(may_review)
def review_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: the difference."""
    return _shown(request, _report(request, pk))


def _shown(request: HttpRequest, report: AnnualReport, form: ReturnForm | None = None) -> HttpResponse:
    stage = step_waited_for(report, request.user)
    today = timezone.localdate()
    context = {
        "report": report,
        "version": report.submission or report.accepted_submission,
        "stage": stage,
        "acts": stage is not None and report.opened_at is not None,
        "to_open": stage is not None and report.opened_at is None,
        "difference": difference_of(report),
        "steps": report.steps.order_by("at", "pk"),
        "traced": trace_of(report, request.user),
        "may_correct": report.state == "accepted" and may_correct(report, request.user),
        "form": form or ReturnForm(initial={"answer_by": default_answer_day(report, today)}),
    }
    return render(request, "evaluation/review_detail.html", context, status=422 if form and form.errors else 200)


def _back(pk: int) -> str:
    return reverse("review-detail", args=[pk])


def _act(request: HttpRequest, done: str, act: Callable[[], object], back: str) -> HttpResponse:
    """One button: the act, or its sentence; either leads back."""
    try:
        act()
    except (ValidationError, Refused) as error:
        messages.error(request, sentence_of(error))
    else:
        messages.success(request, done)
    return redirect(back)


@require_POST
@page_for(may_review)
def review_open(request: HttpRequest, pk: int) -> HttpResponse:
    """打开审核."""
    report = _report(request, pk)
    return _act(
        request,
        "已打开审核,填报人不能再撤回。",
        lambda: open_for_review(report=report, by=request.user, now=timezone.now()),
        _back(pk),
    )


@require_POST
@page_for(may_review)
def review_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """A word on one answer."""
    report = _report(request, pk)
    question = request.POST.get("question", "")
    return _act(
        request,
        "意见已记下,退回后填报人才看到。",
        lambda: comment_on(
            report=report,
            question=question,
            text=request.POST.get("text", ""),
            stage=request.POST.get("stage", ""),
            by=request.user,
            now=timezone.now(),
        ),
        f"{_back(pk)}#q-{question}" if question.isidentifier() else _back(pk),
    )


def _comment(request: HttpRequest, pk: int) -> Comment:
    return get_object_or_404(comments_readable(request.user), pk=pk)


@require_POST
@page_for(may_review)
def review_uncomment(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes one's own word back."""
    comment = _comment(request, pk)
    return _act(
        request,
        "意见已收回。",
        lambda: remove_comment(comment=comment, by=request.user, now=timezone.now()),
        _back(comment.report_id),
    )


@require_POST
@page_for(may_review)
def review_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """了结 a comment."""
    comment = _comment(request, pk)
    return _act(
        request,
        "意见已了结。",
        lambda: settle_comment(comment=comment, by=request.user, now=timezone.now()),
        _back(comment.report_id),
    )


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


@require_POST
@page_for(may_review)
def review_return(request: HttpRequest, pk: int) -> HttpResponse:
    """退回; what was typed stays where something is missing."""
    report = _report(request, pk)
    stage = step_waited_for(report, request.user)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            return_report(report=report, seen=_seen(request), by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"“{report.organization.name}”{report.year} 年度年报已退回。")
            return _next(request, stage, report)
    return _shown(request, report, form)


@require_POST
@page_for(may_review)
def review_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """通过, then the next one in the queue."""
    report = _report(request, pk)
    stage = Stage.COUNTY if request.POST.get("stage") == Stage.COUNTY else Stage.UNIT
    facts = {"report": report, "seen": _seen(request), "by": request.user, "now": timezone.now()}
    try:
        if stage == Stage.UNIT:
            accept_at_unit(text=request.POST.get("text", ""), **facts)
        else:
            accept_at_county(**facts)
    except (ValidationError, Refused) as error:
        messages.error(request, sentence_of(error))
        return redirect(_back(pk))
    messages.success(request, f"“{report.organization.name}”{report.year} 年度年报:{stage.label}通过。")
    left = trace_of(report, request.user).left if stage == Stage.COUNTY else []
    if left:
        messages.warning(request, f"有 {len(left)} 项需另办,见这份年报的“写入台账”。")
        return redirect(_back(pk))
    return _next(request, stage, report)


def _next(request: HttpRequest, stage: Stage | None, report: AnnualReport) -> HttpResponse:
    following = next_waiting(request.user, stage, timezone.now(), report) if stage else None
    if following is None:
        return redirect(f"{reverse('review-queue')}?stage={stage}" if stage else "review-queue")
    return redirect("review-detail", following.pk)


@require_POST
@page_for(may_review)
def review_bulk(request: HttpRequest) -> HttpResponse:
    """批量通过: who will be accepted and who not, then the act; above INLINE a job."""
    stage = _stage(request)
    back = f"{reverse('review-queue')}?{request.GET.urlencode()}"
    result = _asked(request, stage)
    ids = list(selected(request, result.rows).order_by("pk").values_list("pk", flat=True))
    if not ids:
        messages.error(request, NOBODY)
        return redirect(back)
    now = timezone.now()
    try:
        chosen = plan_many(report_ids=ids, stage=stage, by=request.user, now=now)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect(back)
    passing = [one for one in chosen if not one.sentence]
    key = repr([(one.report.pk, one.report.submission_id) for one in passing])
    mark = hashlib.sha256(key.encode()).hexdigest()[:16]
    problem = ""
    if request.POST.get("step") == "confirm":
        if mark != request.POST.get("mark"):
            problem = "打开这一页之后名单有变动,没有通过任何一份。请核对后再确认。"
        elif len(passing) > INLINE:
            params = {"ids": [one.report.pk for one in passing], "stage": str(stage)}
            title = f"{stage.label}批量通过 {len(passing)} 份年报"
            job = start_job(kind="evaluation.accept_many", title=title, params=params, by=request.user, now=now)
            return redirect("job-detail", job.pk)
        else:
            done = accept_many(chosen=passing, stage=stage, by=request.user, now=now)
            refused = [one for one in done if one.sentence]
            messages.success(request, f"已通过 {len(done) - len(refused)} 份。")
            for one in refused[:5]:
                messages.error(request, f"{one.report.organization.name}:{one.sentence}")
            return redirect(back)
    refused = [one for one in chosen if one.sentence]
    context = {
        "stage": stage,
        "passing": passing[:INLINE],
        "passing_count": len(passing),
        "refused": refused[:INLINE],
        "refused_count": len(refused),
        "mark": mark,
        "problem": problem,
        "ids": [] if request.POST.get("whole") == "1" else ids,
        "sentence": result.sentence,
        "back": back,
        "address": request.GET.urlencode(),
    }
    return render(request, "evaluation/review_bulk.html", context)


@form_view
@page_for(may_fill_reports)
def report_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正 of an accepted report."""
    report = get_object_or_404(AnnualReport.objects.visible_to(request.user).select_related("organization"), pk=pk)
    page = Page(
        "更正年报",
        f"{report.organization.name} {report.year} 年度",
        "开始更正",
        "可以更正了,改好后重新报送。",
        _filers_page(report),
        report.organization.name,
    )

    def act(said: dict) -> None:
        start_correction(report=report, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, CorrectForm(request.POST or None), act, page)


@require_POST
@page_for(may_fill_reports)
def report_correction_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """放弃更正."""
    report = get_object_or_404(AnnualReport.objects.visible_to(request.user).select_related("organization"), pk=pk)
    return _act(
        request,
        "已放弃更正,仍是原来通过的版本。",
        lambda: drop_correction(report=report, by=request.user, now=timezone.now()),
        _filers_page(report),
    )


def _filers_page(report: AnnualReport) -> str:
    return reverse("report-detail", args=[report.pk])
