"""推优: names for those who may read them, counts for everybody else, and the steps of the party body."""

from collections.abc import Callable
from datetime import date

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs.domain.recommendations import (
    accept_recommendation,
    decline_recommendation,
    file_recommendation,
    recommend,
)
from orgs.filters_support import CountFilter
from orgs.forms_support import DeclineForm, RecommendForm, StageForm
from orgs.lines import MASS_LINES
from orgs.models import Recommendation
from orgs.permissions import (
    may_export_register,
    may_receive_recommendations,
    may_recommend,
    may_see_recommendations,
)
from orgs.queries_recommendations import may_read_names, recommendations_at, stage_table
from orgs.tables_support import COUNTED, RECOMMENDATIONS, with_acts
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from orgs.views.scoped import as_asked, organization_asked, scoped_result
from quannan.base.listing import Result, list_export, list_page
from quannan.base.scope import page_for, working_scope

ACTS = with_acts(RECOMMENDATIONS, "orgs/_recommendation_acts.html")


def may_recommend_some(user) -> bool:
    """May record a recommendation of at least one line."""
    return any(may_recommend(user, line) for line in MASS_LINES)


def may_export_recommendations(user) -> bool:
    return may_see_recommendations(user) and may_export_register(user)


def _named(request: HttpRequest, listed) -> Result:
    rows = recommendations_at(request.user, working_scope(request).as_of).named_to(request.user)
    return scoped_result(request, listed, rows)


def _counted(request: HttpRequest) -> Result:
    return scoped_result(request, COUNTED, recommendations_at(request.user, working_scope(request).as_of))


def _shown(request: HttpRequest, result: Result, counted: Result, export: str, **extra) -> HttpResponse:
    """Either list below the same table of counts, which holds everything the filters leave."""
    filters = counted.filters
    assert isinstance(filters, CountFilter)
    extra |= {"table": stage_table(filters.single, {"as_of": str(result.as_of)})}
    if may_export_register(request.user):
        extra["export_url"] = reverse(export)
    if may_recommend_some(request.user):
        extra |= {"add_url": reverse("recommendation-create"), "add_words": "登记推优"}
    return list_page(request, result, **extra)


@require_GET
@page_for(may_see_recommendations)
def recommendation_list(request: HttpRequest) -> HttpResponse:
    """推优 with names; an account that may read none sees the counts."""
    counted = _counted(request)
    if not may_read_names(request.user):
        return _shown(request, counted, counted, "recommendation-counts-export", names=False)
    listed = ACTS if may_receive_recommendations(request.user) else RECOMMENDATIONS
    return _shown(request, _named(request, listed), counted, "recommendation-export", names=True)


@require_GET
@page_for(may_see_recommendations)
def recommendation_counts(request: HttpRequest) -> HttpResponse:
    """推优 as counts by organization, line and stage; wiped names are counted too."""
    counted = _counted(request)
    return _shown(request, counted, counted, "recommendation-counts-export", names=False)


@require_GET
@page_for(may_export_recommendations)
def recommendation_export(request: HttpRequest) -> FileResponse:
    """The whole result as a workbook: with names for those who may read them, else the counts."""
    result = _named(request, RECOMMENDATIONS) if may_read_names(request.user) else _counted(request)
    return list_export(result, by=request.user, now=timezone.now())


@require_GET
@page_for(may_export_recommendations)
def recommendation_counts_export(request: HttpRequest) -> FileResponse:
    """The counts as a workbook, without a name."""
    return list_export(_counted(request), by=request.user, now=timezone.now())


@form_view
@page_for(may_recommend_some)
def recommendation_create(request: HttpRequest) -> HttpResponse:
    """登记推优."""
    as_of = working_scope(request).as_of
    form = RecommendForm(request.POST or None, by=request.user, as_of=as_of, initial=organization_asked(request))
    page = Page(
        "登记推优",
        "推荐优秀职工、团员、妇女作入党积极分子;姓名只有推荐的一方和党组织能看到",
        "登记",
        "已登记,等待党组织接收。",
        as_asked(request, reverse("recommendation-list")),
        "推优",
    )

    def act(said: dict) -> None:
        recommend(**said, by=request.user, now=timezone.now())

    return form_page(request, form, act, page)


def _step(
    request: HttpRequest, pk: int, title: str, done: str, act: Callable, form_class: type[StageForm]
) -> HttpResponse:
    rows = Recommendation.objects.visible_to(request.user).named_to(request.user).select_related("organization")
    row = get_object_or_404(rows, pk=pk)
    words = f"{row.name} · {row.organization.name},{row.get_line_display()}于 {row.recommended_on} 推荐"
    page = Page(title, words, title, done, reverse("recommendation-list"), "推优")

    def step(said: dict) -> None:
        reason = {"reason": said["change_reason"]} if "change_reason" in said else {}
        day: date = said["on"]
        act(recommendation=row, on=day, by=request.user, now=timezone.now(), **reason)

    return form_page(request, form_class(request.POST or None), step, page)


@form_view
@page_for(may_receive_recommendations)
def recommendation_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """登记接收."""
    return _step(request, pk, "登记接收", "已登记接收,请报上级备案。", accept_recommendation, StageForm)


@form_view
@page_for(may_receive_recommendations)
def recommendation_file(request: HttpRequest, pk: int) -> HttpResponse:
    """登记备案."""
    return _step(request, pk, "登记备案", "已登记备案。", file_recommendation, StageForm)


@form_view
@page_for(may_receive_recommendations)
def recommendation_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """未接收, with a reason."""
    return _step(request, pk, "登记未接收", "已登记未接收,理由推荐的一方会看到。", decline_recommendation, DeclineForm)
