"""Leads and doubles of the demo county, and what its users made of them, gone with it."""

import pytest
from django.apps import apps
from django.db.models import Count

from orgs.domain.demo import clear_demo
from orgs.domain.duplicates import record_not_duplicate
from orgs.domain.leads import drop_lead
from orgs.domain.merging import merge_organizations
from orgs.models import Lead, NotDuplicate, Organization, OrganizationMerge, User
from orgs.queries_duplicates import suspected_pairs
from tests import factories, makers_leads
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db


def test_ten_leads_of_each_state_and_three_doubles(demo):
    states = dict(Lead.objects.order_by("state").values_list("state").annotate(Count("pk")))
    assert states == {"open": 10, "converted": 10, "dropped": 10}
    assert not Lead.objects.filter(state="converted", organization=None).exists()
    owner = User.objects.get(username="owner")
    assert [pair.rules for pair in suspected_pairs(owner, TODAY)].count(["former"]) == 3


def test_leads_and_merges_go_with_the_demo_and_its_history(demo):
    real = makers_leads.lead()
    pairs = suspected_pairs(User.objects.get(username="owner"), TODAY)
    (one, other), (third, fourth) = (
        [Organization.objects.get(pk=pk) for pk in (pair.first_id, pair.second_id)] for pair in pairs[:2]
    )
    merge_organizations(kept=one, absorbed=other, reason="录重", by=None, now=NOW)
    record_not_duplicate(first=third, second=fourth, reason="两家", by=None, now=NOW)
    drop_lead(lead=Lead.objects.filter(state="open", is_demo=True).first(), version=1, reason="x", by=None, now=NOW)

    clear_demo(by=factories.owner(), now=NOW)

    assert list(Lead.objects.all()) == [real]
    assert not Organization.objects.exists()
    for model in (OrganizationMerge, NotDuplicate):
        assert not model.objects.exists()
        assert not apps.get_model("orgs", f"{model.__name__}Event").objects.exists()
    assert set(apps.get_model("orgs.LeadEvent").objects.values_list("pgh_obj_id", flat=True)) == {real.pk}
