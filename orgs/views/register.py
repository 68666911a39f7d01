"""Writing the register: organizations, their figures, exclusions, transfers and contacts."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from orgs.domain.contacts import record_contact_reveal
from orgs.domain.exclusions import end_exclusion, exclude_organization
from orgs.domain.figures import record_figures
from orgs.domain.organizations import close_organization, correct_organization, create_organization, reopen_organization
from orgs.domain.placements import move_organization
from orgs.forms import (
    CloseForm,
    CorrectionForm,
    EndForm,
    ExcludeForm,
    FiguresForm,
    MoveForm,
    OrganizationForm,
    ReasonForm,
)
from orgs.models import Organization
from orgs.permissions import may_edit_register, may_reveal_contact
from orgs.queries_list import unit_of
from orgs.views.acts import Page, form_page
from quannan.base.errors import Refused
from quannan.base.scope import page_for

form_view = require_http_methods(["GET", "HEAD", "POST"])


def _visible(request: HttpRequest, pk: int) -> Organization:
    return get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)


def _back(organization: Organization, tab: str = "") -> str:
    url = reverse("organization-detail", args=[organization.pk])
    return f"{url}?tab={tab}" if tab else url


@form_view
@page_for(may_edit_register)
def organization_create(request: HttpRequest) -> HttpResponse:
    """新增组织."""
    form = OrganizationForm(request.POST or None, by=request.user)
    page = Page(
        "新增组织",
        "每家组织只录一次;代码相同的会提示",
        "保存",
        "组织已新增。",
        reverse("organization-list"),
        "组织台账",
    )

    def act(said: dict) -> None:
        created = create_organization(**said, by=request.user, now=timezone.now())
        page.back = _back(created)
        page.done = f"“{created.name}”已新增,请接着录入年度数字。"

    return form_page(request, form, act, page)


@form_view
@page_for(may_edit_register)
def organization_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """修改组织的基本情况."""
    organization = _visible(request, pk)
    initial = CorrectionForm.initial_of(organization)
    form = CorrectionForm(request.POST or None, by=request.user, initial=initial)
    page = Page("修改基本情况", organization.name, "保存", "已保存。", _back(organization), organization.name)

    def act(said: dict) -> None:
        correct_organization(
            organization=organization,
            version=said["version"],
            changes=form.changes(),
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    def fresh(stale) -> CorrectionForm:
        data = request.POST.copy()
        data["version"] = str(stale.current.version)
        return CorrectionForm(data, by=request.user)

    return form_page(request, form, act, page, fresh=fresh)


@form_view
@page_for(may_edit_register)
def figures_record(request: HttpRequest, pk: int) -> HttpResponse:
    """录入一份年度数字."""
    organization = _visible(request, pk)
    form = FiguresForm(request.POST or None)
    page = Page(
        "录入年度数字",
        f"{organization.name};不知道的留空,留空不等于零",
        "保存",
        "年度数字已保存,结论已按新数字更新。",
        _back(organization, "figures"),
        organization.name,
    )

    def act(said: dict) -> None:
        record_figures(
            organization=organization,
            as_of=said["as_of"],
            counts=form.counts(),
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, act, page)


@form_view
@page_for(may_edit_register)
def figures_correct(request: HttpRequest, pk: int, figures_pk: int) -> HttpResponse:
    """更正一份已有的年度数字."""
    organization = _visible(request, pk)
    figures = get_object_or_404(organization.figures, pk=figures_pk)
    form = FiguresForm(request.POST or None, initial=FiguresForm.initial_of(figures))
    form.fields["as_of"].disabled = True
    page = Page(
        "更正年度数字",
        f"{organization.name},截至 {figures.as_of}",
        "保存更正",
        "更正已保存,结论已按新数字更新。",
        _back(organization, "figures"),
        organization.name,
    )

    def act(said: dict) -> None:
        record_figures(
            organization=organization,
            as_of=figures.as_of,
            counts=form.counts(),
            reason=said["change_reason"],
            seen=form.seen_counts(),
            by=request.user,
            now=timezone.now(),
        )

    def fresh(stale) -> FiguresForm:
        data = request.POST.copy()
        data["seen"] = FiguresForm.initial_of(stale.current)["seen"]
        again = FiguresForm(data, initial=FiguresForm.initial_of(stale.current))
        again.fields["as_of"].disabled = True
        return again

    return form_page(request, form, act, page, fresh=fresh)


@form_view
@page_for(may_edit_register)
def organization_exclude(request: HttpRequest, pk: int) -> HttpResponse:
    """剔除出基数."""
    organization = _visible(request, pk)
    page = Page(
        "剔除",
        f"{organization.name};剔除期间不计入基数,报表列为“剔除 n 家”",
        "剔除",
        "已剔除。",
        _back(organization, "exclusions"),
        organization.name,
    )

    def act(said: dict) -> None:
        reason = said.pop("change_reason")
        exclude_organization(organization=organization, reason=reason, **said, by=request.user, now=timezone.now())

    return form_page(request, ExcludeForm(request.POST or None), act, page)


@form_view
@page_for(may_edit_register)
def organization_include(request: HttpRequest, pk: int, exclusion_pk: int) -> HttpResponse:
    """恢复计入基数."""
    organization = _visible(request, pk)
    exclusion = get_object_or_404(organization.exclusions, pk=exclusion_pk)
    page = Page(
        "恢复计入",
        f"{organization.name};从最后一天的次日起重新计入基数",
        "恢复计入",
        "已恢复计入基数。",
        _back(organization, "exclusions"),
        organization.name,
    )

    def act(said: dict) -> None:
        end_exclusion(
            exclusion=exclusion,
            last_day=said["last_day"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, EndForm(request.POST or None), act, page)


@form_view
@page_for(may_edit_register)
def organization_close(request: HttpRequest, pk: int) -> HttpResponse:
    """登记注销或迁出."""
    organization = _visible(request, pk)
    page = Page(
        "注销或迁出",
        f"{organization.name};从该日起不再在册,以前的数字不变",
        "登记",
        "已登记,从该日起不再在册。",
        _back(organization),
        organization.name,
    )

    def act(said: dict) -> None:
        close_organization(
            organization=organization,
            state=said["state"],
            on=said["on"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, CloseForm(request.POST or None), act, page)


@form_view
@page_for(may_edit_register)
def organization_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回注销或迁出."""
    organization = _visible(request, pk)
    page = Page(
        "恢复在册",
        f"{organization.name};登记错了才恢复,两次登记都留有记录",
        "恢复在册",
        "已恢复在册。",
        _back(organization),
        organization.name,
    )

    def act(said: dict) -> None:
        reopen_organization(
            organization=organization, reason=said["change_reason"], by=request.user, now=timezone.now()
        )

    return form_page(request, ReasonForm(request.POST or None), act, page)


@form_view
@page_for(may_edit_register)
def organization_move(request: HttpRequest, pk: int) -> HttpResponse:
    """划转到另一个主管党(工)委."""
    organization = _visible(request, pk)
    now_under = unit_of(organization, timezone.localdate())
    page = Page(
        "划转",
        f"{organization.name},现由{now_under.name if now_under else '—'}主管;划转前的数字仍算原单位的",
        "划转",
        "已划转。",
        _back(organization),
        organization.name,
    )

    def act(said: dict) -> None:
        move_organization(
            organization=organization,
            unit=said["unit"],
            on=said["on"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )
        if not Organization.objects.visible_to(request.user).filter(pk=organization.pk).exists():
            page.back = reverse("organization-list")

    return form_page(request, MoveForm(request.POST or None), act, page)


@require_POST
@page_for(may_reveal_contact)
def contact_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows one contact after the reason was written down; nothing keeps the page."""
    organization = _visible(request, pk)
    try:
        contact = record_contact_reveal(
            organization=organization, reason=request.POST.get("reason", ""), by=request.user, now=timezone.now()
        )
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
        return redirect(_back(organization))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect(_back(organization))
    response = render(request, "orgs/contact.html", {"organization": organization, "contact": contact})
    response.headers["Cache-Control"] = "no-store"
    return response
