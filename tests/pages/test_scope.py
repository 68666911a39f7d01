"""The working scope: kept while moving about, beaten by the address, never wider than the account."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from coverage.domain.spans import drain_marks
from tests import factories as make

D = date(2011, 6, 30)


@pytest.fixture
def clerk():
    client = Client()
    client.force_login(make.owner())
    return client


def keep(client, back="/coverage/", **values):
    data = {"unit": "", "line": "", "as_of": str(D)} | values
    return client.post(reverse("scope-keep"), data, headers={"Referer": f"http://testserver{back}"})


def scope_of(client, name="coverage-dashboard", **query):
    return client.get(reverse(name), query).context["scope"]


def test_scope_is_kept_while_moving_about(clerk):
    keep(clerk, unit=make.PARK, line="union")
    for name in ("coverage-dashboard", "organization-list", "workbench"):
        scope = scope_of(clerk, name)
        assert (scope.as_of, scope.unit, scope.line) == (D, make.PARK, "union")


def test_address_wins_over_the_kept_scope(clerk):
    keep(clerk)
    assert scope_of(clerk, as_of="2010-12-31").as_of == date(2010, 12, 31)
    assert scope_of(clerk).as_of == D


def test_change_returns_to_the_page_without_the_beaten_parameters(clerk):
    response = keep(clerk, back="/organizations/?as_of=2010-01-01&unit=1&page=3&union=gap")
    assert response.url == "http://testserver/organizations/?union=gap"


def test_change_never_leads_to_another_site(clerk):
    response = clerk.post(reverse("scope-keep"), {"as_of": str(D)}, headers={"Referer": "https://elsewhere.example/x"})
    assert response.url == "/"


def test_unreadable_date_leaves_the_scope_and_says_so(clerk):
    keep(clerk)
    keep(clerk, as_of="2011年6月")
    response = clerk.get(reverse("coverage-dashboard"))
    assert response.context["scope"].as_of == D
    assert "“截至”日期没有读出来" in response.content.decode()


def test_unreadable_date_in_the_address_says_so(clerk):
    text = clerk.get(reverse("coverage-dashboard"), {"as_of": "soon"}).content.decode()
    assert "地址中的日期“soon”读不出来" in text


def test_unit_out_of_sight_is_not_kept():
    client = Client()
    client.force_login(make.township())
    keep(client, unit=make.PARK)
    assert scope_of(client).unit == ""


def test_kept_unit_narrows_list_and_dashboard(clerk):
    make.organization("园区一号厂", make.unit(make.PARK))
    make.organization("城厢一号厂")
    drain_marks()
    keep(clerk, unit=make.PARK)
    rows = clerk.get(reverse("organization-list")).context["rows"]
    assert [row.record.organization.name for row in rows] == ["园区一号厂"]
    assert clerk.get(reverse("coverage-dashboard")).context["base"].organizations == 1


def test_demo_tag_shows_only_while_demo_rows_exist(clerk):
    assert "演示数据" not in clerk.get(reverse("workbench")).content.decode()
    user = make.account()
    user.is_demo = True
    user.save()
    assert "演示数据" in clerk.get(reverse("workbench")).content.decode()


def test_pending_marks_are_said_on_pages_with_figures(clerk):
    make.organization()
    for name in ("coverage-dashboard", "organization-list", "workbench"):
        assert "数字正在更新" in clerk.get(reverse(name), {"as_of": str(D)}).content.decode()
    drain_marks()
    assert "数字正在更新" not in clerk.get(reverse("coverage-dashboard")).content.decode()
