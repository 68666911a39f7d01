"""The pages of the register people work in, in a real browser: accessible, and no wider than desk or phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.house import addresses
from tests.house.addresses import leadership, leads, lists, people, support, terms
from tests.house.addresses.table import Address
from tests.house.world import make_world

PARTS = {
    "terms": terms.ADDRESSES,
    "people": people.ADDRESSES,
    "support": support.ADDRESSES,
    "leadership": leadership.ADDRESSES,
    "leads": leads.ADDRESSES,
    "lists": lists.ADDRESSES,
}
# What an address is asked besides the day.
ASKED = {"saved-filter-save": "list=branch-list&query=line%3Dunion", "search": "q=甲地"}
SIZES = ({"width": 1366, "height": 768}, {"width": 390, "height": 844})


def is_page(name: str, address: Address) -> bool:
    return "get" in address.methods and "owner_office" in address.opens and not name.endswith("-export")


@pytest.fixture
def registered(transactional_db, settings, tmp_path):
    """A county of two units with a thing of every kind in it."""
    settings.MEDIA_ROOT = tmp_path
    world = make_world()
    return world, addresses.make_things(world)


@pytest.mark.parametrize("part", PARTS)
def test_pages_are_accessible_and_fit_desk_and_phone(registered, signed_in, live_server, part):
    world, things = registered
    page = signed_in(world.accounts["owner_office"])
    complaints, found, axe = [], {}, Axe()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    for name, address in PARTS[part].items():
        if not is_page(name, address):
            continue
        page.set_viewport_size(SIZES[0])
        path = reverse(name, args=address.own(things))
        answer = page.goto(f"{live_server.url}{path}?as_of=2011-06-30&{ASKED.get(name, '')}")
        page.wait_for_load_state("networkidle")
        if answer.status != 200:
            found[name] = answer.status
            continue
        for size in SIZES:
            page.set_viewport_size(size)
            rules = [(v["id"], v["nodes"][0]["html"][:160]) for v in axe.run(page).response["violations"]]
            wide = page.evaluate("document.documentElement.scrollWidth")
            if rules or wide > size["width"]:
                found[f"{name} {size['width']}"] = (rules, wide)
    assert found == {}
    assert complaints == []
