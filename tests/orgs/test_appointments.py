"""任职: who begins, ends and is corrected in which post, and when a head's successor waits for the opinions."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from orgs.domain.appointments import appoint, correct_appointment, end_appointment
from orgs.domain.people import Newcomer
from orgs.domain.refusals import NotAllowed
from orgs.models import Appointment, Code, Person
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_people as m

pytestmark = pytest.mark.django_db


def begin(branch, who, **changes):
    act = {"post": m.HEADS[branch.line], "from_": date(2011, 1, 10), "by": f.township(), "now": f.NOW} | changes
    return appoint(branch=branch, person=who, **act)


def end(row, **changes):
    act = {"last_day": date(2012, 3, 31), "reason": "工作调动", "by": f.township(), "now": f.NOW} | changes
    return end_appointment(appointment=row, **act)


def codes_of(error) -> list[str]:
    found = error.value
    if not hasattr(found, "error_dict"):
        return [e.code for e in found.error_list]
    return [f"{name}:{e.code}" for name, errors in found.error_dict.items() for e in errors]


@pytest.fixture
def at():
    return f.organization()


@pytest.fixture
def branch(at):
    return f.covered(at)


@pytest.fixture
def who(at):
    return m.person("陈书记", at)


def test_the_first_head_is_entered_directly_and_head_follows_from_the_post(branch, who):
    row = begin(branch, who, source="investor", is_full_time=False)
    row.refresh_from_db()
    assert (row.is_head, row.period.lower, row.period.upper) == (True, date(2011, 1, 10), None)
    assert not begin(branch, who, post="party.deputy").is_head
    entry = AuditEntry.objects.filter(action="appointment.begin").first()
    assert "陈书记" not in str(entry.detail)


def test_somebody_typed_anew_is_entered_with_the_post_or_not_at_all(branch, at):
    begin(branch, Newcomer("李新来", organization=at))
    assert Person.objects.get(name="李新来").appointments.count() == 1
    with pytest.raises(ValidationError):
        begin(branch, Newcomer("王后来", organization=at))
    assert not Person.objects.filter(name="王后来").exists()


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"post": ""}, ["post:unknown_post"]),
        ({"post": "union.chair"}, ["post:unknown_post"]),
        ({"source": "friend"}, ["source:unknown_code"]),
        ({"from_": date(2012, 11, 6)}, ["from_:future"]),
        ({"from_": date(2010, 4, 30)}, ["from_:bad_day"]),
        ({"last_day": date(2011, 1, 9)}, ["last_day:bad_day"]),
        ({"last_day": date(2012, 11, 6)}, ["last_day:future"]),
    ],
)
def test_what_does_not_fit_is_said(branch, who, changes, codes):
    with pytest.raises(ValidationError) as error:
        begin(branch, who, **changes)
    assert codes_of(error) == codes
    assert not Appointment.objects.exists()


def test_the_same_person_is_not_entered_twice_in_one_post(branch, who):
    begin(branch, who, post="party.member")
    with pytest.raises(ValidationError):
        begin(branch, who, post="party.member", from_=date(2011, 5, 1))
    assert Appointment.objects.count() == 1


def test_who_follows_a_head_comes_through_a_change_of_the_leader(branch, who, at):
    first = begin(branch, who)
    other = m.person("刘接任", at)
    with pytest.raises(ValidationError) as error:
        begin(branch, other, from_=date(2012, 4, 1))
    assert codes_of(error) == ["post:needs_change"] and "负责人调整" in str(error.value)
    with pytest.raises(ValidationError) as error:
        end(first)
    assert codes_of(error) == ["needs_change"]
    end(first, after_opinions=True)
    with pytest.raises(ValidationError) as error:
        begin(branch, other, from_=date(2012, 4, 1))
    assert codes_of(error) == ["post:needs_change"]
    assert begin(branch, other, from_=date(2012, 4, 1), after_opinions=True).is_head


def test_two_heads_never_serve_together_even_after_the_opinions(branch, who, at):
    begin(branch, who)
    with pytest.raises(ValidationError) as error:
        begin(branch, m.person("刘接任", at), from_=date(2012, 4, 1), after_opinions=True)
    assert codes_of(error) == ["post:head_serves"]


def test_a_county_that_asks_for_no_opinions_changes_heads_directly(branch, who, at):
    Code.objects.filter(list_name="opinion_body").update(is_active=False)
    first = begin(branch, who)
    end(first)
    assert begin(branch, m.person("刘接任", at), from_=date(2012, 4, 1)).is_head


def test_a_past_head_is_entered_with_the_last_day_and_only_where_nobody_served(branch, who, at):
    now = begin(branch, who)
    past = m.person("前任", at)
    row = begin(branch, past, from_=date(2010, 5, 1), last_day=date(2011, 1, 9))
    assert row.period.upper == now.period.lower
    with pytest.raises(ValidationError) as error:
        begin(branch, m.person("另一前任", at), from_=date(2010, 12, 1), last_day=date(2011, 1, 10))
    assert codes_of(error) == ["post:head_serves"]


def test_other_posts_end_with_day_and_reason(branch, who):
    row = begin(branch, who, post="party.member")
    with pytest.raises(ValidationError) as error:
        end(row, reason="")
    assert codes_of(error) == ["reason:required"]
    with pytest.raises(ValidationError) as error:
        end(row, last_day=date(2011, 1, 9))
    assert codes_of(error) == ["last_day:bad_day"]
    end(row)
    row.refresh_from_db()
    assert (row.period.upper, row.end_reason) == (date(2012, 4, 1), "工作调动")
    with pytest.raises(ValidationError) as error:
        end(row)
    assert codes_of(error) == ["ended"]


def test_a_body_that_was_dissolved_or_refused_takes_nobody(at, who):
    gone = f.covered(at, dissolved_on=date(2012, 1, 1), dissolved_reason="企业停办")
    with pytest.raises(ValidationError) as error:
        begin(gone, who)
    assert codes_of(error) == ["last_day:dissolved"]
    assert begin(gone, who, last_day=date(2011, 12, 31)).pk
    never = f.covered(at, line="union", confirmed=False, refused_at=f.NOW, dissolved_on=date(2010, 5, 1),
                      dissolved_reason="材料不全")  # fmt: skip
    with pytest.raises(ValidationError) as error:
        begin(never, who)
    assert codes_of(error) == ["refused"]


def test_a_correction_needs_a_reason_and_stays_within_the_body_s_life(branch, who):
    row = begin(branch, who)
    act = {"appointment": row, "by": f.township(), "now": f.NOW}
    with pytest.raises(ValidationError) as error:
        correct_appointment(changes={"source": "sent"}, reason="", **act)
    assert codes_of(error) == ["reason:required"]
    with pytest.raises(ValidationError) as error:
        correct_appointment(changes={"from_": date(2010, 4, 30)}, reason="补录", **act)
    assert codes_of(error) == ["from_:bad_day"]
    correct_appointment(
        changes={"from_": date(2010, 6, 1), "source": "sent", "is_full_time": True}, reason="补录", **act
    )
    row.refresh_from_db()
    assert (row.period.lower, row.source, row.is_full_time, row.is_head) == (date(2010, 6, 1), "sent", True, True)


@pytest.mark.parametrize("role", ["secretary", "filer", "leader", "auditor", "technician"])
def test_who_keeps_no_line_appoints_nobody(branch, who, at, role):
    user = f.account(role, **({"organization": at} if role in ("secretary", "filer") else {}))
    with pytest.raises(NotAllowed):
        begin(branch, who, by=user)
    row = m.post(who, branch, "party.member")
    with pytest.raises(NotAllowed):
        end(row, by=user)
    with pytest.raises(NotAllowed):
        correct_appointment(appointment=row, changes={}, reason="补录", by=user, now=f.NOW)


def test_the_union_office_appoints_in_union_bodies_county_wide_and_nowhere_else(branch, who, at):
    union = f.covered(f.organization(under=f.unit(f.PARK)), line="union")
    assert begin(union, who, by=f.union_office()).is_head
    with pytest.raises(NotAllowed):
        begin(branch, who, by=f.union_office())


def test_a_township_appoints_where_it_sees_a_member_and_only_people_it_sees(who):
    foreign, here = f.organization(under=f.unit(f.PARK)), f.organization()
    with pytest.raises(NotAllowed):
        begin(f.covered(foreign), who)
    joint = f.covered(here, foreign, line="union", form="union_joint", name="片区联合工会")
    with pytest.raises(NotAllowed):
        begin(joint, m.person("外地人", foreign))
    assert begin(joint, who).pk
