"""登记名册核对: registers handed in, one of them with its findings, and its faulty rows."""

from dataclasses import replace
from io import BytesIO
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs.domain.reconciliation import start_reconciliation
from orgs.forms_reconciliation import RegisterUploadForm
from orgs.imports.maps import CodeLists
from orgs.imports.registers import register_list_form
from orgs.models import Reconciliation
from orgs.models.codes import CodeList
from orgs.models.reconciliation import DiscrepancyKind
from orgs.permissions import (
    may_answer_discrepancies,
    may_export_register,
    may_hand_in_registers,
    may_see_reconciliations,
)
from orgs.queries import codes
from orgs.queries_list import whole_scope_word
from orgs.queries_reconciliation import (
    aside_of,
    counts_of,
    file_counts,
    findings_for,
    is_checked,
    may_read_file,
    register_rows,
    registers_for,
    scope_word,
    source_word,
)
from orgs.tables_reconciliation import REGISTERS
from orgs.views.acts import errors_into
from orgs.views.discrepancies import findings_result
from orgs.views.register import form_view
from quannan.base import queries_imports
from quannan.base.errors import Refused
from quannan.base.listing import list_page, result_of
from quannan.base.models import RowOutcome
from quannan.base.queries import job_card
from quannan.base.scope import page_for
from quannan.base.tables import page_of, with_parameters
from quannan.base.workbook.template import template

ROWS = [(RowOutcome.REJECTED, "有错误"), (queries_imports.WARNED, "有提示"), (RowOutcome.SKIPPED, "跳过")]
ROW_COUNTS = {RowOutcome.REJECTED: "rejected", queries_imports.WARNED: "warnings", RowOutcome.SKIPPED: "skipped"}


def _visible(request: HttpRequest, pk: UUID) -> Reconciliation:
    return get_object_or_404(registers_for(request.user), pk=pk)


@require_GET
@page_for(may_see_reconciliations)
def reconciliation_list(request: HttpRequest) -> HttpResponse:
    """Registers handed in; whoever may hands in the next one."""
    user, now = request.user, timezone.now()
    listed = replace(REGISTERS, prepare=lambda rows: register_rows(rows, user, now))
    result = result_of(
        request,
        listed,
        registers_for(user),
        scope_word=whole_scope_word(user),
        choices={"source": list(codes(CodeList.REGISTER_SOURCE).items())},
    )
    uploads = may_hand_in_registers(user)
    return list_page(request, result, upload_form=RegisterUploadForm(by=user) if uploads else None)


@form_view
@page_for(may_hand_in_registers)
def reconciliation_upload(request: HttpRequest) -> HttpResponse:
    """Hands a register in and queues its comparison."""
    form = RegisterUploadForm(request.POST or None, request.FILES or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            found = start_reconciliation(**said, name=said["file"].name, by=request.user, now=timezone.now())
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("reconciliation-detail", pk=found.pk)
    status = 422 if form.errors else 200
    return render(request, "orgs/reconciliation_upload.html", {"form": form, "upload_form": form}, status=status)


@require_GET
@page_for(may_hand_in_registers)
def reconciliation_template(request: HttpRequest) -> HttpResponse:
    """An empty form for authorities that have no export of their own."""
    out = BytesIO()
    template(register_list_form(CodeLists.load()), out, sentence="登记机关:        截止日期:    年  月  日")
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename="登记名册-模板.xlsx")


@require_GET
@page_for(may_see_reconciliations)
def reconciliation_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One register: while it is compared, its progress; then the counts and the findings in sight."""
    found = _visible(request, pk)
    file_open = may_read_file(request.user, found)
    context = {
        "found": found,
        "source": source_word(found.source),
        "scope_said": scope_word(found),
        "file_open": file_open,
    }
    if not is_checked(found):
        card = job_card(found.check_job, request.user, timezone.now()) if found.check_job else None
        return render(request, "orgs/reconciliation_progress.html", context | {"card": card})
    counts = counts_of(request.user, found)
    chosen = request.GET.get("kind", "")
    tabs = [("", "全部", counts.total), *[(k.value, k.label, counts.kinds[k.value]) for k in DiscrepancyKind]]
    exports = may_export_register(request.user)
    export = f"{reverse('discrepancy-export')}?reconciliation={pk}&{with_parameters(request.GET, tab=None)}"
    return list_page(
        request,
        findings_result(request, findings_for(request.user), template="orgs/reconciliation_detail.html", only=found),
        **context,
        counts=counts,
        aside=aside_of(found),
        rows_of_file=file_counts(found),
        chosen_kind=chosen,
        kind_tabs=[(k, word, n, with_parameters(request.GET, kind=k or None)) for k, word, n in tabs],
        export_all_url=export if exports else "",
        bulk_template="orgs/_discrepancy_bulk.html" if may_answer_discrepancies(request.user) else "",
        only=f"reconciliation={pk}&",
    )


@require_GET
@page_for(may_hand_in_registers)
def reconciliation_rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The rows of the file with an error or a remark, and how the file was read."""
    found = get_object_or_404(registers_for(request.user).with_file_for(request.user), pk=pk)
    outcome, column = request.GET.get("outcome", RowOutcome.REJECTED), request.GET.get("column", "")
    outcome = outcome if outcome in ROW_COUNTS else ""
    rows = []
    if found.check_job is not None:
        rows = queries_imports.rows_for(found.check_job, outcome=outcome, column=column)
    context = {
        "found": found,
        "source": source_word(found.source),
        "outcome": outcome,
        "column": column,
        "outcomes": [(value, word, found.check_result.get(ROW_COUNTS[value], 0)) for value, word in ROWS],
        "page_obj": page_of(request, rows),
    }
    return render(request, "orgs/reconciliation_rows.html", context)
