"""Keeping milestones: add and change with a look at the effect first, retire, restore, split to units."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from coverage.domain.milestones import (
    COLUMNS,
    change_milestone,
    create_milestone,
    restore_milestone,
    retire_milestone,
    split_milestone,
    unsaved_milestone,
)
from coverage.domain.pace import USUAL_WINDOW
from coverage.forms_milestones import MilestoneChangeForm, MilestoneForm, ReasonForm, SplitForm
from coverage.models import Milestone
from coverage.queries_milestones import Standing, UnitsTable, difference_words, proposal_of, standings, unit_standings
from orgs.domain.refusals import StaleRecord
from orgs.permissions import may_edit_standards
from orgs.views.acts import Page, differences_of, errors_into, form_page
from orgs.views.register import form_view
from quannan.base.errors import Refused
from quannan.base.scope import page_for, parse_day, working_scope

CHANGED_SINCE = "预览之后内容有改动,还没有保存。下面是按现在填的内容重新算的结果,请再看一遍。"
SPLIT_MEANWHILE = (
    "您打开之后,别人已改过这个节点或它的分解数,还没有保存。"
    "别人存的数写在各格下面;核对、改好后再点“保存分解数”,就按您填的保存。"
)


def _mark(said: dict[str, Any]) -> str:
    """What was previewed, so that nothing else is saved unseen."""
    return hashlib.sha256(repr([said[name] for name in COLUMNS]).encode()).hexdigest()[:16]


def _effect(request: HttpRequest, said: dict[str, Any]) -> Standing:
    """The milestone as it would be, at the working date and over the whole county."""
    as_of = working_scope(request).as_of
    row = unsaved_milestone(said)
    return standings(user=request.user, as_of=as_of, unit=None, milestones=[row], months=USUAL_WINDOW)[0]


def _edit_page(
    request: HttpRequest, form: MilestoneForm, save: Callable[[dict], Milestone], page: Page
) -> HttpResponse:
    """First the effect, then the act: a save of what was not looked at shows the effect again."""
    context: dict[str, Any] = {"form": form, "page": page, "differences": [], "effect": None, "problem": ""}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        seen = request.POST.get("seen", "")
        if request.POST.get("step") == "save" and seen == _mark(said):
            try:
                row = save(said)
            except StaleRecord as stale:
                context |= {"differences": differences_of(stale), "stale_sentence": stale.sentence}
                data = request.POST.copy()
                data["version"] = str(stale.current.version)
                context["form"] = type(form)(data)
            except ValidationError as error:
                errors_into(form, error)
            except Refused as refusal:
                form.add_error(None, refusal.sentence)
            else:
                messages.success(request, page.done)
                return redirect("milestone-detail", row.pk)
        elif request.POST.get("step") == "save":
            context["problem"] = CHANGED_SINCE
        if not form.errors:
            context |= {"effect": _effect(request, said), "seen": _mark(said)}
    status = 422 if form.errors else 200
    return render(request, "coverage/milestone_form.html", context, status=status)


@form_view
@page_for(may_edit_standards)
def milestone_create(request: HttpRequest) -> HttpResponse:
    """新增目标节点."""
    form = MilestoneForm(request.POST or None)
    page = Page(
        "新增目标节点",
        "先看结果,再保存;达到与否按准确数判断",
        "保存",
        "目标节点已新增。",
        reverse("milestone-list"),
        "目标节点",
    )

    def save(said: dict) -> Milestone:
        return create_milestone(said=said, by=request.user, now=timezone.now())

    return _edit_page(request, form, save, page)


@form_view
@page_for(may_edit_standards)
def milestone_change(request: HttpRequest, pk: int) -> HttpResponse:
    """修改目标节点."""
    milestone = get_object_or_404(Milestone, pk=pk)
    form = MilestoneChangeForm(request.POST or None, initial=MilestoneChangeForm.initial_of(milestone))
    page = Page(
        "修改目标节点",
        f"{milestone.name};原来的内容留在改动记录里",
        "保存",
        "目标节点已修改。",
        reverse("milestone-detail", args=[pk]),
        milestone.name,
    )

    def save(said: dict) -> Milestone:
        return change_milestone(
            milestone=milestone,
            version=said["version"],
            said=said,
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return _edit_page(request, form, save, page)


def _switch(request: HttpRequest, pk: int, act: Callable[..., Milestone], words: tuple[str, str, str]) -> HttpResponse:
    milestone = get_object_or_404(Milestone, pk=pk)
    title, sentence, done = words
    back = reverse("milestone-detail", args=[pk])
    page = Page(title, f"{milestone.name};{sentence}", title, done, back, milestone.name)

    def save(said: dict) -> None:
        act(milestone=milestone, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, ReasonForm(request.POST or None), save, page)


@form_view
@page_for(may_edit_standards)
def milestone_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """停用目标节点."""
    words = ("停用", "停用后各页不再列出,内容和改动记录都留着,可以恢复", "目标节点已停用。")
    return _switch(request, pk, retire_milestone, words)


@form_view
@page_for(may_edit_standards)
def milestone_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """恢复目标节点."""
    return _switch(request, pk, restore_milestone, ("恢复", "恢复后各页重新列出", "目标节点已恢复。"))


@form_view
@page_for(may_edit_standards)
def milestone_split(request: HttpRequest, pk: int) -> HttpResponse:
    """分解到单位: proposed in proportion to the gaps on the day, open to change, the difference always shown."""
    milestone = get_object_or_404(Milestone, pk=pk)
    today = timezone.localdate()
    asked = request.POST.get("from_") or request.GET.get("from_", "")
    from_ = parse_day(asked) or min(working_scope(request).as_of, today)
    table = _units(request, milestone, from_)
    proposed = proposal_of(table, afresh="propose" in request.GET)
    initial = {"version": milestone.version, "from_": from_, **proposed}
    form = SplitForm(request.POST or None, rows=table.rows, initial=initial)
    stale = False
    if request.method == "POST" and form.is_valid() and request.POST.get("step") == "save":
        try:
            split_milestone(
                milestone=milestone,
                version=form.cleaned_data["version"],
                from_=form.cleaned_data["from_"],
                counts=form.counts(),
                by=request.user,
                now=timezone.now(),
            )
        except StaleRecord as refusal:
            milestone, stale = refusal.current, True
            table = _units(request, milestone, from_)
            data = request.POST.copy()
            data["version"] = str(milestone.version)
            form = SplitForm(data, rows=table.rows)
            form.full_clean()
            form.add_error(None, SPLIT_MEANWHILE)
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "分解数已保存。")
            return redirect("milestone-detail", pk)
    context = {
        "form": form,
        "milestone": milestone,
        "table": table,
        "from_": from_,
        "stale": stale,
        "rows": [(row, [(line, form[f"{line.line}-{row.unit.pk}"]) for line in row.lines]) for row in table.rows],
        "sums": _sums(form, milestone, table),
    }
    return render(request, "coverage/milestone_split.html", context, status=422 if form.errors else 200)


def _units(request: HttpRequest, milestone: Milestone, from_: date) -> UnitsTable:
    return unit_standings(user=request.user, as_of=from_, unit=None, milestone=milestone, months=USUAL_WINDOW)


def _sums(form: SplitForm, milestone: Milestone, table: UnitsTable) -> list[tuple[str, int, int, str]]:
    """By line: what is needed, what stands in the form, and the difference in words."""
    found = []
    for at, line in enumerate(milestone.lines):
        mine = [row.lines[at] for row in table.rows]
        needed = sum(one.portion.count for one in mine)
        texts = [form[f"{line}-{row.unit.pk}"].value() for row in table.rows]
        given = sum(int(text) for text in texts if str(text or "").isdecimal())
        label = mine[0].label if mine else line
        found.append((label, needed, given, difference_words(needed, given)))
    return found
