"""An account imports only what lies in its own part of the county."""

import pytest

from orgs.models import Role, RoleAssignment, Unit, User
from tests.orgs.imports.conftest import faults, lawful

pytestmark = pytest.mark.django_db


@pytest.fixture
def township(reference):
    user = User.objects.create(username="zhen", name="某某")
    RoleAssignment.objects.create(
        user=user, role=Role.objects.get(code="unit_office"), unit=Unit.objects.get(name="城厢镇")
    )
    return user


def test_rows_of_other_units_are_rejected_one_by_one(check, township):
    result = check(lawful(1), lawful(2, unit="大吉山镇"), by=township)
    assert faults(result) == [("D2", "out_of_scope")]


def test_organization_of_another_unit_cannot_be_drawn_over(load, check, township):
    load(lawful(1, unit="大吉山镇"))
    assert faults(check(lawful(1), by=township)) == [("D1", "out_of_scope")]


def test_owner_office_imports_everything(check, reference):
    user = User.objects.create(username="ban", name="某某")
    RoleAssignment.objects.create(user=user, role=Role.objects.get(code="owner_office"))
    assert faults(check(lawful(1), lawful(2, unit="大吉山镇"), by=user)) == []
