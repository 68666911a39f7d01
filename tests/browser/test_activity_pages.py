"""The pages of activities in a real browser: axe finds nothing, nothing sticks out, nothing complains."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from coverage.domain.spans import drain_marks
from quannan.base.events import announce
from tests import factories as make
from tests.activities import making
from tests.browser.test_pages import SIZES

D = "?as_of=2011-06-30"


@pytest.fixture
def held(transactional_db):
    """Two organizations that held something together, and one activity that was cancelled."""
    make.reference()
    announce("reference.load")
    one, two = make.organization("全南县第1号竹木有限公司"), make.organization("全南县第2号竹木有限公司")
    make.covered(one, two)
    make.covered(one, line="union")
    row = making.activity(one, two, attendees=12, content="学习文件\n参观车间", programme=making.programme())
    making.activity(two, line="union", title="技术比武", held_on=date(2011, 4, 1), held_precision="month")
    gone = {"cancelled_at": make.NOW, "cancelled_by_name": "钟主任", "cancel_reason": "重复登记"}
    making.activity(one, title="撤了的", **gone)
    drain_marks()
    return row


def addresses(row) -> list[str]:
    organization = row.organization_id
    return [
        reverse("activity-list") + D,
        reverse("activity-list") + f"{D}&tab=filters",
        reverse("activity-list") + f"{D}&state=cancelled",
        reverse("activity-list") + f"{D}&q=nothing",
        reverse("activity-detail", args=[row.pk]) + D,
        reverse("activity-record"),
        reverse("activity-record") + f"?organization={organization}&line=party",
        reverse("activity-correct", args=[row.pk]),
        reverse("activity-cancel", args=[row.pk]),
        reverse("activity-summary") + D,
        reverse("activity-organizations") + f"{D}&line=party&measure=active",
        reverse("programme-list") + D,
        reverse("programme-add"),
        reverse("programme-end", args=[row.programme_id]),
        reverse("organization-detail", args=[organization]) + D,
    ]


@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_activities_is_accessible_and_fits(held, signed_in, live_server, size):
    page = signed_in(make.owner())
    page.set_viewport_size(SIZES[size])
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    axe, found = Axe(), {}
    for address in addresses(held):
        page.goto(live_server.url + address)
        problems = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in axe.run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            problems.append("sticks out")
        if problems:
            found[address] = problems
    assert found == {}
    assert complaints == []
