"""Signing in, one-time passwords, and the pages on which accounts are kept."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from orgs.models import Role, RoleAssignment, User
from orgs.queries_accounts import CAPABILITIES
from tests import factories as make

PASSWORD = "城厢-Tree-2011"


@pytest.fixture
def clerk():
    user = make.township()
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, user, password=PASSWORD):
    return client.post(reverse("login"), {"username": user.username, "password": password})


def test_sign_in_leads_to_the_workbench(client, clerk):
    assert sign_in(client, clerk).url == reverse("workbench")


def test_wrong_password_says_what_to_do(client, clerk):
    assert "登录名或密码不对" in sign_in(client, clerk, "wrong").content.decode()


def test_fifth_failure_locks_out_with_a_sentence(client, clerk):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = sign_in(client, clerk, "wrong")
    assert response.status_code == 429
    assert "15 分钟后再试" in response.content.decode()
    assert sign_in(client, clerk).status_code == 429


def test_sign_out_takes_a_post_and_leads_to_the_sign_in(client, clerk):
    sign_in(client, clerk)
    assert client.post(reverse("logout")).url == reverse("login")
    assert client.get(reverse("workbench")).status_code == 302


def test_new_account_gets_a_one_time_password_that_opens_only_its_replacement(submit):
    owner = make.owner()
    response = submit(
        owner, "user-create", username="daji", name="大吉山镇", role=role("unit_office"), unit=make.unit().pk
    )
    password = re.search(r'password-once">([^<]+)<', response.content.decode())[1]
    assert response.headers["Cache-Control"] == "no-store"
    user = User.objects.get(username="daji")
    client = Client()
    sign_in(client, user, password)
    assert client.get(reverse("organization-list")).url == reverse("password-change")
    changed = client.post(
        reverse("password-change"), {"old_password": password, "new_password1": PASSWORD, "new_password2": PASSWORD}
    )
    assert changed.url == reverse("workbench")
    assert client.get(reverse("organization-list")).status_code == 200


def role(code: str) -> int:
    from orgs.models import Role

    return Role.objects.get(code=code).pk


def test_role_without_its_unit_is_refused_beside_the_form(submit):
    response = submit(make.owner(), "user-create", username="a1", name="甲", role=role("unit_office"))
    assert response.context["form"].errors
    assert not User.objects.filter(username="a1").exists()


def test_role_is_given_and_taken_back(submit):
    owner, user = make.owner(), make.account()
    submit(owner, "user-detail", user.pk, role=role("leader"))
    given = RoleAssignment.objects.get(user=user)
    assert given.role.code == "leader"
    submit(owner, "role-remove", user.pk, given.pk)
    assert not RoleAssignment.objects.filter(user=user).exists()


def test_disabled_account_cannot_sign_in_until_enabled(submit, client, clerk):
    owner = make.owner()
    submit(owner, "user-disable", clerk.pk, change_reason="调离")
    assert sign_in(client, clerk).status_code == 200
    submit(owner, "user-enable", clerk.pk)
    assert sign_in(client, clerk).status_code == 302


def test_reset_password_is_shown_once(submit, opened, clerk):
    owner = make.owner()
    response = submit(owner, "user-reset-password", clerk.pk)
    password = re.search(r'password-once">([^<]+)<', response.content.decode())[1]
    clerk.refresh_from_db()
    assert clerk.check_password(password)
    assert password not in opened(owner, "user-detail", clerk.pk).content.decode()


def test_own_account_is_for_somebody_else_to_change(opened):
    owner = make.owner()
    assert "另一位管理员办理" in opened(owner, "user-detail", owner.pk).content.decode()


def test_accounts_are_found_by_name(opened):
    owner = make.owner()
    clerk = make.township()
    shown = opened(owner, "user-list", q=clerk.username).context["page_obj"].object_list
    assert list(shown) == [clerk]


def test_roles_are_shown_with_what_they_may(opened):
    make.account("leader")
    response = opened(make.owner(), "role-list")
    rows = {row.role.code: row for row in response.context["roles"]}
    assert rows["leader"].accounts == 1
    assert rows["auditor"].capabilities == ["查看审计日志"]


def test_every_capability_of_a_role_has_its_words():
    make.reference()
    held = {code for role in Role.objects.all() for code in role.capabilities}
    assert held - set(CAPABILITIES) == set()
    assert len(set(CAPABILITIES.values())) == len(CAPABILITIES)
