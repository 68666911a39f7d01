"""Bodies founded, joined, left, changed in form and dissolved."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from orgs.domain.bodies import change_form, dissolve_body, found_body, join_body, leave_body
from orgs.domain.refusals import NotAllowed
from orgs.models import BodyForm, Branch, BranchForm, BranchMembership
from orgs.queries import bodies_of
from quannan.base.models import AuditEntry
from tests import factories as f

pytestmark = pytest.mark.django_db

FOUNDED = date(2010, 5, 1)


def form(code: str) -> BodyForm:
    f.reference()
    return BodyForm.objects.get(code=code)


def found(*rows, **changes) -> Branch:
    """A lawful founding of a union by the owner office, with one thing changed."""
    act = {"line": "union", "form": form("union_committee"), "founded_on": FOUNDED, "by": f.owner(), "now": f.NOW}
    return found_body(organizations=rows, **(act | changes))


def joint(*rows, **changes) -> Branch:
    act = {"form": form("union_joint"), "composition": "joint_area", "name": "城厢竹木联合工会"}
    return found(*rows, **(act | changes))


def fields(error) -> list[str]:
    return list(error.value.error_dict)


def test_a_body_of_ones_own_covers_from_its_founding():
    row = f.organization()

    branch = found(row)

    (body,) = bodies_of(row, FOUNDED)
    assert (body.branch, body.form, body.is_body, body.covers) == (branch, "基层工会委员会", True, 1)
    assert bodies_of(row, date(2010, 4, 30)) == []
    assert AuditEntry.objects.get().detail["organizations"] == [row.pk]


def test_a_joint_body_of_seven_is_one_body_and_one_leaves_in_march():
    rows = [f.organization() for _ in range(7)]
    branch = joint(*rows)

    membership = BranchMembership.objects.get(branch=branch, organization=rows[0])
    leave_body(membership=membership, last_day=date(2011, 3, 14), reason="已自建工会", by=f.owner(), now=f.NOW)

    assert Branch.objects.count() == 1
    assert bodies_of(rows[1], date(2011, 2, 28))[0].covers == 7
    assert bodies_of(rows[1], date(2011, 4, 30))[0].covers == 6
    assert len(bodies_of(rows[0], date(2011, 3, 14))) == 1
    assert bodies_of(rows[0], date(2011, 3, 15)) == []


@pytest.mark.parametrize("by", [f.owner, f.union_office])
def test_who_may_confirm_the_line_confirms_by_entering(by):
    actor = by()

    branch = found(f.organization(), by=actor)

    assert (branch.confirmed_by, branch.confirmed_at) == (actor, f.NOW)


def test_what_a_township_enters_waits_for_the_lines_department():
    branch = found(f.organization(), by=f.township())

    assert (branch.confirmed_by, branch.confirmed_at) == (None, None)


def test_a_joint_body_older_than_a_member_covers_it_from_its_registration():
    old, young = f.organization(), f.organization(registered_on=date(2010, 9, 1))

    branch = joint(old, young)

    starts = {m.organization: m.period.lower for m in BranchMembership.objects.filter(branch=branch)}
    assert starts == {old: FOUNDED, young: date(2010, 9, 1)}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"founded_on": date(2009, 2, 28)}, "founded_on"),
        ({"founded_on": date(2012, 11, 6)}, "founded_on"),
        ({"form": "party_branch"}, "form"),
        ({"form": "union_joint"}, "composition"),
        ({"composition": "merged"}, "composition"),
        ({"composition": "joint_area", "name": " "}, "name"),
        ({"composition": "joint_area", "name": "长" * 121}, "name"),
    ],
)
def test_a_founding_is_refused(changes, field):
    row = f.organization()
    if "form" in changes:
        changes = {"form": form(changes["form"])}

    with pytest.raises(ValidationError) as error:
        found(row, **changes)

    assert fields(error) == [field]
    assert not Branch.objects.exists()


def test_a_form_out_of_use_is_refused():
    kind = form("union_committee")
    kind.is_active = False
    kind.save()

    with pytest.raises(ValidationError) as error:
        found(f.organization(), form=kind)

    assert fields(error) == ["form"]


def test_a_body_needs_somebody_to_cover():
    with pytest.raises(ValidationError) as error:
        found()

    assert fields(error) == ["organizations"]


def test_a_body_of_ones_own_covers_one_alone():
    with pytest.raises(ValidationError) as error:
        found(f.organization(), f.organization())

    assert fields(error) == ["composition"]


def test_a_closed_organization_founds_nothing():
    with pytest.raises(ValidationError) as error:
        found(f.organization(closed_on=FOUNDED, closed_state="moved_out"))

    assert fields(error) == ["founded_on"]


def test_an_organization_out_of_scope_is_not_covered():
    mine, other = f.organization(), f.organization(under=f.unit(f.PARK))

    with pytest.raises(NotAllowed):
        joint(mine, other, by=f.township())

    assert not Branch.objects.exists()


def join(branch, row, **changes):
    act = {"from_": date(2011, 1, 1), "by": f.owner(), "now": f.NOW}
    return join_body(branch=branch, organization=row, **(act | changes))


def test_joining_covers_one_more():
    branch, row = f.covered(f.organization(), f.organization(), line="union", form="union_joint"), f.organization()

    join(branch, row)

    assert bodies_of(row, date(2010, 12, 31)) == []
    assert bodies_of(row, date(2011, 1, 1))[0].covers == 3


@pytest.mark.parametrize("day", [date(2009, 2, 28), date(2010, 4, 30), date(2012, 11, 6)])
def test_joining_before_registration_before_founding_or_to_come_is_refused(day):
    branch = f.covered(f.organization(), f.organization(), line="union", form="union_joint")

    with pytest.raises(ValidationError) as error:
        join(branch, f.organization(), from_=day)

    assert fields(error) == ["from_"]


def test_joining_twice_is_refused_and_joining_again_is_not():
    one, two = f.organization(), f.organization()
    branch = f.covered(one, two, line="union", form="union_joint")

    with pytest.raises(ValidationError) as error:
        join(branch, one)
    assert error.value.messages == ["这家组织在这段时间已由同一个组织覆盖。"]

    membership = BranchMembership.objects.get(branch=branch, organization=one)
    leave_body(membership=membership, last_day=date(2011, 3, 31), reason="退出", by=f.owner(), now=f.NOW)
    assert join(branch, one, from_=date(2011, 4, 1)).pk


def test_a_body_of_ones_own_is_neither_joined_nor_left():
    row = f.organization()
    branch = f.covered(row, line="union")

    with pytest.raises(ValidationError) as error:
        join(branch, f.organization())
    assert error.value.code == "own"
    with pytest.raises(ValidationError) as error:
        leave_body(
            membership=branch.memberships.get(), last_day=date(2011, 1, 1), reason="退出", by=f.owner(), now=f.NOW
        )
    assert error.value.code == "own"


def test_a_body_whose_members_are_all_elsewhere_is_not_joined_by_a_township():
    park = f.unit(f.PARK)
    branch = f.covered(f.organization(under=park), f.organization(under=park), line="union", form="union_joint")

    with pytest.raises(NotAllowed):
        join(branch, f.organization(), by=f.township())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": date(2010, 4, 30)}, "last_day"),
        ({"last_day": date(2012, 11, 6)}, "last_day"),
        ({"reason": ""}, "reason"),
    ],
)
def test_leaving_is_refused(changes, field):
    branch = f.covered(f.organization(), f.organization(), line="union", form="union_joint")
    act = {"last_day": date(2011, 1, 1), "reason": "退出", "by": f.owner(), "now": f.NOW}

    with pytest.raises(ValidationError) as error:
        leave_body(membership=branch.memberships.first(), **(act | changes))

    assert fields(error) == [field]


def test_leaving_twice_is_refused():
    branch = f.covered(f.organization(), f.organization(), line="union", form="union_joint")
    membership = branch.memberships.first()
    act = {"last_day": date(2011, 1, 1), "reason": "退出", "by": f.owner(), "now": f.NOW}
    leave_body(membership=membership, **act)

    with pytest.raises(ValidationError) as error:
        leave_body(membership=membership, **act)

    assert error.value.code == "ended"


def grow(branch, code="party_general", **changes):
    act = {"from_": date(2011, 7, 1), "by": f.owner(), "now": f.NOW}
    return change_form(branch=branch, form=form(code), **(act | changes))


def test_a_branch_that_grows_stays_one_body():
    row = f.organization()
    branch = f.covered(row)

    grow(branch)

    branch.refresh_from_db()
    periods = [(p.form.code, p.period.lower, p.period.upper) for p in BranchForm.objects.filter(branch=branch)]
    assert periods == [("party_branch", None, date(2011, 7, 1)), ("party_general", date(2011, 7, 1), None)]
    assert [bodies_of(row, day)[0].form for day in (date(2011, 6, 30), date(2011, 7, 1))] == ["党支部", "党总支"]
    assert branch.version == 2


@pytest.mark.parametrize(
    ("code", "day", "field"),
    [
        ("party_branch", date(2011, 7, 1), "form"),
        ("league_branch", date(2011, 7, 1), "form"),
        ("party_joint", date(2011, 7, 1), "composition"),
        ("party_general", FOUNDED, "from_"),
        ("party_general", date(2010, 4, 30), "from_"),
        ("party_general", date(2012, 11, 6), "from_"),
    ],
)
def test_a_change_of_form_is_refused(code, day, field):
    branch = f.covered(f.organization())

    with pytest.raises(ValidationError) as error:
        grow(branch, code, from_=day)

    assert fields(error) == [field]
    assert BranchForm.objects.count() == 1


def dissolve(branch, **changes):
    act = {"last_day": date(2011, 12, 31), "reason": "企业停办", "by": f.owner(), "now": f.NOW}
    return dissolve_body(branch=branch, **(act | changes))


def test_dissolving_ends_the_body_and_its_coverage_after_the_last_day():
    rows = [f.organization(), f.organization()]
    branch = f.covered(*rows, line="union", form="union_joint")

    dissolve(branch)

    branch.refresh_from_db()
    assert (branch.dissolved_on, branch.dissolved_reason, branch.version) == (date(2012, 1, 1), "企业停办", 2)
    assert len(bodies_of(rows[0], date(2011, 12, 31))) == 1
    assert bodies_of(rows[0], date(2012, 1, 1)) == []
    assert {m.period.upper for m in branch.memberships.all()} == {date(2012, 1, 1)}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": date(2010, 4, 30)}, "last_day"),
        ({"last_day": date(2012, 11, 6)}, "last_day"),
        ({"reason": " "}, "reason"),
    ],
)
def test_dissolving_is_refused(changes, field):
    branch = f.covered(f.organization())

    with pytest.raises(ValidationError) as error:
        dissolve(branch, **changes)

    assert fields(error) == [field]
    branch.refresh_from_db()
    assert branch.dissolved_on is None


def test_dissolving_before_the_newest_member_joined_is_refused():
    branch = f.covered(f.organization(), f.organization(), line="union", form="union_joint")
    f.member(branch, f.organization(), date(2012, 2, 1))

    with pytest.raises(ValidationError) as error:
        dissolve(branch)

    assert fields(error) == ["last_day"]


def test_a_dissolved_body_neither_dissolves_nor_grows_nor_takes_members():
    branch = f.covered(f.organization(), f.organization(), form="party_joint")
    dissolve(branch)

    for act in (lambda: dissolve(branch), lambda: grow(branch), lambda: join(branch, f.organization())):
        with pytest.raises(ValidationError) as error:
            act()
        assert error.value.code == "dissolved"


@pytest.mark.parametrize("act", [dissolve, grow])
def test_a_township_does_not_decide_over_members_elsewhere(act):
    branch = f.covered(f.organization(), f.organization(under=f.unit(f.PARK)), form="party_joint")

    with pytest.raises(NotAllowed):
        act(branch, by=f.township())


@pytest.mark.parametrize("act", [dissolve, grow])
def test_a_body_without_members_belongs_to_who_saw_them_last(act):
    row = f.organization(under=f.unit(f.PARK))
    branch = f.covered(row)
    branch.memberships.update(period=("2010-05-01", "2011-01-01"))

    with pytest.raises(NotAllowed):
        act(branch, by=f.township())
    assert act(branch, by=f.township(f.PARK))
