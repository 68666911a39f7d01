"""A scenario against the truth: what it reckons is what the register would give if it were so."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.extras import DateRange

from coverage.domain import spans
from coverage.domain.assumptions import Assumptions, read_assumptions
from coverage.domain.figures import report
from coverage.domain.what_if import what_if
from coverage.models import BUILT, STATE_COLUMNS, Milestone, ScaleRule, Span, Standard, State
from orgs.lines import LINES
from orgs.models import Branch, Exclusion
from tests import factories as make
from tests.coverage.counties import body, organizations
from tests.coverage.histories import day, history, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

DAY = date(2010, 12, 31)
BEFORE = date(2010, 6, 1)
OWN_FORM = make.OWN_FORM

generated = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class Undone(Exception):
    """Takes one generated example back out of the database."""


def each_example(check):
    try:
        with transaction.atomic():
            check()
            raise Undone
    except Undone:
        pass


def told(found):
    """Everything a report counts, but what milestones are called."""
    plain = found.as_json()
    return {name: plain[name] for name in ("as_of", "base", "populations", "units", "unit_tree", "milestones")}


def without_due(report_told):
    """What-if milestones are reckoned at one day; the due day of the past is the truth's affair."""
    for milestone in report_told["milestones"]:
        milestone.pop("met_at_due")
    return report_told


wanted = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(LINES)), max_size=8, unique=True)


@generated
@given(plan=history, picked=wanted, at=st.integers(0, 45))
def test_ticks_reckon_what_really_founding_the_bodies_would_give(plan, picked, at):
    def check():
        made = write(plan)
        spans.rebuild()
        on = day(at)
        standing = {s.organization_id: s for s in Span.objects.at(on)}
        ticks = [
            (o.pk, line)
            for n, line in picked
            if (o := made[n % len(made)]).pk in standing and getattr(standing[o.pk], STATE_COLUMNS[line]) not in BUILT
        ]
        ticks = list(dict.fromkeys(ticks))
        before, bodies = told(report(user=None, as_of=on)), Branch.objects.count()
        found = what_if(user=None, as_of=on, ticks=ticks)
        assert (told(found.today), Branch.objects.count()) == (before, bodies)
        by_key = {o.pk: o for o in made}
        for pk, line in ticks:
            body([by_key[pk]], OWN_FORM[line], on)
        spans.rebuild()
        assert without_due(told(found.then)) == without_due(told(report(user=None, as_of=on)))

    each_example(check)


@generated
@given(plan=history, picked=wanted, obliged=st.integers(1, 40), alone=st.integers(20, 120), at=st.integers(0, 45))
def test_other_rules_with_ticks_reckon_what_really_changing_them_would_give(plan, picked, obliged, alone, at):
    def check():
        made = write(plan)
        spans.rebuild()
        on = day(at)
        raw = {
            "standards": {"union": {"obliged_from": obliged, "permitted_from": None}, "women": {"zero_state": 7}},
            "scale": {"employees_with_revenue": 20, "revenue_yuan": "1000000", "employees_alone": alone},
        }
        assumptions = read_assumptions(raw)
        # What is built under the one rule is built under the other: bodies do not depend on rules.
        standing = {s.organization_id: s for s in Span.objects.at(on)}
        ticks = list(
            dict.fromkeys(
                (o.pk, line)
                for n, line in picked
                if (o := made[n % len(made)]).pk in standing
                and getattr(standing[o.pk], STATE_COLUMNS[line]) not in BUILT
            )
        )
        found = what_if(user=None, as_of=on, ticks=ticks, assumptions=assumptions)
        Standard.objects.filter(line="union", period__contains=on).update(obliged_from=obliged, permitted_from=None)
        Standard.objects.filter(line="women", period__contains=on).update(zero_state=7)
        ScaleRule.objects.filter(period__contains=on).update(
            employees_with_revenue=20, revenue_yuan=1_000_000, employees_alone=alone
        )
        by_key = {o.pk: o for o in made}
        for pk, line in ticks:
            body([by_key[pk]], OWN_FORM[line], on)
        spans.rebuild()
        assert without_due(told(found.then)) == without_due(told(report(user=None, as_of=on)))

    each_example(check)


@generated
@given(plan=history, at=st.integers(0, 45))
def test_the_same_rules_reckon_the_same_figures(plan, at):
    """The statement on one day gives what the spans hold on it."""

    def check():
        write(plan)
        spans.rebuild()
        on = day(at)
        union = Standard.objects.filter(line="union", period__contains=on).first()
        same = Assumptions(standards={"union": {"obliged_from": union.obliged_from}})
        found = what_if(user=None, as_of=on, assumptions=same)
        assert told(found.then)["populations"] == told(found.today)["populations"]
        assert (told(found.then)["base"], told(found.then)["units"]) == (
            told(found.today)["base"],
            told(found.today)["units"],
        )

    each_example(check)


def test_another_day_is_the_register_of_that_day():
    first, second = organizations(2, employees=30)
    body([first], "union_committee", BEFORE)
    body([second], "union_committee", date(2011, 3, 1))
    spans.drain_marks()
    found = what_if(user=None, as_of=DAY, assumptions=Assumptions(as_of=date(2011, 3, 1)))
    assert [r.populations["all"].lines["union"].covered for r in (found.today, found.then)] == [1, 2]
    assert (found.today.as_of, found.then.as_of) == (DAY, date(2011, 3, 1))


def test_a_milestone_may_ask_less_or_later():
    every = organizations(4, employees=30, league_members=0, women=0)
    body(every[:2], "union_joint", BEFORE)
    spans.drain_marks()
    read = read_assumptions({"milestones": {"all-2011h1": {"target": "50", "due_on": "2011-09-30"}}})
    found = what_if(user=None, as_of=DAY, assumptions=read)
    pairs = {was.milestone.code: (was, now) for was, now in found.milestones}
    was, now = pairs["all-2011h1"]
    assert (was.met, now.met, was.lacking()["union"]) == (False, True, 1)
    assert (now.milestone.due_on, now.days_left) == (date(2011, 9, 30), 273)
    assert Milestone.objects.get(code="all-2011h1").target == 60


def test_ticks_without_effect_are_said_to_be_idle():
    built, gap, away, silent = organizations(4, employees=30)
    body([built], "union_committee", BEFORE)
    Exclusion.objects.create(
        organization=away, state="lost", period=DateRange(BEFORE, None), reason="无人", approver="办公室"
    )
    spans.drain_marks()
    ticks = [(o.pk, "union") for o in (built, gap, away)]
    found = what_if(user=None, as_of=DAY, ticks=ticks)
    assert (found.effective, found.idle) == (1, 2)
    assert found.then.populations["all"].lines["union"].covered == 2


def test_ticks_outside_the_unit_are_no_idle_ones(django_assert_num_queries):
    mine, built = make.organization(under=make.unit()), make.organization(under=make.unit())
    theirs = make.organization(under=make.unit(make.PARK))
    for row in (mine, built, theirs):
        make.figures(row, employees=30)
    make.covered(built, line="union")
    spans.drain_marks()
    on = date(2011, 6, 30)
    ticks = [(mine.pk, "union"), (built.pk, "union"), (theirs.pk, "union"), (theirs.pk, "women"), (0, "union")]
    lower = Assumptions(standards={"union": {"obliged_from": 20}})
    for assumptions in (None, lower):
        found = what_if(user=None, as_of=on, ticks=ticks, assumptions=assumptions, unit=make.unit())
        # The built one and the one that stands nowhere do nothing; the two of the park are not of this unit.
        assert (found.effective, found.idle, found.outside) == (1, 2, 2)
        whole = what_if(user=None, as_of=on, ticks=ticks, assumptions=assumptions)
        assert whole.outside == 0
    unit = make.unit()
    with django_assert_num_queries(5):
        what_if(user=None, as_of=on, ticks=ticks[:2], unit=unit)
    with django_assert_num_queries(6):
        what_if(user=None, as_of=on, ticks=ticks, unit=unit)


def test_a_party_body_of_an_organization_above_scale_brings_it_among_the_key_ones():
    [o] = organizations(1, employees=120, full_members=1, league_members=0, women=0)
    spans.drain_marks()
    found = what_if(user=None, as_of=DAY, ticks=[(o.pk, "party")])
    assert [r.populations["key"].organizations for r in (found.today, found.then)] == [0, 1]
    assert [r.populations["all"].work for r in (found.today, found.then)] == [0, 1]


def test_mechanism_is_no_work_coverage():
    [o] = organizations(1, employees=120)
    spans.drain_marks()
    found = what_if(user=None, as_of=DAY, ticks=[(o.pk, "mechanism")])
    assert found.then.populations["all"].work == 0
    assert found.then.populations["above_scale"].lines["mechanism"].covered == 1


def test_a_unit_office_reckons_its_own_subtree_alone():
    mine = make.organization(under=make.unit())
    theirs = make.organization(under=make.unit(make.PARK))
    for row in (mine, theirs):
        make.figures(row, employees=30)
    spans.drain_marks()
    on = date(2011, 6, 30)
    ticks = [(mine.pk, "union"), (theirs.pk, "union")]
    lower = Assumptions(standards={"union": {"obliged_from": 20}})
    for assumptions in (None, lower):
        office = what_if(user=make.township(), as_of=on, ticks=ticks, assumptions=assumptions).then
        county = what_if(user=None, as_of=on, ticks=ticks, assumptions=assumptions).then
        counts = [(r.populations["all"].lines["union"]) for r in (office, county)]
        assert [(c.covered, c.eligible) for c in counts] == [(1, 1), (2, 2)]


def test_questions_asked_do_not_grow(django_assert_num_queries):
    made = organizations(30, employees=30, women=10)
    spans.drain_marks()
    ticks = [(o.pk, "union") for o in made]
    lower = Assumptions(standards={"union": {"obliged_from": 20}})
    with django_assert_num_queries(5):
        what_if(user=None, as_of=date(2012, 12, 31), ticks=ticks)
    with django_assert_num_queries(8):
        what_if(user=None, as_of=date(2012, 12, 31), ticks=ticks, assumptions=lower)


@pytest.mark.parametrize(
    "raw",
    [
        [],
        {"rates": {}},
        {"standards": {"choir": {"obliged_from": 3}}},
        {"standards": {"union": {"clause": "x"}}},
        {"standards": {"union": {"obliged_from": "25"}}},
        {"standards": {"union": {"zero_state": 3}}},
        {"scale": {"revenue_yuan": "-1"}},
        {"milestones": {"all-2011": {"target": "101"}}},
        {"as_of": "2011-06-31"},
    ],
)
def test_what_has_another_shape_is_refused(raw):
    with pytest.raises(ValidationError):
        read_assumptions(raw)


def test_assumptions_are_kept_and_read_back():
    raw = {
        "as_of": "2011-12-31",
        "standards": {"union": {"obliged_from": 20, "permitted_from": None}},
        "scale": {"employees_alone": 80, "revenue_yuan": "4000000.00"},
        "milestones": {"all-2011": {"target": "70", "due_on": "2012-03-31"}},
    }
    read = read_assumptions(raw)
    assert read.as_json() == raw
    assert (read.scale["revenue_yuan"], read.other_rules) == (Decimal("4000000.00"), True)
    assert read_assumptions({}).nothing


def test_rules_that_could_not_be_kept_are_refused():
    organizations(1, employees=30)
    spans.drain_marks()
    impossible = Assumptions(standards={"union": {"permitted_from": 26}})
    with pytest.raises(ValidationError, match="可建人数不能大于应建人数"):
        what_if(user=None, as_of=DAY, assumptions=impossible)


def test_states_with_a_body_cover_every_unbuilt_state():
    from coverage.domain.what_if import WITH_BODY

    assert set(WITH_BODY) == set(State) - set(BUILT)
