"""Changes of leaders and cases of the demo county: every state, every kind of answer, no name in the clear."""

import pytest

from orgs.domain.demo.load import load_demo
from orgs.domain.reference import load_reference
from orgs.models import Appointment, CaseMeasure, DismissalCase, LeaderChange, Opinion
from tests import factories as f

pytestmark = pytest.mark.django_db


def test_the_demo_has_changes_in_each_state_and_two_cases():
    load_reference()
    load_demo(by=None, now=f.NOW)

    assert set(LeaderChange.objects.values_list("state", flat=True)) == {"open", "effective", "withdrawn"}
    assert {"", "agree", "disagree"} <= set(Opinion.objects.values_list("verdict", flat=True))
    for change in LeaderChange.objects.filter(state="effective"):
        assert change.leaving.period.upper == change.effective_on
        assert Appointment.objects.filter(
            branch=change.branch, person=change.successor, period__startswith=change.effective_on
        ).exists()
    assert sorted(case.closed_on is None for case in DismissalCase.objects.all()) == [False, True]
    assert CaseMeasure.objects.filter(aid_yuan__gt=0).exists()
