"""导入: upload, check, reading, preview, choice, writing, result."""

from dataclasses import replace
from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from quannan.base import queries_imports
from quannan.base.domain import import_runs
from quannan.base.errors import Refused
from quannan.base.forms_imports import ColumnsForm, HeaderRowsForm, ImportChoiceForm, ImportUploadForm
from quannan.base.imports import import_kind, import_kinds, may_import
from quannan.base.listing import Result, list_export, list_page, result_of
from quannan.base.models import ImportRun, RowOutcome
from quannan.base.scope import page_for
from quannan.base.tables import page_of
from quannan.base.tables_imports import IMPORTS
from quannan.base.workbook.template import template

# Rows that a taking back has left, named on the import's own page; the job's page has all of them.
LISTED = 50
# So many rows are looked through while the user waits to see what taking an import back would do.
LOOKED_THROUGH = 3_000
OUTCOMES = [(queries_imports.WARNED, "有提示"), *RowOutcome.choices]


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(may_import)
def import_list(request: HttpRequest) -> HttpResponse:
    """Upload a workbook; below, what was uploaded before."""
    kinds = import_kinds(request.user)
    initial = {"kind": request.GET.get("kind", kinds[0].code)}
    form = ImportUploadForm(request.POST or None, request.FILES or None, kinds=kinds, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            found = import_runs.start_import(
                kind=import_kind(form.cleaned_data["kind"]),
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
    response = list_page(request, _imports(request), form=form, kinds=kinds, export_url=reverse("import-export"))
    response.status_code = 422 if form.errors else 200
    return response


@require_GET
@page_for(may_import)
def import_export(request: HttpRequest) -> FileResponse:
    """The record of imports as a workbook."""
    return list_export(_imports(request), by=request.user, now=timezone.now())


def _imports(request: HttpRequest) -> Result:
    user, now = request.user, timezone.now()
    listed = replace(IMPORTS, prepare=lambda rows: queries_imports.listed_imports(rows, user, now))
    kinds = [(kind.code, kind.name) for kind in import_kinds(user)]
    return result_of(request, listed, queries_imports.imports_for(user), scope_word="能看到", choices={"form": kinds})


@require_GET
@page_for(may_import)
def import_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One import at the step it has reached."""
    return _detail(request, pk)


@require_POST
@page_for(may_import)
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
            answers=form.chosen_answers(),
            note=form.cleaned_data.get("note", ""),
            by=request.user,
            now=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("import-detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(may_import)
def import_reading(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Putting right which sheet, which header rows and which columns a workbook is read by."""
    found = get_object_or_404(queries_imports.imports_for(request.user), pk=pk)
    asked = request.POST if request.method == "POST" else request.GET
    form, problem = None, ""
    try:
        view = import_runs.columns_to_correct(
            run=found, sheet=asked.get("sheet", ""), first=_number(asked.get("first")), last=_number(asked.get("last"))
        )
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
        return redirect("import-detail", pk=pk)
    form = ColumnsForm(
        request.POST if request.method == "POST" else None, view=view, form=import_kind(found.form).form()
    )
    if request.method == "POST" and form.is_valid():
        try:
            import_runs.correct_reading(
                run=found,
                sheet=view.sheet,
                header_rows=view.header_rows,
                fields=form.chosen(),
                by=request.user,
                now=timezone.now(),
            )
        except Refused as refusal:
            problem = refusal.sentence
            form.add_error(None, problem)
        else:
            messages.success(request, "已按您指定的读法重新检查,以后这种表头的文件也这样读。")
            return redirect("import-detail", pk=pk)
    context = {
        "found": found,
        "kind": import_kind(found.form),
        "view": view,
        "rows_form": HeaderRowsForm(view=view),
        "form": form,
        "mine": found.created_by_id == request.user.pk,
    }
    return render(request, "imports/reading.html", context, status=422 if form.errors else 200)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 0


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(may_import)
def import_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What taking the import back would do, then doing it."""
    found = get_object_or_404(queries_imports.imports_for(request.user), pk=pk)
    try:
        if request.method == "POST":
            import_runs.start_undo(run=found, by=request.user, now=timezone.now())
            return redirect("import-detail", pk=pk)
        # A large import is looked through by the job itself, which says the same afterwards.
        small = (found.write_result.get("rows") or 0) <= LOOKED_THROUGH
        preview = import_runs.what_undo_does(run=found, by=request.user) if small else None
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("import-detail", pk=pk)
    return render(
        request,
        "imports/undo.html",
        {
            "found": found,
            "kind": import_kind(found.form),
            "preview": preview,
            "page_obj": page_of(request, preview.refused) if preview else None,
        },
    )


@require_GET
@page_for(may_import)
def import_template(request: HttpRequest, code: str) -> HttpResponse:
    """An empty form with headers, lists and notes."""
    kind = next((kind for kind in import_kinds(request.user) if kind.code == code), None)
    if kind is None:
        raise Http404
    out = BytesIO()
    template(kind.form(), out)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{kind.name}-模板.xlsx")


def _choice(found: ImportRun, data=None) -> ImportChoiceForm:
    checked = found.check_result
    return ImportChoiceForm(
        data,
        kind=import_kind(found.form),
        questions=checked.get("questions", ()),
        rejected=checked.get("rejected", 0),
        warnings=checked.get("warnings", 0),
    )


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
        "stayed": None,
    }
    if view.stage == queries_imports.UNDONE and found.undo_result["refused"]:
        context["stayed"] = queries_imports.refused_rows(found)[:LISTED]
    if view.rows_job is not None:
        context["page_obj"] = page_of(request, queries_imports.rows_for(view.rows_job, outcome=outcome, column=column))
    if view.stage == queries_imports.PREVIEW:
        context["form"] = form or _choice(found)
        context["earlier"] = queries_imports.earlier_writes(found).first()
    return render(request, "imports/detail.html", context, status=422 if form is not None else 200)


def _count(view: queries_imports.ImportView, outcome: str) -> int:
    return view.counts["warnings" if outcome == queries_imports.WARNED else outcome] or 0
