"""Who leads the demo county's bodies, who stands in its talent pool, who works for it, and who owns its enterprises."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.demo.names import Names
from orgs.domain.demo.plan import LAST_DAY, PlannedBody, PlannedCounty, PlannedOrganization
from orgs.domain.naming import naming_fields
from orgs.models import Appointment, Branch, Candidate, Organization, Owner, Person, ProfessionalWorker, Unit

SEED = 2011_0501
# Line → post of the head and posts of the others.
POSTS = {
    "party": ("party.secretary", ("party.organizing", "party.publicity")),
    "union": ("union.chair", ("union.vice", "union.audit")),
    "league": ("league.secretary", ()),
    "women": ("women.chair", ()),
    "women_workers": ("women_workers.chair", ()),
}
SOURCES = (("middle_manager", 0.34), ("employee", 0.24), ("investor", 0.22), ("sent", 0.12), ("retired_cadre", 0.05),
           ("recruited", 0.03))  # fmt: skip
LED, SECOND_HEAD, WITH_OTHERS = 0.86, 0.25, 0.6
CHAIRS_TOO, HEADS_TOO = 0.45, 0.4
OWNED, LEGAL_TOO, WITH_PHONE = 0.7, 0.15, 0.4
LEAVING = ("任期届满", "工作调动", "退休")
POOL, CHOSEN, WITHDRAWN, WORKERS = 40, 7, 3, 6
POOL_FROM, HIRED_FROM = date(2011, 1, 10), date(2011, 2, 1)
QUALIFICATIONS = (
    "party_experience",
    "management",
    "union_experience",
    "league_experience",
    "women_experience",
    "trained",
)
EMPLOYERS = ("36072910", "36072911", "36072901")


@dataclass
class Team:
    """The people of one organization as the bodies of its lines are filled, line by line.

    Attributes:
        secretary: who heads the party body, if anybody.
        members: its other members.
        chosen: those of them who head another line already.
    """

    secretary: Person | None = None
    members: list[Person] = field(default_factory=list)
    chosen: set[int] = field(default_factory=set)


class Writer:
    """Makes the rows in memory, always the same ones."""

    def __init__(self, units: dict[str, Unit]) -> None:
        self.rng = Random(SEED)
        self.names = Names(self.rng)
        self.units = units
        self.people: list[Person] = []
        self.posts: list[Appointment] = []
        self.teams: dict[int, Team] = {}

    def person(self, *, at: Organization | None = None, unit: Unit | None = None, workplace: str = "") -> Person:
        """Somebody new."""
        name = self.names.person()
        named = naming_fields(name, (), None, None)
        person = Person(
            name=name,
            search_text=named["search_text"],
            sort_key=named["sort_key"][:200],
            organization=at,
            unit=unit,
            workplace=workplace,
            phone=self.names.phone() if self.rng.random() < WITH_PHONE else "",
            is_demo=True,
        )
        self.people.append(person)
        return person

    def source(self) -> str:
        at = self.rng.random()
        for code, share in SOURCES:
            if at < share:
                return code
            at -= share
        return ""

    def post(self, person: Person, branch: Branch, post: str, period: DateRange, reason: str = "") -> None:
        source = self.source()
        self.posts.append(
            Appointment(
                person=person,
                branch=branch,
                post=post,
                is_head=post == POSTS[branch.line][0],
                period=period,
                source=source,
                is_full_time=None if self.rng.random() < 0.2 else source in ("recruited", "retired_cadre"),
                end_reason=reason,
            )
        )

    def body(self, planned: PlannedBody, branch: Branch, at: Organization) -> None:
        """Fills one body: perhaps a former head, a head, perhaps others."""
        head, others = POSTS[planned.line]
        team = self.teams.setdefault(planned.members[0].number, Team())
        until = planned.dissolved_on
        begun = planned.founded_on
        days = ((until or LAST_DAY) - begun).days
        if days > 800 and self.rng.random() < SECOND_HEAD:
            change = begun + timedelta(days=self.rng.randrange(400, days - 200))
            self.post(self.person(at=at), branch, head, DateRange(begun, change), self.rng.choice(LEAVING))
            begun = change
        leader = self._leader(planned.line, team, at)
        self.post(leader, branch, head, DateRange(begun, until), planned.dissolved_reason)
        if planned.line == "party":
            team.secretary = leader
        if others and self.rng.random() < WITH_OTHERS:
            for post in others:
                other = self.person(at=at)
                self.post(other, branch, post, DateRange(begun, until), planned.dissolved_reason)
                if planned.line == "party":
                    team.members.append(other)

    def _leader(self, line: str, team: Team, at: Organization) -> Person:
        """三(二): the secretary may chair the union, other members of the party body may head league and women."""
        if line == "union" and team.secretary is not None and self.rng.random() < CHAIRS_TOO:
            return team.secretary
        free = [person for person in team.members if id(person) not in team.chosen]
        if line in ("league", "women") and free and self.rng.random() < HEADS_TOO:
            team.chosen.add(id(free[0]))
            return free[0]
        return self.person(at=at)


def write_people(county: PlannedCounty, organizations: Sequence[Organization], branches: Sequence[Branch]) -> None:
    """Writes posts of most bodies, the talent pool, a few professional workers and owners, always the same ones.

    Args:
        county: what was planned.
        organizations: the rows written for its organizations, in order.
        branches: the rows written for its bodies, in order.
    """
    writer = Writer({unit.code: unit for unit in Unit.objects.all()})
    rng = writer.rng
    pairs = [pair for pair in zip(county.bodies, branches, strict=True) if pair[0].line in POSTS]
    # The party's first: who sits there may head another line.
    for planned, branch in sorted(pairs, key=lambda pair: tuple(POSTS).index(pair[0].line)):
        if planned.members and not planned.is_provisional and rng.random() < LED:
            writer.body(planned, branch, organizations[planned.members[0].number])
    candidates = list(_pool(writer))
    workers = list(_workers(writer, county, organizations))
    owners = list(_owners(writer, county, organizations))
    Person.objects.bulk_create(writer.people)
    Appointment.objects.bulk_create(writer.posts)
    Candidate.objects.bulk_create(candidates)
    ProfessionalWorker.objects.bulk_create(workers)
    Owner.objects.bulk_create(owners)


def _pool(writer: Writer) -> Iterator[Candidate]:
    rng, units = writer.rng, [unit for unit in writer.units.values() if unit.parent_id]
    serving = {
        id(post.person): post
        for post in writer.posts
        if post.is_head and post.period.upper is None and post.period.lower > POOL_FROM
    }
    chosen = list(serving.values())[:CHOSEN]
    for place in range(POOL):
        entered = POOL_FROM + timedelta(days=rng.randrange(150))
        facts = {
            "qualifications": sorted(rng.sample(QUALIFICATIONS, rng.randrange(1, 4)), key=QUALIFICATIONS.index),
            "source": writer.source(),
            "entered_on": entered,
        }
        if place < len(chosen):
            post = chosen[place]
            facts["entered_on"] = POOL_FROM
            yield Candidate(person=post.person, lines=[post.branch.line], status="chosen", **facts)
            continue
        person = writer.person(unit=rng.choice(units), workplace=rng.choice(("退居二线", "村(社区)", "机关", "")))
        if place >= POOL - WITHDRAWN:
            facts |= {"status": "withdrawn", "left_on": entered + timedelta(days=60), "leaving_reason": "本人外出务工"}
        yield Candidate(
            person=person, lines=rng.choice((["party"], ["party", "union"], ["union"], ["league"], ["women"])), **facts
        )


def _workers(
    writer: Writer, county: PlannedCounty, organizations: Sequence[Organization]
) -> Iterator[ProfessionalWorker]:
    for place in range(WORKERS):
        code = EMPLOYERS[place % len(EMPLOYERS)]
        near = [p for p in county.organizations if _stands(p) and p.unit_on(LAST_DAY) == code]
        sent = organizations[writer.rng.choice(near).number] if near and place % 2 == 0 else None
        yield ProfessionalWorker(
            person=writer.person(unit=writer.units[code]),
            unit=writer.units[code],
            organization=sent,
            lines=[("party", "union", "league")[place % 3]],
            source="recruited",
            period=DateRange(HIRED_FROM + timedelta(days=30 * place), None),
        )


def _owners(writer: Writer, county: PlannedCounty, organizations: Sequence[Organization]) -> Iterator[Owner]:
    rng = writer.rng
    led = {p.person.organization_id: p for p in writer.posts if p.branch.line == "party" and p.source == "investor"}
    for planned in county.organizations:
        if planned.kind != "enterprise" or not _stands(planned) or rng.random() > OWNED:
            continue
        row = organizations[planned.number]
        post = led.get(row.pk)
        name = post.person.name if post is not None and post.period.upper is None else writer.names.person()
        phone = writer.names.phone() if rng.random() < WITH_PHONE else ""
        yield Owner(organization=row, role="investor", name=name, phone=phone, period=DateRange(None, None))
        if rng.random() < LEGAL_TOO:
            yield Owner(organization=row, role="legal", name=name, period=DateRange(None, None))


def _stands(planned: PlannedOrganization) -> bool:
    return planned.closed_on is None
