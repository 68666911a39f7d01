"""数字差异: a publication beside another one, or beside the register as it is now."""

from dataclasses import replace
from datetime import date
from functools import partial

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.permissions import may_export_publications
from coverage.queries import has_pending_marks
from coverage.queries_publications import (
    DifferencePage,
    DifferenceRows,
    difference_page,
    in_sight_words,
    linked,
    publication_asked,
    publications,
)
from coverage.tables_publications import DIFFERENCES
from orgs.permissions import may_see_publications
from orgs.queries_list import scope_units, visible_unit
from quannan.base.filters import sentence_of
from quannan.base.listing import Result, list_export, list_page, result_of
from quannan.base.scope import page_for, working_scope

LIVE = "live"


def _side(publication, day: date) -> str:
    if publication is None:
        return f"现在的台账({day})"
    return (
        f"《{publication.title}》({publication.as_of},{timezone.localtime(publication.frozen_at):%Y-%m-%d %H:%M}定稿)"
    )


def _asked(request: HttpRequest) -> tuple[Result, DifferencePage | None]:
    publication = publication_asked(request.GET.get("publication", ""))
    against = request.GET.get("against", "") or LIVE
    other = None if against == LIVE else publication_asked(against)
    if (request.GET.get("publication") and publication is None) or (against != LIVE and other is None):
        raise Http404
    units = scope_units(request.user)
    unit = visible_unit(request.user, working_scope(request).unit)
    found = None
    if publication is not None:
        found = difference_page(publication, other, user=request.user, unit=unit)
    result = result_of(
        request,
        replace(DIFFERENCES, prepare=partial(linked, user=request.user)),
        DifferenceRows(found.comparison.differences if found else ()),
        scope_word=in_sight_words(request.user),
        choices={"unit": [(u.code, u.name) for u in units]},
    )
    if found is not None:
        sides = found.comparison
        words = sentence_of(
            result.chips, f"{unit.name}及下属" if unit else in_sight_words(request.user), "有变化的组织"
        )
        result.sentence = f"{words},{_side(sides.old, sides.old_as_of)}与{_side(sides.new, sides.new_as_of)}相比"
        result.as_of = sides.new_as_of
    return result, found


@require_GET
@page_for(may_see_publications)
def publication_differences(request: HttpRequest) -> HttpResponse:
    """Old and new side by side, then organization by organization what moved and why."""
    result, found = _asked(request)
    comparison = found.comparison if found else None
    return list_page(
        request,
        result,
        found=found,
        comparison=comparison,
        asked=publication_asked(request.GET.get("publication", "")),
        against=request.GET.get("against", "") or LIVE,
        choices=list(publications().order_by("-as_of", "-frozen_at")[:50]),
        unit_code=working_scope(request).unit,
        stale=comparison is not None and comparison.new is None and has_pending_marks(),
        export_url=reverse("publication-differences-export") if may_export_publications(request.user) else "",
    )


@require_GET
@page_for(may_export_publications)
def publication_differences_export(request: HttpRequest) -> FileResponse:
    """What differs as a workbook, with causes."""
    return list_export(_asked(request)[0], by=request.user, now=timezone.now())
