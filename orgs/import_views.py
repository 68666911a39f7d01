"""摸底表导入: upload, check, preview, choice, writing, result."""

from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orgs import queries_imports
from orgs.domain import import_runs
from orgs.import_forms import ImportChoiceForm, ImportUploadForm
from orgs.imports import register_form
from orgs.imports.maps import CodeLists
from orgs.permissions import may_import_register
from quannan.base.errors import Refused
from quannan.base.models import RowOutcome
from quannan.base.scope import page_for
from quannan.base.tables import page_of
from quannan.base.workbook.template import template

OUTCOMES = [(queries_imports.WARNED, "有提示"), *RowOutcome.choices]


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(may_import_register)
def import_list(request: HttpRequest) -> HttpResponse:
    """Upload a workbook; below, what was uploaded before."""
    form = ImportUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = import_runs.start_import(
                file=form.cleaned_data["file"],
                name=form.cleaned_data["file"].name,
                as_of=form.cleaned_data["as_of"],
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as refusal:
            form.add_error("file", refusal)
        except Refused as refusal:
            form.add_error("as_of", refusal.sentence)
        else:
            return redirect("import-detail", pk=found.pk)
    now = timezone.now()
    page = page_of(request, queries_imports.imports_for(request.user))
    return render(
        request,
        "orgs/import_list.html",
        {
            "form": form,
            "page_obj": page,
            "rows": [_listed(found, request.user, now) for found in page],
        },
        status=422 if form.errors else 200,
    )


def _listed(found, user, now):
    stage = queries_imports.stage_of(found)
    job = found.write_job if stage in (queries_imports.WRITING, queries_imports.WRITTEN) else found.check_job
    return {
        "found": found,
        "stage": queries_imports.STAGES[stage],
        "card": queries_imports.job_card(job, user, now) if job is not None else None,
        "counts": queries_imports.counts_of(found, stage),
    }


@require_GET
@page_for(may_import_register)
def import_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One import at the step it has reached."""
    return _detail(request, pk)


@require_POST
@page_for(may_import_register)
def import_write(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The choice: write everything, or the good rows only."""
    found = get_object_or_404(queries_imports.imports_for(request.user), pk=pk)
    form = _choice(found, request.POST)
    if not form.is_valid():
        return _detail(request, pk, form)
    try:
        import_runs.start_write(
            run=found,
            mode=form.cleaned_data["mode"],
            endings=form.chosen_endings(),
            by=request.user,
            now=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("import-detail", pk=pk)


@require_GET
@page_for(may_import_register)
def import_template(request: HttpRequest) -> HttpResponse:
    """An empty form with headers, lists and notes."""
    out = BytesIO()
    template(register_form(CodeLists.load()), out)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename="摸底表-模板.xlsx")


def _choice(found, data=None) -> ImportChoiceForm:
    checked = found.check_result
    return ImportChoiceForm(data, questions=checked.get("questions", ()), rejected=checked.get("rejected", 0))


def _detail(request: HttpRequest, pk: UUID, form: ImportChoiceForm | None = None) -> HttpResponse:
    found = get_object_or_404(queries_imports.imports_for(request.user), pk=pk)
    view = queries_imports.import_view(found, request.user, timezone.now())
    outcome, column = request.GET.get("outcome"), request.GET.get("column", "")
    if outcome is None and not column and view.stage == queries_imports.PREVIEW and view.counts["rejected"]:
        # What has to be mended comes first; every row is one tab away.
        outcome = RowOutcome.REJECTED
    outcome = outcome if outcome in dict(OUTCOMES) else ""
    context = {
        "view": view,
        "found": found,
        "form": form,
        "outcome": outcome,
        "column": column,
        "outcomes": [(value, label, _count(view, value)) for value, label in OUTCOMES],
        "page_obj": None,
        "earlier": None,
    }
    if view.rows_job is not None:
        context["page_obj"] = page_of(request, queries_imports.rows_for(view.rows_job, outcome=outcome, column=column))
    if view.stage == queries_imports.PREVIEW:
        context["form"] = form or _choice(found)
        context["earlier"] = queries_imports.earlier_writes(found).first()
    return render(request, "orgs/import_detail.html", context, status=422 if form is not None else 200)


def _count(view: queries_imports.ImportView, outcome: str) -> int:
    return view.counts["warnings" if outcome == queries_imports.WARNED else outcome] or 0
