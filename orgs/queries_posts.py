"""Reads of 任职 on a day: the list's rows, cross-posting (三(二)), and heads serving three years running (四(三))."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, DateField, Exists, F, Func, OuterRef, Q, QuerySet, Value

from orgs.lines import Line
from orgs.models import Appointment, BranchMembership, Code, Organization, Person, Placement
from orgs.models.codes import CodeList
from orgs.permissions import scope_of
from orgs.queries import codes
from orgs.queries_branches import BodyRow, bodies_at, body_rows, standing_branch

UNION = "union"
PARTY = "party"
# The lines whose heads may come from the party body's other members (三(二)).
HEADED_BY_MEMBERS = ("league", "women")
YEARS_RUNNING = 3


def posts_on(user: Any, on: date) -> QuerySet[Appointment]:
    """Posts held on a day in the bodies that cover somebody in the account's sight on that day.

    Args:
        user: the signed-in User.
        on: the day, inclusive.
    """
    rows = Appointment.objects.visible_to(user, on).filter(standing_branch(on), period__contains=on)
    rows = rows.select_related("person", "branch")
    if not scope_of(user).county:
        members = BranchMembership.objects.filter(branch=OuterRef("branch"), period__contains=on)
        rows = rows.filter(Exists(members.filter(organization__in=Organization.objects.visible_to(user, on))))
    return rows


def under_unit(rows: QuerySet, path: str, on: date, branch: str = "branch") -> QuerySet:
    """Rows of bodies that cover, on a day, an organization placed in the subtree of a unit.

    Args:
        rows: rows with a body.
        path: the unit's path.
        on: the day, inclusive.
        branch: name of the field that holds the body.
    """
    placed = Placement.objects.filter(
        period__contains=on,
        unit__path__startswith=path,
        organization__memberships__branch=OuterRef(branch),
        organization__memberships__period__contains=on,
    )
    return rows.filter(Exists(placed))


def _elsewhere(on: date, **other: Any) -> Exists:
    """Whether the same person holds, on the day, a post of the kind in a body covering a common organization."""
    rows = Appointment.objects.filter(
        standing_branch(on),
        person=OuterRef("person"),
        period__contains=on,
        branch__memberships__period__contains=on,
        branch__memberships__organization__memberships__branch=OuterRef("branch"),
        branch__memberships__organization__memberships__period__contains=on,
        **other,
    )
    return Exists(rows)


def cross_chairs(on: date) -> Q:
    """书记兼任工会主席, seen from either post."""
    return Q(_elsewhere(on, branch__line=UNION, is_head=True), branch__line=PARTY, is_head=True) | Q(
        _elsewhere(on, branch__line=PARTY, is_head=True), branch__line=UNION, is_head=True
    )


def cross_members(on: date) -> Q:
    """Another member of the party body who heads the league's or the women's, seen from either post."""
    return Q(_elsewhere(on, branch__line__in=HEADED_BY_MEMBERS, is_head=True), branch__line=PARTY, is_head=False) | Q(
        _elsewhere(on, branch__line=PARTY, is_head=False), branch__line__in=HEADED_BY_MEMBERS, is_head=True
    )


def post_choices() -> list[tuple[str, str]]:
    """Posts as (code, label), the line before the label: several lines have a 书记."""
    rows = Code.objects.filter(list_name=CodeList.POST).order_by("order")
    return [(row.code, f"{Line(row.data['line']).label} {row.label}") for row in rows]


@dataclass(frozen=True)
class Head:
    """How many of the posts shown are heads, how many of these full-time, how many cross-posted."""

    heads: int
    full_time: int
    crossed: int

    def __str__(self) -> str:
        return f"负责人 {self.heads} 人次,其中专职 {self.full_time};交叉任职 {self.crossed}"


def counted(rows: QuerySet[Appointment], on: date) -> Head:
    """The counts in the head of the list; one query.

    Args:
        rows: the posts of the result.
        on: the day, inclusive.
    """
    # Asked first: hardly anybody holds two posts, and only of these is it worth looking at the bodies.
    several = (
        Appointment.objects.filter(period__contains=on)
        .order_by()
        .values("person")
        .annotate(posts=Count("pk"))
        .filter(posts__gt=1)
        .values("person")
    )
    found = rows.order_by().aggregate(
        heads=Count("pk", filter=Q(is_head=True)),
        full_time=Count("pk", filter=Q(is_head=True, is_full_time=True)),
        crossed=Count("pk", filter=Q(person__in=several) & (cross_chairs(on) | cross_members(on))),
    )
    return Head(**found)


@dataclass(frozen=True)
class Post:
    """One post as lists and pages show it.

    Attributes:
        row: the appointment.
        body: the body in words.
        title: label of the post.
        source: label of the source, "" where not known.
        others: the person's other posts on the day, in words.
        last_day: last day in the post or of the body, None while it goes on.
    """

    row: Appointment
    body: BodyRow
    title: str
    source: str
    others: str = ""
    last_day: date | None = None

    @property
    def pk(self) -> int:
        return self.row.pk


def last_day_of_post(row: Appointment) -> date | None:
    """至: the last day in the post, or of the body where that ended first; None while it goes on.

    Args:
        row: an appointment, its body read along.
    """
    ends = [day for day in (row.period.upper, row.branch.dissolved_on) if day is not None]
    return min(ends) - timedelta(days=1) if ends else None


def bodies_in_words(branch_ids: Iterable[int], user: Any, on: date) -> dict[int, BodyRow]:
    """What bodies are called on a day to this account, by id; a fixed number of queries.

    Args:
        branch_ids: ids of bodies in sight.
        user: the signed-in User; members out of sight are not named.
        on: the day, inclusive.
    """
    ids = set(branch_ids)
    return {row.pk: row for row in body_rows(bodies_at(user, on).filter(pk__in=ids), user, on)} if ids else {}


def in_words(rows: Iterable[Appointment], on: date, user: Any, *, with_others: bool = True) -> list[Post]:
    """Posts in words; a fixed number of queries.

    Args:
        rows: appointments in sight, with their persons and bodies.
        on: the day, inclusive.
        user: the signed-in User.
        with_others: whether the person's other posts on the day within the account's sight are told.
    """
    rows = list(rows)
    others: dict[int, list[Appointment]] = {}
    if with_others and rows:
        also = posts_on(user, on).filter(person__in={row.person_id for row in rows})
        for other in also.order_by("person", "-is_head", "pk"):
            others.setdefault(other.person_id, []).append(other)
    bodies = bodies_in_words((row.branch_id for row in rows), user, on)
    titles, sources = codes("post"), codes("leader_source")

    def told(other: Appointment) -> str:
        return f"{Line(other.branch.line).label}{titles.get(other.post, other.post)}"

    return [
        Post(
            row=row,
            body=bodies[row.branch_id],
            title=titles.get(row.post, row.post),
            source=sources.get(row.source, row.source),
            others="、".join(told(o) for o in others.get(row.person_id, ()) if o.pk != row.pk),
            last_day=last_day_of_post(row),
        )
        for row in rows
    ]


@dataclass
class Share:
    """One unit's line of the table of cross-posting; of `heads` so many are cross-posted, by line.

    Attributes:
        code: unit code, "" for the total.
        name: the unit, or what the total is of.
        depth: how far below the first unit it stands.
        heads: line → heads on the day.
        crossed: line → those of them who are cross-posted.
    """

    code: str
    name: str
    depth: int
    heads: dict[str, int]
    crossed: dict[str, int]

    def rate(self, line: str) -> float | None:
        """Percent with one decimal, None without a base."""
        return round(100 * self.crossed[line] / self.heads[line], 1) if self.heads[line] else None


SHARED_LINES = (PARTY, *HEADED_BY_MEMBERS)


def cross_posting(user: Any, on: date, units: Iterable[Any], whole: str) -> list[Share]:
    """Heads and cross-posted heads by unit and line, the total first; two queries.

    A joint body counts in every unit in which it covers somebody, and once in the total.

    Args:
        user: the signed-in User.
        on: the day, inclusive.
        units: unit choices (code, name, path, depth) in the order shown.
        whole: what the total is of.
    """
    heads = posts_on(user, on).filter(is_head=True, branch__line__in=SHARED_LINES)
    crossed = set(heads.filter(cross_chairs(on) | cross_members(on)).values_list("pk", flat=True))
    placed = heads.filter(
        branch__memberships__period__contains=on,
        branch__memberships__organization__placements__period__contains=on,
    ).values_list("pk", "branch__line", "branch__memberships__organization__placements__unit__path")
    lines = dict(heads.values_list("pk", "branch__line"))
    paths: dict[str, set[int]] = {}
    for pk, _, path in placed.distinct():
        paths.setdefault(path, set()).add(pk)

    def share(code: str, name: str, depth: int, found: set[int]) -> Share:
        return Share(
            code,
            name,
            depth,
            {line: sum(1 for pk in found if lines[pk] == line) for line in SHARED_LINES},
            {line: sum(1 for pk in found & crossed if lines[pk] == line) for line in SHARED_LINES},
        )

    rows = [share("", whole, 0, set(lines))]
    for unit in units:
        below = [found for path, found in paths.items() if path.startswith(unit.path)]
        rows.append(share(unit.code, unit.name, unit.depth, set().union(*below)))
    return rows


def years_before(on: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes 28 February.

    Args:
        on: the day.
        years: how many.
    """
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


class StretchBegan(Func):
    """The first day of the days without a gap, around a day, on which a person heads a body, the same or another."""

    template = """(
        SELECT lower(held.stretch) FROM (SELECT %(expressions)s) AS asked(person, day), LATERAL (
            SELECT unnest(range_agg(a.period * daterange(b.founded_on, b.dissolved_on))) AS stretch
            FROM orgs_appointment a JOIN orgs_branch b ON b.id = a.branch_id
            WHERE a.is_head AND a.person_id = asked.person
        ) AS held WHERE held.stretch @> asked.day
    )"""
    output_field = DateField()


def heads_running(user: Any, on: date) -> QuerySet[Person]:
    """People who on a day have headed a body, the same or another, for three years without a day between (四(三)).

    `since` is the first day of that stretch.

    Args:
        user: the signed-in User; heads of bodies in sight.
        on: the day, inclusive.
    """
    heads = posts_on(user, on).filter(is_head=True)
    return (
        Person.objects.visible_to(user, on)
        .filter(pk__in=heads.values("person"))
        .annotate(since=StretchBegan(F("pk"), Value(on, output_field=DateField())))
        .filter(since__lte=years_before(on, YEARS_RUNNING))
    )


@dataclass(frozen=True)
class Running:
    """Somebody who heads bodies for years running.

    Attributes:
        person: who.
        posts: the heads' posts on the day.
        since: first day of the stretch.
        years: full years of it.
    """

    person: Person
    posts: list[Post]
    since: date
    years: int

    @property
    def pk(self) -> int:
        return self.person.pk

    @property
    def words(self) -> str:
        return "、".join(f"{post.body.name}{post.title}" for post in self.posts)

    @property
    def units(self) -> str:
        return "、".join(dict.fromkeys(unit for post in self.posts for unit in post.body.units))


def running_in_words(people: Iterable[Any], on: date, user: Any) -> list[Running]:
    """Rows of `heads_running` with their posts; a fixed number of queries.

    Args:
        people: as `heads_running` gives them.
        on: the day, inclusive.
        user: the signed-in User.
    """
    people = list(people)
    rows = posts_on(user, on).filter(is_head=True, person__in=people)
    posts: dict[int, list[Post]] = {}
    for post in in_words(rows.order_by("branch__line", "pk"), on, user, with_others=False):
        posts.setdefault(post.row.person_id, []).append(post)
    found = []
    for person in people:
        years = on.year - person.since.year
        if years_before(on, years) < person.since:
            years -= 1
        found.append(Running(person, posts.get(person.pk, []), person.since, years))
    return found
