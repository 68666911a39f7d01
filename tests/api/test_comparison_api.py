"""The comparison of two dates as other systems read it: the page's table, every mistake named."""

import json

import pytest

from coverage.models import MEASURED

ADDRESS = "/api/v1/coverage/comparison/"


@pytest.fixture
def ask(client, world):
    """Asks as a role and returns the answer."""

    def asked(role, **query):
        client.force_login(world.accounts[role])
        return client.get(ADDRESS, query)

    return asked


def test_both_days_and_what_moved(ask):
    body = ask("owner_office", **{"from": "2009-01-01", "to": "2011-06-30"}).json()
    assert (body["start"], body["end"]) == ("2009-01-01", "2011-06-30")
    assert [row["line"] for row in body["results"]] == list(MEASURED)
    union = next(row for row in body["results"] if row["line"] == "union")
    assert union == {
        "line": "union",
        "before": {"eligible": 0, "covered": 0, "rate": None},
        "after": {"eligible": 5, "covered": 1, "rate": 20.0},
        "entered": 5,
        "left": 0,
        "gained": 1,
        "lost": 0,
        "points": None,
        "adds_up": True,
    }


def test_one_line_of_one_unit(ask, world):
    at = {"from": "2009-01-01", "to": "2011-06-30", "line": "union"}
    for role in ("owner_office", "unit_office"):
        (row,) = ask(role, **at, unit=world.mine.code).json()["results"]
        assert (row["after"]["eligible"], row["entered"]) == (3, 3)
    (row,) = ask("secretary", **at).json()["results"]
    assert row["after"] == {"eligible": 1, "covered": 1, "rate": 100.0}
    assert ask("unit_office", **at, unit=world.theirs.code).status_code == 404


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [
        ({"from": "去年"}, "from", "读不出来"),
        ({"from": "2011-06-30", "to": "2011-03-31"}, "from", "晚于"),
        ({"line": "工会"}, "line", "可以是:party、union"),
        ({"form": "2011-03-31"}, "form", "最接近的是“from”"),
    ],
)
def test_mistakes_are_named(ask, query, name, said):
    response = ask("leader", **query)
    assert response.status_code == 400
    (error,) = json.loads(response.content)["errors"]
    assert error["parameter"] == name
    assert said in error["detail"]
