"""登记/招商线索 of the demo county in every state, and three pairs of organizations that look like doubles."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from orgs.domain.demo.names import FACTORIES, SURNAMES, Names
from orgs.domain.demo.plan import LAST_DAY, PlannedCounty
from orgs.domain.leads import USUAL_LINES, usual_due_day
from orgs.domain.naming import naming_fields
from orgs.models import Lead, Organization, Unit
from orgs.models.plans import LeadState
from orgs.validators import normalise_name

SEED = 2012_1001
OF_EACH_STATE = 10
HALF = OF_EACH_STATE // 2
LOOKED_AT = date(2011, 6, 30)
PAIRS = 3
SOURCES = ("registration", "investment", "registration", "visit", "civil")
DROPPED = ("已在外县登记,不归本县管理", "签约项目终止", "个体经营,不设组织", "与台账里的一家是同一单位")


def write_leads(county: PlannedCounty, organizations: Sequence[Organization]) -> None:
    """Writes ten leads of each state and the former names that make doubles of three pairs, always the same ones.

    The former names move no figure: they are looked for, and nothing is counted by them.

    Args:
        county: what was planned.
        organizations: the rows written for its organizations, in order.
    """
    rng = Random(SEED)
    names = Names(rng)
    names.taken.update(planned.name for planned in county.organizations)
    units = {unit.code: unit for unit in Unit.objects.filter(is_active=True).order_by("code")}
    places = sorted({planned.unit_on(LAST_DAY) for planned in county.organizations})
    by_age = sorted(
        (p for p in county.organizations if p.closed_on is None),
        key=lambda p: (p.registered_on, p.number),
        reverse=True,
    )
    # Half of them of the days before the date the demo is usually looked at, half of its end.
    newest = by_age[:HALF] + [p for p in by_age if p.registered_on <= LOOKED_AT][:HALF]
    rows: list[Lead] = []

    def add(name: str, code: str, happened_on: date, **facts: object) -> None:
        rows.append(
            Lead(
                source=SOURCES[len(rows) % len(SOURCES)],
                name=name,
                name_key=normalise_name(name),
                unit=units[code],
                happened_on=happened_on,
                due_on=usual_due_day(happened_on),
                expected_employees=rng.randrange(10, 260),
                lines=list(USUAL_LINES),
                contact_name=f"{rng.choice(SURNAMES)}女士",
                contact_phone=f"0797-0{rng.randrange(10**6):06d}",
                is_demo=True,
                **facts,
            )
        )

    for turn in range(OF_EACH_STATE):
        name = names.organization("enterprise", rng.choice(FACTORIES), "limited")
        add(
            name,
            rng.choice(places),
            LAST_DAY - timedelta(days=5 * turn + 3),
            note="拟入园建厂" if turn % 3 == 0 else "",
        )
    for planned in newest:
        add(
            planned.name,
            planned.unit_on(LAST_DAY),
            planned.registered_on,
            uscc=planned.uscc or "",
            kind=planned.kind,
            state=LeadState.CONVERTED,
            organization=organizations[planned.number],
            decided_on=planned.registered_on + timedelta(days=rng.randrange(5, 40)),
        )
    for turn in range(OF_EACH_STATE):
        name = names.organization("enterprise", rng.choice(FACTORIES), "limited")
        happened_on = (
            (LOOKED_AT - timedelta(days=9 * turn + 2)) if turn < HALF else LAST_DAY - timedelta(days=60 + turn)
        )
        add(
            name,
            rng.choice(places),
            happened_on,
            state=LeadState.DROPPED,
            decided_on=happened_on + timedelta(days=rng.randrange(5, 40)),
            decided_reason=DROPPED[turn % len(DROPPED)],
        )
    Lead.objects.bulk_create(rows)
    _make_doubles(county, organizations)


def _make_doubles(county: PlannedCounty, organizations: Sequence[Organization]) -> None:
    """Gives three organizations the name of a neighbour of the same trade as a former name."""
    seen: dict[tuple[str, str], Organization] = {}
    changed: list[Organization] = []
    for planned in county.organizations:
        if planned.closed_on or planned.former_names or len(changed) == PAIRS:
            continue
        row, key = organizations[planned.number], (planned.unit_on(LAST_DAY), planned.trade)
        other = seen.pop(key, None)
        if other is None:
            seen[key] = row
            continue
        row.former_names = [other.name]
        for name, value in naming_fields(row.name, row.former_names, row.uscc, row.old_code).items():
            setattr(row, name, value)
        changed.append(row)
    Organization.objects.bulk_update(changed, ["former_names", "search_text"])
