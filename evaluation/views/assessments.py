"""考核结果: the list with its export and forms, one sheet, rating, confirming, opening again, by unit."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.domain.assessments import Conflict, LinesChanged, rate, refuse_rating
from evaluation.domain.confirming import PreviewChanged, confirm_many, mark_of, plan_confirmations, reopen
from evaluation.domain.raters import possible_raters, rated_by
from evaluation.domain.scoring import plain
from evaluation.exports_assessments import summary_file
from evaluation.exports_scores import scores_form_file
from evaluation.forms_sheets import ReopenForm, SheetForm
from evaluation.models import Assessment, Rater
from evaluation.permissions_scores import (
    may_confirm_assessments,
    may_export_assessments,
    may_have_own_assessments,
    may_open_assessments,
    may_rate,
    may_rate_many,
    may_see_assessments,
)
from evaluation.queries_assessments import (
    ResultShown,
    Summary,
    Tally,
    assessment_rows,
    assessments_opened,
    assessments_seen,
    band_names,
    own_assessments,
    schemes_opened,
    summary_of,
    to_rate,
)
from evaluation.queries_sheets import ConflictShown, SheetShown, sheet_shown
from evaluation.tables_assessments import ASSESSMENTS
from orgs.domain.refusals import NotAllowed
from orgs.permissions import today
from orgs.queries_list import filter_units, whole_scope_word
from orgs.views.acts import Page, errors_into, form_page
from quannan.base.errors import Refused
from quannan.base.filters import sentence_of
from quannan.base.listing import Result, list_export, list_page, result_of, selected
from quannan.base.scope import page_for, working_scope

form_view = require_http_methods(["GET", "HEAD", "POST"])
NOBODY = "请先勾选要核定的考核,或勾“选中全部”。"
PREVIEWED = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(request: HttpRequest) -> Result:
    units, whose = filter_units(request.user), whole_scope_word(request.user)
    scope, query = working_scope(request), request.GET.copy()
    if scope.unit and "unit" not in query and any(u.code == scope.unit for u in units):
        query["unit"] = scope.unit
    result = result_of(
        request,
        replace(ASSESSMENTS, prepare=assessment_rows),
        assessments_seen(request.user, today()),
        scope_word=whose,
        choices={
            "scheme": [(str(one.pk), one.name) for one in schemes_opened()],
            "unit": [(u.code, u.name) for u in units],
            "band": [(name, name) for name in band_names()],
        },
        query=query,
        paths={u.code: u.path for u in units},
    )
    # Scores are shown as they stand now, whatever day the register is looked at.
    result.as_of = today()
    result.sentence = f"{sentence_of(result.chips, whose, ASSESSMENTS.noun)},截至 {timezone.localtime():%Y-%m-%d %H:%M}"
    return result


@require_GET
@page_for(may_see_assessments)
def assessment_list(request: HttpRequest) -> HttpResponse:
    """Assessments in sight over all schemes, the newest scheme first."""
    exports = may_export_assessments(request.user)
    confirms = may_confirm_assessments(request.user)
    result = _asked(request)
    takes = possible_raters(request.user) if may_take_forms(request.user) else []
    return list_page(
        request,
        result,
        note="没有核定的得分和等次是现在算出来的,尚缺评分的不算",
        export_url=reverse("assessment-export") if exports else "",
        bulk_template="evaluation/_assessment_bulk.html" if confirms else "",
        import_url=reverse("import-list") if may_rate_many(request.user) else "",
        raters=[rater for rater in takes if to_rate(request.user, rater, result.rows).exists()],
    )


@require_GET
@page_for(may_export_assessments)
def assessment_export(request: HttpRequest) -> FileResponse:
    """The whole result as a workbook."""
    return list_export(_asked(request), by=request.user, now=timezone.now())


def may_take_forms(user: Any) -> bool:
    """May take the sheets away as 考核打分表: exports and rates more than its own organizations."""
    return may_export_assessments(user) and may_rate_many(user)


@require_GET
@page_for(may_take_forms)
def assessment_form(request: HttpRequest) -> FileResponse:
    """考核打分表 of the list as filtered, filled with what one rater has given."""
    raters = possible_raters(request.user)
    asked = request.GET.get("rater_form", "")
    rater = next((one for one in raters if one == asked), raters[-1])
    rows = to_rate(request.user, rater, _asked(request).rows)
    whose = whole_scope_word(request.user)
    file = scores_form_file(rows, rater=rater, whose=whose, by=request.user, now=timezone.now())
    name = f"考核打分表-{rater.label}-{today()}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _sheet(request: HttpRequest, pk: int) -> SheetShown:
    return sheet_shown(get_object_or_404(assessments_opened(request.user), pk=pk), request.user)


def _crumb(request: HttpRequest) -> tuple[str, str]:
    if may_see_assessments(request.user):
        return reverse("assessment-list"), ASSESSMENTS.title
    return reverse("my-assessment-list"), "本组织考核"


def _sheet_context(request: HttpRequest, sheet: SheetShown) -> dict[str, Any]:
    row = sheet.assessment
    result = ResultShown(row, sheet.followed)
    address, word = _crumb(request)
    return {
        "sheet": sheet,
        "row": row,
        "result": result,
        "total": plain(result.total),
        "missing": sheet.outcome.missing,
        "reopenings": list(row.reopenings.all()) if sheet.followed else [],
        "may_confirm": may_confirm_assessments(request.user) and row.scheme.state == "open",
        "crumb": address,
        "crumb_word": word,
        "now": timezone.localtime(),
    }


@require_GET
@page_for(may_open_assessments)
def assessment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet: raters side by side, and the total worked out so that it can be checked by hand."""
    return render(request, "evaluation/assessment_detail.html", _sheet_context(request, _sheet(request, pk)))


@require_GET
@page_for(may_open_assessments)
def assessment_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet on A4, to be signed."""
    return render(request, "evaluation/assessment_print.html", _sheet_context(request, _sheet(request, pk)))


@form_view
@page_for(may_rate)
def assessment_rate(request: HttpRequest, pk: int, rater: str) -> HttpResponse:
    """One rater's sheet: saved whole or not at all, and nothing typed is lost."""
    row = get_object_or_404(assessments_opened(request.user), pk=pk)
    if rater not in Rater.values:
        raise Http404
    problem, conflicts = "", list[Conflict]()
    try:
        refuse_rating(row, rater, request.user)
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("assessment-detail", pk)
    sheet = sheet_shown(row, request.user)
    indicators = rated_by(request.user, rater, [line.indicator for line in sheet.lines])
    initial = SheetForm.initial_of(indicators, sheet.scores_of(rater))
    form = SheetForm(request.POST or None, indicators=indicators, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            written = rate(
                assessment=row, rater=rater, ratings=form.ratings(), by=request.user, now=timezone.now(),
                seen=form.seen(),
            )  # fmt: skip
        except ValidationError as error:
            errors_into(form, error)
        except LinesChanged as refusal:
            problem, conflicts = refusal.sentence, refusal.conflicts
            sheet = sheet_shown(row, request.user)
            form = form.after(request.POST.copy(), sheet.scores_of(rater), conflicts)
        except Refused as refusal:
            problem = refusal.sentence
        else:
            messages.success(request, f"已保存,写入 {written} 项。" if written else "没有改动。")
            return redirect("assessment-detail", pk)
    rated = {one.pk for one in indicators}
    disputed = {one.indicator.pk: one for one in conflicts}
    context = _sheet_context(request, sheet) | {
        "form": form,
        "problem": problem,
        "rater": rater,
        "rater_word": Rater(rater).label,
        "fields": [
            (
                line,
                [form[f"{name}-{line.indicator.pk}"] for name in ("raw", "note", "evidence")],
                ConflictShown.of(disputed.get(line.indicator.pk)),
            )
            if line.indicator.pk in rated
            else (line, [], None)
            for line in sheet.lines
        ],
    }
    return render(request, "evaluation/assessment_rate.html", context, status=422 if form.errors or problem else 200)


@require_POST
@page_for(may_confirm_assessments)
def assessment_confirm(request: HttpRequest) -> HttpResponse:
    """核定 of the ticked or of the whole result: the preview, then the act, at once."""
    back = f"{reverse('assessment-list')}?{request.GET.urlencode()}"
    ids = list(selected(request, _asked(request).rows).order_by("pk").values_list("pk", flat=True))
    if not ids:
        messages.error(request, NOBODY)
        return redirect(back)
    problem = ""
    if request.POST.get("step") == "confirm":
        mark = request.POST.get("mark", "")
        try:
            done = confirm_many(assessment_ids=ids, by=request.user, now=timezone.now(), mark=mark)
        except PreviewChanged as refusal:
            problem = refusal.sentence
        else:
            good = sum(not one.fault for one in done)
            messages.success(request, f"已核定 {good} 份。" if good else "没有可以核定的。")
            return redirect("assessment-detail", ids[0]) if len(ids) == 1 else redirect(back)
    planned = plan_confirmations(assessment_ids=ids, by=request.user)
    good = [one for one in planned if not one.fault]
    bad = [one for one in planned if one.fault]
    whole = request.POST.get("whole") == "1"
    context = {
        "good": [(one, plain(one.outcome.total)) for one in good[:PREVIEWED]],
        "good_count": len(good),
        "bad": bad[:PREVIEWED],
        "bad_count": len(bad),
        "alone": sum(one.self_only > 0 for one in good),
        "ids": [] if whole else ids,
        "mark": mark_of(planned),
        "address": request.GET.urlencode(),
        "back": back,
        "problem": problem,
    }
    return render(request, "evaluation/assessment_confirm.html", context, status=409 if problem else 200)


@form_view
@page_for(may_confirm_assessments)
def assessment_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """重开考核: with a reason; what was confirmed is kept beside it."""
    row = get_object_or_404(assessments_opened(request.user), pk=pk)
    form = ReopenForm(request.POST or None, initial={"version": row.version})
    result = f"原结果 {plain(row.result)} 分、{row.band}" if row.band else "还没有核定"
    page = Page(
        "重开考核", f"{row.name},{row.scheme.name};{result},重开后留存", "重开", "考核已重开,可以再评分。",
        reverse("assessment-detail", args=[pk]), row.name,
    )  # fmt: skip

    def act(said: dict[str, Any]) -> None:
        version = said["version"] or 0
        reopen(assessment=row, reason=said["change_reason"], by=request.user, now=timezone.now(), version=version)

    return form_page(request, form, act, page)


def _summary(request: HttpRequest) -> tuple[list[Any], Summary | None]:
    schemes = list(schemes_opened())
    asked = request.GET.get("scheme", "")
    chosen = next((one for one in schemes if str(one.pk) == asked), None)
    if asked and chosen is None:
        raise Http404
    if not schemes:
        return [], None
    return schemes, summary_of(request.user, chosen or schemes[0], today())


def _links(found: Summary, tally: Tally, unit: str) -> dict[str, Any]:
    """Each number with the address of the assessments behind it."""

    def to(**more: str) -> str:
        query = {"scheme": found.scheme.pk, "unit": unit, **more}
        return f"{reverse('assessment-list')}?{urlencode(query)}"

    return {
        "all": (tally.all, to()),
        "bands": [(tally.bands[name], to(band=name)) for name in found.bands],
        "complete": (tally.complete, to(complete="yes")),
        "incomplete": (tally.incomplete, to(complete="no")),
        "confirmed": (tally.confirmed, to(state="confirmed")),
        "average": plain(tally.average) or "—",
    }


@require_GET
@page_for(may_see_assessments)
def assessment_summary(request: HttpRequest) -> HttpResponse:
    """考核汇总 of a scheme by unit: how many in each band, the average of the complete ones, how many lack scores."""
    schemes, found = _summary(request)
    context: dict[str, Any] = {"schemes": schemes, "found": found, "whose": whole_scope_word(request.user)}
    if found is not None:
        context |= {
            "rows": [(unit, depth, _links(found, tally, unit.code)) for unit, depth, tally in found.rows],
            "total": _links(found, found.total, ""),
            "may_export": may_export_assessments(request.user),
            "now": timezone.localtime(),
        }
    return render(request, "evaluation/assessment_summary.html", context)


@require_GET
@page_for(may_export_assessments)
def assessment_summary_export(request: HttpRequest) -> FileResponse:
    """The same as a workbook."""
    _, found = _summary(request)
    if found is None:
        raise Http404
    file = summary_file(found, whose=whole_scope_word(request.user), by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"考核汇总-{found.scheme.year}-{today()}.xlsx")


@require_GET
@page_for(may_have_own_assessments)
def my_assessment_list(request: HttpRequest) -> HttpResponse:
    """本组织考核: one's own sheets, to be rated, and confirmed results."""
    rows: list[Assessment] = own_assessments(request.user)
    cards = [(ResultShown(row, False), plain(row.result), row.scheme.state == "open") for row in rows]
    return render(request, "evaluation/my_assessments.html", {"cards": cards})
