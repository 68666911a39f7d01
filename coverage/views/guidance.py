"""分类指导 (三(一)1): the list by class, and on one organization a class given with a reason and what was done."""

from dataclasses import replace
from functools import partial

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.domain.guidance import correct_measure, end_override, override_class, record_measure, remove_measure
from coverage.forms_gaps import EndOverrideForm, MeasureForm, OverrideForm, RemoveForm
from coverage.models import GuidanceMeasure, GuidanceOverride
from coverage.queries import has_pending_marks
from coverage.queries_guidance import class_counts, guidance_rows, guidance_spans
from coverage.tables_gaps import GUIDANCE
from coverage.tables_gaps import guidance_list as guidance_columns
from orgs.models import Organization
from orgs.models.codes import CodeList
from orgs.permissions import may_compare_units, may_edit_guidance, may_export_register, may_see_coverage
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from orgs.views.scoped import scoped_result
from quannan.base.listing import Result, list_export, list_page
from quannan.base.scope import page_for, working_scope
from quannan.base.tables import with_parameters


def _asked(request: HttpRequest) -> Result:
    as_of = working_scope(request).as_of
    listed = replace(GUIDANCE, prepare=partial(guidance_rows, as_of=as_of), columns=guidance_columns(as_of))
    return scoped_result(request, listed, guidance_spans(request.user, as_of))


@require_GET
@page_for(may_see_coverage)
def guidance_list(request: HttpRequest) -> HttpResponse:
    """分类指导 at the working date."""
    result = _asked(request)
    several = may_compare_units(request.user)
    counts = class_counts(result.rows) if several else []
    return list_page(
        request,
        result,
        counts=[(one, with_parameters(request.GET, guidance=one.letter, tab=None)) for one in counts],
        stale=has_pending_marks(),
        export_url=reverse("guidance-export") if may_export_register(request.user) else "",
    )


@require_GET
@page_for(may_export_register)
def guidance_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_asked(request), by=request.user, now=timezone.now())


def _organization(request: HttpRequest, pk: int) -> Organization:
    return get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)


def _page(organization: Organization, title: str, sentence: str, submit: str, done: str) -> Page:
    back = f"{reverse('organization-detail', args=[organization.pk])}?tab=plans"
    return Page(title, f"{organization.name};{sentence}", submit, done, back, organization.name)


def _day(request: HttpRequest):
    return min(working_scope(request).as_of, timezone.localdate())


def _fresh(request: HttpRequest, stale):
    data = request.POST.copy()
    data["version"] = str(stale.current.version)
    return MeasureForm(data)


def _current(organization: Organization) -> GuidanceOverride | None:
    return organization.guidance_overrides.filter(period__upper_inf=True).first()


def _fresh_override(request: HttpRequest, form_class, organization: Organization):
    """The same form with the override that runs now."""
    data = request.POST.copy()
    for name, value in form_class.of(_current(organization)).items():
        data[name] = str(value)
    return form_class(data)


@form_view
@page_for(may_edit_guidance)
def guidance_override(request: HttpRequest, pk: int) -> HttpResponse:
    """调整分类 of one organization."""
    organization = _organization(request, pk)
    current = _current(organization)
    initial = {"from_": _day(request), **OverrideForm.of(current)}
    if current:
        initial |= {"letter": current.letter}
    form = OverrideForm(request.POST or None, initial=initial)
    page = _page(organization, "调整分类", "系统计算的分类仍会显示在旁边", "保存", "分类已调整。")

    def act(said: dict) -> None:
        override_class(
            organization=organization,
            letter=said["letter"],
            reason=said["change_reason"],
            from_=said["from_"],
            version=said["version"],
            by=request.user,
            now=timezone.now(),
            opened=said["opened"],
        )

    return form_page(request, form, act, page, fresh=lambda _: _fresh_override(request, OverrideForm, organization))


@form_view
@page_for(may_edit_guidance)
def guidance_end(request: HttpRequest, pk: int) -> HttpResponse:
    """取消分类调整."""
    organization = _organization(request, pk)
    current = get_object_or_404(GuidanceOverride, organization=organization, period__upper_inf=True)
    initial = {"last_day": max(_day(request), current.period.lower), **EndOverrideForm.of(current)}
    form = EndOverrideForm(request.POST or None, initial=initial)
    page = _page(
        organization, "取消分类调整", f"现调整为 {current.letter} 类:{current.reason}", "取消调整", "已取消调整。"
    )

    def act(said: dict) -> None:
        end_override(
            override=current,
            last_day=said["last_day"],
            reason=said["change_reason"],
            version=said["version"],
            by=request.user,
            now=timezone.now(),
            opened=said["opened"],
        )

    return form_page(request, form, act, page, fresh=lambda _: _fresh_override(request, EndOverrideForm, organization))


@form_view
@page_for(may_edit_guidance)
def measure_record(request: HttpRequest, pk: int) -> HttpResponse:
    """登记指导措施 of one organization."""
    organization = _organization(request, pk)
    form = MeasureForm(request.POST or None, initial={"done_on": _day(request)})
    del form.fields["version"]
    page = _page(organization, "登记指导措施", "措施为“走访”的,日期就是“最近走访”", "登记", "已登记。")

    def act(said: dict) -> None:
        record_measure(organization=organization, by=request.user, now=timezone.now(), **said)

    return form_page(request, form, act, page)


def _measure(request: HttpRequest, pk: int) -> GuidanceMeasure:
    rows = GuidanceMeasure.objects.visible_to(request.user).select_related("organization")
    return get_object_or_404(rows, pk=pk)


@form_view
@page_for(may_edit_guidance)
def measure_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正指导措施."""
    measure = _measure(request, pk)
    initial = {name: getattr(measure, name) for name in ("done_on", "kind", "note", "version")}
    form = MeasureForm(request.POST or None, initial=initial)
    page = _page(measure.organization, "更正指导措施", "原来的内容留在修改记录里", "保存", "已更正。")

    def act(said: dict) -> None:
        correct_measure(measure=measure, by=request.user, now=timezone.now(), **said)

    return form_page(
        request,
        form,
        act,
        page,
        fresh=lambda stale: _fresh(request, stale),
        code_lists={"kind": CodeList.GUIDANCE_MEASURE},
    )


@form_view
@page_for(may_edit_guidance)
def measure_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Deleting a measure recorded by mistake."""
    measure = _measure(request, pk)
    form = RemoveForm(request.POST or None)
    page = _page(measure.organization, "删除指导措施", f"{measure.done_on} 登记错了的一条", "删除", "已删除。")

    def act(said: dict) -> None:
        remove_measure(measure=measure, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, form, act, page)
