"""我的年报, one report's page, and the acts on it: sign and file, withdraw, answer the reviewer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.domain.filing import (
    answer_comment,
    gate_for,
    may_be_withdrawn,
    problems_of,
    submit_report,
    way_of_filing,
    withdraw_report,
)
from evaluation.domain.submissions import Signing
from evaluation.forms_filing import SignForm
from evaluation.models import EDITABLE, ReportState
from evaluation.permissions import may_file, may_fill_reports, may_have_own_reports, may_open_reports
from evaluation.queries_filing import (
    card_of,
    differences_of,
    life_of,
    own_reports,
    report_seen,
    sentence_of,
    signed_versions,
    state_tag,
)
from evaluation.queries_trace import kept_words, trace_of
from evaluation.views.filling import Desk, fillable
from orgs.views.acts import errors_into
from quannan.base.errors import Refused
from quannan.base.scope import page_for

STATIONS = ("填报", "报送", "单位审核", "县审核", "通过")
REACHED = {
    ReportState.DRAFT: 0,
    ReportState.RETURNED: 0,
    ReportState.SUBMITTED: 2,
    ReportState.UNIT_ACCEPTED: 3,
    ReportState.ACCEPTED: 5,
}


@require_GET
@page_for(may_have_own_reports)
def my_report_list(request: HttpRequest) -> HttpResponse:
    """One card per organization and year, each with the one next act; and what the account signed elsewhere."""
    now = timezone.now()
    context = {
        "cards": [card_of(report, now) for report in own_reports(request.user)],
        "signed": list(signed_versions(request.user)),
        "hands_over": may_file(request.user),
    }
    return render(request, "evaluation/my_reports.html", context)


@require_GET
@page_for(may_open_reports)
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a report stands, what happened to it, and what the account may do."""
    report = get_object_or_404(report_seen(request.user, pk))
    gate = gate_for(report, timezone.now())
    way = way_of_filing(request.user, report.organization)
    versions, steps, comments = life_of(report)
    context = {
        "report": report,
        "gate": gate,
        "tag": state_tag(report),
        "sentence": sentence_of(report, gate),
        "stations": [(word, i < REACHED[report.state], i == REACHED[report.state]) for i, word in enumerate(STATIONS)],
        "versions": versions,
        "steps": [(step, kept_words(step)) for step in steps],
        "comments": comments,
        "trace": trace_of(report, request.user),
        "may_fill": bool(way) and gate.open and report.state in EDITABLE,
        "may_withdraw": bool(way) and may_be_withdrawn(report),
        "behalf": way == "behalf",
    }
    return render(request, "evaluation/report_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(may_fill_reports)
def report_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """What is still lacking, what changed, the statement, the signature: one act files the report."""
    desk = Desk(request, fillable(request, pk))
    report = desk.report
    initial = {} if desk.behalf else {"signer_name": request.user.name}
    form = SignForm(request.POST or None, second=report.round.second_certifier, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        signing = Signing(
            said["signer_name"], said["signer_post"], said.get("second_name", ""), said.get("second_role", "")
        )
        try:
            version = submit_report(report=report, signing=signing, by=request.user, now=timezone.now())
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"已报送,回执编号 {version.receipt}。")
            return redirect("receipt-detail", version.receipt)
    problems = problems_of(report, desk.sheet, desk.findings)
    titles = {section.code: section.title for section, _ in desk.sheet.read.sections}
    context = desk.frame(
        form=form,
        problems=[(one, titles.get(one.section, "")) for one in problems],
        differences=differences_of(desk.sheet),
        explained=[
            (one, desk.sheet.remarks[one.key])
            for one in desk.findings
            if not one.hard and one.key in desk.sheet.remarks
        ],
    )
    return render(request, "evaluation/sign.html", context)


@require_POST
@page_for(may_fill_reports)
def report_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a filed report back."""
    report = fillable(request, pk)
    try:
        withdraw_report(report=report, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("report-detail", pk)
    messages.success(request, "已撤回,可以继续修改;改好后请重新签署报送。")
    return redirect("report-fill", pk)


@require_POST
@page_for(may_fill_reports)
def report_answer(request: HttpRequest, pk: int, comment: int) -> HttpResponse:
    """Answers a reviewer's comment."""
    report = fillable(request, pk)
    row = get_object_or_404(report.comments, pk=comment)
    try:
        answer_comment(comment=row, text=request.POST.get("answer", ""), by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "已答复。")
    return redirect("report-fill", pk)
