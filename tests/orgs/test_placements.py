"""Transfer of an organization to another unit."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from orgs.domain.organizations import close_organization
from orgs.domain.placements import move_organization
from orgs.domain.refusals import NotAllowed
from orgs.models import Organization, Placement
from quannan.base.models import AuditEntry
from tests import factories as f

pytestmark = pytest.mark.django_db


def move(row, **changes):
    act = {"unit": f.unit(f.PARK), "on": date(2012, 3, 1), "reason": "迁入园区", "by": f.owner(), "now": f.NOW}
    return move_organization(organization=row, **(act | changes))


def test_a_transfer_ends_one_placement_and_begins_the_next():
    row = f.organization()

    move(row)

    periods = [(p.unit.code, p.period.lower, p.period.upper) for p in Placement.objects.filter(organization=row)]
    assert periods == [(f.CHENGXIANG, None, date(2012, 3, 1)), (f.PARK, date(2012, 3, 1), None)]
    assert AuditEntry.objects.get().detail == {
        "from": f.CHENGXIANG,
        "to": f.PARK,
        "on": "2012-03-01",
        "reason": "迁入园区",
    }


def test_who_hands_over_sees_it_up_to_the_day_and_the_receiver_from_it():
    giver, receiver = f.township(), f.township(f.PARK)
    row = f.organization()

    move(row, by=giver)

    assert list(Organization.objects.visible_to(giver, date(2012, 2, 29))) == [row]
    assert list(Organization.objects.visible_to(giver, date(2012, 3, 1))) == []
    assert list(Organization.objects.visible_to(receiver, date(2012, 3, 1))) == [row]
    assert list(Organization.objects.visible_to(receiver, date(2012, 2, 29))) == []


def test_after_the_transfer_the_giver_may_not_fetch_it_back():
    giver = f.township()
    row = f.organization()
    move(row, by=giver)

    with pytest.raises(NotAllowed):
        move(row, by=giver, unit=f.unit(), on=date(2012, 6, 1))


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"unit": f.CHENGXIANG}, "unit", "unit"),
        ({"reason": ""}, "reason", "required"),
        ({"on": f.REGISTERED}, "on", "bad_day"),
    ],
)
def test_a_transfer_is_refused(changes, field, code):
    row = f.organization()
    if "unit" in changes:
        changes = {"unit": f.unit(changes["unit"])}

    with pytest.raises(ValidationError) as error:
        move(row, **changes)

    assert [e.code for e in error.value.error_dict[field]] == [code]
    assert Placement.objects.count() == 1


def test_a_transfer_not_after_the_last_one_is_refused():
    row = f.organization()
    move(row)

    with pytest.raises(ValidationError) as error:
        move(row, unit=f.unit("36072903"), on=date(2012, 3, 1))

    assert "2012-03-01" in error.value.message_dict["on"][0]


def test_a_transfer_after_closing_is_refused():
    row = f.organization()
    close_organization(organization=row, state="moved_out", on=date(2012, 2, 1), reason="迁出", by=f.owner(), now=f.NOW)

    with pytest.raises(ValidationError) as error:
        move(row)

    assert "注销或迁出" in error.value.message_dict["on"][0]


def test_a_unit_out_of_use_receives_nobody():
    park = f.unit(f.PARK)
    park.is_active = False
    park.save()

    with pytest.raises(ValidationError) as error:
        move(f.organization(), unit=park)

    assert list(error.value.error_dict) == ["unit"]
