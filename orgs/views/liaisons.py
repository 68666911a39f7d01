"""挂点联系: leaders and units tied to organizations."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs.domain.liaisons import end_liaison, may_keep_liaison, move_liaison, tie_leader, tie_unit
from orgs.exports_staff import support_form_file
from orgs.forms import EndForm
from orgs.forms_support import MoveLiaisonForm, TieLeaderForm, TieUnitForm
from orgs.models import Liaison
from orgs.models.codes import CodeList
from orgs.models.support import LiaisonKind
from orgs.permissions import may_edit_support, may_export_register, may_see_people
from orgs.queries import codes
from orgs.queries_support import liaisons_at, tied_overview
from orgs.tables_support import LIAISONS, with_acts
from orgs.views.acts import Page, form_page
from orgs.views.instructors import may_export_people
from orgs.views.register import form_view
from orgs.views.scoped import as_asked, organization_asked, scoped_result
from quannan.base.listing import Result, list_export, list_page
from quannan.base.scope import NO_ACCESS, page_for, working_scope
from quannan.base.tables import with_parameters

ACTS = with_acts(LIAISONS, "orgs/_liaison_acts.html")


def may_tie_leaders(user) -> bool:
    """Leaders are tied by whoever keeps the whole county's register."""
    return may_edit_support(user) and may_keep_liaison(user, LiaisonKind.LEADER)


def _departments() -> dict[str, str]:
    return codes(CodeList.LIAISON_DEPARTMENT)


def _result(request: HttpRequest, listed) -> Result:
    rows = liaisons_at(request.user, working_scope(request).as_of)
    return scoped_result(request, listed, rows, choices={"department": list(_departments().items())})


@require_GET
@page_for(may_see_people)
def liaison_list(request: HttpRequest) -> HttpResponse:
    """Liaisons at the working date, with how many leaders of each department are tied."""
    result = _result(request, ACTS if may_edit_support(request.user) else LIAISONS)
    extra: dict[str, object] = {"unit_url": "", "add_url": "", "form_url": ""}
    if may_edit_support(request.user):
        extra["unit_url"] = reverse("liaison-unit-create")
    if may_tie_leaders(request.user):
        extra |= {"add_url": reverse("liaison-create"), "add_words": "登记领导挂点"}
    if may_export_register(request.user):
        extra |= {"export_url": reverse("liaison-export"), "form_url": reverse("liaison-form-export")}
    overview = [
        (
            row,
            with_parameters(request.GET, kind="leader" if row.code else "unit", department=row.code or None, tab=None),
        )
        for row in tied_overview(result.rows, _departments())
    ]
    return list_page(request, result, overview=overview, **extra)


@require_GET
@page_for(may_export_people)
def liaison_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_result(request, LIAISONS), by=request.user, now=timezone.now())


@require_GET
@page_for(may_export_people)
def liaison_form_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as 指导员和挂点表, to be put right and imported again."""
    result = _result(request, LIAISONS)
    file = support_form_file(
        (), result.rows, whose=result.sentence, as_of=result.as_of, by=request.user, now=timezone.now()
    )
    return FileResponse(file, as_attachment=True, filename=f"挂点表-{result.as_of}.xlsx")


def _page(title: str, sentence: str, submit: str, done: str, back: str) -> Page:
    return Page(title, sentence, submit, done, back, "挂点联系")


@form_view
@page_for(may_tie_leaders)
def liaison_create(request: HttpRequest) -> HttpResponse:
    """登记领导挂点."""
    as_of = working_scope(request).as_of
    form = TieLeaderForm(request.POST or None, by=request.user, as_of=as_of, initial=organization_asked(request))
    page = _page(
        "登记领导挂点",
        "每位领导同一时间只挂点联系一家企业;一家企业可以有几位领导挂点",
        "登记挂点",
        "已登记挂点。",
        as_asked(request, reverse("liaison-list")),
    )

    def act(said: dict) -> None:
        tie_leader(
            organization=said["target"],
            person=form.person_given(),
            department=said["department"],
            from_=said["from_"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, act, page)


@form_view
@page_for(may_edit_support)
def liaison_unit_create(request: HttpRequest) -> HttpResponse:
    """登记挂点单位."""
    as_of = working_scope(request).as_of
    form = TieUnitForm(request.POST or None, by=request.user, as_of=as_of, initial=organization_asked(request))
    page = _page(
        "登记挂点单位",
        "机关、事业单位等与一家组织结对联系",
        "登记挂点",
        "已登记挂点单位。",
        as_asked(request, reverse("liaison-list")),
    )

    def act(said: dict) -> None:
        tie_unit(**said, by=request.user, now=timezone.now())

    return form_page(request, form, act, page)


def _kept(request: HttpRequest, pk: int) -> Liaison:
    rows = Liaison.objects.visible_to(request.user).select_related("person", "organization")
    liaison = get_object_or_404(rows, pk=pk)
    if not may_keep_liaison(request.user, liaison.kind):
        raise PermissionDenied(NO_ACCESS)
    return liaison


@form_view
@page_for(may_edit_support)
def liaison_end(request: HttpRequest, pk: int) -> HttpResponse:
    """结束挂点."""
    liaison = _kept(request, pk)
    page = _page("结束挂点", str(liaison), "登记结束", "已登记结束。", reverse("liaison-list"))

    def act(said: dict) -> None:
        end_liaison(
            liaison=liaison,
            last_day=said["last_day"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, EndForm(request.POST or None), act, page)


@form_view
@page_for(may_edit_support)
def liaison_move(request: HttpRequest, pk: int) -> HttpResponse:
    """换点: the old one ends and the new one begins in one step."""
    liaison = _kept(request, pk)
    form = MoveLiaisonForm(request.POST or None, by=request.user, as_of=working_scope(request).as_of)
    page = _page("换点", f"{liaison};改挂点联系另一家", "登记换点", "已登记换点。", reverse("liaison-list"))

    def act(said: dict) -> None:
        move_liaison(
            liaison=liaison,
            organization=said["organization"],
            from_=said["from_"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, act, page)
