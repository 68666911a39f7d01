"""What a scenario assumes built, handed out as gaps: the form, the preview of each gap, then the act."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from coverage.domain.gaps import CHANGED, AssignRow, assign_gaps, plan_assignments
from coverage.forms_gaps import AssignForm
from coverage.models import Scenario
from coverage.queries_gaps_shown import assignable_units
from coverage.queries_scenarios import ticks_for
from coverage.views.gaps import preview_of
from orgs.permissions import may_assign_gaps, may_use_scenarios
from orgs.views.acts import errors_into
from quannan.base.errors import Refused
from quannan.base.scope import NO_ACCESS, page_for

NOTHING = "这份推演没有您看得到的假定组建,先点“假定组建”选出组织。"


class ScenarioAssignForm(AssignForm):
    """Every tick in the line it stands for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["line"]


def _mark(rows: Iterable[AssignRow]) -> str:
    """What a preview showed, in short."""
    told = sorted((row.organization_id, row.line, row.outcome, row.sentence) for row in rows)
    return hashlib.sha256(repr(told).encode()).hexdigest()


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(may_use_scenarios)
def scenario_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """分派为缺口任务: the ticks in sight that are gaps on the day; the others come back refused."""
    if not may_assign_gaps(request.user):
        raise PermissionDenied(NO_ACCESS)
    scenario = get_object_or_404(Scenario.objects.visible_to(request.user), pk=pk)
    back = reverse("scenario-detail", args=[scenario.pk])
    as_of = min(scenario.as_of, timezone.localdate())
    ticks = ticks_for(scenario, request.user, as_of).order_by("organization_id", "line")
    pairs = list(ticks.values_list("organization_id", "line"))
    if not pairs:
        messages.error(request, NOTHING)
        return redirect(back)
    step = request.POST.get("step", "")
    form = ScenarioAssignForm(request.POST if step else None, units=assignable_units(request.user))
    rows: list[AssignRow] | None = None
    problem = ""
    if step in ("preview", "confirm") and form.is_valid():
        facts = {"pairs": pairs, "by": request.user, "now": timezone.now(), "as_of": as_of, **form.cleaned_data}
        try:
            rows = plan_assignments(**facts)
            if step == "confirm":
                if request.POST.get("mark") == _mark(rows):
                    done = assign_gaps(**facts)
                    written = sum(row.writes for row in done)
                    messages.success(request, f"已分派 {written} 项,其余 {len(done) - written} 项没有写入。")
                    return redirect(back)
                problem = CHANGED
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {
        "form": form,
        "preview": None if rows is None or form.errors else preview_of(rows),
        "mark": "" if rows is None else _mark(rows),
        "problem": problem,
        "scenario": scenario,
        "count": len(pairs),
        "typed": [(name, request.POST.get(name, "")) for name in form.fields],
        "back": back,
        "as_of": as_of,
    }
    return render(request, "coverage/scenario_assign.html", context, status=422 if form.errors else 200)
