"""Activities over the API: what is in sight, the filters, and what is told of partners out of sight."""

from datetime import date, timedelta

import pytest

from tests import factories as f
from tests.activities import making
from tests.api.test_api import problem_of


@pytest.fixture
def ask(client, world):
    def asked(role, path="activities/", **query):
        client.force_login(world.accounts[role])
        return client.get(f"/api/v1/{path}", query)

    return asked


def ids(response) -> list[int]:
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


@pytest.fixture
def held(world):
    """One at the secretary's, one at another of the unit, one elsewhere in which the unit's took part."""
    return [
        making.activity(world.own, attendees=0, members=None, programme=making.programme()),
        making.activity(world.here[1], line="union", held_on=date(2011, 4, 1), held_precision="month"),
        making.activity(world.there[0], world.here[2], world.there[1], line="union"),
    ]


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("owner_office", (0, 1, 2)),
        ("leader", (0, 1, 2)),
        ("unit_office", (0, 1, 2)),
        ("secretary", (0,)),
        ("filer", (0,)),
    ],
)
def test_an_account_is_told_of_what_its_organizations_host_or_share(ask, held, role, seen):
    assert ids(ask(role)) == [held[n].pk for n in seen]


@pytest.mark.parametrize("role", ["auditor", "technician", "former_filer"])
def test_who_may_not_see_activities_is_refused(ask, held, role):
    problem_of(ask(role), 403)


def test_unknown_numbers_are_null_and_nought_stays_nought(ask, world, held):
    row = ask("owner_office", f"activities/{held[0].pk}/").json()
    assert (row["attendees"], row["members"]) == (0, None)
    assert (row["organization"], row["uscc"], row["unit"]["code"]) == (world.own.pk, world.own.uscc, world.mine.code)
    assert (row["programme"]["name"], row["kind"]["name"]) == ("创先争优", "主题党日")


def test_partners_out_of_sight_are_a_number(ask, world, held):
    row = ask("unit_office", f"activities/{held[2].pk}/").json()
    assert (row["partners"], row["partner_count"]) == ([world.here[2].pk], 2)
    problem_of(ask("secretary", f"activities/{held[2].pk}/"), 404)


def test_the_filters_narrow_the_answer(ask, world, held):
    held[1].cancelled_at, held[1].cancelled_by_name, held[1].cancel_reason = f.NOW, "钟主任", "重复"
    held[1].updated_at = f.NOW + timedelta(days=2)
    held[1].save()
    pk = [row.pk for row in held]
    assert ids(ask("owner_office", line="union")) == pk[1:]
    assert ids(ask("owner_office", unit=world.theirs.code)) == [pk[2]]
    assert ids(ask("owner_office", organization=world.here[2].uscc)) == [pk[2]]
    assert ids(ask("owner_office", organization=str(world.own.pk))) == [pk[0]]
    assert ids(ask("owner_office", cancelled="yes")) == [pk[1]]
    assert ids(ask("owner_office", cancelled="no")) == [pk[0], pk[2]]
    assert ids(ask("owner_office", since="2011-04-01", until="2011-04-30")) == [pk[1]]
    assert ids(ask("owner_office", since="2011-04-02")) == []
    assert ids(ask("owner_office", updated_since="2012-11-06")) == [pk[1]]
    assert ids(ask("owner_office", updated_since="2012-11-05T12:00:00+08:00")) == pk
    assert ids(ask("owner_office", updated_since="2012-11-05T12:00:01+08:00")) == [pk[1]]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("line", "men"),
        ("cancelled", "maybe"),
        ("since", "2011"),
        ("until", "x"),
        ("updated_since", "2011-13-01"),
        ("kind", "1"),
    ],
)
def test_every_mistake_is_named(ask, held, name, value):
    assert problem_of(ask("owner_office", **{name: value}), 400)["errors"][0]["parameter"] == name


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_asks_the_same_number_of_questions(client, world, rows, django_assert_num_queries):
    for n in range(rows):
        making.activity(world.own, world.here[1], title=f"第{n}次")
    client.force_login(world.accounts["owner_office"])
    client.get("/api/v1/activities/")
    with django_assert_num_queries(QUERIES):
        assert len(ids(client.get("/api/v1/activities/"))) == rows


QUERIES = 6
