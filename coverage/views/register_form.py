"""The organizations of the register's list as the form that units fill: what is changed in it is imported again."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.views.register import register_result
from orgs.domain.ledger import KIND_OF
from orgs.exports import FORM_NAME, register_form_file
from orgs.exports_ledger import ledger_file
from orgs.models import Organization
from orgs.models.ledger import LedgerForm
from orgs.permissions import may_export_register
from quannan.base.scope import page_for, working_scope


@require_GET
@page_for(may_export_register)
def register_form_export(request: HttpRequest) -> HttpResponse:
    """The whole result of the list as 摸底表 at the working date, without what is closed by then."""
    scope = working_scope(request)
    result = register_result(request, drill=False)
    standing = Organization.objects.visible_to(request.user, scope.as_of).registered_at(scope.as_of)
    file = register_form_file(
        result.rows.filter(organization__in=standing).values_list("organization_id", flat=True),
        whose=result.sentence,
        as_of=scope.as_of,
        by=request.user,
        now=timezone.now(),
    )
    return FileResponse(file, as_attachment=True, filename=f"{FORM_NAME}-{scope.as_of}.xlsx")


@require_GET
@page_for(may_export_register)
def ledger_export(request: HttpRequest, form: str) -> HttpResponse:
    """The enterprises (F1) or social organizations (F2) of the list as the ledger of their kind at the working date."""
    if form not in LedgerForm.values:
        raise Http404
    scope = working_scope(request)
    result = register_result(request, drill=False)
    standing = Organization.objects.visible_to(request.user, scope.as_of).registered_at(scope.as_of)
    file = ledger_file(
        form,
        result.rows.filter(organization__in=standing.filter(kind=KIND_OF[form])).values_list(
            "organization_id", flat=True
        ),
        whose=result.sentence,
        as_of=scope.as_of,
        by=request.user,
        now=timezone.now(),
    )
    return FileResponse(file, as_attachment=True, filename=f"{LedgerForm(form).label}-{scope.as_of}.xlsx")
