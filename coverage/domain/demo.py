"""What the demo county shows of coverage's own tables: one scenario that everybody may open."""

from datetime import date, datetime
from typing import Any

from coverage.domain.scenarios import create_scenario, tick
from coverage.models import STATE_COLUMNS, Population, Scenario, Sharing, Span, State
from orgs.lines import MASS_LINES
from orgs.models import User
from orgs.permissions import may_use_scenarios, scope_for

DAY = date(2011, 6, 30)
NAME = "只差一个的全部建成"
NOTE = "演示:把只差工会、团组织、妇女组织中一个的企业都补齐,看半年目标和年底目标差多少。"


def load_demo_scenario(*, now: datetime) -> Scenario | None:
    """Keeps the demo's scenario, owned by the demo account of the owner office; spans must be up to date.

    It goes with its owner when the demo county is cleared.

    Args:
        now: the clock.

    Returns:
        The scenario; None where no demo account may keep one, or it is there already.
    """
    owner = next((user for user in User.objects.filter(is_demo=True).order_by("pk") if _of_the_county(user)), None)
    if owner is None or Scenario.objects.filter(owner__is_demo=True).exists():
        return None
    made = create_scenario(name=NAME, note=NOTE, shared=Sharing.ALL, as_of=DAY, by=owner, now=now)
    columns = [STATE_COLUMNS[line] for line in MASS_LINES]
    spans = Span.objects.at(DAY).of_population(Population.ALL).filter(organization__is_demo=True)
    pairs = []
    for key, *states in spans.order_by("organization_id").values_list("organization_id", *columns):
        lacking = [line for line, state in zip(MASS_LINES, states, strict=True) if state == State.GAP]
        known = all(state not in (State.UNKNOWN, State.UNKNOWN_BUILT) for state in states)
        if known and len(lacking) == 1:
            pairs.append((key, lacking[0]))
    tick(scenario=made, pairs=pairs, by=owner, now=now)
    return made


def _of_the_county(user: Any) -> bool:
    return may_use_scenarios(user) and user.can("standards.edit") and scope_for(user, "scenarios.use").county
