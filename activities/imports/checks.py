"""The checks of one row of 活动表: what the single act asks, of maps loaded beforehand, in that act's own sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from activities.domain.import_plan import HeldFacts
from activities.domain.others import names_and_more, unclear
from activities.domain.recording import MOST_OTHERS
from activities.domain.rules import (
    ITSELF,
    NOT_YOUR_LINE,
    day_fault,
    entry_fault,
    line_fault,
    no_body_words,
    number_faults,
    standing_fault,
)
from activities.imports.maps import ActivityMaps, OnRecord
from activities.models.activities import held_word, title_key_of
from orgs.imports.days import last_day, warn_inexact
from orgs.imports.people_known import Known
from orgs.lines import Line
from quannan.base.imports import CREATED, UNCHANGED, UPDATED, Change
from quannan.base.workbook.cells import CLEAR, FAULTY, FuzzyDate, tidy
from quannan.base.workbook.declare import ERROR, Problem, Row

TEXTS = ("place", "content", "note")
LABELS = {
    "title": "活动名称",
    "held": "开展日期",
    "kind_id": "类别",
    "programme_id": "活动载体",
    "last_on": "结束日期",
    "place": "地点",
    "attendees": "参加人数",
    "members": "其中党员",
    "others": "共同参加的组织",
    "content": "内容",
    "note": "备注",
}


@dataclass
class ActivityCase:
    """What a row comes to, as far as it could be made out.

    ``held``: the activity on record that it speaks of; ``facts``: what is to be stored.
    """

    row: Row
    line: str = ""
    organization: Known | None = None
    kind_id: int | None = None
    programme_id: int | None = None
    others: frozenset[int] | None = None
    held: OnRecord | None = None
    facts: HeldFacts | None = None
    outcome: str = UNCHANGED
    changes: tuple[Change, ...] = ()

    @property
    def held_on(self) -> FuzzyDate | None:
        """The day as the cell says it."""
        value = self.row["held"]
        return value if isinstance(value, FuzzyDate) else None

    @property
    def days(self) -> tuple[dt.date, dt.date] | None:
        """First and last day it can have been held, None where the cell is blank or refused."""
        day = self.held_on
        return (day.first(), day.last()) if day is not None else None


Rule = Callable[[ActivityCase, ActivityMaps], Iterable[Problem]]


def check_row(row: Row, maps: ActivityMaps) -> Iterator[Problem]:
    """Every fault of a row; a row without any is remembered, and written."""
    case = ActivityCase(row)
    problems = [problem for rule in RULES for problem in rule(case, maps)]
    yield from problems
    if row.accepted and all(problem.severity != ERROR for problem in problems) and case.facts is not None:
        maps.cases[row.number] = case


def check_line(case: ActivityCase, maps: ActivityMaps) -> Iterable[Problem]:
    line = case.row["line"]
    if not isinstance(line, str):
        return
    if line in maps.lines:
        case.line = line
    else:
        yield case.row.error("line", "not_your_line", NOT_YOUR_LINE.format(Line(line).label))


def check_organization(case: ActivityCase, maps: ActivityMaps) -> Iterable[Problem]:
    scope = maps.scopes[case.line] if case.line else maps.sight
    case.organization, problems = maps.organizations.of_row(case.row, scope)
    yield from problems


def check_days(case: ActivityCase, maps: ActivityMaps) -> Iterable[Problem]:
    if (days := case.days) is None:
        return
    row = case.row
    last = row["last"]
    end = last_day(last, maps.today) if isinstance(last, FuzzyDate) else None
    for field, sentence in day_fault(days, end, maps.today).items():
        yield row.error("held" if field == "held_on" else "last", "bad_day", sentence)
    if end is not None:
        yield from warn_inexact(row, "last", end)
    known = case.organization
    if known is not None and (fault := standing_fault(known.name, known.registered_on, known.closed_on, days)):
        yield row.error("held", "bad_day", fault)


def check_numbers(case: ActivityCase, maps: ActivityMaps) -> Iterable[Problem]:
    attendees, members = (
        case.row[name] if isinstance(case.row[name], int) else None for name in ("attendees", "members")
    )
    for field, sentence in number_faults(attendees, members).items():
        yield case.row.error(field, "bad_number", sentence)


def check_held(case: ActivityCase, maps: ActivityMaps) -> Iterable[Problem]:
    """Whether the row speaks of an activity on record, and whether an earlier row was the same."""
    row, known, title = case.row, case.organization, case.row["title"]
    if known is None or not case.line or not isinstance(title, str) or case.held_on is None:
        return
    if not title_key_of(title):
        yield row.error("title", "missing_title", "没有填活动名称,请写明开展了什么活动。")
        return
    day = case.held_on.first()
    case.held = maps.held(known.id, case.line, day, title)
    found = maps.seen.earlier((known.id, case.line, day, title_key_of(title)), row)
    if found is not None:
        earlier, differs = found
        sentence = f"与第{earlier.number}行是同一项活动,以第{earlier.number}行为准。请删去多余的一行,或改正日期、名称。"
        yield row.error("title", "duplicate", sentence)
        if differs:
            message = f"与第{row.number}行不一致,请核对"
            earlier.report(earlier.warning("title", "differs_from_later", message, shown=tidy(title)))


def check_kind(case: ActivityCase, maps: ActivityMaps) -> Iterable[Problem]:
    name, days = case.row["kind"], case.days
    if not isinstance(name, str) or days is None:
        return
    entries = maps.kinds[name]
    if case.held is not None and case.held.facts.kind_id in {entry.pk for entry in entries}:
        case.kind_id = case.held.facts.kind_id
        return
    faults = {entry.pk: entry_fault(entry, days, "类别") for entry in entries}
    case.kind_id = next((pk for pk, fault in faults.items() if not fault), None)
    if case.kind_id is None:
        yield case.row.error("kind", "not_in_use", next(iter(faults.values())))


def check_programme(case: ActivityCase, maps: ActivityMaps) -> Iterable[Problem]:
    name, days = case.row["programme"], case.days
    if not isinstance(name, str) or days is None or not case.line:
        return
    entries = maps.programmes[name]
    if case.held is not None and case.held.facts.programme_id in {entry.pk for entry in entries}:
        case.programme_id = case.held.facts.programme_id
        return
    faults = {
        entry.pk: line_fault(entry, case.line) or entry_fault(entry, days, "活动载体")
        # One of the line itself goes before one of all lines.
        for entry in sorted(entries, key=lambda one: (one.line != case.line, one.line, one.pk))
    }
    case.programme_id = next((pk for pk, fault in faults.items() if not fault), None)
    if case.programme_id is None:
        yield case.row.error("programme", "not_fitting", next(iter(faults.values())))


def check_others(case: ActivityCase, maps: ActivityMaps) -> Iterable[Problem]:
    told, row = case.row["others"], case.row
    if not isinstance(told, tuple):
        return
    if len(told) > MOST_OTHERS:
        sentence = f"共同参加的组织一次最多写{MOST_OTHERS}家,现有{len(told)}家,请核对。"
        yield row.error("others", "too_many", sentence)
        return
    kept = case.held.facts.others if case.held is not None else frozenset()
    found: set[int] = set()
    for text in told:
        meant = maps.meant(text)
        # What is on record already stands, whoever sees it; anybody else has to be in sight.
        near = [one for one in meant if one.id in kept] or [
            one for one in meant if maps.organizations.within(maps.sight, one.id)
        ]
        if len(near) != 1:
            yield row.error("others", "unknown_organization", unclear(text, len(near)))
            continue
        known = near[0]
        if case.organization is not None and known.id == case.organization.id:
            yield row.error("others", "host_itself", ITSELF.format(known.name))
        elif (
            case.days is not None
            and known.id not in kept
            and (fault := standing_fault(known.name, known.registered_on, known.closed_on, case.days))
        ):
            yield row.error("others", "bad_day", fault)
        maps.names[known.id] = known.name
        found.add(known.id)
    case.others = frozenset(found)


def check_body(case: ActivityCase, maps: ActivityMaps) -> Iterable[Problem]:
    """No body of the line is a remark: C 类 organizations learn too (三(一)1)."""
    known = case.organization
    if known is None or case.days is None or not case.line:
        return
    if not maps.has_body(known.id, case.line, case.days):
        yield case.row.warning("line", "no_body", no_body_words(case.line))


def settle(case: ActivityCase, maps: ActivityMaps) -> Iterable[Problem]:
    """What is to be stored, and how that differs from what is."""
    row, day, title = case.row, case.held_on, case.row["title"]
    if case.organization is None or not case.line or day is None or case.kind_id is None or not isinstance(title, str):
        return
    if any(row[name] is FAULTY for name in (*TEXTS, "programme", "last", "attendees", "members", "others")):
        return
    old = case.held.facts if case.held is not None else None
    attendees, members = _number(row, "attendees", old), _number(row, "members", old)
    if fault := number_faults(attendees, members).get("members"):
        if isinstance(row["attendees"], int) != isinstance(row["members"], int):
            yield row.error("members" if isinstance(row["members"], int) else "attendees", "bad_number", fault)
    last = row["last"]
    end = last_day(last, maps.today) if isinstance(last, FuzzyDate) else _kept(row, "last", old and old.last_on, None)
    if end is not None and not isinstance(last, FuzzyDate) and end < day.first():
        yield row.error("held", "bad_day", f"台账中的结束日期是{end},开展日期不能更晚;请一并填写结束日期。")
    hidden = maps.hidden(old.others) if old is not None else frozenset()
    said = case.programme_id if isinstance(row["programme"], str) else None
    case.facts = HeldFacts(
        title=tidy(title) if old is None or tidy(old.title) != tidy(title) else old.title,
        held_on=day.first(),
        held_precision=day.precision,
        kind_id=case.kind_id,
        programme_id=said or _kept(row, "programme", old and old.programme_id, None),
        last_on=end,
        place=_text(row, "place", old),
        attendees=attendees,
        members=members,
        content=_text(row, "content", old),
        note=_text(row, "note", old),
        others=hidden
        | (case.others if case.others is not None else _kept(row, "others", old and old.others, frozenset())),
    )
    if old is None:
        case.outcome = CREATED
        return
    case.changes = tuple(_changes(old, case.facts, maps))
    case.outcome = UPDATED if case.changes else UNCHANGED


def _kept(row: Row, name: str, stored: Any, cleared: Any) -> Any:
    """What stands where the cell is blank: the value on record, unless it says --."""
    return cleared if row[name] is CLEAR or stored is None else stored


def _number(row: Row, name: str, old: HeldFacts | None) -> int | None:
    value = row[name]
    return value if isinstance(value, int) else _kept(row, name, old and getattr(old, name), None)


def _text(row: Row, name: str, old: HeldFacts | None) -> str:
    """Texts on record keep their lines where the words are the same."""
    value = row[name]
    stored = getattr(old, name) if old is not None else ""
    if not isinstance(value, str):
        return "" if value is CLEAR else stored
    return stored if tidy(stored) == value else value


def _changes(old: HeldFacts, new: HeldFacts, maps: ActivityMaps) -> Iterator[Change]:
    before, after = _shown(old, maps), _shown(new, maps)
    for name, label in LABELS.items():
        if before[name] != after[name]:
            yield Change(label, before[name], after[name])


def _shown(facts: HeldFacts, maps: ActivityMaps) -> dict[str, str]:
    hidden = maps.hidden(facts.others)
    words = {name: "" if (value := getattr(facts, name, None)) is None else str(value) for name in LABELS}
    return words | {
        "held": held_word(facts.held_on, facts.held_precision),
        "kind_id": maps.kind_names.get(facts.kind_id, ""),
        "programme_id": maps.programme_names.get(facts.programme_id or 0, ""),
        "others": names_and_more(sorted(maps.names.get(one, str(one)) for one in facts.others - hidden), len(hidden)),
    }


# In this order: each asks what those before it have made out, and says nothing where they could not.
RULES: tuple[Rule, ...] = (
    check_line,
    check_organization,
    check_days,
    check_numbers,
    check_held,
    check_kind,
    check_programme,
    check_others,
    check_body,
    settle,
)
