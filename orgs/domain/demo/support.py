"""Instructors, liaisons, 推优 and 排查 of the demo county."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from orgs.domain.demo.names import Names
from orgs.domain.demo.plan import LAST_DAY, PlannedCounty, PlannedOrganization
from orgs.domain.naming import naming_fields
from orgs.domain.recommendations import MONTHS_KEPT, months_before
from orgs.models import (
    Instructor,
    Liaison,
    MemberSearch,
    Organization,
    Person,
    Recommendation,
    Unit,
    User,
)
from orgs.models.support import LiaisonKind, RecommendationStage

SEED = 2011_0301
BEGINS = date(2011, 3, 1)
INSTRUCTORS = 30
# How many leading-group members of each department are tied.
LEADERS = {"organization": 6, "union": 5, "league": 4, "women": 4}
UNITS = ("县财政局", "县发改委", "县国土资源局", "县农行", "县供电公司", "县税务局", "县人社局", "县司法局")
COUNTY = "360729"
RECORDERS = {"chengxiang": "36072901", "gongyeyuan": "36072910", "owner": COUNTY}
LINES = ("union", "league", "women")
STAGES = tuple(RecommendationStage.values)
PAST, RECENT = 36, 15
DECLINED = "思想汇报还不够,再培养一段时间"
WORKPLACES = ("党政办", "组织办", "企业办", "工会", "退居二线")


def write_support(
    county: PlannedCounty, organizations: Sequence[Organization], users: Sequence[User], now: datetime
) -> None:
    """Writes instructors, liaisons, recommendations in each stage and counts of searches, always the same ones.

    Recommendations of 2011 are counts by now, as the rule on names has it; some of the last months bear names.

    Args:
        county: what was planned.
        organizations: the rows written for its organizations, in order.
        users: the demo's accounts.
        now: the clock, by which names are kept or not.
    """
    rng = Random(SEED)
    names = Names(rng)
    units = {unit.code: unit for unit in Unit.objects.all()}
    accounts = {user.username: user for user in users}
    standing = [
        planned
        for planned in county.organizations
        if planned.closed_on is None and not planned.exclusions and planned.registered_on < BEGINS
    ]
    led = {member.number for body in county.bodies if body.line == "party" for member in body.members}
    bare = [planned for planned in standing if planned.number not in led]
    _write_instructors(rng, names, bare, organizations, units)
    _write_liaisons(rng, names, bare or standing, organizations, units)
    _write_recommendations(rng, names, standing, organizations, accounts, timezone.localdate(now), now)
    _write_searches(rng, standing, organizations, units, accounts, timezone.localdate(now))


def _people(names: Names, keepers: Sequence[tuple[Unit, str]]) -> list[Person]:
    made = []
    for unit, workplace in keepers:
        name = names.person()
        named = naming_fields(name, (), None, None)
        made.append(
            Person(
                name=name,
                search_text=named["search_text"],
                sort_key=named["sort_key"][:200],
                unit=unit,
                workplace=workplace,
                phone=names.phone(),
                is_demo=True,
            )
        )
    return Person.objects.bulk_create(made)


def _write_instructors(
    rng: Random,
    names: Names,
    bare: Sequence[PlannedOrganization],
    organizations: Sequence[Organization],
    units: dict[str, Unit],
) -> None:
    chosen = rng.sample(list(bare), min(INSTRUCTORS, len(bare)))
    senders = [units[planned.unit_on(LAST_DAY)] for planned in chosen]
    people = _people(names, [(unit, rng.choice(WORKPLACES)) for unit in senders])
    rows = []
    for place, (planned, sender, person) in enumerate(zip(chosen, senders, people, strict=True)):
        from_ = BEGINS + timedelta(days=rng.randrange(300))
        recalled = place % 6 == 5
        rows.append(
            Instructor(
                person=person,
                organization=organizations[planned.number],
                sent_by=sender,
                period=DateRange(from_, from_ + timedelta(days=240) if recalled else None),
                end_reason="任期已满,轮换" if recalled else "",
                source="demo",
            )
        )
    Instructor.objects.bulk_create(rows)


def _write_liaisons(
    rng: Random,
    names: Names,
    weak: Sequence[PlannedOrganization],
    organizations: Sequence[Organization],
    units: dict[str, Unit],
) -> None:
    enterprises = [planned for planned in weak if planned.kind == "enterprise"]
    departments = [code for code, number in LEADERS.items() for _ in range(number)]
    people = _people(names, [(units[COUNTY], "") for _ in departments])
    chosen = rng.sample(enterprises, min(len(departments), len(enterprises)))
    rows = []
    for place, (department, person, planned) in enumerate(zip(departments, people, chosen, strict=False)):
        from_ = date(2011, 4, 1) + timedelta(days=rng.randrange(60))
        moved = place % 5 == 4
        rows.append(_tied(planned, organizations, DateRange(from_, date(2012, 3, 1) if moved else None), moved))
        rows[-1].department, rows[-1].person = department, person
        if moved:
            rows.append(_tied(rng.choice(enterprises), organizations, DateRange(date(2012, 3, 1), None), False))
            rows[-1].department, rows[-1].person = department, person
    for name, planned in zip(UNITS, rng.sample(list(weak), min(len(UNITS), len(weak))), strict=False):
        rows.append(_tied(planned, organizations, DateRange(date(2011, 5, 1), None), False))
        rows[-1].kind, rows[-1].unit_name = LiaisonKind.UNIT, name
    Liaison.objects.bulk_create(rows)


def _tied(
    planned: PlannedOrganization, organizations: Sequence[Organization], period: DateRange, moved: bool
) -> Liaison:
    reason = "领导分工调整" if moved else ""
    return Liaison(organization=organizations[planned.number], period=period, end_reason=reason)


def _write_recommendations(
    rng: Random,
    names: Names,
    standing: Sequence[PlannedOrganization],
    organizations: Sequence[Organization],
    accounts: dict[str, User],
    today: date,
    now: datetime,
) -> None:
    seats = {a.organization_id for a in accounts["secretary"].assignments}
    places = [planned for planned in standing if organizations[planned.number].pk in seats]
    towns = [planned for planned in standing if planned.unit_on(LAST_DAY) in ("36072901", "36072910")]
    rows = []
    for number in range(PAST + RECENT):
        recent = number >= PAST
        stage = STAGES[number % len(STAGES)]
        planned = rng.choice(towns if recent else list(standing))
        if recent and number < PAST + len(STAGES) and places:
            planned = places[0]
        first = today - timedelta(days=40 + rng.randrange(200)) if recent else BEGINS + timedelta(rng.randrange(90))
        days = [first + timedelta(days=step) for step in (0, 15, 30)]
        accepted = days[1] if stage in (RecommendationStage.ACCEPTED, RecommendationStage.FILED) else None
        filed = days[2] if stage == RecommendationStage.FILED else None
        declined = days[1] if stage == RecommendationStage.DECLINED else None
        last = filed or declined or accepted or first
        kept = last > months_before(today, MONTHS_KEPT)
        line = LINES[number % len(LINES)]
        name = names.person()
        rows.append(
            Recommendation(
                organization=organizations[planned.number],
                line=line,
                name=name if kept else "",
                name_wiped_at=None if kept else now,
                stage=stage,
                recommended_on=first,
                accepted_on=accepted,
                filed_on=filed,
                declined_on=declined,
                declined_reason=DECLINED if declined else "",
                recommended_by=accounts[line],
            )
        )
    Recommendation.objects.bulk_create(rows)


def _write_searches(
    rng: Random,
    standing: Sequence[PlannedOrganization],
    organizations: Sequence[Organization],
    units: dict[str, Unit],
    accounts: dict[str, User],
    today: date,
) -> None:
    rows = []
    for username, code in RECORDERS.items():
        within = [planned for planned in standing if code in (COUNTY, planned.unit_on(LAST_DAY))]
        for planned in rng.sample(within, min(8, len(within))):
            for visited in (BEGINS + timedelta(rng.randrange(200)), today - timedelta(rng.randrange(250))):
                found = rng.randrange(5)
                contacted = rng.randint(0, found)
                rows.append(
                    MemberSearch(
                        organization=organizations[planned.number],
                        kind=rng.choice(("pocket", "hidden")),
                        visited_on=visited,
                        found=found,
                        contacted=contacted,
                        transferred=rng.randint(0, contacted),
                        unit=units[code],
                        recorded_by=accounts[username],
                    )
                )
    MemberSearch.objects.bulk_create(rows)
