"""The pages of 考核 in a real browser: axe finds nothing, nothing sticks out, nothing complains."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from quannan.base.events import announce
from tests import factories as make
from tests import makers_scores
from tests.browser.test_pages import SIZES


@pytest.fixture
def sheets(transactional_db):
    """Three sheets: rated by all and confirmed, rated by one, not rated."""
    make.reference()
    announce("reference.load")
    firms = [make.organization(f"全南县第{number}号竹木有限公司") for number in (1, 2, 3)]
    scheme = makers_scores.opened()
    found = [makers_scores.sheet(scheme, firm) for firm in firms]
    for rater in ("self", "unit", "county"):
        makers_scores.rated(found[0], rater, _2_2="1" if rater == "self" else "0")
    makers_scores.confirmed(found[0])
    makers_scores.rated(found[1], "county", _1_1=None)
    return found


def office_addresses(sheets) -> list[str]:
    done, rated, unrated = sheets
    draft = makers_scores.scheme(name="草拟", year=2011)
    return [
        reverse("scheme-list"),
        reverse("scheme-detail", args=[done.scheme_id]),
        reverse("scheme-detail", args=[draft.pk]),
        reverse("scheme-create"),
        reverse("scheme-bands", args=[draft.pk]),
        reverse("scheme-open", args=[draft.pk]),
        reverse("scheme-close", args=[done.scheme_id]),
        reverse("indicator-edit", args=[makers_scores.indicator(draft, "2.1").pk]),
        reverse("indicator-remove", args=[makers_scores.indicator(draft, "2.1").pk]),
        reverse("assessment-list"),
        reverse("assessment-list") + "?tab=filters",
        reverse("assessment-summary"),
        reverse("assessment-detail", args=[done.pk]),
        reverse("assessment-detail", args=[rated.pk]),
        reverse("assessment-print", args=[done.pk]),
        reverse("assessment-rate", args=[unrated.pk, "county"]),
        reverse("assessment-reopen", args=[done.pk]),
    ]


def secretary_addresses(sheets) -> list[str]:
    return [
        reverse("my-assessment-list"),
        reverse("assessment-detail", args=[sheets[2].pk]),
        reverse("assessment-rate", args=[sheets[2].pk, "self"]),
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("who", ["office", "secretary"])
def test_the_pages_of_assessments_are_accessible_and_fit(sheets, signed_in, live_server, size, who):
    office = who == "office"
    user = make.owner() if office else make.account("secretary", organization=sheets[2].organization)
    page = signed_in(user)
    page.set_viewport_size(SIZES[size])
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    axe, found = Axe(), {}
    for address in office_addresses(sheets) if office else secretary_addresses(sheets):
        answer = page.goto(live_server.url + address)
        assert answer.status == 200, address
        broken = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in axe.run(page).response["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth") - SIZES[size]["width"]
        if broken or wide > 0:
            found[address] = [*broken, *([f"{wide} px too wide"] if wide > 0 else [])]
    assert found == {}
    assert complaints == []
