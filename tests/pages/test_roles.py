"""Which role opens which page; strangers open none but the sign-in."""

import pytest
from django.test import Client
from django.urls import reverse

from coverage.domain.spans import drain_marks
from tests import factories as make

ROLES = ("owner", "line", "unit", "secretary", "filer", "leader", "auditor", "technician", "nobody")
REGISTER = "owner line unit secretary filer leader"
EDIT = "owner unit"
LINES = "owner line unit"
ACCOUNTS = "owner technician"

# page → the roles that open it; everybody else is told that the role does not.
PAGES = {
    "workbench": " ".join(ROLES),
    "password-change": " ".join(ROLES),
    "organization-list": REGISTER,
    "organization-detail": REGISTER,
    "organization-export": "owner line unit",
    "organization-create": EDIT,
    "organization-correct": EDIT,
    "organization-close": EDIT,
    "organization-move": EDIT,
    "organization-exclude": EDIT,
    "figures-record": EDIT,
    "body-found": LINES,
    "body-join": LINES,
    "coverage-dashboard": REGISTER,
    "coverage-trend": REGISTER,
    "coverage-trend-table": REGISTER,
    "coverage-organizations": REGISTER,
    "coverage-export": "owner line unit",
    "coverage-trend-export": "owner line unit",
    "coverage-dashboard-export": "owner line unit",
    "standard-list": REGISTER,
    "user-list": ACCOUNTS,
    "user-create": ACCOUNTS,
    "user-detail": ACCOUNTS,
    "user-disable": ACCOUNTS,
    "role-list": ACCOUNTS,
    "system-status": "owner technician",
}
OF_AN_ORGANIZATION = {
    "organization-detail",
    "organization-correct",
    "organization-close",
    "organization-move",
    "organization-exclude",
    "figures-record",
    "body-found",
    "body-join",
}
OF_AN_ACCOUNT = {"user-detail", "user-disable"}
EXPORTS = {"leader"}


@pytest.fixture
def row():
    found = make.organization()
    make.figures(found, employees=30)
    drain_marks()
    return found


def account_of(role: str, row):
    return {
        "owner": make.owner,
        "line": make.union_office,
        "unit": make.township,
        "secretary": lambda: make.account("secretary", organization=row),
        "filer": lambda: make.account("filer", organization=row),
        "leader": lambda: make.account("leader"),
        "auditor": lambda: make.account("auditor"),
        "technician": lambda: make.account("technician"),
        "nobody": make.account,
    }[role]()


def arguments(name: str, row, user) -> list[int]:
    if name in OF_AN_ORGANIZATION:
        return [row.pk]
    return [user.pk] if name in OF_AN_ACCOUNT else []


@pytest.mark.parametrize("role", ROLES)
def test_role_opens_its_pages_alone(opened, row, role):
    user, other = account_of(role, row), make.account()
    found = {name: opened(user, name, *arguments(name, row, other)).status_code for name in PAGES}
    allowed = {name for name, roles in PAGES.items() if role in roles.split()}
    exports = {name for name in PAGES if name.endswith("export")}
    if role == "leader" and user.can("register.export"):
        allowed |= exports
    assert found == {name: 200 if name in allowed else 403 for name in PAGES}


def test_strangers_are_sent_to_the_sign_in(row):
    other = make.account()
    for name in PAGES:
        url = reverse(name, args=arguments(name, row, other))
        response = Client().get(url)
        assert (name, response.status_code, response.url.split("?")[0]) == (name, 302, reverse("login"))


WORK = ("活动阵地", "经费保障", "考核评比")


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        ("owner", ["工作台", "组织台账", "党群组织", "队伍", "覆盖进度", "年检年报", *WORK, "数据交换", "系统管理"]),
        ("unit", ["工作台", "组织台账", "党群组织", "队伍", "覆盖进度", "年检年报", *WORK, "数据交换"]),
        ("secretary", ["工作台", "组织台账", "党群组织", "队伍", "覆盖进度", "年检年报", *WORK, "数据交换"]),
        ("leader", ["工作台", "组织台账", "党群组织", "队伍", "覆盖进度", "年检年报", *WORK, "数据交换"]),
        ("auditor", ["工作台", "数据交换", "系统管理"]),
        ("technician", ["工作台", "数据交换", "系统管理"]),
    ],
)
def test_navigation_shows_what_the_role_allows(opened, row, role, titles):
    response = opened(account_of(role, row), "workbench")
    assert [entry.title for entry in response.context["frame"].navigation] == titles


@pytest.mark.parametrize("role", ["auditor", "technician", "nobody"])
def test_accounts_without_the_register_learn_nothing_of_it(opened, role):
    make.organization("全南县绝密木业有限公司")
    drain_marks()
    text = opened(account_of(role, None), "workbench").content.decode()
    assert "全南县绝密木业有限公司" not in text
    assert "我的数字" not in text
    assert 'class="scope"' not in text


def test_refusal_says_why_and_carries_an_error_id(opened):
    text = opened(make.account("auditor"), "organization-list").content.decode()
    assert "您的角色不能打开这个页面" in text
    assert "错误编号" in text


def test_page_that_is_not_there_answers_in_chinese(client):
    response = client.get("/nothing-here/")
    assert response.status_code == 404
    assert "没有这个页面" in response.content.decode()


def test_leader_sees_no_act(opened, row):
    text = opened(make.account("leader"), "organization-detail", row.pk).content.decode()
    for word in ("划转", "剔除</a>", "录入年度数字", "登记组建", "修改</a>"):
        assert word not in text


@pytest.mark.parametrize("name", ["scope-keep", "logout", "contact-reveal", "user-enable", "user-reset-password"])
def test_acts_are_not_done_by_a_get(opened, row, name):
    args = {"contact-reveal": [row.pk], "user-enable": [1], "user-reset-password": [1]}.get(name, [])
    assert opened(make.owner(), name, *args).status_code == 405
