"""The pages of annual reports in a real browser: axe finds nothing, nothing sticks out, nothing complains."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from quannan.base.events import announce
from tests import factories as make
from tests import makers_reports
from tests.browser.test_pages import SIZES


@pytest.fixture
def reports(transactional_db):
    """A round that is open, with a report in each state."""
    make.reference()
    announce("reference.load")
    today, now = timezone.localdate(), timezone.now()
    row = makers_reports.round_(
        today.year, as_of=today - timedelta(days=9), opens_on=today - timedelta(days=5),
        closes_on=today + timedelta(days=5), unit_due_on=today + timedelta(days=9),
        county_due_on=today + timedelta(days=19),
    )  # fmt: skip
    stages = (
        None,
        makers_reports.opened,
        makers_reports.returned,
        makers_reports.unit_accepted,
        makers_reports.accepted,
    )
    found = []
    for number, stage in enumerate(stages, start=1):
        one = makers_reports.report(make.organization(f"全南县第{number}号竹木有限公司"), row)
        if stage:
            stage(one, now)
        found.append(one)
    return found


def office_addresses(reports) -> list[str]:
    draft, opened, _, _, accepted = reports
    round_ = draft.round
    return [
        reverse("report-list"),
        reverse("report-late-list"),
        reverse("report-late-organization", args=[draft.organization_id]),
        reverse("report-completeness"),
        reverse("report-burden"),
        reverse("round-list"),
        reverse("round-detail", args=[round_.pk]),
        reverse("round-create"),
        reverse("round-move-date", args=[round_.pk]),
        reverse("report-form-list"),
        reverse("report-form-detail", args=[round_.form_id]),
        reverse("reminder-list"),
        reverse("review-queue"),
        reverse("review-queue") + "?stage=unit",
        reverse("review-workload"),
        reverse("review-detail", args=[opened.pk]),
        reverse("report-detail", args=[accepted.pk]),
        reverse("report-fill", args=[draft.pk]),
        reverse("filer-list"),
        reverse("receipt-check"),
        reverse("receipt-detail", args=[accepted.submission.receipt]),
        reverse("submission-detail", args=[accepted.pk, 1]),
    ]


def filer_addresses(reports) -> list[str]:
    draft = reports[0]
    return [
        reverse("workbench"),
        reverse("my-report-list"),
        reverse("report-fill", args=[draft.pk]),
        reverse("report-whole", args=[draft.pk]),
        reverse("report-section", args=[draft.pk, "bodies"]),
        reverse("report-question", args=[draft.pk, "figures", "women"]),
        reverse("report-sign", args=[draft.pk]),
        reverse("report-print", args=[draft.pk]),
        reverse("my-hand-over"),
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("who", ["office", "filer"])
def test_the_pages_of_annual_reports_are_accessible_and_fit(reports, signed_in, live_server, size, who):
    user = make.owner() if who == "office" else make.account("filer", organization=reports[0].organization)
    addresses = office_addresses(reports) if who == "office" else filer_addresses(reports)
    page = signed_in(user)
    page.set_viewport_size(SIZES[size])
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    axe, found = Axe(), {}
    for address in addresses:
        answer = page.goto(live_server.url + address)
        assert answer.status == 200, address
        broken = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in axe.run(page).response["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth") - SIZES[size]["width"]
        if broken or wide > 0:
            found[address] = [*broken, *([f"{wide} px too wide"] if wide > 0 else [])]
    assert found == {}
    assert complaints == []
