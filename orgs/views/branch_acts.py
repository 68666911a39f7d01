"""What is done to one body: founded over several organizations, confirmed, joined, left, changed, corrected, grouped."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from orgs.domain.bodies import change_form, dissolve_body, found_body, join_body, leave_body
from orgs.domain.body_corrections import correct_body
from orgs.domain.body_grouping import group_bodies, propose_groups, undo_grouping
from orgs.domain.confirmations import confirm_body, refuse_body
from orgs.domain.refusals import StaleRecord
from orgs.forms import EndForm, ReasonForm
from orgs.forms_branches import ChangeFormForm, ConfirmForm, CorrectBodyForm, FoundBodyForm, GroupForm, MemberForm
from orgs.models import Branch, Organization
from orgs.models.bodies import Composition
from orgs.permissions import may_confirm_line, may_edit_line, may_edit_some_line, may_see_register, today
from orgs.queries_branch_page import body_or_404, choices_found, choices_kept, editable_lines
from orgs.queries_branches import provisional_bodies
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from quannan.base.scope import NO_ACCESS, page_for, working_scope
from quannan.base.tables import page_of

Allowed = Callable[[object, str], bool]


def _body(request: HttpRequest, pk: int, allowed: Allowed) -> Branch:
    branch = body_or_404(request.user, pk, today())
    if not allowed(request.user, branch.line):
        raise PermissionDenied(NO_ACCESS)
    return branch


def _page(branch: Branch, title: str, sentence: str, submit: str, done: str, **extra) -> Page:
    back = reverse("branch-detail", args=[branch.pk])
    return Page(title, f"{branch};{sentence}", submit, done, back, str(branch), extra)


@form_view
@page_for(may_edit_some_line)
def branch_found(request: HttpRequest) -> HttpResponse:
    """登记组建 over organizations found by name: searching is a round trip that keeps what was typed."""
    searching = request.method == "POST" and request.POST.get("step") != "found"
    said = request.POST if request.method == "POST" else request.GET
    lines = editable_lines(request.user)
    chosen = [int(text) for text in said.getlist("members") if text.isdecimal() and len(text) < 19]
    kept = choices_kept(request.user, chosen, today())
    found, more = choices_found(request.user, said.get("q", ""), chosen, today())
    page = Page(
        "登记组建",
        "自成立之日起计为已建;由填报单位登记的,条线部门确认前注明“待确认”",
        "登记",
        "已登记。",
        reverse("branch-list"),
        "党群组织",
        {"kept": kept, "found": found, "more": more, "q": said.get("q", "").strip(), "searched": searching},
    )
    if request.method == "POST" and not searching:
        form = FoundBodyForm(request.POST, lines=lines)
    else:
        form = FoundBodyForm(lines=lines, initial=request.POST.dict() or {"composition": Composition.JOINT_AREA})
    template = "orgs/branch_found.html"
    if searching:
        return render(request, template, {"form": form, "page": page, "differences": [], **page.extra})

    def act(said: dict) -> None:
        branch = found_body(
            line=said["form"].line,
            organizations=[choice.organization for choice in kept],
            by=request.user,
            now=timezone.now(),
            **said,
        )
        page.back = reverse("branch-detail", args=[branch.pk])
        page.done = f"已登记,覆盖 {len(kept)} 家。" + ("" if branch.confirmed_at else "条线部门确认前注明“待确认”。")

    return form_page(request, form, act, page, template=template)


@form_view
@page_for(may_see_register)
def branch_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """确认, with the approval reference."""
    branch = _body(request, pk, may_confirm_line)
    page = _page(branch, "确认组织", "核对无误后确认;有批复文号的一并填写", "确认", "已确认。")
    form = ConfirmForm(request.POST if request.method == "POST" else None, initial={"approval": branch.approval})

    def act(said: dict) -> None:
        confirm_body(branch=branch, approval=said["approval"], by=request.user, now=timezone.now())

    return form_page(request, form, act, page)


@form_view
@page_for(may_see_register)
def branch_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """不予确认: the body never counted."""
    branch = _body(request, pk, may_confirm_line)
    page = _page(branch, "不予确认", "自成立之日起不计,理由会留下", "不予确认", "已登记不予确认,结论已更新。")

    def act(said: dict) -> None:
        refuse_body(branch=branch, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, ReasonForm(request.POST or None), act, page)


@form_view
@page_for(may_see_register)
def branch_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正 name, founding, composition and approval reference."""
    branch = _body(request, pk, may_edit_line)
    page = _page(
        branch, "更正组织", "原来登记有误时更正;情况有了变化的,请办理变更或撤销", "保存", "已更正,结论已更新。"
    )
    form = CorrectBodyForm(request.POST or None, initial=CorrectBodyForm.initial_of(branch))

    def act(said: dict) -> None:
        correct_body(branch=branch, reason=said["change_reason"], by=request.user, now=timezone.now(), **form.changes())

    def fresh(stale: StaleRecord) -> CorrectBodyForm:
        data = request.POST.copy()
        data["version"] = str(stale.current.version)
        return CorrectBodyForm(data)

    return form_page(request, form, act, page, fresh=fresh)


@form_view
@page_for(may_see_register)
def branch_join(request: HttpRequest, pk: int) -> HttpResponse:
    """增加成员 of a joint body."""
    branch = _body(request, pk, may_edit_line)
    page = _page(branch, "增加成员", "从该日起由这个组织覆盖", "增加", "已增加,结论已更新。")
    form = MemberForm(request.POST or None, by=request.user)

    def act(said: dict) -> None:
        join_body(branch=branch, by=request.user, now=timezone.now(), **said)

    return form_page(request, form, act, page)


@form_view
@page_for(may_see_register)
def branch_leave(request: HttpRequest, pk: int, membership_pk: int) -> HttpResponse:
    """退出: one organization leaves, the body and its other members stay."""
    branch = _body(request, pk, may_edit_line)
    membership = get_object_or_404(
        branch.memberships.filter(organization__in=Organization.objects.visible_to(request.user)).select_related(
            "organization", "branch"
        ),
        pk=membership_pk,
    )
    page = _page(
        branch, "退出联合组织", f"{membership.organization}不再由它覆盖,其他成员不受影响", "登记", "已登记,结论已更新。"
    )

    def act(said: dict) -> None:
        leave_body(
            membership=membership,
            last_day=said["last_day"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, EndForm(request.POST or None), act, page)


@form_view
@page_for(may_see_register)
def branch_form(request: HttpRequest, pk: int) -> HttpResponse:
    """变更形式."""
    branch = _body(request, pk, may_edit_line)
    page = _page(branch, "变更形式", "例如党支部改设党总支,仍是同一个组织", "变更", "已变更。")

    def act(said: dict) -> None:
        change_form(branch=branch, by=request.user, now=timezone.now(), **said)

    return form_page(request, ChangeFormForm(request.POST or None, line=branch.line), act, page)


@form_view
@page_for(may_see_register)
def branch_dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销."""
    branch = _body(request, pk, may_edit_line)
    page = _page(branch, "撤销组织", "它的全部成员从次日起不再由它覆盖", "撤销", "已登记撤销,结论已更新。")

    def act(said: dict) -> None:
        dissolve_body(
            branch=branch,
            last_day=said["last_day"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, EndForm(request.POST or None), act, page)


@form_view
@page_for(may_see_register)
def branch_ungroup(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回归并."""
    branch = _body(request, pk, may_edit_line)
    page = _page(branch, "撤回归并", "每个成员回到归并之前的组织", "撤回", "已撤回归并。")

    def act(said: dict) -> None:
        undo_grouping(branch=branch, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, ReasonForm(request.POST or None), act, page)


@form_view
@page_for(may_see_register)
def branch_grouping(request: HttpRequest) -> HttpResponse:
    """联合组织归并: what is probably one body, group by group."""
    scope = working_scope(request)
    proposals = propose_groups(request.user, scope.as_of)
    lines = set(editable_lines(request.user))
    asked = next((p for p in proposals if request.method == "POST" and p.key == request.POST.get("group")), None)
    shown = page_of(request, proposals)
    page = Page(
        "联合组织归并",
        "表中只写“联合”而没有名称的,先各算一个“未归并”的联合组织;核对是同一个的,勾选、起名、归并",
        "归并",
        "已归并。",
        reverse("branch-grouping"),
        "党群组织",
    )
    form = GroupForm(request.POST or None, branches=provisional_bodies(request.user, scope.as_of))
    page.extra = {
        "page_obj": shown,
        "proposals": [(p, p.line in lines, form if p is asked else None) for p in shown],
        "waiting": provisional_bodies(request.user, scope.as_of).count(),
    }

    def act(said: dict) -> None:
        kept = group_bodies(
            branches=said["bodies"],
            name=said["name"],
            composition=said["composition"],
            approval=said["approval"],
            by=request.user,
            now=timezone.now(),
        )
        page.done = f"已归并为“{kept.name}”,共 {len(said['bodies'])} 个并成 1 个,覆盖的组织不变。"

    return form_page(request, form, act, page, template="orgs/branch_grouping.html")
