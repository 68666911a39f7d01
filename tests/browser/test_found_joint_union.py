"""A joint union is founded by keyboard alone, and the pages of bodies are accessible and fit."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from coverage.domain.figures import report
from coverage.domain.spans import drain_marks
from orgs.models import Branch
from quannan.base.events import announce
from tests import factories as make
from tests.makers_bodies import provisional, seven


@pytest.fixture
def enterprises(transactional_db):
    """Seven enterprises of one township, each obliged to have a union."""
    make.reference()
    announce("reference.load")
    rows = seven()
    drain_marks()
    return rows


def tab_to(page, selector: str) -> None:
    """Presses Tab until the part has the focus."""
    for _ in range(120):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached with Tab")


def choose(page, selector: str, words: str) -> None:
    """Goes down a list with the arrow key until the option is chosen."""
    tab_to(page, selector)
    for _ in range(30):
        if words in page.evaluate("document.activeElement.selectedOptions[0].text"):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{words} is not reached with the arrow key")


def enter_day(page, selector: str, day: date) -> None:
    """Types a date into its parts; which part comes first is the browser's language's affair."""
    tab_to(page, selector)
    for typed in (f"{day:%m%d%Y}", f"{day:%Y}\t{day:%m%d}"):
        for key in typed:
            page.keyboard.press("ArrowRight" if key == "\t" else key)
        if page.input_value(selector) == day.isoformat():
            return
        page.keyboard.press("Shift+Tab")
        tab_to(page, selector)
    raise AssertionError(f"{day} is not entered")


def test_a_joint_union_is_founded_by_keyboard_alone(enterprises, signed_in, live_server):
    page = signed_in(make.township())
    page.goto(live_server.url + reverse("branch-list"))
    tab_to(page, ".head-actions a.btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('登记组建')")

    tab_to(page, "#id_q")
    page.keyboard.type("竹木厂")
    page.keyboard.press("Enter")
    page.wait_for_selector("legend:has-text('查到的组织')")
    for row in enterprises:
        tab_to(page, f"input[name=members][value='{row.pk}']")
        page.keyboard.press("Space")
    choose(page, "#id_form", "工会 · 联合基层工会")
    choose(page, "#id_composition", "联合(区域)")
    tab_to(page, "#id_name")
    page.keyboard.type("城厢竹木联合工会")
    enter_day(page, "#id_founded_on", date(2011, 3, 1))
    tab_to(page, "#id_approval")
    page.keyboard.type("全工字〔2011〕3号")
    tab_to(page, "button[value=found]")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('城厢竹木联合工会')")

    branch = Branch.objects.get()
    assert (branch.line, branch.composition, branch.founded_on) == ("union", "joint_area", date(2011, 3, 1))
    assert branch.memberships.count() == 7
    assert "覆盖 7 家" in page.inner_text("#page")
    assert "待确认" in page.inner_text("#page")
    drain_marks()
    union = report(user=make.owner(), as_of=date(2011, 6, 30)).populations["all"].lines["union"]
    assert (union.covered, union.unconfirmed) == (7, 7)


def addresses(branch) -> list[str]:
    return [
        reverse("branch-list"),
        reverse("branch-list") + "?tab=filters",
        reverse("branch-list") + "?q=nothing",
        reverse("branch-detail", args=[branch.pk]),
        reverse("branch-found"),
        reverse("branch-grouping"),
        *(
            reverse(f"branch-{act}", args=[branch.pk])
            for act in ("confirm", "refuse", "correct", "join", "form", "dissolve", "ungroup")
        ),
    ]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_pages_of_bodies_are_accessible_and_fit(enterprises, signed_in, live_server, width, height):
    branch = make.covered(*enterprises[:3], line="union", form="union_joint", name="竹木联合工会", confirmed=False)
    make.covered(*enterprises, line="party", form="party_joint", name="竹木联合党支部")
    provisional(*enterprises[3:6])
    page = signed_in(make.owner())
    page.set_viewport_size({"width": width, "height": height})
    complaints, found, axe = [], {}, Axe()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    for address in addresses(branch):
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        rules = [(v["id"], v["nodes"][0]["html"][:160]) for v in axe.run(page).response["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if rules or wide > width:
            found[address] = (rules, wide)
    assert found == {}
    assert complaints == []


def test_ticked_bodies_are_confirmed_in_the_list(enterprises, signed_in, live_server):
    make.covered(enterprises[0], line="union", confirmed=False)
    make.covered(enterprises[1], line="union", confirmed=False)
    page = signed_in(make.union_office())
    page.goto(f"{live_server.url}{reverse('branch-list')}?confirmed=no")
    page.check("input[name=whole]")
    page.click("button:has-text('确认选中的') >> nth=0")
    page.wait_for_selector("text=选中 2 个党群组织")
    page.fill("#id_approval", "全工字〔2010〕8号")
    page.click(".form-actions button")
    page.wait_for_selector("text=已确认 2 个")
    assert Branch.objects.filter(confirmed_at=None).count() == 0
