"""The demo's 考核: sheets at every stage, and gone with the demo, its history too."""

import pytest

from evaluation.domain.confirming import reopen
from evaluation.domain.demo_scores import load_demo_scores
from evaluation.models import Assessment, Band, Indicator, Reopening, Scheme, Score
from orgs.domain.demo import clear_demo
from orgs.models import RoleAssignment
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def scored(demo):
    load_demo_scores(now=NOW)


def test_sheets_stand_at_every_stage(scored):
    before = Score.objects.count()
    load_demo_scores(now=NOW)
    assert Score.objects.count() == before
    rows = Assessment.objects.filter(scheme__is_demo=True)
    confirmed, missing = rows.filter(state="confirmed").count(), rows.filter(missing__gt=0).count()
    assert confirmed > 20 and missing >= 3 and rows.filter(missing=0, state="open").count() > 20
    assert len(set(rows.filter(missing=0).values_list("provisional_band__name", flat=True))) == 4
    secretary = RoleAssignment.objects.get(user__username="secretary")
    own = rows.filter(organization=secretary.organization).first()
    assert own is None or own.self_missing == 13


def test_it_goes_with_the_demo(scored):
    one = Assessment.objects.filter(state="confirmed").first()
    reopen(assessment=one, reason="试一试", by=None, now=NOW)
    clear_demo(by=factories.owner(), now=NOW)
    for model in (Scheme, Band, Indicator, Assessment, Score, Reopening):
        assert not model.objects.exists(), model
    for model in (Scheme, Band, Indicator, Assessment, Score):
        assert not model.pgh_event_model.objects.exists(), model
