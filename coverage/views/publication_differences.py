"""数字差异: a publication beside another one, or beside the register as it is now."""

from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.domain.kept_results import LIVE, params_of
from coverage.models import Publication
from coverage.permissions import may_export_publications
from coverage.queries import has_pending_marks
from coverage.queries_kept_results import KeptComparison, Made, is_large, kept_comparison, made_comparison
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
from orgs.models import Unit
from orgs.permissions import may_see_publications
from orgs.queries_list import scope_units, visible_unit
from quannan.base.filters import sentence_of
from quannan.base.listing import Result, list_export, list_page, result_of
from quannan.base.scope import page_for, working_scope

NOT_YET = ("还没有比较", "这份定稿的组织多,要在后台逐家比较,比较完后这里列出有变化的组织。")


def _side(publication, day: date) -> str:
    if publication is None:
        return f"现在的台账({day})"
    return (
        f"《{publication.title}》({publication.as_of},{timezone.localtime(publication.frozen_at):%Y-%m-%d %H:%M}定稿)"
    )


@dataclass
class Asked:
    """What a request asks for.

    Attributes:
        result: the list.
        found: the two sides; None without a publication, and of a large one until a job has compared.
        publication: the one asked for.
        against: key of the other one, or LIVE.
        unit: restricts to this unit and those below it.
        made: the job of a large one.
        kept: what that job has found.
    """

    result: Result
    found: DifferencePage | None
    publication: Publication | None
    against: str
    unit: Unit | None
    made: Made | None = None
    kept: KeptComparison | None = None


def _asked(request: HttpRequest) -> Asked:
    publication = publication_asked(request.GET.get("publication", ""))
    against = request.GET.get("against", "") or LIVE
    other = None if against == LIVE else publication_asked(against)
    if (request.GET.get("publication") and publication is None) or (against != LIVE and other is None):
        raise Http404
    units = scope_units(request.user)
    unit = visible_unit(request.user, working_scope(request).unit)
    found = made = kept = None
    if publication is not None and is_large(publication):
        code = unit.code if unit else ""
        made = made_comparison(
            request.user, params_of(request.user, publication=publication.pk, unit=code, against=against)
        )
        kept = kept_comparison(made, publication, other, user=request.user, unit=unit) if made else None
        found = kept.page if kept else None
    elif publication is not None:
        found = difference_page(publication, other, user=request.user, unit=unit)
    listed = replace(DIFFERENCES, prepare=partial(linked, user=request.user))
    if publication is not None and found is None:
        listed = replace(listed, empty=NOT_YET)
    result = result_of(
        request,
        listed,
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
    return Asked(result, found, publication, against, unit, made, kept)


@require_GET
@page_for(may_see_publications)
def publication_differences(request: HttpRequest) -> HttpResponse:
    """Old and new side by side, then organization by organization what moved and why."""
    asked = _asked(request)
    found = asked.found
    comparison = found.comparison if found else None
    return list_page(
        request,
        asked.result,
        found=found,
        comparison=comparison,
        asked=asked.publication,
        against=asked.against,
        made=asked.made,
        kept=asked.kept,
        to_compare=asked.publication is not None and found is None,
        compared_unit=asked.unit.code if asked.unit else "",
        choices=list(publications().order_by("-as_of", "-frozen_at")[:50]),
        unit_code=working_scope(request).unit,
        stale=comparison is not None and comparison.new is None and has_pending_marks(),
        export_url=(
            reverse("publication-differences-export") if found and may_export_publications(request.user) else ""
        ),
    )


@require_GET
@page_for(may_export_publications)
def publication_differences_export(request: HttpRequest) -> FileResponse:
    """What differs as a workbook, with causes."""
    return list_export(_asked(request).result, by=request.user, now=timezone.now())
