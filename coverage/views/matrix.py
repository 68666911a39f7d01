"""单位与条线: lines beside units, the league and the tiles, and their workbook."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.domain.bases import BASES, OWED, basis_of
from coverage.exports_matrix import matrix_file
from coverage.models import ALL
from coverage.queries import has_pending_marks
from coverage.queries_dashboard import LABELS, slider_days, trend_milestones
from coverage.queries_matrix import MATRIX_LINES, WORK, column_labels, in_order, league, matrix
from orgs.permissions import may_compare_units, may_export_register, may_see_coverage
from orgs.queries_list import visible_unit, whole_scope_word
from quannan.base.scope import page_for, working_scope

VIEWS = {"matrix": "矩阵", "league": "排名", "tiles": "方块图"}
NO_LEAGUE = "单位之间的排名只给县级部门和主管党(工)委看;您可以看到本组织的数字。"


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What the address asks for, each with its usual value."""
    scope = working_scope(request)
    view, rows = request.GET.get("view", "matrix"), request.GET.get("rows", "own")
    order = request.GET.get("order", "")
    line = scope.line if scope.line in MATRIX_LINES else ALL
    return {
        "as_of": scope.as_of,
        "unit": visible_unit(request.user, scope.unit),
        "basis": basis_of(request.GET.get("basis", "")),
        "view": view if view in VIEWS else "matrix",
        "rows": "tree" if rows == "tree" else "own",
        "order": order if order in (*MATRIX_LINES, WORK) else "",
        "line": line,
    }


@require_GET
@page_for(may_see_coverage)
def coverage_matrix(request: HttpRequest) -> HttpResponse:
    """Lines × units at the working date, of a chosen base; every number opens."""
    asked = _asked(request)
    compares = may_compare_units(request.user)
    if asked["view"] != "matrix" and not compares:
        raise PermissionDenied(NO_LEAGUE)
    found = matrix(user=request.user, as_of=asked["as_of"], unit=asked["unit"], basis=asked["basis"])
    shown = found.tree if asked["rows"] == "tree" else found.own
    context: dict[str, Any] = {
        **asked,
        "matrix": found,
        "shown": in_order(shown, asked["order"]) if asked["order"] else shown,
        "columns": column_labels(),
        "bases": BASES,
        "owed": OWED,
        "views": VIEWS if compares else {},
        "line_label": LABELS[asked["line"]],
        "line_choices": [(code, LABELS[code]) for code in MATRIX_LINES],
        "unit_code": asked["unit"].code if asked["unit"] else "",
        "whose": f"{asked['unit'].name}及下属" if asked["unit"] else whole_scope_word(request.user),
        "own": "1" if asked["rows"] == "own" else "",
        "view_label": VIEWS[asked["view"]],
        "days": slider_days(asked["as_of"]),
        "may_export": may_export_register(request.user),
        "stale": has_pending_marks(),
        "now": timezone.localtime(),
    }
    if asked["view"] != "matrix":
        context["league"], context["quarter"], context["milestone"] = league(
            user=request.user,
            now=found,
            unit=asked["unit"],
            line=asked["line"],
            milestones=trend_milestones(),
        )
        # On the tiles every unit keeps its place, whatever its rank.
        places = {place.row.unit.pk: place for place in context["league"]}
        context["tiles"] = [places[row.unit.pk] for row in found.own]
    return render(request, "coverage/matrix.html", context)


@require_GET
@page_for(may_export_register)
def matrix_export(request: HttpRequest) -> FileResponse:
    """Own rows, subtree rows and the sum as a workbook."""
    asked = _asked(request)
    found = matrix(user=request.user, as_of=asked["as_of"], unit=asked["unit"], basis=asked["basis"])
    whose = f"{asked['unit'].name}及下属" if asked["unit"] else whole_scope_word(request.user)
    file = matrix_file(found, whose=whose, by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"单位与条线-{asked['as_of']}.xlsx")
