"""What an organization's page and a report's page tell of what acceptance wrote, each with a way to the row."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.domain.reviewing import accept_at_county
from evaluation.queries_trace import reports_of
from orgs.models import Branch, Figures
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
PARTY = {
    "party_has": "yes",
    "party_composition": "own",
    "party_form": "party_branch",
    "party_founded_on": "2012-07-01",
    "meetings": 4,
}


@pytest.fixture
def owner():
    return factories.owner()


def accepted(organization, round_, owner, **answers):
    row = make.report(
        organization,
        round_,
        known=make.known(name=organization.name, registration_type="private", industry="C"),
    )
    make.answered(row, **answers)
    make.unit_accepted(row)
    return accept_at_county(report=row, by=owner, now=NOW + timedelta(hours=2))


def hrefs(told):
    return {one["what"]: one["href"] for one in told.trace.written}


def test_entries_lead_to_the_figures_and_to_the_body(owner):
    organization = factories.organization()
    row = accepted(organization, make.round_(), owner, **PARTY)
    (told,) = reports_of(organization.pk, owner)
    assert (told.year, told.receipt, told.tag.word) == (2012, row.accepted_submission.receipt, "已通过")
    page = reverse("organization-detail", args=[organization.pk])
    branch = Branch.objects.get(memberships__organization=organization)
    assert hrefs(told)["年度数字"] == f"{page}?tab=figures"
    assert reverse("branch-detail", args=[branch.pk]) in hrefs(told).values()


def test_what_is_gone_has_no_link(owner):
    organization = factories.organization()
    accepted(organization, make.round_(), owner)
    Figures.objects.filter(organization=organization).delete()
    (told,) = reports_of(organization.pk, owner)
    assert hrefs(told)["年度数字"] == ""


def test_another_units_account_reads_nothing_and_who_opens_no_reports_gets_no_card(owner):
    organization = factories.organization()
    accepted(organization, make.round_(), owner)
    assert reports_of(organization.pk, factories.township(factories.PARK)) == []
    assert reports_of(organization.pk, factories.account("auditor")) is None


def test_the_pages_show_it_with_the_links(client, owner):
    organization = factories.organization()
    row = accepted(organization, make.round_(), owner)
    client.force_login(owner)
    page = reverse("organization-detail", args=[organization.pk])
    text = client.get(page).content.decode()
    assert row.accepted_submission.receipt in text and reverse("report-detail", args=[row.pk]) in text
    for name in ("report-detail", "review-detail"):
        text = client.get(reverse(name, args=[row.pk])).content.decode()
        assert f'href="{page}?tab=figures"' in text
        assert "orgs.Figures" not in text


def test_the_card_costs_the_same_for_one_and_three(owner):
    organization = factories.organization()
    accepted(organization, make.round_(2012), owner)

    def cost():
        with CaptureQueriesContext(connection) as caught:
            reports_of(organization.pk, owner)
        return len(caught)

    cost()
    first = cost()
    for year in (2010, 2011):
        accepted(organization, make.round_(year), owner)
    assert cost() == first
    assert first <= 5
