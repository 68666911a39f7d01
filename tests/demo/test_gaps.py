"""What the demo county has handed out: there once, always the same, and gone with the demo and its history."""

from coverage.domain import spans
from coverage.domain.demo_gaps import MODELS, write_demo_gaps
from coverage.models import GapAssignment
from orgs.domain.demo import clear_demo
from tests.factories import NOW


def test_gaps_and_guidance_come_once_and_leave_no_trace(demo):
    spans.rebuild()
    written = write_demo_gaps(now=NOW)
    assert written == GapAssignment.objects.count() > 0
    assert write_demo_gaps(now=NOW) == 0
    assert all(model.objects.exists() for model in MODELS)
    cleared = clear_demo(by=None, now=NOW)
    assert cleared.kept_accounts == ()
    for model in MODELS:
        assert not model.objects.exists()
        assert not model._meta.get_field("events").related_model.objects.exists()
