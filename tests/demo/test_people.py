"""Posts, talent pool, workers and owners of the demo county."""

from datetime import date

import pytest

from orgs.domain.demo import clear_demo
from orgs.models import Appointment, Branch, Candidate, Owner, Person, ProfessionalWorker
from orgs.queries_posts import cross_chairs, cross_members
from tests.factories import NOW

pytestmark = pytest.mark.django_db
ON = date(2012, 6, 30)


def test_most_bodies_have_a_head_some_cross_posted_and_the_pool_has_every_status(demo):
    led = Appointment.objects.filter(is_head=True).values("branch").distinct().count()
    bodies = Branch.objects.filter(is_provisional=False).exclude(line="mechanism").count()
    assert bodies * 0.75 < led < bodies
    assert Appointment.objects.filter(cross_chairs(ON), period__contains=ON).exists()
    assert Appointment.objects.filter(cross_members(ON), period__contains=ON).exists()
    assert Candidate.objects.count() == 40
    assert set(Candidate.objects.values_list("status", flat=True)) == {"available", "chosen", "withdrawn"}
    assert ProfessionalWorker.objects.count() == 6 and Owner.objects.count() > 20
    for row in Appointment.objects.select_related("branch"):
        assert row.period.lower >= row.branch.founded_on


def test_what_was_written_goes_with_its_history(demo):
    clear_demo(by=None, now=NOW)
    for model in (Person, Appointment, Candidate, ProfessionalWorker, Owner):
        assert not model.objects.exists()
        assert not model._meta.get_field("events").related_model.objects.exists()
