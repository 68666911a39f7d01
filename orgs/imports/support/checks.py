"""The checks of one row of 指导员和挂点表: what the single acts ask, of maps loaded beforehand.

The acts are `orgs.domain.instructors` and `orgs.domain.liaisons`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from orgs.domain.acting import UNIT_OUT_OF_SCOPE
from orgs.domain.instructors import MOST_AT_ONCE, NO_SUPPORT, standing_fault
from orgs.domain.liaisons import COUNTY_ONLY, ENTERPRISE_ONLY, second_enterprise
from orgs.domain.people import PERSON_NAME
from orgs.domain.people_plan import Who
from orgs.domain.support_plan import INSTRUCTOR, TermFacts
from orgs.imports.days import first_day, last_day, refuse_late, tells_news, terms_meant, warn_inexact
from orgs.imports.people_known import Known
from orgs.imports.persons import HIDDEN, Home, Meant, row_person
from orgs.imports.support.maps import HeldTerm, SupportMaps, who_key
from orgs.models.organization import Kind
from orgs.models.support import LiaisonKind
from orgs.permissions import first_day_after
from quannan.base.imports import CREATED, UNCHANGED, UPDATED, Change
from quannan.base.workbook.cells import FAULTY, FuzzyDate, fold, tidy
from quannan.base.workbook.declare import ERROR, Problem, Row

ONE_DAY = dt.timedelta(days=1)
BEGINNINGS = {INSTRUCTOR: "选派日期", LiaisonKind.LEADER: "挂点日期", LiaisonKind.UNIT: "挂点日期"}


@dataclass
class SupportCase:
    """What a row comes to, as far as it could be made out.

    ``sent_by_id``, ``department``: of somebody new. ``held``: the term on record or of an earlier row that it speaks of;
    ``facts``: what is to be stored, equal to those held where nothing changes; ``before``: those held, where something
    does.
    """

    row: Row
    kind: str = ""
    organization: Known | None = None
    meant: Meant | None = None
    sent_by_id: int | None = None
    department: str = ""
    held: HeldTerm | None = None
    met: bool = False
    facts: TermFacts | None = None
    before: TermFacts | None = None
    outcome: str = UNCHANGED
    changes: tuple[Change, ...] = ()

    @property
    def name(self) -> str:
        """The person's name, or the unit's."""
        return tidy(self.row["person"]) if self.kind == LiaisonKind.UNIT else row_person(self.row)

    @property
    def who(self) -> Who | None:
        """The person, None of a unit."""
        return self.meant.who if self.meant is not None else None

    @property
    def ready(self) -> bool:
        """Whether kind, organization and person are known, and which term is meant."""
        return self.met and self.organization is not None


Rule = Callable[[SupportCase, SupportMaps], Iterable[Problem]]


def check_row(row: Row, maps: SupportMaps) -> Iterator[Problem]:
    """Every fault of a row; a row without any is remembered, since later rows of the file may meet it."""
    case = SupportCase(row)
    problems = [problem for rule in RULES for problem in rule(case, maps)]
    yield from problems
    if row.accepted and all(problem.severity != ERROR for problem in problems):
        _take(case, maps)


def check_kind(case: SupportCase, maps: SupportMaps) -> Iterable[Problem]:
    if isinstance(case.row["kind"], str):
        case.kind = case.row["kind"]
    return ()


def check_keeper(case: SupportCase, maps: SupportMaps) -> Iterable[Problem]:
    """Who may not keep a kind may hand in rows of it only as they stand on record."""
    if not case.kind or maps.may_keep[case.kind]:
        return
    told = case.meant is not None and case.meant.facts
    if case.held is None or case.outcome != UNCHANGED or told:
        sentence = COUNTY_ONLY if maps.may_keep[INSTRUCTOR] else NO_SUPPORT
        yield case.row.error("kind", "not_yours", sentence)


def check_organization(case: SupportCase, maps: SupportMaps) -> Iterable[Problem]:
    case.organization, problems = maps.organizations.of_row(case.row, maps.scope)
    yield from problems
    known = case.organization
    if case.kind == LiaisonKind.LEADER and known is not None and known.kind != Kind.ENTERPRISE:
        yield case.row.error("name", "not_enterprise", ENTERPRISE_ONLY.format(known.name))


def check_sent_by(case: SupportCase, maps: SupportMaps) -> Iterable[Problem]:
    """选派单位; where it is left blank, a 工作单位 that is a unit."""
    row = case.row
    if case.kind != INSTRUCTOR:
        return
    at = "sent_by" if isinstance(row["sent_by"], str) else "workplace"
    if not isinstance(row[at], str):
        return
    unit = maps.units.resolve(row[at])
    if unit is not None:
        case.sent_by_id = unit.id
    elif at == "sent_by":
        near = maps.units.nearest(row["sent_by"])
        hint = f"是否“{near}”?" if near else ""
        sentence = f"系统里没有这个选派单位。{hint}请填写系统中的单位名称。"
        yield row.error("sent_by", "unknown_unit", sentence)


def check_department(case: SupportCase, maps: SupportMaps) -> Iterable[Problem]:
    row = case.row
    if case.kind != LiaisonKind.LEADER or not isinstance(row["workplace"], str):
        return
    department = maps.departments.get(fold(row["workplace"]))
    if department is None:
        sentence = f"部门只能选:{'、'.join(maps.department_labels.values())}。"
        yield row.error("workplace", "unknown_code", sentence)
    else:
        case.department = department


def check_days(case: SupportCase, maps: SupportMaps) -> Iterable[Problem]:
    row = case.row
    yield from refuse_late(row, "from_", BEGINNINGS.get(case.kind, "起日"), maps.today)
    yield from refuse_late(row, "until", "最后一天", maps.today)
    since, until = row["from_"], row["until"]
    if isinstance(since, FuzzyDate) and isinstance(until, FuzzyDate) and until.last() < since.first():
        yield row.error("until", "bad_day", f"最后一天不能早于起日({since}),请核对。")


def check_person(case: SupportCase, maps: SupportMaps) -> Iterable[Problem]:
    """Who is kept by the unit, or serves here already; else somebody new. A unit has no person."""
    row = case.row
    if not case.kind or case.organization is None or not isinstance(row["person"], str):
        return
    if case.kind == LiaisonKind.UNIT:
        if isinstance(row["phone"], str):
            yield row.warning("phone", "not_kept", "挂点单位不登记联系电话,这一项没有导入。", shown=HIDDEN)
        return
    name = case.name
    if len(name) > PERSON_NAME:
        sentence = f"姓名最多写{PERSON_NAME}个字,请核对类别和姓名。"
        yield row.error("person", "too_long", sentence)
        return
    home = _home(case, maps)
    if home is None:
        sentence = "有几家组织叫这个名称,请在“工作单位或部门”中填统一社会信用代码。"
        yield row.error("workplace", "ambiguous_name", sentence)
        return
    if case.kind == INSTRUCTOR:
        terms = maps.at(INSTRUCTOR, case.organization.id)
    else:
        terms = [term for term in maps.leading(name) if not case.department or term.place == case.department]
    here = {term.who for term in terms if isinstance(term.who, int)}
    people = maps.people.named(name)
    # Somebody of the name who serves here is the one meant, whoever else of the name the unit keeps.
    candidates = [person for person in people if person.id in here]
    candidates = candidates or [person for person in people if person.at(home)]
    case.meant, problems = maps.people.meant(row, name, candidates, home, maps.organizations)
    yield from problems


def _home(case: SupportCase, maps: SupportMaps) -> Home | None:
    """Where the person belongs; in words or not at all, the unit that sends keeps them, else the account's own."""
    text = case.row["workplace"] if case.kind == INSTRUCTOR else None
    unit = maps.units.units.get(case.sent_by_id or 0)
    unit_id = unit.id if unit is not None and maps.unit_within(unit) else maps.people.home_unit_id
    if not isinstance(text, str):
        return Home(None, unit_id)
    home = maps.people.home_of(text, maps.organizations)
    return home._replace(unit_id=unit_id) if home is not None and home.workplace else home


def check_held(case: SupportCase, maps: SupportMaps) -> Iterable[Problem]:
    """Whether the row speaks of a term on record: same person or unit, same organization, at a common time."""
    row = case.row
    if case.organization is None or not isinstance(row["person"], str) or not case.kind:
        return
    if (case.meant is None) != (case.kind == LiaisonKind.UNIT) or FAULTY in (row["from_"], row["until"]):
        return
    key = who_key(case.who, case.name)
    alike = [t for t in maps.at(case.kind, case.organization.id) if who_key(t.who, t.name) == key]
    met = terms_meant(alike, row, maps.today)
    if not met and row["from_"] is None:
        yield row.error("from_", "missing_from", "没有填起日,请填写从哪一天起。")
        return
    if len(met) > 1:
        sentence = "台账中同一人(单位)到这家组织不止一次,与这一行对不上是哪一次,请核对起日。"
        yield row.error("from_", "several_terms", sentence)
        return
    case.held, case.met = (met[0] if met else None), True
    term: int | str | None = case.held.id if case.held is not None else None
    if term is None:
        since = case.held.facts.since if case.held is not None else _since(row, maps.today)
        term = str(since)
    found = maps.seen.earlier((case.kind, case.organization.id, key, term), row)
    if found is not None:
        earlier, differs = found
        sentence = f"与第{earlier.number}行是同一项,以第{earlier.number}行为准。请删去多余的一行。"
        yield row.error("person", "duplicate", sentence)
        if differs:
            message = f"与第{row.number}行不一致,请核对"
            earlier.report(earlier.warning("person", "differs_from_later", message, shown=case.name))


def _end(row: Row, today: dt.date) -> dt.date | None:
    return last_day(row["until"], today) if isinstance(row["until"], FuzzyDate) else None


def _since(row: Row, today: dt.date) -> dt.date:
    return first_day(row["from_"], _end(row, today), today)


def check_new(case: SupportCase, maps: SupportMaps) -> Iterable[Problem]:
    """A term that the register does not have yet (`send_instructor`, `tie_leader`, `tie_unit`)."""
    row = case.row
    if not case.ready or case.held is not None:
        return
    assert case.organization is not None
    last = _end(row, maps.today)
    since = _since(row, maps.today)
    case.outcome = CREATED
    reason = row["reason"] if isinstance(row["reason"], str) else ""
    case.facts = TermFacts(since, first_day_after(last), reason if last is not None else "")
    yield from warn_inexact(row, "from_", since)
    if last is not None:
        yield from warn_inexact(row, "until", last)
    yield from _reason(row, last, reason)
    if case.kind == INSTRUCTOR:
        yield from _sender(case, maps)
    if case.kind == INSTRUCTOR and maps.sent[who_key(case.who, case.name)] >= MOST_AT_ONCE:
        sentence = f"一名指导员一次最多派到{MOST_AT_ONCE}家,请核对姓名。"
        yield row.error("person", "too_many", sentence)
    if case.kind == LiaisonKind.LEADER and not case.department and row["workplace"] is None:
        sentence = f"没有填部门,请填:{'、'.join(maps.department_labels.values())}。"
        yield row.error("workplace", "missing_department", sentence)
    yield from _standing(case, since)
    yield from _second(case, maps)


def _sender(case: SupportCase, maps: SupportMaps) -> Iterator[Problem]:
    row = case.row
    unit = maps.units.units.get(case.sent_by_id or 0)
    if unit is not None and not maps.unit_within(unit):
        yield row.error("sent_by", "out_of_scope", UNIT_OUT_OF_SCOPE)
    elif unit is None and row["sent_by"] is None:
        yield row.error("sent_by", "missing_unit", "没有填选派单位,请填派出指导员的主管党(工)委。")


def _reason(row: Row, last: dt.date | None, reason: str) -> Iterator[Problem]:
    if last is not None and not reason:
        yield row.error("reason", "missing_reason", "填了“至”的,请写明结束的原因。")
    elif last is None and row["until"] is None and isinstance(row["reason"], str):
        yield row.warning("reason", "reason_without_end", "没有填“至”,结束原因没有导入。")


def _standing(case: SupportCase, since: dt.date) -> Iterator[Problem]:
    known = case.organization
    assert known is not None
    fault = standing_fault(known.name, known.registered_on, known.closed_on, since, BEGINNINGS[case.kind])
    if fault:
        yield case.row.error("from_", "bad_day", fault)


def _second(case: SupportCase, maps: SupportMaps) -> Iterator[Problem]:
    """Each leader is tied to one enterprise at a time."""
    if case.kind != LiaisonKind.LEADER or case.facts is None:
        return
    key = who_key(case.who, case.name)
    for term in maps.leading(case.name):
        if term is case.held or who_key(term.who, term.name) != key:
            continue
        if term.overlaps(case.facts.since, case.facts.until):
            sentence = second_enterprise(case.name, term.facts.since, term.organization)
            yield case.row.error("person", "leader_has_enterprise", sentence)
            return


def check_changed(case: SupportCase, maps: SupportMaps) -> Iterable[Problem]:
    """A term on record, put right or ended (`recall_instructor`, `end_liaison`)."""
    held, row = case.held, case.row
    if not case.ready or held is None or held.id is None:
        return
    facts = held.facts
    yield from _elsewhere(case, maps)
    last = facts.until - ONE_DAY if facts.until is not None else None
    ending = isinstance(row["until"], FuzzyDate) and (last is None or tells_news(row["until"], last))
    if ending:
        last = last_day(row["until"], maps.today)
        yield from warn_inexact(row, "until", last)
    since = facts.since
    if isinstance(row["from_"], FuzzyDate) and tells_news(row["from_"], since):
        since = first_day(row["from_"], last, maps.today)
        yield from warn_inexact(row, "from_", since)
        yield from _standing(case, since)
    if last is not None and last < since:
        at, sentence = ("until", f"最后一天不能早于起日({since}),请核对。")
        if not ending:
            at, sentence = "from_", f"起日不能晚于最后一天({last}),请核对。"
        yield row.error(at, "bad_day", sentence)
        return
    reason = row["reason"] if isinstance(row["reason"], str) and last is not None else facts.end_reason
    if ending or last is None:
        yield from _reason(row, last, reason)
    case.facts = TermFacts(since, first_day_after(last), reason)
    case.changes = tuple(_changes(facts, case.facts))
    if case.changes:
        case.outcome = UPDATED
    if (case.facts.since, case.facts.until) != (facts.since, facts.until):
        yield from _second(case, maps)
        yield from _again(case, maps)


def _elsewhere(case: SupportCase, maps: SupportMaps) -> Iterator[Problem]:
    """Who sends, or from which department, is not changed by a row: that is another term."""
    held = case.held
    assert held is not None
    if case.kind == INSTRUCTOR and isinstance(case.row["sent_by"], str) and case.sent_by_id not in (None, held.place):
        unit = maps.units.units.get(held.place) if isinstance(held.place, int) else None
        words = unit.name if unit else "(已停用的单位)"
        sentence = f"台账中的选派单位是“{words}”,没有改动;换了选派单位的请先结束,再另起一行。"
        yield case.row.warning("sent_by", "sent_by_differs", sentence)
    if case.kind == LiaisonKind.LEADER and case.department and case.department != held.place:
        words = maps.department_labels.get(str(held.place), str(held.place))
        sentence = f"台账中的部门是“{words}”,没有改动;部门有变的请先结束,再另起一行。"
        yield case.row.warning("workplace", "department_differs", sentence)


def _again(case: SupportCase, maps: SupportMaps) -> Iterator[Problem]:
    """The time put right meets no other term of the same at the organization."""
    assert case.organization is not None and case.facts is not None
    key = who_key(case.who, case.name)
    for term in maps.at(case.kind, case.organization.id):
        same = term is not case.held and who_key(term.who, term.name) == key
        if same and term.overlaps(case.facts.since, case.facts.until):
            sentence = f"这段时间与台账中自{term.facts.since}起的一次重叠,请核对起止日期。"
            yield case.row.error("from_", "once_at_a_time", sentence)
            return


def _changes(before: TermFacts, after: TermFacts) -> Iterator[Change]:
    shown = [
        ("起日", str(before.since), str(after.since)),
        ("至", *(str(facts.until - ONE_DAY) if facts.until else "" for facts in (before, after))),
        ("结束原因", before.end_reason, after.end_reason),
    ]
    for label, old, new in shown:
        if old != new:
            yield Change(label, old, new)


def _take(case: SupportCase, maps: SupportMaps) -> None:
    """Let the rows after this one meet what it does."""
    known, facts = case.organization, case.facts
    assert known is not None and facts is not None
    if case.meant is not None:
        maps.people.take(case.meant)
    if case.held is None:
        place = case.sent_by_id if case.kind == INSTRUCTOR else case.department
        maps.add(HeldTerm(case.kind, None, known.id, known.name, case.who, case.name, place, facts))
        maps.sent[who_key(case.who, case.name)] += 1
    elif case.changes:
        case.before = case.held.facts
        maps.change(case.held, facts)
    maps.cases[case.row.number] = case


# In this order: each asks what those before it have made out, and says nothing where they could not.
RULES: tuple[Rule, ...] = (
    check_kind,
    check_organization,
    check_sent_by,
    check_department,
    check_days,
    check_person,
    check_held,
    check_new,
    check_changed,
    check_keeper,
)
