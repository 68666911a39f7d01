"""The register that the demo county was compared with, and what is left of it afterwards."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Count

from orgs.domain.demo import clear_demo
from orgs.domain.reconciliation_answers import accept_new
from orgs.models import Discrepancy, Lead, Organization, Reconciliation
from quannan.base.models import Attachment
from tests import factories
from tests import makers_reconciliation as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_the_demo_shows_findings_of_every_kind_open_and_answered(demo):
    found = Reconciliation.objects.get()
    assert (found.is_demo, found.source, found.kind, found.created_by.username) == (
        True,
        "market",
        "enterprise",
        "owner",
    )
    counted = found.discrepancies.order_by().values_list("kind", "state").annotate(n=Count("pk"))
    counts = {(kind, state): number for kind, state, number in counted}
    assert {pair for pair in counts if pair[1] == "open"} == {
        (kind, "open") for kind in ("new", "gone", "changed", "ambiguous")
    }
    assert {kind for kind, state in counts if state == "refused"} == {"new", "gone", "changed", "ambiguous"}
    assert {kind for kind, state in counts if state == "accepted"} == {"new", "gone", "changed"}
    assert found.check_result["same"] > 80
    assert sum(counts.values()) < 40
    assert found.discrepancies.get(kind="new", state="accepted").lead.is_demo


def test_the_demos_register_is_a_file_that_gives_the_same_findings(demo):
    found = Reconciliation.objects.get()
    with found.attachment.file.open("rb") as stored:
        again = make.compared_file(
            stored.read(), "again.csv", completeness="kind", kind="enterprise", as_of=found.as_of
        )
    answered = found.discrepancies.exclude(state="open").filter(kind="new", lead=None).count()
    assert again.check_result["rejected"] == 0
    for kind in ("new", "gone", "ambiguous", "same"):
        assert again.check_result[kind] == found.check_result[kind], kind
    assert again.discrepancies.filter(kind="new", earlier__isnull=False).count() == answered


def test_what_was_compared_goes_with_the_demo_its_file_and_its_history(demo, django_capture_on_commit_callbacks):
    real = make.register()
    kept = make.finding("new", of=real)
    make.finding("gone", Organization.objects.filter(is_demo=True).first(), of=real)
    one = Discrepancy.objects.filter(kind="new", state="open", reconciliation__is_demo=True).first()
    lead = accept_new(discrepancy=one, by=factories.owner(), now=NOW).lead
    stored = Path(Reconciliation.objects.get(is_demo=True).attachment.file.path)
    assert lead.is_demo and stored.exists()

    with django_capture_on_commit_callbacks(execute=True):
        clear_demo(by=factories.owner(), now=NOW)

    assert list(Reconciliation.objects.all()) == [real]
    assert list(Discrepancy.objects.all()) == [kept]
    assert list(Attachment.objects.all()) == [real.attachment]
    assert not Lead.objects.exists()
    assert not stored.exists()
    history = apps.get_model("orgs.DiscrepancyEvent").objects
    assert set(history.values_list("pgh_obj_id", flat=True)) == {kept.pk}
