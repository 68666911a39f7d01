"""Filling a report in: task list, section, one thing a page, whole form, and the saving behind them."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.domain.check_context import context_of
from evaluation.domain.checks import check_sheet
from evaluation.domain.filing import (
    NO_FILING,
    Saved,
    confirm_same,
    gate_for,
    open_comments,
    save_answers,
    undo_same,
    way_of_filing,
)
from evaluation.domain.sheet import Sheet, read_form, sheet_of
from evaluation.forms_filing import read_sheet_post
from evaluation.models import AnnualReport, Question, Section
from evaluation.permissions import may_fill_reports
from evaluation.queries_filing import field_form, has_filed_before, item_of, part_of, report_seen
from orgs.domain.refusals import NotAllowed
from quannan.base.errors import Refused
from quannan.base.scope import page_for

MODE = "filing_mode"
STEPS, WHOLE = "steps", "whole"
LOST = "别的窗口或别人已把这一项改为“{}”。要用您填的,请再保存一次。"
NOTHING_THERE = "空"


def fillable(request: HttpRequest, pk: int) -> AnnualReport:
    """A report the account fills in; out of sight is not found, seen without filing is refused."""
    report = get_object_or_404(report_seen(request.user, pk))
    if not way_of_filing(request.user, report.organization):
        raise PermissionDenied(NO_FILING)
    return report


class Desk:
    """A report with all that its pages show of it: a fixed number of queries."""

    def __init__(self, request: HttpRequest, report: AnnualReport) -> None:
        self.now = timezone.now()
        self.report = report
        self.gate = gate_for(report, self.now)
        self.sheet: Sheet = sheet_of(report, read_form(report.round.form))
        self.context = context_of(report, self.now)
        self.findings = check_sheet(self.sheet, self.context)
        self.comments = open_comments(report)
        self.behalf = way_of_filing(request.user, report.organization) == "behalf"

    def section(self, code: str) -> Section:
        for section, _ in self.sheet.read.sections:
            if section.code == code:
                return section
        raise Http404

    def questions(self, section: Section) -> list[Question]:
        """All that may be asked of this kind of organization, also what another answer still has to ask for."""
        questions = next(questions for one, questions in self.sheet.read.sections if one.pk == section.pk)
        return [q for q in questions if q.asked_of(self.sheet.kind, self.sheet.year)]

    def items(self, questions: list[Question], saved: Saved | None = None, typed: dict[str, Any] | None = None):
        """The questions as the page shows them, with what the last saving said."""
        refused = (*saved.errors, *saved.conflicts) if saved else ()
        wrong = {code: typed[code] for code in refused if code in typed} if typed else None
        items = [
            item_of(self.sheet, q, last=self.context.last, findings=self.findings, comments=self.comments, typed=wrong)
            for q in questions
        ]
        for item in items if saved else ():
            code = item.question.code
            item.error = saved.errors.get(code, "")
            if code in saved.conflicts:
                both = saved.conflicts[code]
                item.mine, item.theirs = (
                    self.sheet.words(code, one) or NOTHING_THERE for one in (both.mine, both.theirs)
                )
                item.theirs_typed = json.dumps(field_form(item.question, both.theirs), ensure_ascii=False)
                item.conflict = LOST.format(item.theirs)
        return items

    def frame(self, **more: Any) -> dict[str, Any]:
        return {
            "report": self.report,
            "gate": self.gate,
            "behalf": self.behalf,
            "last_year": self.context.last_year,
        } | more


def mode_of(request: HttpRequest) -> str:
    """One thing a page for whoever has never filed, the whole form for others; a choice is remembered."""
    kept = request.session.get(MODE)
    if kept in (STEPS, WHOLE):
        return kept
    return WHOLE if has_filed_before(request.user) else STEPS


@require_GET
@page_for(may_fill_reports)
def report_fill(request: HttpRequest, pk: int) -> HttpResponse:
    """The task list: each section, its state, what is missing, and the one next act."""
    desk = Desk(request, fillable(request, pk))
    if request.GET.get("mode") in (STEPS, WHOLE):
        request.session[MODE] = request.GET["mode"]
    parts = [part_of(desk.sheet, section, desk.findings) for section, _ in desk.sheet.read.sections]
    context = desk.frame(
        parts=parts,
        mode=mode_of(request),
        confirmable=[part for part in parts if part.may_confirm],
        left=sum(len(part.lacking) + len(part.findings) for part in parts) + len(desk.comments),
        comments=desk.comments,
        next_url=_next(desk, ""),
    )
    return render(request, "evaluation/fill.html", context)


def _next(desk: Desk, after: str) -> str:
    """The next question in the form's order that is asked and not answered; the task list after the last."""
    codes = [(section.code, q) for section, _ in desk.sheet.read.sections for q in desk.sheet.asked(section)]
    place = next((i + 1 for i, (_, q) in enumerate(codes) if q.code == after), 0)
    for section, question in [*codes[place:], *(codes[:place] if not after else [])]:
        if question.code not in desk.sheet.answers:
            return reverse("report-question", args=[desk.report.pk, section, question.code])
    return reverse("report-fill", args=[desk.report.pk])


def _previous(desk: Desk, before: str) -> str:
    codes = [(section.code, q.code) for section, _ in desk.sheet.read.sections for q in desk.sheet.asked(section)]
    place = next((i for i, (_, code) in enumerate(codes) if code == before), 0)
    if not place:
        return reverse("report-fill", args=[desk.report.pk])
    return reverse("report-question", args=[desk.report.pk, *codes[place - 1]])


def _page(request: HttpRequest, pk: int, choose, template: str, onward, **more: Any) -> HttpResponse:
    """Shows questions in their sections; a POST stores what can be read and goes on when all of it could."""
    desk = Desk(request, fillable(request, pk))
    chosen = choose(desk)
    questions = [q for _, some in chosen for q in some]
    saved, typed = None, None
    if request.method == "POST":
        typed, seen, remarks = read_sheet_post(request.POST, questions)
        try:
            saved = save_answers(
                report=desk.report, typed=typed, seen=seen, remarks=remarks, by=request.user, now=timezone.now()
            )
        except Refused as refusal:
            messages.error(request, refusal.sentence)
            saved = None
        else:
            desk = Desk(request, fillable(request, pk))
            if not saved.errors and not saved.conflicts:
                return redirect(onward(desk))
            typed |= {code: typed[code] for code in saved.errors}
    groups = [(section, desk.items(some, saved, typed)) for section, some in chosen]
    wrong = [item for _, items in groups for item in items if item.error or item.conflict]
    return render(request, template, desk.frame(groups=groups, wrong=wrong, **{k: v(desk) for k, v in more.items()}))


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(may_fill_reports)
def report_section(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """One section on one page."""

    def choose(desk: Desk):
        one = desk.section(section)
        return [(one, desk.questions(one))]

    return _page(
        request, pk, choose, "evaluation/fill_section.html", lambda desk: reverse("report-fill", args=[pk]),
        title=lambda desk: desk.section(section).title,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(may_fill_reports)
def report_whole(request: HttpRequest, pk: int) -> HttpResponse:
    """All sections on one page, for the practised."""

    def choose(desk: Desk):
        return [(section, desk.questions(section)) for section, _ in desk.sheet.read.sections]

    return _page(
        request, pk, choose, "evaluation/fill_section.html", lambda desk: reverse("report-sign", args=[pk]),
        title=lambda desk: "整表填写",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(may_fill_reports)
def report_question(request: HttpRequest, pk: int, section: str, code: str) -> HttpResponse:
    """One thing on the page, with the way on and the way back."""

    def choose(desk: Desk):
        one = desk.section(section)
        found = [q for q in desk.sheet.asked(one) if q.code == code]
        if not found:
            raise Http404
        return [(one, found)]

    return _page(
        request, pk, choose, "evaluation/fill_question.html", lambda desk: _next(desk, code),
        title=lambda desk: desk.sheet.read.by_code[code].label,
        back_url=lambda desk: _previous(desk, code),
        left=lambda desk: len(desk.sheet.lacking()),
    )  # fmt: skip


@require_POST
@page_for(may_fill_reports)
def report_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves what was just typed; JSON in and out."""
    try:
        said = json.loads(request.body or b"{}")
        typed, seen, remarks = (said.get(name) or {} for name in ("typed", "seen", "remarks"))
        if not all(isinstance(one, dict) for one in (typed, seen, remarks)):
            raise BadRequest
    except (ValueError, AttributeError, BadRequest) as error:
        fillable(request, pk)
        raise BadRequest from error
    try:
        saved = save_answers(
            report=AnnualReport(pk=pk), typed=typed, seen=seen, remarks=remarks, by=request.user, now=timezone.now()
        )
    except AnnualReport.DoesNotExist:
        raise Http404 from None
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from None
    except Refused as refusal:
        return JsonResponse({"refused": refusal.sentence}, status=409)
    sheet = saved.sheet
    asked = sheet.asked()
    return JsonResponse(
        {
            "at": f"{timezone.localtime(saved.at):%H:%M}",
            "accepted": saved.accepted,
            "errors": saved.errors,
            "conflicts": {
                code: {
                    "theirs": one.theirs, "typed": field_form(sheet.read.by_code[code], one.theirs),
                    "words": sheet.words(code, one.theirs) or NOTHING_THERE,
                }
                for code, one in saved.conflicts.items()
            },
            "asked": [q.code for q in asked],
            "lacking": len(sheet.lacking()),
        }
    )  # fmt: skip


@require_POST
@page_for(may_fill_reports)
def report_same(request: HttpRequest, pk: int) -> HttpResponse:
    """无变化 for one section or for all, and back."""
    report = fillable(request, pk)
    code, now = request.POST.get("section", ""), timezone.now()
    section = None
    if code:
        section = next((one for one, _ in read_form(report.round.form).sections if one.code == code), None)
        if section is None:
            raise Http404
    try:
        if "undo" in request.POST and section is not None:
            undo_same(report=report, section=section, by=request.user, now=now)
            messages.success(request, f"已取消“{section.title}”的无变化。")
        else:
            done = confirm_same(report=report, section=section, by=request.user, now=now)
            messages.success(request, f"已确认 {len(done)} 个部分无变化。")
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("report-fill", pk)
