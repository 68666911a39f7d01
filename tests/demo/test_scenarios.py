"""The demo county's scenario: everybody may open it, it counts something, and it goes with the demo."""

from coverage.domain.demo import DAY, load_demo_scenario
from coverage.domain.what_if import what_if
from coverage.models import Scenario, ScenarioTick, Sharing
from orgs.domain.demo import clear_demo
from tests.factories import NOW


def test_the_demo_scenario_moves_the_figures_and_is_kept_once(demo):
    made = load_demo_scenario(now=NOW)
    assert (made.shared, made.owner.is_demo, load_demo_scenario(now=NOW)) == (Sharing.ALL, True, None)
    found = what_if(user=made.owner, as_of=DAY, ticks=made.ticks.values_list("organization_id", "line"))
    assert found.effective == made.ticks.count() > 0
    whole = [told.populations["all"].lines["all"].covered for told in (found.today, found.then)]
    assert whole[1] == whole[0] + found.effective


def test_it_goes_with_the_demo(demo):
    load_demo_scenario(now=NOW)
    cleared = clear_demo(by=None, now=NOW)
    assert cleared.kept_accounts == ()
    assert (Scenario.objects.count(), ScenarioTick.objects.count()) == (0, 0)


def test_without_a_demo_there_is_none(rules):
    assert load_demo_scenario(now=NOW) is None
