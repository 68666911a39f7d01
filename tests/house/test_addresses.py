"""Every address and every role: what is opened, what is refused, what is not found. A new address must be added here."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from orgs.models import BranchMembership
from tests import factories
from tests.house.addresses import ADDRESSES, make_things
from tests.house.addresses.table import COUNTY, EVERY, nothing
from tests.house.world import ROLES, World


def walk(patterns: list[Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the program, as (name, pattern)."""
    for found in patterns:
        told = f"{above}{found.pattern}"
        if isinstance(found, URLResolver):
            yield from walk(found.url_patterns, told)
        elif isinstance(found, URLPattern):
            yield found.name or "", told


def test_the_table_holds_every_address_and_no_other():
    found = list(walk(get_resolver().url_patterns))
    assert [told for name, told in found if not name] == []
    assert {name for name, _ in found} == set(ADDRESSES)
    assert len(found) == len(ADDRESSES)


@pytest.fixture
def things(world: World, settings) -> SimpleNamespace:
    """An object of every kind in the unit office's own unit, and its like elsewhere."""
    settings.CELERY_TASK_ALWAYS_EAGER = False
    return make_things(world)


@contextmanager
def rolled_back() -> Iterator[None]:
    """What one role did is undone before the next one comes."""
    mark = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(mark)


def send(client, method: str, name: str, args: list[Any]):
    return getattr(client, method)(reverse(name, args=args))


def told_by(response) -> str:
    """What the answer says; a file that is read to its end is closed by it."""
    whole = b"".join(response.streaming_content) if response.streaming else response.content
    return whole.decode(errors="replace")


def goes_to_login(response) -> bool:
    return response.status_code == 302 and response.headers["Location"].startswith("/login/")


CASES = [(name, method) for name, address in ADDRESSES.items() for method in address.methods]


def outcome(client, things: Any, role: str, name: str, method: str) -> str:
    """What a role meets at an address, "" where it is what the table says."""
    address = ADDRESSES[name]
    with rolled_back():
        response = send(client, method, name, address.own(things))
        said = told_by(response)
    if role in address.opens:
        if response.status_code not in address.answer:
            return f"{response.status_code} instead of {sorted(address.answer)}"
        return "is sent to the login" if name != "logout" and goes_to_login(response) else ""
    refusal = 404 if role in address.misses else address.refusal
    if response.status_code != refusal:
        return f"{response.status_code} instead of {refusal}"
    return "tells a name it should not" if things.own.name in said else ""


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_let_in_or_refused_as_the_table_says(client, things, world, role):
    wrong = {}
    for name, method in CASES:
        client.force_login(world.accounts[role])
        wrong[f"{method} {name}"] = outcome(client, things, role, name, method)
    assert {case: what for case, what in wrong.items() if what} == {}


def test_strangers_are_sent_to_the_login(client, things):
    wrong = {}
    for name, method in CASES:
        response = send(client, method, name, ADDRESSES[name].own(things))
        expected = ADDRESSES[name].stranger
        lets_in = not goes_to_login(response) if expected == 302 else response.status_code != expected
        if lets_in:
            wrong[f"{method} {name}"] = response.status_code
    assert wrong == {}


@pytest.mark.parametrize("role", sorted(EVERY - COUNTY))
def test_what_is_out_of_scope_is_not_found(client, things, world, role):
    wrong = {}
    client.force_login(world.accounts[role])
    for name, method in CASES:
        address = ADDRESSES[name]
        if address.foreign is None or role not in address.opens:
            continue
        response = send(client, method, name, address.foreign(things))
        if response.status_code != 404 or things.foreign.name in told_by(response):
            wrong[f"{method} {name}"] = response.status_code
    assert wrong == {}


def test_the_county_finds_what_a_unit_does_not(client, things, world):
    """The other side of the test above: those objects do exist."""
    wrong = {}
    client.force_login(world.accounts["owner_office"])
    for name, method in CASES:
        address = ADDRESSES[name]
        if address.foreign is None:
            continue
        with rolled_back():
            response = send(client, method, name, address.foreign(things))
        if response.status_code not in address.answer:
            wrong[f"{method} {name}"] = response.status_code
    assert wrong == {}


# A probe for machines, and the answer to addresses that do not exist.
ANY_METHOD = {"health", "api-nowhere"}


def test_the_other_method_is_not_allowed(client, things, world):
    client.force_login(world.accounts["owner_office"])
    others = [
        (n, m) for n, a in ADDRESSES.items() for m in ("get", "post") if m not in a.methods and n not in ANY_METHOD
    ]
    found = {f"{m} {n}": send(client, m, n, ADDRESSES[n].own(things)).status_code for n, m in others}
    assert found == dict.fromkeys(found, 405)


PARTS = {
    "figures-correct": "foreign_figures",
    "organization-include": "foreign_exclusion",
    "body-leave": "foreign_membership",
    "body-confirm": "foreign_membership",
    "body-refuse": "foreign_membership",
}


def test_a_part_of_another_organization_is_not_found_below_ones_own(client, things, world):
    client.force_login(world.accounts["owner_office"])
    found = {
        f"{method} {name}": send(client, method, name, [things.own.pk, getattr(things, part).pk]).status_code
        for name, part in PARTS.items()
        for method in ("get", "post")
    }
    assert found == dict.fromkeys(found, 404)


@pytest.mark.parametrize("line", ["league", "party"])
def test_a_department_confirms_no_body_of_another_line(client, things, world, line):
    membership = BranchMembership.objects.filter(branch__line=line).first()
    args = [membership.organization_id, membership.pk]
    client.force_login(world.accounts["line_department"])
    for name in ("body-confirm", "body-refuse"):
        assert send(client, "get", name, args).status_code == 403
        assert send(client, "post", name, args).status_code == 403


def test_a_department_ends_no_body_of_another_line(client, things, world):
    membership = BranchMembership.objects.get(organization=things.own, branch__line="party")
    client.force_login(world.accounts["line_department"])
    address = reverse("body-leave", args=[things.own.pk, membership.pk])
    client.post(address, {"last_day": "2012-01-31", "change_reason": "试一试"})
    membership.refresh_from_db()
    assert membership.period.upper is None
    assert membership.branch.dissolved_on is None


def test_an_account_that_was_disabled_is_a_stranger(client, world):
    user = world.accounts["owner_office"]
    client.force_login(user)
    user.is_active = False
    user.save()
    assert goes_to_login(client.get("/organizations/"))


def test_an_account_without_a_role_sees_no_organization_and_no_figure(client, world):
    client.force_login(factories.account())
    refused = {name for name, a in ADDRESSES.items() if a.methods[0] == "get" and a.own is nothing and a.opens != EVERY}
    assert {name: client.get(reverse(name)).status_code for name in refused} == dict.fromkeys(refused, 403)
    page = client.get("/").content.decode()
    assert [row.name for row in (*world.here, *world.there) if row.name in page] == []


def test_every_role_of_the_seed_is_in_the_table(world):
    assert set(apps.get_model("orgs", "Role").objects.values_list("code", flat=True)) == EVERY
