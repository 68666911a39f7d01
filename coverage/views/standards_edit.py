"""Another version of a standard or of the rule of scale: filled in, seen, then saved; and the words of a version."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from coverage.domain.standards import (
    RulePreview,
    preview_version,
    reword_rule,
    save_version,
    version_of,
    words_mark,
)
from coverage.exports import made_by
from coverage.forms_standards import (
    ScaleVersionForm,
    StandardVersionForm,
    StandardWordsForm,
    WordsForm,
    words_of_rungs,
)
from coverage.models import ScaleRule, Standard
from coverage.queries_standards import (
    LISTED,
    changes_between,
    form_labels,
    last_scale_rule,
    last_standard,
    milestones_between,
    moved_rows,
)
from orgs.domain.refusals import StaleRecord
from orgs.lines import LINES, Line
from orgs.permissions import may_edit_standards
from orgs.views.acts import Page, errors_into, form_page
from quannan.base.errors import Refused
from quannan.base.scope import page_for, working_scope
from quannan.base.workbook.write import write_table

form_view = require_http_methods(["GET", "HEAD", "POST"])
TITLE = "标准与节点"
CHANGED_MEANWHILE = "预览之后标准或台账有变动,还没有保存。下面是按现在的情况重新算的结果,请再看一遍。"


@dataclass
class _Asked:
    """The version being filled in."""

    line: str
    title: str
    form: Any


@form_view
@page_for(may_edit_standards)
def standard_version(request: HttpRequest, line: str) -> HttpResponse:
    """A line's standard from a day on."""
    if line not in LINES:
        raise Http404
    last = last_standard(line)
    initial = StandardVersionForm.initial_of(last, form_labels())
    form = StandardVersionForm(request.POST if "step" in request.POST else None, line=line, initial=initial)
    return _version(request, _Asked(line, f"{Line(line).label}的新标准", form))


@form_view
@page_for(may_edit_standards)
def scale_version(request: HttpRequest) -> HttpResponse:
    """The rule of scale from a day on."""
    last = last_scale_rule()
    form = ScaleVersionForm(request.POST if "step" in request.POST else None, initial=ScaleVersionForm.initial_of(last))
    return _version(request, _Asked("", "规模以上的新口径", form))


def _version(request: HttpRequest, asked: _Asked) -> HttpResponse:
    form, step = asked.form, request.POST.get("step", "")
    context: dict[str, Any] = {
        "title": asked.title,
        "form": form,
        "preview": None,
        "problem": "",
        "back": reverse("standard-list"),
    }
    if request.method == "POST" and step != "edit" and form.is_valid():
        as_of = working_scope(request).as_of
        new = version_of(line=asked.line, from_=form.cleaned_data["from_"], facts=form.facts())
        try:
            if step == "confirm":
                saved = save_version(
                    new=new,
                    as_of=as_of,
                    mark=request.POST.get("mark", ""),
                    reason=form.cleaned_data["change_reason"],
                    by=request.user,
                    now=timezone.now(),
                )
                if saved is not None:
                    messages.success(request, "新的一版已保存。各项数字正在按新标准更新,一两分钟后刷新页面即可看到。")
                    return redirect("standard-list")
                context["problem"] = CHANGED_MEANWHILE
            preview = preview_version(new=new, as_of=as_of, by=request.user, now=timezone.now())
            if step == "export":
                return _moved_file(request, asked.title, preview)
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            context |= _shown(request, preview)
    context["typed"] = [(name, request.POST.get(name, "")) for name in form.fields]
    return render(request, "coverage/standard_version.html", context, status=422 if form.errors else 200)


def _shown(request: HttpRequest, preview: RulePreview) -> dict[str, Any]:
    return {
        "preview": preview,
        "changes": changes_between(preview.before, preview.after),
        "milestones": milestones_between(preview),
        "moved": moved_rows(preview.moved[:LISTED], user=request.user, day=preview.day),
    }


def _moved_file(request: HttpRequest, title: str, preview: RulePreview) -> FileResponse:
    out = BytesIO()
    rows = (
        [row.span.organization.name, row.span.unit.name, label, before.word, after.word]
        for row in moved_rows(preview.moved, user=request.user, day=preview.day)
        if row.span is not None
        for label, before, after in row.changes
    )
    sentence = f"预览,还没有施行;{preview.day} 结论有变的组织;{made_by(request.user, timezone.now())}"
    write_table(out, title, sentence, ["单位名称", "主管党(工)委", "条线", "现在", "新标准下"], rows)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{title}-结论有变的组织-{preview.day}.xlsx")


def _words_page() -> Page:
    sentence = "依据、口径说明和按人数的形式;不影响任何结论和数字"
    return Page("修改依据和口径", sentence, "保存", "已保存。", reverse("standard-list"), TITLE)


@form_view
@page_for(may_edit_standards)
def standard_words(request: HttpRequest, pk: int) -> HttpResponse:
    """依据, 口径说明 and 按人数的形式 of one version."""
    row = get_object_or_404(Standard, pk=pk)
    labels = form_labels()
    initial = {
        "seen": words_mark(row),
        "clause": row.clause,
        "reading": row.reading,
        "rungs": words_of_rungs(row.rungs, labels),
    }
    form = StandardWordsForm(request.POST or None, line=row.line, initial=initial)

    def act(said: dict[str, Any]) -> None:
        try:
            reword_rule(rule=row, **said, by=request.user, now=timezone.now())
        except StaleRecord as stale:
            for side in (stale.theirs, stale.mine):
                if "rungs" in side:
                    before, after = (words_of_rungs(rungs, labels).replace("\n", ";") for rungs in side["rungs"])
                    side["rungs"] = before, after
            raise

    def fresh(stale: StaleRecord) -> StandardWordsForm:
        return StandardWordsForm(_seen_now(request, stale), line=row.line)

    return form_page(request, form, act, _words_page(), fresh=fresh)


def _seen_now(request: HttpRequest, stale: StaleRecord) -> Any:
    """What was typed, now that the words of the others are shown beside it."""
    data = request.POST.copy()
    data["seen"] = words_mark(stale.current)
    return data


@form_view
@page_for(may_edit_standards)
def scale_words(request: HttpRequest, pk: int) -> HttpResponse:
    """依据 and 口径说明 of one version of the rule of scale."""
    row = get_object_or_404(ScaleRule, pk=pk)
    initial = {"seen": words_mark(row), "clause": row.clause, "reading": row.reading}
    form = WordsForm(request.POST or None, initial=initial)

    def act(said: dict[str, Any]) -> None:
        reword_rule(rule=row, **said, by=request.user, now=timezone.now())

    def fresh(stale: StaleRecord) -> WordsForm:
        return WordsForm(_seen_now(request, stale))

    return form_page(request, form, act, _words_page(), fresh=fresh)
