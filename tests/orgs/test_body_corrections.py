"""Correcting bodies: what moves with the founding, what stands in its way, who may."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from coverage.domain import spans
from coverage.models import Span
from orgs.domain.body_corrections import correct_body
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.models import BodyForm, BranchForm
from orgs.models.people import Appointment, Person
from orgs.models.terms import Election
from quannan.base.models import AuditEntry
from tests import factories as f
from tests.makers_bodies import FOUNDED, provisional

pytestmark = pytest.mark.django_db


def correct(branch, **changes):
    """A lawful correction by the owner office that changes nothing, with some things changed."""
    said = {
        name: getattr(branch, name) for name in ("name", "founded_on", "founded_precision", "composition", "approval")
    }
    act = {"version": branch.version, "reason": "核对批复原件", "by": f.owner(), "now": f.NOW}
    return correct_body(branch=branch, **(said | act | changes))


def refused(branch, **changes) -> dict:
    with pytest.raises(ValidationError) as error:
        correct(branch, **changes)
    by_field = hasattr(error.value, "error_dict")
    found = error.value.error_dict if by_field else {"": error.value.error_list}
    return {field: [e.code for e in errors] for field, errors in found.items()}


def test_name_and_approval_are_corrected_and_told():
    branch = f.covered(f.organization(), line="union", from_=FOUNDED)

    correct(branch, name=" 启明工会 ", approval="全工字〔2010〕8号")

    branch.refresh_from_db()
    assert (branch.name, branch.name_key, branch.approval, branch.version) == (
        "启明工会",
        "启明工会",
        "全工字〔2010〕8号",
        2,
    )
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.detail) == ("body.correct", {"fields": ["name", "approval"], "reason": "核对批复原件"})


def test_coverage_that_began_at_the_founding_moves_with_it():
    old, young = f.organization(), f.organization(registered_on=date(2010, 6, 1))
    branch = f.covered(old, line="union", from_=FOUNDED, form="union_joint", name="联合工会", composition="joint_area")
    f.member(branch, young, date(2010, 6, 1))
    f.figures(old, employees=30)

    correct(branch, founded_on=date(2010, 7, 1))

    lowers = dict(branch.memberships.values_list("organization_id", "period"))
    assert {pk: period.lower for pk, period in lowers.items()} == {
        old.pk: date(2010, 7, 1),
        young.pk: date(2010, 7, 1),
    }
    correct_again = correct(type(branch).objects.get(pk=branch.pk), founded_on=date(2010, 4, 1))
    lowers = dict(correct_again.memberships.values_list("organization_id", "period"))
    assert {pk: period.lower for pk, period in lowers.items()} == {
        old.pk: date(2010, 4, 1),
        young.pk: date(2010, 6, 1),
    }


def test_figures_follow_a_corrected_founding():
    from coverage.domain.reference import load_reference

    row = f.organization()
    f.figures(row, date(2010, 1, 1), employees=30)
    branch = f.covered(row, line="union", from_=FOUNDED)
    load_reference()
    spans.rebuild()

    def covered(day):
        return Span.objects.filter(organization=row).at(day).measured("union", "covered").exists()

    assert [covered(date(2010, 5, 1)), covered(date(2010, 7, 1))] == [True, True]

    correct(branch, founded_on=date(2010, 7, 1))
    spans.drain_marks()

    assert [covered(date(2010, 5, 1)), covered(date(2010, 6, 30)), covered(date(2010, 7, 1))] == [False, False, True]


def test_a_member_that_joined_later_stays_where_it_is():
    first, later = f.organization(), f.organization()
    branch = f.covered(
        first, line="union", form="union_joint", name="联合工会", composition="joint_area", from_=FOUNDED
    )
    f.member(branch, later, date(2010, 9, 1))

    correct(branch, founded_on=date(2010, 8, 1))

    assert branch.memberships.get(organization=later).period.lower == date(2010, 9, 1)
    branch.refresh_from_db()
    assert refused(branch, founded_on=date(2010, 9, 2)) == {"founded_on": ["earlier_member"]}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {"": ["unchanged"]}),
        ({"reason": " "}, {"reason": ["required"]}),
        ({"founded_on": date(2012, 11, 6)}, {"founded_on": ["future"]}),
        ({"founded_on": date(2009, 2, 28)}, {"founded_on": ["bad_day"]}),
        ({"composition": "joint_area"}, {"name": ["required"]}),
        ({"composition": "other", "name": "甲"}, {"composition": ["bad_composition"]}),
        ({"founded_precision": "hour"}, {"founded_precision": ["bad_precision"]}),
        ({"approval": "号" * 65}, {"approval": ["too_long"]}),
        ({"name": "名" * 121}, {"name": ["too_long"]}),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(changes, found):
    branch = f.covered(f.organization(), line="union", from_=FOUNDED)

    assert refused(branch, **changes) == found
    branch.refresh_from_db()
    assert branch.version == 1


def test_a_body_of_several_is_not_made_one_of_its_own():
    branch = f.covered(f.organization(), f.organization(), line="union", name="联合工会", from_=FOUNDED)

    assert refused(branch, composition="own") == {"composition": ["several"]}


def test_a_founding_lies_before_what_followed_it():
    row = f.organization()
    branch = f.covered(row, line="party", from_=FOUNDED)
    BranchForm.objects.filter(branch=branch).update(period=DateRange(None, date(2011, 1, 1)))
    later = BranchForm.objects.create(
        branch=branch, form=BodyForm.objects.get(code="party_general"), period=DateRange(date(2011, 1, 1), None)
    )
    assert refused(branch, founded_on=date(2011, 1, 1)) == {"founded_on": ["earlier_fact"]}
    later.delete()

    election = Election.objects.create(
        branch=branch, held_on=date(2010, 6, 1), term_years=3, due_on=date(2013, 6, 1), rule_source="党章"
    )
    assert refused(branch, founded_on=date(2010, 6, 2)) == {"founded_on": ["earlier_fact"]}
    election.delete()

    person = Person.objects.create(name="丘晓明", organization=row)
    Appointment.objects.create(branch=branch, person=person, post="secretary", period=DateRange(date(2010, 6, 1), None))
    assert refused(branch, founded_on=date(2010, 6, 2)) == {"founded_on": ["earlier_fact"]}


def test_a_dissolved_body_may_still_be_corrected_but_not_past_its_end():
    row = f.organization()
    branch = f.covered(row, line="union", from_=FOUNDED, dissolved_on=date(2011, 1, 1))
    branch.memberships.update(period=DateRange(FOUNDED, date(2011, 1, 1)))

    assert refused(branch, founded_on=date(2011, 1, 1)) == {"founded_on": ["bad_day"]}
    correct(branch, founded_on=date(2010, 12, 31))
    assert branch.memberships.get().period == DateRange(date(2010, 12, 31), date(2011, 1, 1))


def test_a_name_ends_the_wait_for_grouping():
    (branch,) = provisional(f.organization())

    correct(branch, name="城厢竹木联合工会")

    branch.refresh_from_db()
    assert branch.is_provisional is False


def test_a_provisional_body_keeps_waiting_when_only_its_day_is_corrected():
    (branch,) = provisional(f.organization())

    correct(branch, founded_on=date(2010, 6, 1))

    branch.refresh_from_db()
    assert (branch.is_provisional, branch.name) == (True, "")


def test_the_second_of_two_sees_the_difference():
    branch = f.covered(f.organization(), line="union", from_=FOUNDED)
    correct(branch, approval="全工字〔2010〕8号")

    with pytest.raises(StaleRecord) as error:
        correct(branch, version=1, approval="全工字〔2010〕9号")

    assert error.value.theirs == {"approval": ("", "全工字〔2010〕8号")}
    assert error.value.mine == {"approval": ("", "全工字〔2010〕9号")}
    branch.refresh_from_db()
    assert branch.approval == "全工字〔2010〕8号"


def test_who_may_not_edit_the_line_or_see_all_members_corrects_nothing():
    here, there = f.organization(), f.organization(under=f.unit(f.PARK))
    branch = f.covered(here, there, line="union", name="联合工会", from_=FOUNDED)
    league = f.account("line_department", lines=["league"])
    for by in (f.township(), league, f.account("secretary", organization=here), f.account("leader")):
        with pytest.raises(NotAllowed):
            correct(branch, name="别的名字", by=by)
    correct(branch, name="别的名字", by=f.union_office())


def test_a_refused_body_is_entered_anew_instead():
    branch = f.covered(f.organization(), line="union", from_=FOUNDED, confirmed=False)
    type(branch).objects.filter(pk=branch.pk).update(
        refused_at=f.NOW, dissolved_on=FOUNDED, dissolved_reason="没有开会选举"
    )

    assert refused(branch, name="甲") == {"": ["refused"]}
