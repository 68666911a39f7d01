"""活动台账: list, page, and what is done with an activity."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.domain.recording import cancel_activity, correct_activity, record_activity
from activities.domain.rules import missing_body
from activities.exports_form import activity_form_file
from activities.forms_activities import ActivityCorrectionForm, ActivityForm, CancelForm, HostForm
from activities.models import Activity
from activities.permissions import (
    lines_to_record,
    may_export_activities,
    may_import_activities,
    may_record_activities,
    may_see_activities,
)
from activities.queries_activities import (
    activities_at,
    activity_page,
    may_record_here,
    organizations_to_record,
    partners_of,
)
from activities.queries_programmes import kind_choices, programme_choices
from activities.tables_activities import activities_seen_by
from orgs.lines import LINES, Line
from orgs.models import Organization
from orgs.permissions import today
from orgs.queries_list import filter_units, whole_scope_word
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from quannan.base.listing import Result, list_export, list_page, result_of
from quannan.base.scope import page_for, working_scope
from quannan.base.tables import with_parameters

NOT_YOURS_TO_CHANGE = (
    "这项活动由别的组织主办,或不属于您登记的条线,您不能更正或撤销。请由主办的组织、主管党(工)委或该条线的部门办理。"
)


def _result(request: HttpRequest) -> Result:
    scope, units = working_scope(request), filter_units(request.user)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and any(u.code == scope.unit for u in units):
        query["unit"] = scope.unit
    if scope.line in LINES and "line" not in query:
        query["line"] = scope.line
    # By itself the list shows what counts; what was cancelled is asked for.
    query.setdefault("state", "held")
    result = result_of(
        request,
        activities_seen_by(request.user, scope.as_of),
        activities_at(request.user, scope.as_of),
        scope_word=whole_scope_word(request.user),
        choices={
            "unit": [(u.code, u.name) for u in units],
            "kind": kind_choices(),
            "programme": programme_choices(),
        },
        query=query,
        paths={u.code: u.path for u in units},
        user=request.user,
        today=today(),
    )
    everything = with_parameters(request.GET, state="")
    result.chips = [replace(chip, removed=everything) if chip.name == "state" else chip for chip in result.chips]
    return result


@require_GET
@page_for(may_see_activities)
def activity_list(request: HttpRequest) -> HttpResponse:
    """Activities of the organizations in sight, as host or taking part, the latest first."""
    exports = may_export_activities(request.user)
    return list_page(
        request,
        _result(request),
        export_url=reverse("activity-export") if exports else "",
        form_url=reverse("activity-form-export") if exports else "",
        import_url=reverse("import-list") if may_import_activities(request.user) else "",
        add_url=reverse("activity-record") if may_record_activities(request.user) else "",
        add_words="登记活动",
    )


@require_GET
@page_for(may_export_activities)
def activity_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_result(request), by=request.user, now=timezone.now())


@require_GET
@page_for(may_export_activities)
def activity_form_export(request: HttpRequest) -> FileResponse:
    """The result in the layout of 活动表: imported again it changes nothing."""
    result = _result(request)
    rows = list(result.rows)
    others, _ = partners_of((row.pk for row in rows), request.user, working_scope(request).as_of)
    file = activity_form_file(rows, others, whose=result.sentence, by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"活动表-{today()}.xlsx")


def _visible(request: HttpRequest, pk: int) -> Activity:
    rows = Activity.objects.visible_to(request.user, working_scope(request).as_of)
    return get_object_or_404(rows.select_related("organization", "kind", "programme", "branch", "recorded_by"), pk=pk)


def _to_change(request: HttpRequest, pk: int) -> Activity:
    """One in sight that the account may correct or cancel; else the page does not open at all."""
    activity = _visible(request, pk)
    if not may_record_here(request.user, activity.organization, activity.line):
        raise PermissionDenied(NOT_YOURS_TO_CHANGE)
    return activity


@require_GET
@page_for(may_see_activities)
def activity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One activity with its history in words."""
    found = activity_page(_visible(request, pk), request.user, working_scope(request).as_of)
    return render(request, "activities/activity_detail.html", {"found": found, "activity": found.activity})


def _host(request: HttpRequest) -> tuple[Organization | None, str]:
    """Organization and line that the address names, as far as the account may record there."""
    line, named = request.GET.get("line", ""), request.GET.get("organization", "")
    if not named.isdecimal() or len(named) > 18:
        return None, ""
    if line in lines_to_record(request.user):
        found = organizations_to_record(request.user, line).filter(pk=named).first()
        if found is not None:
            return found, line
    return Organization.objects.visible_to(request.user).filter(pk=named).first(), ""


@form_view
@page_for(may_record_activities)
def activity_record(request: HttpRequest) -> HttpResponse:
    """登记活动: first the host and the line, then what was held."""
    host, line = _host(request)
    if host is None or not line:
        return _pick_host(request, host)
    form = ActivityForm(request.POST or None, host=host, line=line, by=request.user)
    page = Page(
        "登记活动",
        f"{host.name} · {Line(line).label};开展一项登记一项,几家一起办的写在“共同参加的组织”",
        "登记",
        "活动已登记。",
        reverse("activity-list"),
        "活动台账",
    )

    def act(said: dict[str, Any]) -> None:
        row = record_activity(organization=host, line=line, facts=form.facts(), by=request.user, now=timezone.now())
        page.back = reverse("activity-detail", args=[row.pk])
        if remark := missing_body(row.organization_id, row.line, row.days_meant):
            messages.warning(request, remark)

    return form_page(request, form, act, page)


def _pick_host(request: HttpRequest, host: Organization | None) -> HttpResponse:
    own = [a.organization for a in request.user.assignments if a.organization_id]
    host = host or (own[0] if len(own) == 1 else None)
    initial = {"organization": (host.uscc or host.name) if host else ""}
    form = HostForm(request.POST or None, by=request.user, initial=initial)
    page = Page(
        "登记活动",
        "先写明由哪家组织主办、属于哪个条线,再填活动的内容",
        "下一步",
        "",
        reverse("activity-list"),
        "活动台账",
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        chosen = f"organization={said['organization'].pk}&line={said['line']}"
        return HttpResponseRedirect(f"{reverse('activity-record')}?{chosen}")
    return form_page(request, form, lambda said: None, page)


@form_view
@page_for(may_record_activities)
def activity_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正活动."""
    activity = _to_change(request, pk)
    host, line = activity.organization, activity.line

    def made(data: Any) -> ActivityCorrectionForm:
        initial = ActivityCorrectionForm.initial_of(activity, request.user)
        return ActivityCorrectionForm(data, host=host, line=line, by=request.user, held=activity, initial=initial)

    form = made(request.POST or None)
    page = Page(
        "更正活动",
        f"{host.name} · {Line(line).label};主办组织或条线登记错的,请撤销后重新登记",
        "保存更正",
        "更正已保存。",
        reverse("activity-detail", args=[activity.pk]),
        activity.title,
    )

    def act(said: dict[str, Any]) -> None:
        correct_activity(
            activity=activity,
            version=said["version"],
            changes=form.changes(),
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    def fresh(stale: Any) -> ActivityCorrectionForm:
        data = request.POST.copy()
        data["version"] = str(stale.current.version)
        return made(data)

    return form_page(request, form, act, page, fresh=fresh)


@form_view
@page_for(may_record_activities)
def activity_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销活动."""
    activity = _to_change(request, pk)
    form = CancelForm(request.POST or None, initial={"version": activity.version})
    page = Page(
        "撤销活动",
        f"{activity.organization.name},{activity.held_word}“{activity.title}”;撤销后不计入任何数字",
        "撤销",
        "活动已撤销。",
        reverse("activity-detail", args=[activity.pk]),
        activity.title,
    )

    def act(said: dict[str, Any]) -> None:
        cancel_activity(
            activity=activity,
            version=said["version"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    def fresh(stale: Any) -> CancelForm:
        data = request.POST.copy()
        data["version"] = str(stale.current.version)
        return CancelForm(data)

    return form_page(request, form, act, page, fresh=fresh)
