"""An account with two roles: the one that only reads the county does not carry the acts of the other across it."""

from datetime import date

import pytest

from orgs.domain.cases import reveal_complainant
from orgs.domain.contacts import record_contact_reveal
from orgs.domain.instructors import send_instructor
from orgs.domain.leads import record_lead_contact_reveal
from orgs.domain.people import may_keep_person, reveal_person
from orgs.domain.plans import Situation, record_plan
from orgs.domain.professionals import hire_professional
from orgs.domain.recommendations import recommend
from orgs.domain.refusals import NotAllowed
from orgs.domain.searches import record_search
from orgs.models import DismissalCase, Lead, LeaderChange, Organization, Person, Role, RoleAssignment
from orgs.permissions import may_keep_term_rules
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_leadership as leaders
from tests import makers_leads as leads
from tests import makers_people as people
from tests.orgs.test_permissions import REGISTER_ACTS, UNION_ACTS

pytestmark = pytest.mark.django_db

DAY = date(2011, 12, 31)


def with_role(user, code, **scope):
    RoleAssignment.objects.create(user=user, role=Role.objects.get(code=code), **scope)
    return user


def reader():
    """A county leader who keeps the register of 工业园区 as well."""
    return with_role(f.township(f.PARK), "leader")


def of_another_line():
    """The league's department, whose holder keeps the register of 工业园区 as well."""
    return with_role(f.township(f.PARK), "line_department", lines=["league"])


BOTH = {"reader": reader, "another_line": of_another_line}


@pytest.mark.parametrize("who", BOTH)
@pytest.mark.parametrize("act", REGISTER_ACTS)
def test_the_register_elsewhere_stays_closed(act, who):
    row, by = f.organization(), BOTH[who]()
    assert Organization.objects.visible_to(by).filter(pk=row.pk).exists()

    with pytest.raises(NotAllowed):
        REGISTER_ACTS[act](row, by)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("who", BOTH)
@pytest.mark.parametrize("act", UNION_ACTS)
def test_bodies_elsewhere_stay_closed(act, who):
    with pytest.raises(NotAllowed):
        UNION_ACTS[act](f.organization(), BOTH[who]())
    assert not AuditEntry.objects.exists()


def test_each_role_keeps_what_it_gives():
    inside, outside, by = f.organization(under=f.unit(f.PARK)), f.organization(), of_another_line()

    UNION_ACTS["found"](inside, by)
    REGISTER_ACTS["figures"](inside, by)
    record_plan(
        organization=outside,
        line="league",
        situation=Situation(reason="no_members"),
        from_=DAY,
        version=0,
        by=by,
        now=f.NOW,
    )

    assert AuditEntry.objects.filter(actor=by).count() == 3


OTHERS = {
    "instructor": lambda row, by: send_instructor(
        person=people.person("廖远明", under=f.unit(f.PARK)),
        organizations=[row],
        sent_by=f.unit(f.PARK),
        from_=DAY,
        by=by,
        now=f.NOW,
    ),
    "professional": lambda row, by: hire_professional(
        person=people.person("廖远明", under=f.unit(f.PARK)),
        unit=f.unit(),
        organization=row,
        lines=["party"],
        from_=DAY,
        by=by,
        now=f.NOW,
    ),
    "search": lambda row, by: record_search(
        organization=row,
        kind="pocket",
        visited_on=DAY,
        found=1,
        contacted=0,
        transferred=0,
        unit=f.unit(f.PARK),
        by=by,
        now=f.NOW,
    ),
    "recommendation": lambda row, by: recommend(
        organization=row, line="union", name="赖青禾", recommended_on=DAY, by=by, now=f.NOW
    ),
    "plan": lambda row, by: record_plan(
        organization=row,
        line="union",
        situation=Situation(reason="no_members"),
        from_=DAY,
        version=0,
        by=by,
        now=f.NOW,
    ),
}


@pytest.mark.parametrize("act", OTHERS)
def test_helpers_counts_and_plans_elsewhere_stay_closed(act):
    with pytest.raises(NotAllowed):
        OTHERS[act](f.organization(), reader())
    assert not AuditEntry.objects.exists()


def test_what_is_masked_elsewhere_stays_masked():
    row, by = f.organization(contact_name="刘明", contact_phone="13900000001"), reader()
    who = people.person("陈秀英", at=row, phone="13900000002")
    lead = leads.lead(contact_phone="13900000003")

    with pytest.raises(NotAllowed):
        record_contact_reveal(organization=row, reason="核对", by=by, now=f.NOW)
    with pytest.raises(NotAllowed):
        reveal_person(person=who, reason="核对", by=by, now=f.NOW)
    with pytest.raises(NotAllowed):
        record_lead_contact_reveal(lead=lead, reason="核对", by=by, now=f.NOW)
    assert Lead.objects.visible_to(by).filter(pk=lead.pk).exists()
    assert Person.objects.visible_to(by).filter(pk=who.pk).exists()
    assert not may_keep_person(by, who)


def test_the_rules_of_terms_are_not_kept_by_who_only_reads_the_county():
    assert not may_keep_term_rules(reader())
    assert may_keep_term_rules(f.owner())


def test_cases_and_changes_are_seen_as_far_as_the_role_that_shows_them():
    here, there = f.organization(under=f.unit(f.PARK)), f.organization()
    ours, theirs = (leaders.case(row, f.union_office()) for row in (here, there))
    change = leaders.change(
        f.covered(there, line="union"), by=f.union_office(), successor=people.person("陈秀英", at=there)
    )
    by = reader()

    assert list(DismissalCase.objects.visible_to(by)) == [ours]
    assert DismissalCase.objects.visible_to(f.union_office()).count() == 2
    assert theirs not in DismissalCase.objects.visible_to(by)
    # A county leader reads changes of the whole county, but no longer once the organization is the account's own.
    assert list(LeaderChange.objects.visible_to(by)) == [change]
    own = with_role(reader(), "secretary", organization=there)
    assert not LeaderChange.objects.visible_to(own).exists()
    with pytest.raises(NotAllowed):
        reveal_complainant(case=theirs, reason="核对", by=by, now=f.NOW)
