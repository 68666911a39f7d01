"""What the single acts ask of a post (`orgs.domain.appointments`), asked of a row whose body and person are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from orgs.domain.appointments import SUCCESSION
from orgs.domain.posts_plan import PostFacts
from orgs.imports.days import first_day, last_day, tells_news, warn_inexact
from orgs.imports.posts.case import PostCase
from orgs.imports.posts.maps import HeldPost, KnownBody, PostMaps, who_key
from orgs.lines import Precision
from orgs.permissions import first_day_after
from quannan.base.imports import CREATED, UPDATED, Change
from quannan.base.workbook.cells import CLEAR, FuzzyDate
from quannan.base.workbook.declare import Problem, Row

ONE_DAY = dt.timedelta(days=1)


def end_of(row: Row, today: dt.date) -> dt.date | None:
    """The last day that a row gives, included; None where it gives none."""
    return last_day(row["until"], today) if isinstance(row["until"], FuzzyDate) else None


def check_new(case: PostCase, maps: PostMaps) -> Iterable[Problem]:
    """A post that the register does not have yet (`appointments.appoint`)."""
    row, body = case.row, case.body
    if not case.ready or case.held is not None or not isinstance(row["from_"], FuzzyDate):
        return
    assert body is not None
    last = end_of(row, maps.today)
    since = first_day(row["from_"], last, maps.today)
    case.outcome = CREATED
    case.facts = PostFacts(
        since,
        first_day_after(last),
        row["from_"].precision,
        row["source"] if isinstance(row["source"], str) else "",
        row["full_time"] if isinstance(row["full_time"], bool) else None,
        row["reason"] if isinstance(row["reason"], str) else "",
    )
    yield from _alive(case, since, last)
    yield from warn_inexact(row, "until", last) if last is not None else ()
    if last is None and row["reason"]:
        yield row.warning("reason", "reason_without_end", "没有填离任日期,离任原因没有导入。")
        case.facts = case.facts._replace(end_reason="")
    if case.head:
        yield from _head(case, maps, since, last)


def _alive(case: PostCase, since: dt.date, last: dt.date | None) -> Iterator[Problem]:
    body, row = case.body, case.row
    assert body is not None
    if body.refused:
        yield row.error("body", "refused", "这个组织未获确认,不能登记任职。")
    elif body.dissolved_on and (last is None or last >= body.dissolved_on):
        sentence = f"这个组织自{body.dissolved_on}起已撤销,登记以前的任职须写明这一天以前的离任日期。"
        yield row.error("until", "dissolved", sentence)
    elif since < body.founded_on:
        yield _before_founding(row, body)


def _before_founding(row: Row, body: KnownBody) -> Problem:
    sentence = f"任职日期不能早于组织的成立日期({body.founded_on}),请核对。"
    return row.error("from_", "bad_day", sentence)


def _head(case: PostCase, maps: PostMaps, since: dt.date, last: dt.date | None) -> Iterator[Problem]:
    """One head at a time; whoever follows a head comes through 负责人调整, while opinions are asked for."""
    assert case.body is not None
    row = case.row
    serving = _serving(case, maps, since, first_day_after(last))
    asked = maps.opinions and last is None
    if serving is not None and asked and maps.had_head(case.body.id):
        sentence = f"{serving.name}自{serving.facts.since}起担任负责人。{SUCCESSION}"
        yield row.error("post", "needs_change", sentence)
    elif serving is not None:
        yield _head_serves(row, serving)
    elif asked and maps.had_head(case.body.id):
        yield row.error("post", "needs_change", f"这个组织有过负责人。{SUCCESSION}")


def _serving(case: PostCase, maps: PostMaps, since: dt.date, until: dt.date | None) -> HeldPost | None:
    assert case.body is not None
    heads = [
        post
        for post in maps.held_in(case.body.id)
        if post.is_head and post is not case.held and post.overlaps(since, until)
    ]
    return min(heads, key=lambda post: post.facts.since, default=None)


def _head_serves(row: Row, serving: HeldPost) -> Problem:
    sentence = f"{serving.name}自{serving.facts.since}起担任负责人,同一时间只能有一位,请先登记离任。"
    return row.error("post", "head_serves", sentence)


def check_changed(case: PostCase, maps: PostMaps) -> Iterable[Problem]:
    """A post on record, put right or ended (`appointments.correct_appointment`, `appointments.end_appointment`)."""
    held, body, row = case.held, case.body, case.row
    if not case.ready or held is None or held.id is None:
        return
    assert body is not None
    facts = held.facts
    last = facts.until - ONE_DAY if facts.until is not None else None
    ending = isinstance(row["until"], FuzzyDate) and (last is None or tells_news(row["until"], last))
    if ending:
        last = last_day(row["until"], maps.today)
        yield from warn_inexact(row, "until", last)
    since, precision = facts.since, facts.precision
    if isinstance(row["from_"], FuzzyDate) and tells_news(row["from_"], since, precision):
        since, precision = first_day(row["from_"], last, maps.today), row["from_"].precision
        if since < body.founded_on:
            yield _before_founding(row, body)
    if last is not None and last < since:
        at, sentence = ("until", f"离任日期不能早于任职日期({since}),请核对。")
        if not ending:
            at, sentence = "from_", f"任职日期不能晚于离任日期({last}),请核对。"
        yield row.error(at, "bad_day", sentence)
        return
    reason = facts.end_reason
    if isinstance(row["reason"], str):
        if last is None:
            yield row.warning("reason", "reason_without_end", "没有填离任日期,离任原因没有导入。")
        else:
            reason = row["reason"]
    case.facts = PostFacts(
        since,
        first_day_after(last),
        precision,
        _cleared(row["source"], facts.source, ""),
        _cleared(row["full_time"], facts.is_full_time, None),
        reason,
    )
    case.changes = tuple(_changes(facts, case.facts, maps))
    if case.changes:
        case.outcome = UPDATED
    if ending:
        yield from _ending(case, maps, last)
    moved = (since, case.facts.until) != (facts.since, facts.until)
    if moved:
        yield from _meets_others(case, maps)


def _ending(case: PostCase, maps: PostMaps, last: dt.date | None) -> Iterator[Problem]:
    assert case.held is not None and case.body is not None and case.facts is not None
    row, body = case.row, case.body
    opened = case.held.facts.until is None
    if opened and not case.facts.end_reason:
        yield row.error("reason", "missing_reason", "请写明离任的原因。")
    if opened and case.held.is_head and maps.opinions and body.dissolved_on is None:
        yield row.error("until", "needs_change", SUCCESSION)
    if not opened and body.dissolved_on and last is not None and last >= body.dissolved_on:
        sentence = f"这个组织自{body.dissolved_on}起已撤销,离任日期应早于这一天。"
        yield row.error("until", "dissolved", sentence)


def _meets_others(case: PostCase, maps: PostMaps) -> Iterator[Problem]:
    """The time put right meets no other head, and no other term of the same person in the post."""
    assert case.held is not None and case.body is not None and case.facts is not None
    held, facts = case.held, case.facts
    serving = _serving(case, maps, facts.since, facts.until) if held.is_head else None
    if serving is not None:
        yield _head_serves(case.row, serving)
        return
    for post in maps.held_in(case.body.id):
        same = post is not held and post.post == held.post and who_key(post.who) == who_key(held.who)
        if same and post.overlaps(facts.since, facts.until):
            yield case.row.error("from_", "once_in_a_post", "这个人这段时间已担任同一职务,请核对起止日期。")
            return


def _cleared(said: Any, held: Any, nothing: Any) -> Any:
    """Blank keeps, ``--`` clears."""
    if said is CLEAR:
        return nothing
    return said if isinstance(said, (str, bool)) else held


def _changes(before: PostFacts, after: PostFacts, maps: PostMaps) -> Iterator[Change]:
    for label, show in _SHOWN.items():
        old, new = show(before, maps), show(after, maps)
        if old != new:
            yield Change(label, old, new)


_SHOWN: dict[str, Callable[[PostFacts, PostMaps], str]] = {
    "任职日期": lambda facts, maps: _exactly(facts.since, facts.precision),
    "离任日期": lambda facts, maps: str(facts.until - ONE_DAY) if facts.until else "",
    "来源": lambda facts, maps: maps.source_label(facts.source),
    "专职或兼职": lambda facts, maps: {True: "专职", False: "兼职", None: ""}[facts.is_full_time],
    "离任原因": lambda facts, maps: facts.end_reason,
}


def _exactly(day: dt.date, precision: str) -> str:
    return str(day) if precision == Precision.DAY else f"{day}({Precision(precision).label})"
