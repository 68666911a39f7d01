"""The demo county shows a split milestone, and its removal takes it away without a trace."""

from coverage.domain.demo_milestones import CODE, SPLIT_ON, clear_demo_shares, load_demo_shares
from coverage.domain.milestones import split_milestone
from coverage.models import Milestone, MilestoneShare
from coverage.queries_milestones import unit_standings
from orgs.models import Unit
from tests import factories
from tests.demo.test_load_and_clear import counts
from tests.factories import NOW


def test_demo_split_gives_out_exactly_what_was_needed(demo):
    assert load_demo_shares(now=NOW) > 0
    assert load_demo_shares(now=NOW) == 0
    owner = factories.owner()
    milestone = Milestone.objects.get(code=CODE)
    table = unit_standings(user=owner, as_of=SPLIT_ON, unit=None, milestone=milestone, months=6)
    assert table.since == SPLIT_ON
    assert {line.difference for line in table.split} == {"正好分完"}
    assert {line.gained for line in table.split} == {0}


def test_clear_leaves_no_share_and_no_history_of_one(demo):
    before = counts()
    load_demo_shares(now=NOW)
    assert counts() != before
    assert clear_demo_shares() > 0
    assert clear_demo_shares() == 0
    assert counts() == before


def test_clear_keeps_what_was_split_for_real(demo):
    load_demo_shares(now=NOW)
    milestone = Milestone.objects.get(code=CODE)
    unit = Unit.objects.get(code=factories.PARK)
    split_milestone(
        milestone=milestone,
        version=milestone.version,
        from_=NOW.date(),
        counts={("union", unit.pk): 0},
        by=None,
        now=NOW,
    )
    clear_demo_shares()
    [kept] = MilestoneShare.objects.all()
    assert (kept.unit, kept.is_demo, kept.period.lower) == (unit, False, NOW.date())
    assert kept.events.count() == 1
