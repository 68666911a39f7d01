"""通报: the notice on coverage as a page and as a file of Word."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.exports_bulletin import bulletin_document, bulletin_file, file_name
from coverage.queries_bulletin import Bulletin, bulletin
from orgs.permissions import may_see_coverage
from orgs.queries_list import visible_unit
from quannan.base.scope import page_for, working_scope


def _asked_for(request: HttpRequest) -> tuple[Bulletin, str]:
    """The bulletin of the working scope, and the code of its unit."""
    scope = working_scope(request)
    unit = visible_unit(request.user, scope.unit)
    found = bulletin(user=request.user, as_of=scope.as_of, unit=unit, now=timezone.now())
    return found, unit.code if unit else ""


@require_GET
@page_for(may_see_coverage)
def coverage_bulletin(request: HttpRequest) -> HttpResponse:
    """The 通报 as it will stand in the file, ready to be printed."""
    found, unit_code = _asked_for(request)
    context = {"bulletin": found, "document": bulletin_document(found), "unit_code": unit_code}
    return render(request, "coverage/bulletin.html", context)


@require_GET
@page_for(may_see_coverage)
def bulletin_word(request: HttpRequest) -> FileResponse:
    """The same as a file of Word."""
    found, _ = _asked_for(request)
    return FileResponse(bulletin_file(found), as_attachment=True, filename=file_name(found))
