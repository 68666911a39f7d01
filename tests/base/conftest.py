from datetime import UTC, datetime

import pytest

from orgs.models import Role, RoleAssignment, User

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def account(db):
    """Makes accounts: ``account("wang", "jobs.see_all")`` gives one with that capability."""

    def make(username, *capabilities):
        user = User.objects.create_user(username=username, name=f"{username}先生", password="x")
        if capabilities:
            role = Role.objects.create(
                code=f"r-{username}", name=username, scope="none", capabilities=list(capabilities)
            )
            RoleAssignment.objects.create(user=user, role=role)
        return user

    return make


@pytest.fixture
def wang(account):
    return account("wang")
