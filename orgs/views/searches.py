"""党员排查: single counts for those who recorded them, sums for others; there is no export and no endpoint."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs.domain.searches import correct_search, record_search, recording_units
from orgs.forms_support import CorrectSearchForm, SearchForm
from orgs.models import MemberSearch
from orgs.models.support import HiddenMemberKind
from orgs.permissions import may_record_searches, may_see_search_sums
from orgs.queries_searches import HIDDEN, LEAST_ORGANIZATIONS, TOO_FEW, search_sums, searches_at
from orgs.tables_support import SEARCHES, with_acts
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from orgs.views.scoped import as_asked, organization_asked, scoped_result
from quannan.base.listing import list_page
from quannan.base.scope import page_for, working_scope

ACTS = with_acts(SEARCHES, "orgs/_search_acts.html")


@require_GET
@page_for(may_record_searches)
def search_list(request: HttpRequest) -> HttpResponse:
    """Visits whose counts the account may see; not to be exported."""
    rows = searches_at(request.user, working_scope(request).as_of)
    return list_page(
        request, scoped_result(request, ACTS, rows), add_url=reverse("search-create"), add_words="记录排查"
    )


@require_GET
@page_for(may_see_search_sums)
def search_sums_page(request: HttpRequest) -> HttpResponse:
    """Sums of the working date's year by unit, small numbers hidden."""
    year = working_scope(request).as_of.year
    context = {
        "sums": search_sums(request.user, year),
        "kinds": HiddenMemberKind.labels,
        "hidden": HIDDEN,
        "too_few": TOO_FEW,
        "least": LEAST_ORGANIZATIONS,
        "may_record": may_record_searches(request.user),
    }
    return render(request, "orgs/search_sums.html", context)


@form_view
@page_for(may_record_searches)
def search_create(request: HttpRequest) -> HttpResponse:
    """记录排查."""
    initial = {"unit": recording_units(request.user).first(), **organization_asked(request)}
    form = SearchForm(request.POST or None, by=request.user, as_of=working_scope(request).as_of, initial=initial)
    page = Page(
        "记录排查",
        "只记人数,不记姓名;只有记录的单位和两新工委办公室能看到这家组织的数字",
        "保存",
        "已记录。",
        as_asked(request, reverse("search-list")),
        "党员排查",
    )

    def act(said: dict) -> None:
        record_search(**said, by=request.user, now=timezone.now())

    return form_page(request, form, act, page)


@form_view
@page_for(may_record_searches)
def search_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正排查."""
    rows = MemberSearch.objects.visible_to(request.user).select_related("organization")
    search = get_object_or_404(rows, pk=pk)
    form = CorrectSearchForm(request.POST or None, initial=CorrectSearchForm.initial_of(search))
    page = Page(
        "更正排查",
        f"{search.organization.name},{search.visited_on} 排查的{search.get_kind_display()}",
        "保存",
        "已更正。",
        reverse("search-list"),
        "党员排查",
    )

    def act(said: dict) -> None:
        counts = {name: said[name] for name in ("found", "contacted", "transferred")}
        correct_search(search=search, **counts, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, form, act, page)
