"""Elections of the demo county's bodies, and why organizations lack a body: most are in order, some are late."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.demo.bodies import OBLIGED
from orgs.domain.demo.plan import LAST_DAY, PlannedBody, PlannedCounty, PlannedOrganization
from orgs.domain.terms import due_after, plus_months
from orgs.lines import Line
from orgs.models import Branch, Election, EstablishmentPlan, Organization, TermRule

SEED = 2011_0630
# The day around which the demo is looked at, and from which its plans run.
ASKED_ON = date(2011, 3, 31)
# Terms that ended before this day were followed in time.
RECENT = date(2010, 10, 1)
NO_TERM = {"union_organizer", "ww_member", "mechanism"}
SHORT = {"party": 0.45, "league": 0.5}
UNKNOWN = 0.08
ON_TIME, LATE, EXTENDED = 0.68, 0.84, 0.94
EXTENSION_REASONS = ("换届人选尚在考察", "企业正在改制", "负责人调整未定", "换届与村(社区)一并进行")
REASONS = ("investor", "no_guidance", "new", "transfer", "other")
STEPS = ("上门约谈出资人", "选派指导员", "摸清人数,提名人选", "先并入联合组织", "下月召开成立大会", "")
PEOPLE = ("组织干事 廖文清", "工会干事 曾小兰", "团干 钟志强", "妇联干部 李春香", "驻企指导员 黄荣", "")
PLANNED = 0.75


def write_terms(county: PlannedCounty, organizations: Sequence[Organization], branches: Sequence[Branch]) -> None:
    """Writes elections of most bodies and the reasons and plans of many gaps, always the same ones.

    Args:
        county: what was planned.
        organizations: the rows written for its organizations, in order.
        branches: the rows written for its bodies, in order.
    """
    rng = Random(SEED)
    rules = list(TermRule.objects.filter(period__contains=ASKED_ON))
    sources = {form: rule.source for rule in rules for form in rule.forms}
    Election.objects.bulk_create(
        election
        for planned, row in zip(county.bodies, branches, strict=True)
        for election in _elections(rng, planned, row, sources)
    )
    built = _built(county)
    EstablishmentPlan.objects.bulk_create(
        EstablishmentPlan(organization=row, **facts)
        for planned, row in zip(county.organizations, organizations, strict=True)
        for line in OBLIGED
        if (planned.number, line) not in built
        for facts in _plans(rng, planned, line)
    )


def _elections(rng: Random, planned: PlannedBody, row: Branch, sources: dict[str, str]) -> list[Election]:
    form = planned.forms[0][0]
    if form in NO_TERM or rng.random() < UNKNOWN:
        return []
    years = 2 if rng.random() < SHORT.get(planned.line, 0) else 3
    found: list[Election] = []
    held = planned.founded_on
    last = min(planned.dissolved_on or LAST_DAY, LAST_DAY)
    while held < last:
        due = due_after(held, years)
        election = Election(
            branch=row,
            held_on=held,
            held_precision=planned.founded_precision if not found else "day",
            term_years=years,
            due_on=due,
            rule_source=sources.get(form, "没有单独规定,任期随同一组织的党组织"),
        )
        found.append(election)
        fate = rng.random()
        if fate < ON_TIME or due < RECENT:
            held = due - timedelta(days=rng.randrange(0, 30))
        elif fate < LATE:
            held = due + timedelta(days=rng.randrange(20, 260))
        elif fate < EXTENDED and due <= last:
            election.extended_on = due - timedelta(days=rng.randrange(5, 40))
            election.extended_to = plus_months(due, rng.choice((3, 6, 6, 12)))
            election.extension_approver = "主管党(工)委" if planned.line == Line.PARTY else "上级组织"
            election.extension_reason = rng.choice(EXTENSION_REASONS)
            held = election.extended_to + timedelta(days=rng.choice((-20, -5, 90)))
        else:
            break
    return found


def _built(county: PlannedCounty) -> set[tuple[int, str]]:
    """Who had a body of which line when the plans were asked for."""
    return {
        (member.number, body.line)
        for body in county.bodies
        if body.forms[0][0] not in NO_TERM
        for member in body.members
        if member.first <= ASKED_ON and (member.until is None or member.until > ASKED_ON)
    }


def _plans(rng: Random, planned: PlannedOrganization, line: str) -> list[dict]:
    if planned.registered_on > ASKED_ON or (planned.closed_on and planned.closed_on <= ASKED_ON):
        return []
    measure, threshold = OBLIGED[line]
    count = planned.count_on(measure, ASKED_ON)
    if count is None or rng.random() > PLANNED:
        return []
    if count < threshold:
        if line != Line.PARTY:
            return []
        return [_facts(line, "no_members" if count == 0 else "under_three")]
    reason = rng.choice(REASONS)
    facts = _facts(line, reason)
    facts["reason_note"] = "厂房搬迁,新址未定" if reason == "other" else ""
    facts["next_step"], facts["responsible"] = rng.choice(STEPS), rng.choice(PEOPLE)
    if rng.random() < PLANNED:
        facts["planned_on"] = ASKED_ON + timedelta(days=rng.randrange(30, 270))
    return [facts]


def _facts(line: str, reason: str) -> dict:
    return {"line": line, "reason": reason, "period": DateRange(ASKED_ON, None)}
