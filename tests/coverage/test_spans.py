"""The spans against a naive evaluation, over generated histories, and the laws every figure keeps."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coverage.domain import spans
from coverage.domain.figures import counts_on, report, trend
from coverage.models import Delta, DirtyMark, Span
from orgs.models import BranchMembership, Figures, Organization
from tests.coverage import naive
from tests.coverage.histories import DAYS, FIRST, day, history, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

generated = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class Undone(Exception):
    """Takes one generated example back out of the database."""


def each_example(check):
    """Runs one example in a savepoint that is always rolled back."""
    try:
        with transaction.atomic():
            check()
            raise Undone
    except Undone:
        pass


def plain(found):
    """A report in the shape of the naive evaluation."""

    def lines(counts):
        return {line: {k: v for k, v in c.as_json().items() if k != "rate"} for line, c in counts.lines.items()}

    return dict(
        base=found.base.as_json(),
        populations={
            name: dict(organizations=c.organizations, work=c.work, lines=lines(c))
            for name, c in found.populations.items()
        },
        units={u.unit.code: dict(organizations=u.organizations, lines=lines(u.counts)) for u in found.units},
    )


@generated
@given(plan=history)
def test_spans_equal_a_day_by_day_evaluation(plan):
    def check():
        write(plan)
        spans.rebuild()
        register = naive.Register()
        for n in (0, 3, 7, 12, 18, 25, 33, DAYS, 3 * DAYS):
            assert plain(report(user=None, as_of=day(n))) == naive.evaluate(day(n), register)

    each_example(check)


@generated
@given(plan=history)
def test_laws_of_every_report(plan):
    def check():
        write(plan)
        spans.rebuild()
        for n in (5, 20, 60):
            found = report(user=None, as_of=day(n))
            for population in found.populations.values():
                for counts in population.lines.values():
                    assert 0 <= counts.unconfirmed <= counts.covered <= counts.eligible <= population.organizations
            by_scale = [found.populations[name].organizations for name in ("above_scale", "below_scale")]
            assert sum(by_scale) + found.base.unknown_scale == found.populations["all"].organizations
            assert found.populations["all"].organizations + found.base.unknown_figures == found.base.organizations
            assert sum(u.organizations for u in found.units) == found.base.organizations
            for line, counts in found.populations["all"].lines.items():
                assert sum(u.counts.lines[line].eligible for u in found.units) == counts.eligible
                assert sum(u.counts.lines[line].covered for u in found.units) == counts.covered
            county = [u for u in found.unit_tree if u.unit.parent_id is None]
            assert sum(u.organizations for u in county) == found.base.organizations

    each_example(check)


@generated
@given(plan=history, later=history)
def test_working_in_changes_equals_building_anew(plan, later):
    def check():
        write(plan)
        spans.drain_marks()
        write({**later, "new_standard": None, "new_scale_rule": None})
        Figures.objects.filter(as_of__gt=day(20)).update(employees=None)
        Organization.objects.filter(closed_on=None).update(registered_on=FIRST)
        BranchMembership.objects.filter(organization__name="组织0").delete()
        spans.drain_marks()
        assert not DirtyMark.objects.exists()
        assert spans.verify().differences == []

    each_example(check)


@generated
@given(plan=history)
def test_deltas_and_spans_give_the_same_counts_on_any_day(plan):
    def check():
        write(plan)
        spans.rebuild()
        days = [day(n) for n in (0, 9, 10, 11, 30, 90)]
        for on, populations in zip(days, counts_on(user=None, days=days), strict=True):
            assert populations == report(user=None, as_of=on).populations
        for point in trend(user=None, days=days, population="above_scale"):
            whole = report(user=None, as_of=point.day).populations["above_scale"].lines
            assert {line: (c.eligible, c.covered) for line, c in point.lines.items()} == {
                line: (c.eligible, c.covered) for line, c in whole.items()
            }

    each_example(check)


@generated
@given(plan=history)
def test_spans_of_an_organization_follow_one_another_and_fill_its_life(plan):
    def check():
        organizations = write(plan)
        spans.rebuild()
        for o in organizations:
            found = list(Span.objects.filter(organization=o).order_by("period"))
            assert found[0].period.lower == o.registered_on
            assert found[-1].period.upper == o.closed_on
            for before, after in zip(found, found[1:], strict=False):
                assert before.period.upper == after.period.lower
                assert _state(before) != _state(after)

    each_example(check)


def _state(span):
    return tuple(getattr(span, f.attname) for f in Span._meta.concrete_fields if f.attname not in ("id", "period"))


def test_nothing_is_counted_in_an_empty_county():
    assert spans.rebuild() == 0
    found = report(user=None, as_of=FIRST).as_json()
    assert found["base"]["organizations"] == 0
    assert found["populations"]["all"]["lines"]["union"]["rate"] is None
    assert [m["met"] for m in found["milestones"]] == [None] * 5
    assert found["units"] == []


@given(n=st.integers(0, 3))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_difference_is_found_by_the_nightly_comparison(n):
    def check():
        plan = {"registered": 0, "life": None, "units": [0], "moves": [], "figures": [], "away": []}
        write({"organizations": [plan] * 4, "bodies": [], "new_standard": None, "new_scale_rule": None})
        spans.drain_marks()
        span = Span.objects.order_by("organization_id")[n]
        Span.objects.filter(pk=span.pk).update(union_state=1)
        Delta.objects.filter(day=FIRST).update(organizations=9)
        found = spans.verify().differences
        assert {d["table"] for d in found} == {"span", "delta"}
        assert {d["organization"] for d in found if d["table"] == "span"} == {span.organization_id}

    each_example(check)
