"""年检党建情况页: of one organization to print, of many as a workbook."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from coverage.exports_annual import NOTES, TITLE, annual_file, page_lines, page_sentence
from coverage.queries import has_pending_marks
from coverage.queries_annual import annual_rows
from coverage.queries_pages import spans_at
from coverage.views.register import register_result
from orgs.models import Organization
from orgs.permissions import may_export_register, may_see_register
from quannan.base.listing import ticked
from quannan.base.scope import page_for, working_scope


@require_GET
@page_for(may_see_register)
def annual_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one organization at the working date, as it is printed."""
    as_of = working_scope(request).as_of
    organization = get_object_or_404(Organization.objects.visible_to(request.user, as_of), pk=pk)
    rows = annual_rows(spans_at(request.user, as_of).filter(organization=organization), as_of, request.user)
    row = rows[0] if rows else None
    context = {
        "organization": organization,
        "title": TITLE,
        "sentence": page_sentence(row) if row else f"截至 {as_of}",
        "lines": page_lines(row) if row else [],
        "notes": NOTES,
        "may_export": may_export_register(request.user),
        "stale": has_pending_marks(),
    }
    return render(request, "coverage/annual_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(may_export_register)
def annual_form_export(request: HttpRequest) -> FileResponse:
    """The list in the address as pages, of those ticked alone where some are, or of the one `organization` named."""
    scope = working_scope(request)
    only = request.GET.get("organization", "")
    if only:
        spans = spans_at(request.user, scope.as_of).filter(organization=int(only) if only.isdecimal() else None)
        whose = f"截至 {scope.as_of}"
    else:
        result = register_result(request, drill=False)
        standing = Organization.objects.visible_to(request.user, scope.as_of).registered_at(scope.as_of)
        spans, whose = result.rows.filter(organization__in=standing), result.sentence
        if request.method == "POST" and request.POST.get("whole") != "1":
            spans, whose = spans.filter(organization__in=ticked(request)), f"选中的组织,截至 {scope.as_of}"
    rows = annual_rows(spans, scope.as_of, request.user)
    file = annual_file(rows, whose=whose, as_of=scope.as_of, by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"{TITLE}-{scope.as_of}.xlsx")
