"""The demo county's funds: some meet the standard, some are short, some registered nothing; gone with the demo."""

from datetime import date

from coverage.models import Span
from funding.domain.adequacy import judged, reading_of, tallies, total_of
from funding.domain.demo import load_demo_funds
from funding.models import FundEntry
from orgs.domain.demo import clear_demo
from tests.factories import NOW


def test_funds_come_once_in_every_verdict_and_leave_no_trace(demo):
    load_demo_funds(now=NOW)
    written = list(FundEntry.objects.order_by("pk").values_list("pk", flat=True))
    load_demo_funds(now=NOW)
    assert list(FundEntry.objects.order_by("pk").values_list("pk", flat=True)) == written
    total = total_of(tallies(judged(Span.objects.all(), reading_of(2011, date(2011, 6, 30)))).values())
    assert min(total.met, total.short, total.unregistered) > 0
    clear_demo(by=None, now=NOW)
    assert not FundEntry.objects.exists()
    assert not FundEntry._meta.get_field("events").related_model.objects.exists()
