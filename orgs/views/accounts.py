"""账号与角色: who has an account, with which roles; and the own password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orgs.domain import accounts
from orgs.domain.own_password import change_own_password
from orgs.forms import ReasonForm
from orgs.forms_accounts import AccountForm, GrantForm, OwnPasswordForm
from orgs.models import User
from orgs.permissions import may_manage_accounts
from orgs.queries_accounts import CAPABILITIES, accounts_found, roles_in_use
from orgs.views.acts import Page, errors_into, form_page
from orgs.views.register import form_view
from quannan.base.errors import Refused
from quannan.base.scope import page_for
from quannan.base.tables import page_of


@require_GET
@page_for(may_manage_accounts)
def user_list(request: HttpRequest) -> HttpResponse:
    """账号."""
    text = request.GET.get("q", "").strip()
    page = page_of(request, accounts_found(text))
    return render(request, "orgs/user_list.html", {"page_obj": page, "q": text})


@require_GET
@page_for(may_manage_accounts)
def role_list(request: HttpRequest) -> HttpResponse:
    """角色: fixed, as data; the description is the manual."""
    return render(request, "orgs/role_list.html", {"roles": roles_in_use(), "capabilities": CAPABILITIES})


def _password_page(request: HttpRequest, account: User, password: str) -> HttpResponse:
    response = render(request, "orgs/password_once.html", {"account": account, "password": password})
    response.headers["Cache-Control"] = "no-store"
    return response


@form_view
@page_for(may_manage_accounts)
def user_create(request: HttpRequest) -> HttpResponse:
    """新增账号; its one-time password is shown once, on the answer to this form alone."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            account, password = accounts.create_account(
                username=said["username"],
                name=said["name"],
                grants=[form.grant()],
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return _password_page(request, account, password)
    page = Page("新增账号", "系统生成一次性密码,首次登录须更换", "新增账号", "", reverse("user-list"), "账号")
    return render(request, "orgs/form.html", {"form": form, "page": page, "differences": []})


@form_view
@page_for(may_manage_accounts)
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its roles, and one more role by the form below."""
    account = get_object_or_404(User, pk=pk)
    page = Page(
        account.name or account.username,
        account.username,
        "授予角色",
        "角色已授予。",
        reverse("user-detail", args=[pk]),
        "账号",
        {"account": account, "own": account == request.user},
    )

    def act(said: dict) -> None:
        accounts.assign_role(user=account, grant=form.grant(), by=request.user, now=timezone.now())

    form = GrantForm(request.POST or None)
    return form_page(request, form, act, page, template="orgs/user_detail.html")


def _account_act(request: HttpRequest, pk: int, act, done: str) -> HttpResponse:
    try:
        act()
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done)
    return redirect("user-detail", pk=pk)


@require_POST
@page_for(may_manage_accounts)
def role_remove(request: HttpRequest, pk: int, assignment_pk: int) -> HttpResponse:
    """收回角色."""
    account = get_object_or_404(User, pk=pk)
    assignment = get_object_or_404(account.role_assignments, pk=assignment_pk)
    return _account_act(
        request,
        pk,
        lambda: accounts.remove_role(assignment=assignment, by=request.user, now=timezone.now()),
        "角色已收回。",
    )


@form_view
@page_for(may_manage_accounts)
def user_disable(request: HttpRequest, pk: int) -> HttpResponse:
    """停用账号."""
    account = get_object_or_404(User, pk=pk)
    page = Page(
        "停用账号",
        f"{account.name}({account.username})将不能登录,其记录保留",
        "停用",
        "账号已停用。",
        reverse("user-detail", args=[pk]),
        account.name or account.username,
    )

    def act(said: dict) -> None:
        accounts.disable_account(user=account, reason=said["change_reason"], by=request.user, now=timezone.now())

    return form_page(request, ReasonForm(request.POST or None), act, page)


@require_POST
@page_for(may_manage_accounts)
def user_enable(request: HttpRequest, pk: int) -> HttpResponse:
    """启用账号."""
    account = get_object_or_404(User, pk=pk)
    return _account_act(
        request, pk, lambda: accounts.enable_account(user=account, by=request.user, now=timezone.now()), "账号已启用。"
    )


@require_POST
@page_for(may_manage_accounts)
def user_reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """重设密码; the new one-time password is shown once."""
    account = get_object_or_404(User, pk=pk)
    try:
        password = accounts.reset_password(user=account, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("user-detail", pk=pk)
    return _password_page(request, account, password)


def _first_page(user: User) -> str:
    """Where a person goes on after the password: who files reports to these, everybody else to the workbench."""
    return reverse("my-report-list" if user.can("reports.file") else "workbench")


@form_view
@login_required
def password_change(request: HttpRequest) -> HttpResponse:
    """修改密码: the own one, with the old one asked for."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = change_own_password(
                user=request.user, password=form.cleaned_data["new_password1"], now=timezone.now()
            )
        except ValidationError as error:
            errors_into(form, error)
        else:
            update_session_auth_hash(request, account)
            messages.success(request, "密码已修改。")
            return redirect(_first_page(account))
    return render(request, "registration/password_change_form.html", {"form": form})
