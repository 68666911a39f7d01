"""Who may do which act of the register, role by role, inside and outside the scope."""

from datetime import date

import pytest

from orgs.domain.bodies import change_form, dissolve_body, found_body, join_body, leave_body
from orgs.domain.exclusions import end_exclusion, exclude_organization
from orgs.domain.figures import record_figures
from orgs.domain.organizations import (
    close_organization,
    correct_organization,
    create_organization,
    reopen_organization,
)
from orgs.domain.placements import move_organization
from orgs.domain.refusals import NotAllowed
from orgs.models import BodyForm, Branch, Organization, Unit
from orgs.permissions import scope_of
from quannan.base.models import AuditEntry
from tests import factories as f

pytestmark = pytest.mark.django_db

DAY = date(2011, 12, 31)


def union_form(code="union_committee"):
    return BodyForm.objects.get(code=code)


# Each act on an organization of 城厢镇 that stands ready for it.
REGISTER_ACTS = {
    "create": lambda row, by: create_organization(
        name="新厂", unit=f.unit(), kind="enterprise", registered_on=DAY, uscc=f.uscc(9001), by=by, now=f.NOW
    ),
    "correct": lambda row, by: correct_organization(
        organization=row, version=row.version, changes={"remark": "有食堂"}, by=by, now=f.NOW
    ),
    "figures": lambda row, by: record_figures(organization=row, as_of=DAY, counts={"employees": 12}, by=by, now=f.NOW),
    "exclude": lambda row, by: exclude_organization(
        organization=row, state="lost", from_=DAY, reason="联系不上", approver="钟主任", by=by, now=f.NOW
    ),
    "include": lambda row, by: end_exclusion(exclusion=f.excluded(row), last_day=DAY, reason="复工", by=by, now=f.NOW),
    "move": lambda row, by: move_organization(
        organization=row, unit=f.unit(f.PARK), on=DAY, reason="迁入园区", by=by, now=f.NOW
    ),
    "close": lambda row, by: close_organization(
        organization=row, state="moved_out", on=DAY, reason="迁往邻县", by=by, now=f.NOW
    ),
    "reopen": lambda row, by: reopen_organization(organization=closed(row), reason="登记有误", by=by, now=f.NOW),
}


def closed(row):
    Organization.objects.filter(pk=row.pk).update(closed_on=DAY, closed_state="moved_out")
    return row


# Each act on a union that covers organizations of 城厢镇.
UNION_ACTS = {
    "found": lambda row, by: found_body(
        line="union", form=union_form(), organizations=[row], founded_on=DAY, by=by, now=f.NOW
    ),
    "join": lambda row, by: join_body(
        branch=f.covered(f.organization(), f.organization(), line="union", form="union_joint"),
        organization=row,
        from_=DAY,
        by=by,
        now=f.NOW,
    ),
    "leave": lambda row, by: leave_body(
        membership=f.covered(row, f.organization(), line="union", form="union_joint").memberships.get(organization=row),
        last_day=DAY,
        reason="自建",
        by=by,
        now=f.NOW,
    ),
    "form": lambda row, by: change_form(
        branch=f.covered(row, line="union"), form=union_form("union_organizer"), from_=DAY, by=by, now=f.NOW
    ),
    "dissolve": lambda row, by: dissolve_body(
        branch=f.covered(row, line="union"), last_day=DAY, reason="停办", by=by, now=f.NOW
    ),
}

EVERYBODY = {
    "owner_office": lambda row: f.owner(),
    "union": lambda row: f.union_office(),
    "league": lambda row: f.account("line_department", lines=["league"]),
    "own_unit": lambda row: f.township(),
    "county_unit": lambda row: f.township(f.COUNTY),
    "other_unit": lambda row: f.township(f.PARK),
    "secretary": lambda row: f.account("secretary", organization=row),
    "filer": lambda row: f.account("filer", organization=row),
    "leader": lambda row: f.account("leader"),
    "auditor": lambda row: f.account("auditor"),
    "technician": lambda row: f.account("technician"),
    "no_role": lambda row: f.account(),
    "system": lambda row: None,
}
REGISTER_KEEPERS = {"owner_office", "own_unit", "county_unit", "system"}
UNION_KEEPERS = REGISTER_KEEPERS | {"union"}


def attempt(act, who, allowed):
    row = f.organization()
    by = EVERYBODY[who](row)
    if allowed:
        act(row, by)
        assert AuditEntry.objects.get().actor == by
    else:
        with pytest.raises(NotAllowed):
            act(row, by)
        assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("act", REGISTER_ACTS)
def test_the_register_is_kept_by_the_owner_office_and_the_unit(act, who):
    attempt(REGISTER_ACTS[act], who, who in REGISTER_KEEPERS)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("act", UNION_ACTS)
def test_a_lines_bodies_are_kept_by_its_department_too(act, who):
    attempt(UNION_ACTS[act], who, who in UNION_KEEPERS)


def test_an_account_shut_keeps_nothing():
    row, by = f.organization(), f.owner()
    by.is_active = False
    by.save()

    for act in REGISTER_ACTS.values():
        with pytest.raises(NotAllowed):
            act(row, by)


VISIBLE = {
    "owner_office": {"mine", "park"},
    "union": {"mine", "park"},
    "league": {"mine", "park"},
    "own_unit": {"mine"},
    "county_unit": {"mine", "park"},
    "other_unit": {"park"},
    "secretary": {"mine"},
    "filer": {"mine"},
    "leader": {"mine", "park"},
    "auditor": set(),
    "technician": set(),
    "no_role": set(),
}


@pytest.mark.parametrize("who", VISIBLE)
def test_what_each_role_sees_of_organizations_and_bodies(who):
    mine, park = f.organization("mine"), f.organization("park", under=f.unit(f.PARK))
    f.covered(mine, name="mine")
    f.covered(park, name="park")

    user = EVERYBODY[who](mine)

    assert {row.name for row in Organization.objects.visible_to(user)} == VISIBLE[who]
    assert {row.name for row in Branch.objects.visible_to(user)} == VISIBLE[who]
    assert scope_of(user).nothing is (not VISIBLE[who])


def test_a_joint_body_is_seen_by_whoever_sees_one_member():
    branch = f.covered(f.organization(), f.organization(under=f.unit(f.PARK)), form="party_joint")

    for user in (f.township(), f.township(f.PARK)):
        assert list(Branch.objects.visible_to(user)) == [branch]
    assert not Branch.objects.visible_to(f.township("36072903")).exists()


def test_a_unit_sees_units_below_it_and_not_its_neighbours_with_a_like_code():
    below = Unit.objects.create(code="3607290101", name="黄埠村", parent=f.unit(), path=f.unit().path + "3607290101/")
    Unit.objects.create(
        code="360729011", name="邻居", parent=f.unit(f.COUNTY), path=f.unit(f.COUNTY).path + "360729011/"
    )
    deep = f.organization(under=below)

    user = f.township()

    assert set(Unit.objects.visible_to(user)) == {f.unit(), below}
    assert list(Organization.objects.visible_to(user)) == [deep]


def test_two_roles_see_what_either_sees():
    user = f.township()
    f.RoleAssignment.objects.create(user=user, role=f.Role.objects.get(code="unit_office"), unit=f.unit(f.PARK))
    mine, park = f.organization(), f.organization(under=f.unit(f.PARK))
    f.organization(under=f.unit("36072903"))

    assert set(Organization.objects.visible_to(user)) == {mine, park}
