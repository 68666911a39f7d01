"""One organization: its verdicts with their reasons, its facts, and what happened to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from activities.queries_activities import activities_of
from coverage.domain.classes import guidance_of
from coverage.queries import explain, has_pending_marks, span_of
from coverage.queries_gaps_shown import assignments_shown, supervisions_shown
from coverage.queries_guidance import guidance_shown
from coverage.queries_plans import plans_shown
from coverage.queries_timeline import timeline
from coverage.templatetags.figures import last_day_of
from evaluation.queries_assessments import assessments_of
from evaluation.queries_trace import reports_of
from funding.queries import funds_of
from orgs.lines import LINES
from orgs.models import Organization
from orgs.models.codes import CodeList
from orgs.permissions import (
    may_assign_gaps,
    may_confirm_line,
    may_edit_guidance,
    may_edit_line,
    may_edit_register,
    may_edit_support,
    may_merge,
    may_reveal_contact,
    may_see_register,
    today,
)
from orgs.queries import sight_ended, timeline_of
from orgs.queries_duplicates import merge_of, records_in_sight
from orgs.queries_ledger import ledgers_of
from orgs.queries_list import bodies_of, code_labels, figures_at, unit_of
from orgs.queries_people import team_of
from orgs.queries_support import support_of
from quannan.base.encryption import mask_name, mask_phone
from quannan.base.scope import page_for, working_scope

TABS = (
    ("overview", "概况"),
    ("figures", "年度数字"),
    ("bodies", "党群组织"),
    ("people", "队伍"),
    ("plans", "组建和指导"),
    ("exclusions", "剔除"),
    ("changes", "变更记录"),
)
RECENT = 6


@require_GET
@page_for(may_see_register)
def organization_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one organization at the working date."""
    scope = working_scope(request)
    organization = get_object_or_404(records_in_sight(request.user, scope.as_of), pk=pk)
    if organization.merged_into_id:
        return absorbed_page(request, organization)
    span = span_of(organization, scope.as_of)
    labels = code_labels()
    figures = list(organization.figures.order_by("-as_of"))
    bodies = bodies_of(organization)
    exclusions = list(organization.exclusions.order_by("-period"))
    plans = plans_shown(organization, span, scope.as_of)
    events = timeline(organization)
    tab = request.GET.get("tab", "overview")
    counts = {"figures": len(figures), "bodies": len(bodies), "exclusions": len(exclusions), "changes": len(events)}
    states = labels.get(CodeList.OPERATING_STATE, {})
    sources = labels.get(CodeList.FIGURES_SOURCE, {})
    excluded_now = next((e for e in exclusions if scope.as_of in e.period), None)
    lines = [line for line in LINES if may_edit_line(request.user, line)]
    context = {
        "organization": organization,
        "span": span,
        "unit": span.unit if span else unit_of(organization, scope.as_of),
        "verdicts": explain(organization, scope.as_of, span) if span else [],
        "guidance": guidance_of(organization, scope.as_of, span),
        "figures": figures,
        "current": figures_at([organization.pk], scope.as_of).get(organization.pk),
        "bodies": bodies,
        "plans": plans,
        "exclusions": exclusions,
        "exclusion_rows": [(e, states.get(e.state, e.state), last_day_of(e)) for e in exclusions],
        "excluded_now": excluded_now,
        "excluded_now_label": states.get(excluded_now.state, "") if excluded_now else "",
        "closed_label": states.get(organization.closed_state, organization.closed_state),
        "figures_rows": [(row, sources.get(row.source, row.source)) for row in figures],
        "recent": [e for e in events if e.day <= scope.as_of][:RECENT],
        "may_edit_bodies": bool(lines),
        "editable_lines": lines,
        "confirmable_lines": [line for line in LINES if may_confirm_line(request.user, line)],
        "events": events,
        "tab": tab if tab in dict(TABS) else "overview",
        "tabs": [(code, title, counts.get(code)) for code, title in TABS],
        "industry": labels.get(CodeList.INDUSTRY, {}).get(organization.industry, ""),
        "registration_type": labels.get(CodeList.REGISTRATION_TYPE, {}).get(organization.registration_type, ""),
        "masked_name": mask_name(organization.contact_name),
        "masked_phone": mask_phone(organization.contact_phone),
        "may_edit": may_edit_register(request.user),
        "may_merge": may_merge(request.user),
        "may_reveal": may_reveal_contact(request.user),
        "stale": has_pending_marks(),
    }
    if context["tab"] == "overview":
        context["ledgers"] = ledgers_of(organization, request.user, scope.as_of)
        context["reports"] = reports_of(organization.pk, request.user)
        context["funds"] = funds_of(organization, request.user, scope.as_of)
        context["activities"] = activities_of(organization, request.user, scope.as_of, today())
        context["assessments"] = assessments_of(organization.pk, request.user)
    if context["tab"] == "people":
        context |= {
            "team": team_of(organization, request.user, scope.as_of),
            "support": support_of(organization, request.user, scope.as_of),
            "may_edit_support": may_edit_support(request.user),
        }
    if context["tab"] == "plans":
        context |= {
            "assignments": assignments_shown(organization, span, scope.as_of),
            "supervisions": supervisions_shown(organization, scope.as_of),
            "guiding": guidance_shown(organization, context["guidance"], span, request.user, scope.as_of),
            "may_assign": may_assign_gaps(request.user),
            "may_guide": may_edit_guidance(request.user),
        }
    if context["tab"] == "changes":
        until = sight_ended(request.user, organization)
        context["entries"] = timeline_of(organization, until)
        context["events"] = [event for event in events if until is None or event.day < until]
    return render(request, "coverage/organization_detail.html", context)


def absorbed_page(request: HttpRequest, organization: Organization) -> HttpResponse:
    """The page of a record that went into another: where it went, and its own history."""
    kept = Organization.objects.visible_to(request.user, working_scope(request).as_of)
    merge = merge_of(organization)
    seen = kept.filter(pk=organization.merged_into_id).exists()
    context = {
        "organization": organization,
        "merge": merge,
        "kept_in_sight": seen,
        "may_undo": merge is not None and seen and may_merge(request.user),
        "entries": timeline_of(organization),
    }
    return render(request, "orgs/absorbed.html", context)
