"""党群人才库, 职业党群干部 and 业主: entered, chosen, ended, each by who keeps them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from orgs.domain.candidates import (
    choose_candidate,
    correct_candidate,
    enter_candidate,
    release_candidate,
    withdraw_candidate,
)
from orgs.domain.owners import correct_owner, end_owner, record_owner, reveal_owner
from orgs.domain.people import Newcomer
from orgs.domain.professionals import end_professional, hire_professional
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.models import Appointment, Candidate, Owner, Person
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_people as m

pytestmark = pytest.mark.django_db
ORGANIZATION_ROLES = ("secretary", "filer")


def codes_of(error) -> list[str]:
    found = error.value
    if not hasattr(found, "error_dict"):
        return [e.code for e in found.error_list]
    return [f"{name}:{e.code}" for name, errors in found.error_dict.items() for e in errors]


def someone(role: str):
    return f.account(role, **({"organization": f.organization()} if role in ORGANIZATION_ROLES else {}))


def enter(**changes):
    act = {
        "lines": ["union", "party"],
        "qualifications": ["trained", "management"],
        "source": "employee",
        "entered_on": date(2012, 3, 1),
        "by": f.township(),
        "now": f.NOW,
    } | changes
    act.setdefault("person", Newcomer("赖能人", unit=f.unit()))
    return enter_candidate(**act)


def test_an_entry_keeps_codes_in_their_order():
    row = enter()
    assert (row.lines, row.qualifications, row.status) == (["party", "union"], ["management", "trained"], "available")


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"lines": []}, ["lines:required"]),
        ({"lines": ["party", "navy"]}, ["lines:required"]),
        ({"qualifications": ["tall"]}, ["qualifications:unknown_code"]),
        ({"qualifications": ["other"], "note": " "}, ["note:required"]),
        ({"source": "friend"}, ["source:unknown_code"]),
        ({"entered_on": date(2012, 11, 6)}, ["entered_on:future"]),
        ({"note": "长" * 201}, ["note:too_long"]),
    ],
)
def test_what_does_not_fit_is_said_and_nobody_is_entered(changes, codes):
    with pytest.raises(ValidationError) as error:
        enter(**changes)
    assert codes_of(error) == codes
    assert not Candidate.objects.exists() and not Person.objects.exists()


def test_nobody_stands_in_the_pool_twice():
    row = enter()
    with pytest.raises(ValidationError) as error:
        enter(person=row.person)
    assert codes_of(error) == ["name:already"]


@pytest.mark.parametrize("role", [*ORGANIZATION_ROLES, "leader", "auditor", "technician"])
def test_who_keeps_no_pool_enters_and_chooses_nobody(role):
    user = someone(role)
    with pytest.raises(NotAllowed):
        enter(by=user)
    row = m.candidate(m.person("赖能人"))
    with pytest.raises(NotAllowed):
        choose_candidate(
            candidate=row, branch=f.covered(f.organization()), post="party.secretary", from_=f.TODAY, by=user, now=f.NOW
        )


def test_a_line_department_keeps_entries_of_its_lines_alone():
    by = f.union_office()
    assert enter(lines=["union"], by=by).pk
    with pytest.raises(NotAllowed):
        enter(person=Newcomer("另一人", unit=f.unit()), by=by)
    mixed = m.candidate(m.person("两用"), "party", "union")
    with pytest.raises(NotAllowed):
        withdraw_candidate(candidate=mixed, left_on=f.TODAY, reason="本人要求", by=by, now=f.NOW)


def test_a_township_keeps_whom_it_sees():
    row = m.candidate(m.person("外地人", under=f.unit(f.PARK)))
    for act in (
        lambda: withdraw_candidate(candidate=row, left_on=f.TODAY, reason="本人要求", by=f.township(), now=f.NOW),
        lambda: release_candidate(candidate=row, reason="误办", by=f.township(), now=f.NOW),
        lambda: correct_candidate(candidate=row, version=1, changes={"note": "x"}, by=f.township(), now=f.NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def choose(row, branch, **changes):
    act = {"post": m.HEADS[branch.line], "from_": date(2012, 6, 1), "by": f.township(), "now": f.NOW} | changes
    return choose_candidate(candidate=row, branch=branch, **act)


def test_choosing_appoints_and_marks_in_one_act():
    row = m.candidate(m.person("赖能人"), source="recruited")
    post = choose(row, f.covered(f.organization()))
    row.refresh_from_db()
    assert (post.is_head, post.source, row.status, row.version) == (True, "recruited", "chosen", 2)
    with pytest.raises(ValidationError) as error:
        choose(row, f.covered(f.organization()))
    assert codes_of(error) == ["not_available"]


def test_where_a_head_serves_nobody_is_chosen_and_nothing_is_marked():
    at = f.organization()
    branch = f.covered(at)
    m.post(m.person("现任", at), branch)
    row = m.candidate(m.person("赖能人"))
    with pytest.raises(ValidationError) as error:
        choose(row, branch)
    assert codes_of(error) == ["post:needs_change"]
    row.refresh_from_db()
    assert row.status == "available" and Appointment.objects.count() == 1


def test_the_body_s_line_is_one_they_are_fit_for():
    row = m.candidate(m.person("赖能人"), "union")
    with pytest.raises(ValidationError) as error:
        choose(row, f.covered(f.organization()))
    assert codes_of(error) == ["branch:other_line"]


def test_leaving_the_pool_is_kept_and_can_be_taken_back():
    row = m.candidate(m.person("赖能人"))
    act = {"candidate": row, "by": f.township(), "now": f.NOW}
    with pytest.raises(ValidationError) as error:
        withdraw_candidate(left_on=date(2011, 2, 28), reason="本人要求", **act)
    assert codes_of(error) == ["left_on:bad_day"]
    with pytest.raises(ValidationError):
        release_candidate(reason="误办", **act)
    withdraw_candidate(left_on=date(2012, 10, 1), reason="本人要求", **act)
    row.refresh_from_db()
    assert (row.status, row.left_on, row.leaving_reason) == ("withdrawn", date(2012, 10, 1), "本人要求")
    with pytest.raises(ValidationError) as error:
        withdraw_candidate(left_on=date(2012, 10, 2), reason="再退", **act)
    assert codes_of(error) == ["withdrawn"]
    release_candidate(reason="误办", **act)
    row.refresh_from_db()
    assert (row.status, row.left_on, row.leaving_reason) == ("available", None, "")


def test_the_second_of_two_sees_what_the_first_has_changed():
    row = m.candidate(m.person("赖能人"))
    act = {"candidate": row, "version": 1, "by": f.township(), "now": f.NOW}
    correct_candidate(changes={"note": "会电脑"}, **act)
    with pytest.raises(StaleRecord) as stale:
        correct_candidate(changes={"note": "会开车"}, **act)
    assert stale.value.theirs == {"note": ("", "会电脑")}


def hire(**changes):
    act = {
        "unit": f.unit(),
        "organization": None,
        "lines": ["party"],
        "from_": date(2012, 3, 1),
        "by": f.township(),
        "now": f.NOW,
    } | changes
    act.setdefault("person", Newcomer("温干部", unit=f.unit()))
    return hire_professional(**act)


def test_a_professional_is_hired_and_dismissed_with_a_reason():
    row = hire(source="recruited", lines=["union", "party"])
    assert row.lines == ["party", "union"]
    with pytest.raises(ValidationError):
        hire(person=row.person)
    act = {"professional": row, "by": f.township(), "now": f.NOW}
    with pytest.raises(ValidationError) as error:
        end_professional(last_day=date(2012, 2, 29), reason="合同期满", **act)
    assert codes_of(error) == ["last_day:bad_day"]
    end_professional(last_day=date(2012, 9, 30), reason="合同期满", **act)
    row.refresh_from_db()
    assert row.period.upper == date(2012, 10, 1)
    with pytest.raises(ValidationError) as error:
        end_professional(last_day=date(2012, 9, 30), reason="合同期满", **act)
    assert codes_of(error) == ["ended"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"lines": []}, ["lines:required"]),
        ({"source": "friend"}, ["source:unknown_code"]),
        ({"from_": date(2012, 11, 6)}, ["from_:future"]),
    ],
)
def test_what_does_not_fit_is_said_when_hiring(changes, codes):
    with pytest.raises(ValidationError) as error:
        hire(**changes)
    assert codes_of(error) == codes and not Person.objects.exists()


def test_a_township_hires_for_itself_and_the_union_office_for_nobody():
    with pytest.raises(NotAllowed):
        hire(unit=f.unit(f.PARK))
    with pytest.raises(NotAllowed):
        hire(organization=f.organization(under=f.unit(f.PARK)))
    row = hire()
    for by in (f.union_office(), f.township(f.PARK), *(someone(role) for role in (*ORGANIZATION_ROLES, "leader"))):
        with pytest.raises(NotAllowed):
            hire(by=by)
        with pytest.raises(NotAllowed):
            end_professional(professional=row, last_day=date(2012, 9, 30), reason="合同期满", by=by, now=f.NOW)


def own(at, **changes):
    act = {"role": "investor", "name": "黄老板", "phone": "13800001234", "by": f.township(), "now": f.NOW} | changes
    return record_owner(organization=at, **act)


def test_an_owner_is_recorded_corrected_and_ended():
    at = f.organization()
    row = own(at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM orgs_owner WHERE id = %s", [row.pk])
        assert "1380000" not in cursor.fetchone()[0]
    with pytest.raises(ValidationError):
        own(at)
    act = {"owner": row, "by": f.township(), "now": f.NOW}
    correct_owner(changes={"name": "黄业主", "from_": date(2010, 1, 1)}, reason="原录入有误", **act)
    with pytest.raises(ValidationError) as error:
        end_owner(last_day=date(2009, 12, 31), reason="股权转让", **act)
    assert codes_of(error) == ["last_day:bad_day"]
    end_owner(last_day=date(2012, 6, 30), reason="股权转让", **act)
    row.refresh_from_db()
    assert (row.name, row.phone, row.period.upper) == ("黄业主", "13800001234", date(2012, 7, 1))


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"name": " "}, ["name:required"]),
        ({"role": "uncle"}, ["role:unknown_code"]),
        ({"from_": date(2012, 11, 6)}, ["from_:future"]),
        ({"note": "长" * 201}, ["note:too_long"]),
    ],
)
def test_what_does_not_fit_is_said_of_an_owner(changes, codes):
    with pytest.raises(ValidationError) as error:
        own(f.organization(), **changes)
    assert codes_of(error) == codes and not Owner.objects.exists()


def test_only_keepers_of_the_register_write_owners_and_only_in_their_scope():
    at = f.organization()
    row = m.owner("黄老板", at)
    for by in (f.union_office(), f.township(f.PARK), f.account("secretary", organization=at)):
        with pytest.raises(NotAllowed):
            own(at, by=by)
        with pytest.raises(NotAllowed):
            correct_owner(owner=row, changes={"name": "x"}, reason="x", by=by, now=f.NOW)
        with pytest.raises(NotAllowed):
            end_owner(owner=row, last_day=f.TODAY, reason="x", by=by, now=f.NOW)


def test_an_owner_s_phone_is_handed_out_for_a_reason():
    at = f.organization()
    row = m.owner("黄老板", at, phone="13800001234")
    act = {"owner": row, "now": f.NOW}
    for by in (f.account("secretary", organization=at), f.account("leader"), f.township(f.PARK)):
        with pytest.raises(NotAllowed):
            reveal_owner(reason="通知", by=by, **act)
    with pytest.raises(ValidationError):
        reveal_owner(reason="", by=f.township(), **act)
    assert reveal_owner(reason="通知", by=f.township(), **act) == "13800001234"
    assert AuditEntry.objects.get(action="owner.reveal").detail == {"reason": "通知"}
