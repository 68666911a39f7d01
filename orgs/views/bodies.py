"""Writing bodies: founding, joining, leaving, confirming."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from orgs.domain.bodies import dissolve_body, found_body, join_body, leave_body
from orgs.domain.confirmations import confirm_body, refuse_body
from orgs.forms import EndForm, FoundForm, JoinForm, ReasonForm, RegisterForm
from orgs.lines import LINES
from orgs.models import BranchMembership, Organization
from orgs.models.bodies import Composition
from orgs.permissions import may_confirm_line, may_edit_line, may_see_register
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from quannan.base.scope import NO_ACCESS, page_for


def _lines(request: HttpRequest) -> list[str]:
    lines = [line for line in LINES if may_edit_line(request.user, line)]
    if not lines:
        raise PermissionDenied(NO_ACCESS)
    return lines


def _page(organization: Organization, title: str, sentence: str, submit: str, done: str, **extra) -> Page:
    back = f"{reverse('organization-detail', args=[organization.pk])}?tab=bodies"
    return Page(title, f"{organization.name};{sentence}", submit, done, back, organization.name, extra)


def _visible(request: HttpRequest, pk: int) -> Organization:
    return get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)


def _membership(request: HttpRequest, organization: Organization, pk: int) -> BranchMembership:
    return get_object_or_404(organization.memberships.select_related("branch"), pk=pk)


@form_view
@page_for(may_see_register)
def body_found(request: HttpRequest, pk: int) -> HttpResponse:
    """登记组建."""
    lines, organization = _lines(request), _visible(request, pk)
    form = FoundForm(request.POST or None, lines=lines, by=request.user)
    page = _page(
        organization,
        "登记组建",
        "当日起计为已建,条线部门确认前注明“待确认”",
        "登记",
        "已登记,结论已更新。",
        join_url=reverse("body-join", args=[organization.pk]),
        joint_url=f"{reverse('branch-found')}?members={organization.pk}",
    )

    def act(said: dict) -> None:
        found_body(
            line=said["form"].line,
            form=said["form"],
            organizations=[organization, *said["others"]],
            founded_on=said["founded_on"],
            founded_precision=said["founded_precision"],
            composition=said["composition"],
            name=said["name"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, act, page)


@form_view
@page_for(may_see_register)
def body_join(request: HttpRequest, pk: int) -> HttpResponse:
    """加入已有的联合组织."""
    lines, organization = _lines(request), _visible(request, pk)
    form = JoinForm(request.POST or None, lines=lines, by=request.user)
    page = _page(organization, "加入联合组织", "从该日起由这个联合组织覆盖", "加入", "已加入,结论已更新。")

    def act(said: dict) -> None:
        join_body(
            branch=said["branch"], organization=organization, from_=said["from_"], by=request.user, now=timezone.now()
        )

    return form_page(request, form, act, page)


@form_view
@page_for(may_see_register)
def body_leave(request: HttpRequest, pk: int, membership_pk: int) -> HttpResponse:
    """结束覆盖: leaving a joint body, or dissolving the organization's own."""
    _lines(request)
    organization = _visible(request, pk)
    membership = _membership(request, organization, membership_pk)
    own = membership.branch.composition == Composition.OWN
    sentence = "这个组织随之撤销" if own else "联合组织和它的其他成员不受影响"
    page = _page(organization, "撤销组织" if own else "退出联合组织", sentence, "登记", "已登记,结论已更新。")

    def act(said: dict) -> None:
        words = {"last_day": said["last_day"], "reason": said["change_reason"]}
        if own:
            dissolve_body(branch=membership.branch, **words, by=request.user, now=timezone.now())
        else:
            leave_body(membership=membership, **words, by=request.user, now=timezone.now())

    return form_page(request, EndForm(request.POST or None), act, page)


def _confirmable(request: HttpRequest, pk: int, membership_pk: int) -> tuple[Organization, BranchMembership]:
    organization = _visible(request, pk)
    membership = _membership(request, organization, membership_pk)
    if not may_confirm_line(request.user, membership.branch.line):
        raise PermissionDenied(NO_ACCESS)
    return organization, membership


@form_view
@page_for(may_see_register)
def body_confirm(request: HttpRequest, pk: int, membership_pk: int) -> HttpResponse:
    """确认组织."""
    organization, membership = _confirmable(request, pk, membership_pk)
    page = _page(organization, "确认组织", f"{membership.branch}核对无误后确认", "确认", "已确认。")

    def act(said: dict) -> None:
        confirm_body(branch=membership.branch, by=request.user, now=timezone.now())

    form = RegisterForm(request.POST if request.method == "POST" else None)
    return form_page(request, form, act, page)


@form_view
@page_for(may_see_register)
def body_refuse(request: HttpRequest, pk: int, membership_pk: int) -> HttpResponse:
    """不予确认: the body never counted."""
    organization, membership = _confirmable(request, pk, membership_pk)
    page = _page(
        organization,
        "不予确认",
        f"{membership.branch}自成立之日起不计,理由会留下",
        "不予确认",
        "已登记不予确认,结论已更新。",
    )

    def act(said: dict) -> None:
        refuse_body(branch=membership.branch, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, ReasonForm(request.POST or None), act, page)
