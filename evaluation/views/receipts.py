"""Receipts, versions as filed, and the sheet on paper."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from evaluation.domain.sheet import read_form, sheet_of
from evaluation.domain.submissions import verifies
from evaluation.exports_receipt import receipt_facts, receipt_pdf
from evaluation.models import Submission
from evaluation.permissions import may_open_reports, may_open_versions
from evaluation.queries_filing import form_of_version, report_seen, version_by_receipt, version_rows, versions_seen
from quannan.base.scope import page_for

NOT_FOUND = "没有这个编号,或不在您的范围内。请核对编号,或向报送单位核实。"


@require_GET
@page_for(may_open_versions)
def receipt_check(request: HttpRequest) -> HttpResponse:
    """A number typed, and whether it is a receipt of ours."""
    number = request.GET.get("number", "")[:60]
    version = version_by_receipt(request.user, number)
    context = {
        "number": number,
        "version": version,
        "facts": receipt_facts(version) if version else [],
        "whole": bool(version) and verifies(version),
        "not_found": NOT_FOUND if number.strip() and version is None else "",
    }
    return render(request, "evaluation/receipt_check.html", context)


def _version(request: HttpRequest, receipt: str) -> Submission:
    return get_object_or_404(versions_seen(request.user), receipt=receipt)


@require_GET
@page_for(may_open_versions)
def receipt_detail(request: HttpRequest, receipt: str) -> HttpResponse:
    """The receipt of one filing."""
    version = _version(request, receipt)
    context = {"version": version, "facts": receipt_facts(version), "whole": verifies(version)}
    return render(request, "evaluation/receipt.html", context)


@require_GET
@page_for(may_open_versions)
def receipt_file(request: HttpRequest, receipt: str) -> FileResponse:
    """The receipt as a PDF."""
    version = _version(request, receipt)
    file = receipt_pdf(version, timezone.now())
    return FileResponse(
        file, as_attachment=True, filename=f"回执-{version.receipt}.pdf", content_type="application/pdf"
    )


@require_GET
@page_for(may_open_versions)
def submission_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version as it was filed."""
    version = get_object_or_404(versions_seen(request.user), report=pk, number=number)
    context = {
        "version": version,
        "report": version.report,
        "parts": version_rows(version, form_of_version(version)),
        "flags": version.flags,
        "may_open": may_open_reports(request.user),
    }
    return render(request, "evaluation/receipt_version.html", context)


@require_GET
@page_for(may_open_reports)
def report_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet on A4, filled, or empty with ?blank=1."""
    report = get_object_or_404(report_seen(request.user, pk))
    sheet, blank = sheet_of(report, read_form(report.round.form)), "blank" in request.GET
    parts = []
    for section, questions in sheet.read.sections:
        asked = [q for q in questions if q.asked_of(sheet.kind, sheet.year)] if blank else sheet.asked(section)
        rows = [(q, "" if blank else sheet.words(q.code, sheet.shown(q.code))) for q in asked]
        parts.append((section, rows))
    return render(request, "evaluation/print.html", {"report": report, "parts": parts, "blank": blank})
