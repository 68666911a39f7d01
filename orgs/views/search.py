"""The search box over every page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from orgs.permissions import may_see_register
from orgs.queries_search import found_for, organization_of_code
from quannan.base.scope import page_for, working_scope


@require_GET
@page_for(may_see_register)
def search(request: HttpRequest) -> HttpResponse:
    """Organizations, bodies, people and units by name, code or pinyin; a whole code leads straight to its owner."""
    text = request.GET.get("q", "").strip()
    as_of = working_scope(request).as_of
    known = organization_of_code(request.user, text, as_of)
    if known is not None:
        return redirect("organization-detail", pk=known.pk)
    return render(request, "orgs/search.html", {"q": text, "found": found_for(request.user, text, as_of)})
