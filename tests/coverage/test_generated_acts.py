"""What users do later — old figures put right, closures, moves, joint bodies joined and left, new standards — worked in."""

from datetime import date

import pytest
from hypothesis import given

from coverage.domain import spans
from coverage.domain.figures import counts_on, report
from coverage.models import DirtyMark, Standard
from orgs.models import BranchMembership, Exclusion, Figures, Organization, Placement
from tests.coverage import naive
from tests.coverage.histories import ACTS, DAYS, act, acts, carry_out, day, history, write
from tests.coverage.test_spans import each_example, generated, plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

# Later than anything generated.
TODAY = date(2012, 11, 5)


@generated
@given(plan=history, later=acts)
def test_acts_worked_in_one_by_one_equal_a_rebuild_and_a_day_by_day_evaluation(plan, later):
    def check():
        organizations = write(plan)
        spans.drain_marks()
        for one in later:
            carry_out([one], organizations)
            spans.drain_marks()
        assert not DirtyMark.objects.exists()
        assert spans.verify().differences == []
        register = naive.Register()
        for n in (0, 8, 17, 26, DAYS, 3 * DAYS):
            assert plain(report(user=None, as_of=day(n))) == naive.evaluate(day(n), register)

    each_example(check)


def forget_the_past():
    """Leaves of the register only what still holds today: no ended row, no superseded figures."""
    Organization.objects.exclude(closed_on=None).update(registered_on=date(2000, 1, 1), closed_on=date(2000, 1, 2))
    for model in (BranchMembership, Exclusion, Placement):
        model.objects.filter(period__endswith__lte=TODAY).delete()
    Placement.objects.update(period="(,)")
    Standard.objects.filter(period__endswith__lte=TODAY).delete()
    latest = (
        Figures.objects.order_by("organization_id", "-as_of").distinct("organization_id").values_list("pk", flat=True)
    )
    Figures.objects.exclude(pk__in=list(latest)).delete()


@generated
@given(plan=history, later=acts)
def test_figures_as_of_today_are_those_of_the_live_register(plan, later):
    """Nothing that is over has any say in today's figures."""

    def check():
        carry_out(later, write(plan))
        spans.rebuild()
        before = report(user=None, as_of=TODAY)
        assert counts_on(user=None, days=[TODAY]) == [before.populations]
        forget_the_past()
        spans.rebuild()
        assert plain(report(user=None, as_of=TODAY)) == plain(before)

    each_example(check)


def test_every_kind_of_act_is_generated():
    assert set(ACTS) == {"correct", "close", "exclude", "move", "leave", "join", "standard"}
    assert len(act.original_strategies) == len(ACTS)
