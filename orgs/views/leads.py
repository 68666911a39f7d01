"""登记/招商线索: list, page, and what is done with a lead."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orgs.domain.leads import (
    add_lead,
    convert_lead,
    correct_lead,
    drop_lead,
    link_lead,
    record_lead_contact_reveal,
    reopen_lead,
)
from orgs.forms import ReasonForm
from orgs.forms_leads import ConvertForm, DropForm, LeadCorrectionForm, LeadForm, LinkForm
from orgs.models import Lead
from orgs.models.codes import CodeList
from orgs.models.plans import LeadState
from orgs.permissions import may_edit_leads, may_export_register, may_reveal_contact, may_see_leads
from orgs.queries import codes
from orgs.queries_leads import leads_at, likely_organizations
from orgs.queries_list import filter_units, whole_scope_word
from orgs.tables_leads import LEADS, lead_rows
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from quannan.base.encryption import mask_name, mask_phone
from quannan.base.errors import Refused
from quannan.base.listing import Result, list_export, list_page, result_of
from quannan.base.scope import page_for, working_scope


def _visible(request: HttpRequest, pk: int) -> Lead:
    return get_object_or_404(Lead.objects.visible_to(request.user).select_related("unit", "organization"), pk=pk)


def _result(request: HttpRequest) -> Result:
    scope = working_scope(request)
    units = filter_units(request.user)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and any(u.code == scope.unit for u in units):
        query["unit"] = scope.unit
    return result_of(
        request,
        LEADS,
        leads_at(request.user, scope.as_of),
        scope_word=whole_scope_word(request.user),
        choices={
            "unit": [(u.code, u.name) for u in units],
            "source": list(codes(CodeList.LEAD_SOURCE).items()),
        },
        query=query,
        paths={u.code: u.path for u in units},
    )


@require_GET
@page_for(may_see_leads)
def lead_list(request: HttpRequest) -> HttpResponse:
    """Leads at the working date."""
    extra = {}
    if may_edit_leads(request.user):
        extra |= {"add_url": reverse("lead-create"), "add_words": "录入线索"}
    if may_export_register(request.user):
        extra["export_url"] = reverse("lead-export")
    return list_page(request, _result(request), **extra)


def may_export_leads(user) -> bool:
    return may_see_leads(user) and may_export_register(user)


@require_GET
@page_for(may_export_leads)
def lead_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_result(request), by=request.user, now=timezone.now())


@require_GET
@page_for(may_see_leads)
def lead_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead as it stands now, and what can be done with it."""
    lead = _visible(request, pk)
    lead.state_at = lead.state
    lead.late_at = lead.state == LeadState.OPEN and lead.due_on < timezone.localdate()
    editable = may_edit_leads(request.user)
    context = {
        "lead": lead,
        "row": lead_rows([lead])[0],
        "open": lead.state == LeadState.OPEN,
        "late": lead.late_at,
        "likely": likely_organizations(request.user, lead) if editable and lead.state == LeadState.OPEN else [],
        "may_edit": editable,
        "may_reveal": may_reveal_contact(request.user),
        "masked_name": mask_name(lead.contact_name),
        "masked_phone": mask_phone(lead.contact_phone),
    }
    return render(request, "orgs/lead_detail.html", context)


def _back(lead: Lead) -> str:
    return reverse("lead-detail", args=[lead.pk])


@form_view
@page_for(may_edit_leads)
def lead_create(request: HttpRequest) -> HttpResponse:
    """录入线索."""
    form = LeadForm(request.POST or None, by=request.user)
    page = Page(
        "录入线索",
        "新登记的单位、招商签约的项目各录一条,到期前提醒办理",
        "保存",
        "线索已录入。",
        reverse("lead-list"),
        "登记招商线索",
    )

    def act(said: dict) -> None:
        page.back = _back(add_lead(**said, by=request.user, now=timezone.now()))

    return form_page(request, form, act, page)


@form_view
@page_for(may_edit_leads)
def lead_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """修改线索."""
    lead = _visible(request, pk)
    form = LeadCorrectionForm(request.POST or None, by=request.user, initial=LeadCorrectionForm.initial_of(lead))
    page = Page("修改线索", lead.name, "保存", "已保存。", _back(lead), lead.name)

    def act(said: dict) -> None:
        correct_lead(lead=lead, version=said["version"], changes=form.changes(), by=request.user, now=timezone.now())

    return form_page(
        request,
        form,
        act,
        page,
        fresh=lambda stale: _again(request, stale, LeadCorrectionForm, by=request.user),
        code_lists={"source": CodeList.LEAD_SOURCE},
    )


def _again(request: HttpRequest, stale, form_class, **more):
    """The same form once more, with what was typed and the version that stands now."""
    data = request.POST.copy()
    data["version"] = str(stale.current.version)
    return form_class(data, **more)


@form_view
@page_for(may_edit_leads)
def lead_convert(request: HttpRequest, pk: int) -> HttpResponse:
    """由线索建立台账."""
    lead = _visible(request, pk)
    form = ConvertForm(request.POST or None, by=request.user, lead=lead, initial=ConvertForm.initial_of(lead))
    page = Page(
        "建立台账",
        f"由线索“{lead.name}”新增组织;保存后线索办结",
        "建立台账",
        "组织已新增,线索已办结;请接着录入年度数字和组建计划。",
        _back(lead),
        lead.name,
    )

    def act(said: dict) -> None:
        made = convert_lead(lead=lead, version=said["version"], facts=form.facts(), by=request.user, now=timezone.now())
        page.back = reverse("organization-detail", args=[made.pk])

    return form_page(
        request, form, act, page, fresh=lambda stale: _again(request, stale, ConvertForm, by=request.user, lead=lead)
    )


@form_view
@page_for(may_edit_leads)
def lead_link(request: HttpRequest, pk: int) -> HttpResponse:
    """关联台账里已有的组织."""
    lead = _visible(request, pk)
    likely = likely_organizations(request.user, lead)
    initial = {"version": lead.version, "organization": likely[0] if likely else None}
    form = LinkForm(request.POST or None, by=request.user, likely=likely, initial=initial)
    page = Page(
        "关联已有组织",
        f"线索“{lead.name}”已在台账里的,选定后办结,不再新增",
        "关联并办结",
        "已关联,线索办结。",
        _back(lead),
        lead.name,
    )

    def act(said: dict) -> None:
        link_lead(
            lead=lead,
            version=said["version"],
            organization=said["organization"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(
        request,
        form,
        act,
        page,
        fresh=lambda stale: _again(request, stale, LinkForm, by=request.user, likely=likely),
    )


@form_view
@page_for(may_edit_leads)
def lead_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """不再跟进."""
    lead = _visible(request, pk)
    form = DropForm(request.POST or None, initial={"version": lead.version})
    page = Page(
        "不再跟进", f"线索“{lead.name}”;理由留在记录里", "不再跟进", "线索已办结:不再跟进。", _back(lead), lead.name
    )

    def act(said: dict) -> None:
        drop_lead(
            lead=lead,
            version=said["version"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, act, page, fresh=lambda stale: _again(request, stale, DropForm))


@form_view
@page_for(may_edit_leads)
def lead_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """重新跟进."""
    lead = _visible(request, pk)
    page = Page(
        "重新跟进",
        f"线索“{lead.name}”回到待办;已建的组织留在台账里",
        "重新跟进",
        "线索已回到待办。",
        _back(lead),
        lead.name,
    )

    def act(said: dict) -> None:
        reopen_lead(lead=lead, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, ReasonForm(request.POST or None), act, page)


def may_reveal_leads(user) -> bool:
    return may_see_leads(user) and may_reveal_contact(user)


@require_POST
@page_for(may_reveal_leads)
def lead_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows one lead's contact after the reason was written down; nothing keeps the page."""
    lead = _visible(request, pk)
    try:
        contact = record_lead_contact_reveal(
            lead=lead, reason=request.POST.get("reason", ""), by=request.user, now=timezone.now()
        )
    except (ValidationError, Refused) as refusal:
        said = "".join(refusal.messages) if isinstance(refusal, ValidationError) else refusal.sentence
        messages.error(request, said)
        return redirect(_back(lead))
    response = render(request, "orgs/lead_contact.html", {"lead": lead, "contact": contact})
    response.headers["Cache-Control"] = "no-store"
    return response
