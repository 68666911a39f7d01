"""Every page in a real browser: axe finds nothing, nothing sticks out, nothing complains in the console."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from coverage.models import Milestone
from tests import factories as make

D = "?as_of=2011-06-30"
SIZES = {"office": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}


def addresses(row, user) -> list[str]:
    detail = reverse("organization-detail", args=[row.pk])
    milestone = Milestone.objects.get(code="all-2011").pk
    return [
        reverse("workbench") + D,
        reverse("organization-list") + D,
        reverse("organization-list") + f"{D}&union=gap&tab=filters",
        reverse("organization-list") + f"{D}&q=nothing",
        detail + D,
        *(f"{detail}{D}&tab={tab}" for tab in ("figures", "bodies", "exclusions", "changes")),
        reverse("organization-create"),
        reverse("organization-correct", args=[row.pk]),
        reverse("figures-record", args=[row.pk]),
        reverse("body-found", args=[row.pk]),
        reverse("coverage-dashboard") + D,
        reverse("coverage-bulletin") + D,
        *(f"{reverse('coverage-matrix')}{D}&view={view}" for view in ("matrix", "league", "tiles")),
        reverse("coverage-wall") + D,
        reverse("coverage-organizations") + f"{D}&population=all&line=union&measure=gap",
        reverse("milestone-list") + D,
        reverse("milestone-detail", args=[milestone]) + D,
        reverse("milestone-change", args=[milestone]),
        reverse("milestone-split", args=[milestone]) + D,
        reverse("standard-list"),
        *(reverse(f"fund-{name}") + D for name in ("list", "create", "check", "check-list", "standard-list")),
        reverse("fund-standard-create"),
        reverse("system-status"),
        reverse("user-list"),
        reverse("user-create"),
        reverse("user-detail", args=[user.pk]),
        reverse("role-list"),
        reverse("job-list"),
        reverse("audit-list"),
        reverse("import-list"),
        reverse("password-change"),
        "/nothing-here/",
    ]


@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_accessible_and_fits(county, signed_in, live_server, size):
    page = signed_in(make.owner())
    page.set_viewport_size(SIZES[size])
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    axe, found = Axe(), {}
    for address in addresses(county[0], make.account("leader")):
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        rules = [(v["id"], v["nodes"][0]["html"][:160]) for v in axe.run(page).response["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if rules or wide > SIZES[size]["width"]:
            found[address] = (rules, wide)
    assert found == {}
    assert [c for c in complaints if "404" not in c] == []


def test_sign_in_page_is_accessible(live_server, page):
    page.goto(f"{live_server.url}/login/")
    assert Axe().run(page).response["violations"] == []


def test_list_swaps_without_leaving_the_page_and_can_be_sent_on(county, signed_in, live_server):
    page = signed_in(make.owner())
    page.goto(f"{live_server.url}{reverse('organization-list')}{D}&scale=below&union=gap")
    page.evaluate("document.body.setAttribute('data-same', '1')")
    page.click("th:has-text('从业') a")
    page.wait_for_selector("th[aria-sort='ascending']:has-text('从业')")
    assert page.get_attribute("body", "data-same") == "1"
    assert "sort=employees" in page.url
    page.click(".chip:has-text('工会') a")
    page.wait_for_selector(".chip:has-text('工会')", state="detached")
    assert page.get_attribute("body", "data-same") == "1"
    swapped = page.inner_text("#page")
    page.reload()
    assert page.inner_text("#page") == swapped


def test_dashboard_draws_its_chart_and_opens_down_to_an_organization(county, signed_in, live_server):
    page = signed_in(make.owner())
    page.goto(f"{live_server.url}{reverse('coverage-dashboard')}{D}")
    page.wait_for_selector("#trend-chart canvas")
    page.click("summary:has-text('看成表格')")
    page.wait_for_selector("#trend-table table")
    page.click(".figure-card.line-union a:has-text('未建')")
    page.wait_for_selector("h1:has-text('覆盖明细')")
    page.click("tbody th a >> nth=0")
    page.wait_for_selector(".verdict.line-union >> text=应建未建")
    assert "还差1个工会" in page.inner_text(".verdict.line-union")


def test_head_count_over_the_threshold_by_keyboard_alone(county, signed_in, live_server):
    row = county[1]
    page = signed_in(make.owner())
    page.goto(f"{live_server.url}{reverse('figures-record', args=[row.pk])}")
    page.focus("#id_as_of")
    page.evaluate("document.getElementById('id_as_of').value = '2011-09-30'")
    page.focus("#id_employees")
    page.keyboard.type("40")
    page.focus("#id_women")
    page.keyboard.type("15")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=年度数字已保存")
    page.goto(f"{live_server.url}{reverse('organization-detail', args=[row.pk])}?as_of=2011-09-30")
    assert "应建未建" in page.inner_text(".verdict.line-women")
    assert "女性从业人员 15 人,已达 10 人标准" in page.inner_text(".verdict.line-women")


def test_form_errors_are_focused_and_lead_to_their_fields(county, signed_in, live_server):
    page = signed_in(make.owner())
    page.goto(f"{live_server.url}{reverse('organization-create')}")
    page.fill("#id_uscc", "91360729MA")
    page.click("button:has-text('保存')")
    page.wait_for_selector(".form-errors")
    assert page.evaluate("document.activeElement.className") == "form-errors"
    page.click(".form-errors a:has-text('单位名称')")
    assert page.evaluate("document.activeElement.id") == "id_name"
    assert page.input_value("#id_uscc") == "91360729MA"


def test_contact_is_revealed_from_a_dialog(county, signed_in, live_server):
    page = signed_in(make.owner())
    page.goto(f"{live_server.url}{reverse('organization-detail', args=[county[0].pk])}")
    assert "丘晓明" not in page.content()
    page.click("button:has-text('显示')")
    page.fill("#reveal-reason", "通知年检")
    page.click("dialog[open] button:has-text('查看')")
    page.wait_for_selector("h1:has-text('联系方式')")
    assert "丘晓明" in page.inner_text("#page")


def test_scope_is_changed_in_the_bar_and_kept(county, signed_in, live_server):
    page = signed_in(make.owner())
    page.goto(f"{live_server.url}{reverse('coverage-dashboard')}{D}")
    page.select_option("#scope-unit", label="　工业园区")
    page.click(".scope button")
    page.wait_for_selector(".base-line:has-text('工业园区及下属')")
    page.click(".side-nav a:has-text('组织台账')")
    page.wait_for_selector("h1:has-text('组织台账')")
    assert "主管党(工)委为工业园区" in page.inner_text(".head-text")


def test_phone_opens_its_navigation(county, signed_in, live_server):
    page = signed_in(make.owner())
    page.set_viewport_size(SIZES["phone"])
    page.goto(f"{live_server.url}{reverse('workbench')}")
    assert not page.is_visible(".side-nav")
    page.click(".nav-toggle")
    assert page.is_visible(".side-nav a:has-text('覆盖进度')")
