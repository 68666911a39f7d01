"""The checks of one row of 任职表: which organization, body, post and person it means, of maps loaded beforehand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from orgs.domain.body_rules import NOT_IN_SIGHT, not_your_line
from orgs.domain.people_plan import NewPerson
from orgs.imports.days import first_day, refuse_late, terms_meant
from orgs.imports.persons import Home, row_person
from orgs.imports.posts.acts import check_changed, check_new, end_of
from orgs.imports.posts.case import PostCase
from orgs.imports.posts.maps import HeldPost, KnownBody, PostMaps, who_key
from orgs.lines import Line
from orgs.validators import normalise_name
from quannan.base.imports import UNCHANGED
from quannan.base.workbook.cells import FAULTY, FuzzyDate, fold
from quannan.base.workbook.declare import ERROR, Problem, Row

Rule = Callable[[PostCase, PostMaps], Iterable[Problem]]


def check_row(row: Row, maps: PostMaps) -> Iterator[Problem]:
    """Every fault of a row; a row without any is remembered, since later rows of the file may meet it."""
    case = PostCase(row)
    problems = [problem for rule in RULES for problem in rule(case, maps)]
    yield from problems
    if row.accepted and all(problem.severity != ERROR for problem in problems):
        _take(case, maps)


def check_organization(case: PostCase, maps: PostMaps) -> Iterable[Problem]:
    line = case.row["line"]
    scope = maps.scopes[line] if isinstance(line, str) and maps.may_edit[line] else maps.people.sight
    case.organization, problems = maps.organizations.of_row(case.row, scope)
    return problems


def check_line(case: PostCase, maps: PostMaps) -> Iterable[Problem]:
    """Who may not change a line may hand in its rows only as they stand on record."""
    line = case.row["line"]
    if not isinstance(line, str) or maps.may_edit[line]:
        return
    told = case.meant is not None and case.meant.facts
    if case.held is None or case.outcome != UNCHANGED or told:
        yield case.row.error("line", "not_your_line", not_your_line(line))


def check_body(case: PostCase, maps: PostMaps) -> Iterable[Problem]:
    """The body that the row speaks of: of the line, by its name, at the time of the post."""
    row, line, known = case.row, case.row["line"], case.organization
    if known is None or not isinstance(line, str):
        return
    label = Line(line).label
    bodies = [body for body in maps.bodies.get(known.id, {}).values() if body.line == line]
    if not bodies:
        sentence = f"台账中“{known.name}”没有{label},请先登记成立,再导入任职。"
        yield row.error("line", "no_body", sentence)
        return
    names = "、".join(dict.fromkeys(body.name for body in bodies if body.name))
    if isinstance(row["body"], str):
        key = normalise_name(row["body"])
        found = [body for body in bodies if body.name_key and body.name_key == key]
        if not found:
            offered = f"可填:{names};" if names else ""
            sentence = f"“{known.name}”的{label}中没有这个名称的组织。{offered}本单位单独的组织请留空。"
            yield row.error("body", "unknown_body", sentence)
            return
    else:
        found = [body for body in bodies if body.own]
        if not found:
            sentence = f"“{known.name}”没有单独的{label},由联合组织覆盖,请填写它的名称:{names}。"
            yield row.error("body", "missing_body", sentence)
            return
    case.body = _at_the_time(found, _day_of(row, maps.today))
    if case.body is None:
        sentence = f"“{known.name}”有几个{label},分不清是哪一个,请在“组织名称”中填写它的名称。"
        yield row.error("body", "ambiguous_body", sentence)
    elif maps.may_edit[line] and not maps.in_sight(case.body.id, line):
        yield row.error("body", "out_of_scope", NOT_IN_SIGHT)


def _day_of(row: Row, today: dt.date) -> dt.date:
    for field in ("from_", "until"):
        said = row[field]
        if isinstance(said, FuzzyDate):
            return min(said.last(), today)
    return today


def _at_the_time(bodies: list[KnownBody], day: dt.date) -> KnownBody | None:
    """The body that stood on the day, of several what counts as a body; else the last one; None where it is unclear."""
    standing = [body for body in bodies if body.stands_on(day)]
    counted = [body for body in standing if body.is_body] or standing
    if counted:
        return counted[0] if len(counted) == 1 else None
    return max(bodies, key=lambda body: (not body.refused, body.founded_on, body.id))


def check_post(case: PostCase, maps: PostMaps) -> Iterable[Problem]:
    row, line = case.row, case.row["line"]
    if not isinstance(line, str) or not isinstance(row["post"], str):
        return
    posts = maps.posts[line]
    case.post = posts.get(fold(row["post"]))
    if case.post is None:
        offered = "、".join(dict.fromkeys(code.label for code in posts.values()))
        sentence = f"{Line(line).label}没有这种职务,可填:{offered}。"
        yield row.error("post", "unknown_post", sentence)


def check_days(case: PostCase, maps: PostMaps) -> Iterable[Problem]:
    row = case.row
    yield from refuse_late(row, "from_", "任职日期", maps.today)
    yield from refuse_late(row, "until", "离任日期", maps.today)
    since, until = row["from_"], row["until"]
    if isinstance(since, FuzzyDate) and isinstance(until, FuzzyDate) and until.last() < since.first():
        yield row.error("until", "bad_day", f"离任日期不能早于任职日期({since}),请核对。")


def check_person(case: PostCase, maps: PostMaps) -> Iterable[Problem]:
    """Who works in the organization or holds a post of the body, else who belongs to 工作单位; else somebody new."""
    row, name = case.row, row_person(case.row)
    if not name or case.organization is None:
        return []
    people = maps.people.named(name)
    serving = list(maps.held_in(case.body.id)) if case.body else []
    in_the_post = {
        post.who for post in serving if isinstance(post.who, int) and case.post and post.post == case.post.code
    }
    if isinstance(row["workplace"], str):
        home = maps.people.home_of(row["workplace"], maps.organizations)
        if home is None:
            sentence = "有几家组织叫这个名称,请在“工作单位”中填统一社会信用代码。"
            return [row.error("workplace", "ambiguous_name", sentence)]
        candidates = [person for person in people if person.at(home)]
        candidates = candidates or [person for person in people if person.id in in_the_post]
    else:
        home = Home(case.organization.id, None)
        for post in serving:
            if isinstance(post.who, NewPerson) and post.who.name == name:
                home = Home(post.who.organization_id, post.who.unit_id)
        here = {post.who for post in serving if isinstance(post.who, int)}
        candidates = [person for person in people if person.id in here or person.at(home)]
        if len(candidates) > 1:
            # Of several of the name, the one who has this very post is meant.
            candidates = [person for person in candidates if person.id in in_the_post] or candidates
    case.meant, problems = maps.people.meant(row, name, candidates, home, maps.organizations)
    return problems


def check_held(case: PostCase, maps: PostMaps) -> Iterable[Problem]:
    """Whether the row speaks of a post on record: same person, body and post, at a common time."""
    row = case.row
    if case.body is None or case.post is None or case.meant is None:
        return
    key = who_key(case.meant.who)
    alike = [post for post in maps.held_in(case.body.id) if post.post == case.post.code and who_key(post.who) == key]
    if row["from_"] is FAULTY or row["until"] is FAULTY:
        return
    met = terms_meant(alike, row, maps.today)
    if not met and row["from_"] is None:
        yield row.error("from_", "missing_from", "没有填任职日期,请填写(只知年月的写年月)。")
        return
    if len(met) > 1:
        sentence = "台账中这个人担任过几次这一职务,与这一行对不上是哪一次,请核对任职日期。"
        yield row.error("from_", "several_terms", sentence)
        return
    case.held = met[0] if met else None
    yield from _duplicate(case, maps)


def _duplicate(case: PostCase, maps: PostMaps) -> Iterable[Problem]:
    assert case.body is not None and case.post is not None and case.meant is not None
    row = case.row
    term: int | str | None = case.held.id if case.held is not None and case.held.id is not None else None
    if term is None and case.held is not None:
        # The term was given by an earlier row of this file.
        term = str(case.held.facts.since)
    elif term is None:
        since: FuzzyDate = row["from_"]
        term = str(first_day(since, end_of(row, maps.today), maps.today))
    found = maps.seen.earlier((case.body.id, case.post.code, who_key(case.meant.who), term), row)
    if found is None:
        return
    earlier, differs = found
    sentence = f"与第{earlier.number}行是同一项任职,以第{earlier.number}行为准。请删去多余的一行。"
    yield row.error("person", "duplicate", sentence)
    if differs:
        message = f"与第{row.number}行不一致,请核对"
        earlier.report(earlier.warning("person", "differs_from_later", message, shown=row_person(row)))


def _take(case: PostCase, maps: PostMaps) -> None:
    """Let the rows after this one meet what it does."""
    meant, facts = case.meant, case.facts
    assert meant is not None and facts is not None and case.body is not None and case.post is not None
    maps.people.take(meant)
    if case.held is None:
        post = HeldPost(None, case.body.id, meant.who, row_person(case.row), case.post.code, case.head, facts)
        maps.add(post)
    elif case.changes:
        case.before = case.held.facts
        maps.change(case.held, facts)
    maps.cases[case.row.number] = case


# In this order: each asks what those before it have made out, and says nothing where they could not.
RULES: tuple[Rule, ...] = (
    check_organization,
    check_body,
    check_post,
    check_days,
    check_person,
    check_held,
    check_new,
    check_changed,
    check_line,
)
