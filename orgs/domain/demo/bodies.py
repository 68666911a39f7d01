"""Planning the demo county's bodies: own ones by size, joint ones for the small, and what became of them."""

import math
from collections import defaultdict
from datetime import date, timedelta
from random import Random

from orgs.domain.demo.growth import built_on
from orgs.domain.demo.plan import FIRST_DAY, LAST_DAY, PlannedBody, PlannedMember, PlannedOrganization
from orgs.domain.reference import rows_of

LAST_FOUNDING = date(2012, 12, 15)
# line → the count that obliges, from how many on (the county's policy of 2011; the law for the party).
OBLIGED = {
    "party": ("full_members", 3),
    "union": ("employees", 25),
    "league": ("league_members", 3),
    "women": ("women", 10),
    "women_workers": ("women", 10),
}
# How many of those not obliged build all the same, as a share of those in turn.
PERMITTED = {"party": 0.40, "union": 0.42, "league": 0.32, "women": 0.34, "women_workers": 0.22}
JOINT_FORM = {"party": "party_joint", "union": "union_joint", "league": "league_joint"}
JOINT_WORDS = {"party": "“两新”组织第{}联合党支部", "union": "第{}联合基层工会", "league": "第{}联合团支部"}
LARGEST_JOINT = {"party": 5, "union": 9, "league": 7}
JOINT_ALTHOUGH_OBLIGED = 0.10
# A body that is followed by another one so soon is not told of.
SOME_TIME = timedelta(days=60)


def plan_bodies(rng: Random, organizations: list[PlannedOrganization]) -> list[PlannedBody]:
    """All bodies of all organizations, joint ones last.

    Args:
        rng: where the choices come from.
        organizations: the county's organizations with their figures.
    """
    units = {row["code"]: row["name"] for row in rows_of("units")}
    zeal = {code: rng.gauss(0, 0.28) for code in units}
    bodies: list[PlannedBody] = []
    joint: dict[tuple[str, str], list[tuple[PlannedOrganization, PlannedMember]]] = defaultdict(list)
    for organization in organizations:
        own_zeal = rng.gauss(0, 0.8) + zeal[organization.unit_on(LAST_DAY)]
        for line in OBLIGED:
            rank = _rank(own_zeal * 0.75 + rng.gauss(0, 0.78))
            _plan_line(rng, organization, line, rank, bodies, joint)
        _plan_mechanism(rng, organization, _rank(rng.gauss(0, 1)), bodies)
    for (unit, line), members in joint.items():
        bodies += _joint_bodies(rng, units[unit], line, members)
    for body in bodies:
        _confirm(rng, body)
    return bodies


def _rank(z: float) -> float:
    """Where a normal draw stands among its like: 0 first, 1 last."""
    return 0.5 * (1 + math.erf(-z / math.sqrt(2) / 1.02))


def _plan_line(rng, organization, line, rank, bodies, joint) -> None:
    measure, threshold = OBLIGED[line]
    until = organization.closed_on
    earliest = organization.registered_on + timedelta(days=rng.randrange(40, 200))
    obliged_from = _first_day_with(organization, measure, threshold)
    built = built_on(line, rank)
    permitted = None
    if rng.random() < PERMITTED[line] and (early := built_on(line, min(0.999, rank * 1.05))):
        day = max(early, earliest)
        count = organization.count_on(measure, day)
        # A union may be joined whatever the size; elsewhere one must have somebody to count.
        if (obliged_from is None or day < obliged_from) and count:
            permitted = day
    own = None
    if obliged_from is not None and built is not None:
        own = max(built, earliest)
        if obliged_from > organization.registered_on:
            own = max(own, obliged_from + timedelta(days=rng.randrange(25, 140)))
    last = min(LAST_FOUNDING, until - timedelta(days=30)) if until else LAST_FOUNDING
    if own is not None and own > last:
        own = None
    if permitted is not None and permitted <= last and (own is None or own > FIRST_DAY and permitted < own - SOME_TIME):
        _plan_permitted(rng, organization, line, permitted, own, bodies, joint)
    elif own is not None:
        if line in JOINT_FORM and rng.random() < JOINT_ALTHOUGH_OBLIGED:
            joint[organization.unit_on(own), line].append(
                (organization, PlannedMember(organization.number, own, until))
            )
        else:
            bodies.append(_own_body(rng, organization, line, own))


def _first_day_with(organization: PlannedOrganization, measure: str, threshold: int) -> date | None:
    for index, row in enumerate(organization.figures):
        if (getattr(row, measure) or 0) >= threshold:
            return row.as_of if index else organization.registered_on
    return None


def _plan_permitted(rng, organization, line, day, own, bodies, joint) -> None:
    """A body that is not owed: a joint one, a 妇女小组, a lone organizer; it may become an own body later."""
    number, until = organization.number, organization.closed_on
    kind = rng.random()
    if line == "women":
        bodies.append(_own_body(rng, organization, line, day))
    elif line == "women_workers":
        form = "ww_member" if kind < 0.5 and own is None else "ww_committee"
        bodies.append(PlannedBody(line, [(form, None)], day, [PlannedMember(number, day, until)]))
    elif line == "union" and kind < 0.18 and own is None:
        bodies.append(PlannedBody(line, [("union_organizer", None)], day, [PlannedMember(number, day, until)]))
    elif line == "union" and kind < 0.34:
        bodies.append(_own_body(rng, organization, line, day))
    else:
        member = PlannedMember(number, day, until)
        joint[organization.unit_on(day), line].append((organization, member))
        if own is not None and rng.random() < 0.6:
            member.until, member.end_reason = own, "人数增加,改为单独组建"
            bodies.append(_own_body(rng, organization, line, own))


def _form_for(organization: PlannedOrganization, line: str, day: date) -> str:
    """The form that fits the count in force on a day (三(一)3)."""
    measure, _ = OBLIGED[line]
    count = organization.count_on(measure, day) or 0
    if line == "party":
        count += organization.count_on("probationary_members", day) or 0
        return "party_committee" if count >= 100 else "party_general" if count >= 50 else "party_branch"
    if line == "union":
        return "union_committee"
    if line == "league":
        return "league_committee" if count >= 100 else "league_general" if count >= 30 else "league_branch"
    if line == "women":
        return "women_congress" if count >= 20 else "women_committee" if count >= 10 else "women_group"
    return "ww_committee"


NAMED_AFTER = {
    "party_branch": "党支部", "party_general": "党总支", "party_committee": "党委", "union_committee": "工会委员会",
    "league_branch": "团支部", "league_general": "团总支", "league_committee": "团委",
}  # fmt: skip


def _own_body(rng: Random, organization: PlannedOrganization, line: str, day: date) -> PlannedBody:
    founded, precision = day, "day"
    known = rng.random()
    if known < 0.06:
        # Known to the month only: the month's last day, which is never too early.
        founded, precision = _last_of_month(day), "month"
    if founded > LAST_FOUNDING or (organization.closed_on and founded >= organization.closed_on):
        founded, precision = day, "day"
    form = _form_for(organization, line, founded)
    forms: list[tuple[str, date | None]] = [(form, None)]
    for row in organization.figures:
        grown = _form_for(organization, line, row.as_of)
        change = row.as_of + timedelta(days=90)
        counted = getattr(row, OBLIGED[line][0])
        if row.as_of > founded and change <= LAST_DAY and counted is not None and _order(grown) > _order(forms[-1][0]):
            if organization.closed_on is None or change < organization.closed_on:
                forms.append((grown, change))
    until = organization.closed_on
    body = PlannedBody(
        line=line,
        forms=forms,
        founded_on=founded,
        founded_precision=precision,
        members=[PlannedMember(organization.number, founded, until, precision)],
        name=f"{organization.name}{NAMED_AFTER[form]}" if form in NAMED_AFTER and rng.random() < 0.5 else "",
    )
    if until:
        body.dissolved_on, body.dissolved_reason = until, "随单位注销或迁出撤销"
    elif line in ("league", "women") and date(2008, 1, 1) < founded < date(2011, 1, 1) and rng.random() < 0.035:
        body.dissolved_on = founded.replace(day=1) + timedelta(days=rng.randrange(420, 700))
        body.dissolved_reason = "人员流动大,已无人任职,报上级同意撤销"
        body.members[0].until, body.members[0].end_reason = body.dissolved_on, "组织撤销"
        body.forms = [entry for entry in body.forms if entry[1] is None or entry[1] < body.dissolved_on]
    elif founded > date(2009, 6, 1) and line == "party" and rng.random() < 0.03:
        body.composition = "functional"
    return body


ORDER = (
    "party_branch", "party_general", "party_committee", "league_branch", "league_general", "league_committee",
    "women_group", "women_committee", "women_congress",
)  # fmt: skip


def _order(form: str) -> int:
    return ORDER.index(form) if form in ORDER else -1


def _last_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _joint_bodies(rng, unit, line, members) -> list[PlannedBody]:
    """Groups the members of one unit and line by the day they came; a few never got a name (未归并)."""
    members.sort(key=lambda pair: (pair[1].first, pair[0].number))
    unnamed = [len(members) == 1 or rng.random() < 0.07 for _ in members]
    named = [pair for pair, without in zip(members, unnamed, strict=True) if not without]
    if len(named) == 1:
        unnamed, named = [True] * len(members), []
    lone = [member for (_, member), without in zip(members, unnamed, strict=True) if without]
    # Two in a row tell of one founding, as two firms of one joint body would: a group to be proposed.
    bodies = [
        PlannedBody(
            line,
            [(JOINT_FORM[line], None)],
            lone[turn - turn % 2].first,
            [member],
            composition="joint_area",
            is_provisional=True,
        )
        for turn, member in enumerate(lone)
    ]
    while named:
        size = rng.randrange(3, LARGEST_JOINT[line] + 1)
        if len(named) - size < 2:
            size = len(named)
        group, named = named[:size], named[size:]
        bodies.append(_joint_body(rng, unit, line, group, len(bodies) + 1))
    return bodies


def _joint_body(rng, unit, line, group, number) -> PlannedBody:
    trades = {organization.trade for organization, _ in group}
    founded = min(member.first for _, member in group)
    covered = []
    for _, member in group:
        leaves = member.first + timedelta(days=rng.randrange(300, 800))
        if member.until is None and rng.random() < 0.03 and FIRST_DAY <= leaves < LAST_FOUNDING:
            member.until, member.end_reason = leaves, "与本联合组织协商后退出"
        if member.until and not member.end_reason:
            member.end_reason = "单位注销或迁出"
        covered.append(member)
    body = PlannedBody(
        line=line,
        forms=[(JOINT_FORM[line], None)],
        founded_on=founded,
        members=covered,
        name=unit + JOINT_WORDS[line].format(number),
        composition="joint_industry" if len(trades) == 1 and len(group) > 1 else "joint_area",
    )
    if all(member.until for member in covered):
        body.dissolved_on = max(member.until for member in covered)
        body.dissolved_reason = "成员单位均已单独组建、注销或迁出"
    return body


def _plan_mechanism(rng, organization, rank, bodies) -> None:
    """一会三组 where the organization is above scale (三(四)), and in a few others."""
    above = next(
        (
            row.as_of if index else organization.registered_on
            for index, row in enumerate(organization.figures)
            if (row.employees or 0) >= 100
            or ((row.employees or 0) >= 50 and row.annual_revenue_yuan and row.annual_revenue_yuan >= 5_000_000)
        ),
        None,
    )
    day = built_on("mechanism", rank)
    if day is None or (above is None and rng.random() > 0.02):
        return
    day = max(day, organization.registered_on + timedelta(days=90))
    if above and above > organization.registered_on:
        day = max(day, above + timedelta(days=rng.randrange(20, 90)))
    until = organization.closed_on
    if day <= LAST_FOUNDING and (until is None or day < until - timedelta(days=30)):
        bodies.append(
            PlannedBody("mechanism", [("mechanism", None)], day, [PlannedMember(organization.number, day, until)])
        )


def _confirm(rng: Random, body: PlannedBody) -> None:
    """Lines confirm most bodies within two months; a share of the late ones still waits."""
    waits = 0.30 if body.founded_on >= date(2012, 8, 1) else 0.015
    if body.is_provisional:
        waits = 0.6
    if rng.random() >= waits:
        body.confirmed_on = min(body.founded_on + timedelta(days=rng.randrange(3, 60)), LAST_DAY)
