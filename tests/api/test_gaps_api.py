"""Gaps as other systems read them."""

from datetime import date

import pytest

from tests import makers_gaps as make
from tests.house.world import AS_OF

DAY = {"as_of": AS_OF.isoformat()}


def asked(client, user, **query):
    client.force_login(user)
    return client.get("/api/v1/gaps/", DAY | query)


def test_gaps_carry_line_figure_threshold_and_assignment(client, world):
    given = make.assignment(world.own, "league", due_on=date(2011, 6, 20))
    rows = asked(client, world.accounts["owner_office"], line="league").json()["results"]
    mine = next(row for row in rows if row["id"] == world.own.pk)
    (gap,) = mine["gaps"]
    assert (gap["line"], gap["figure"], gap["threshold"], gap["basis"]) == ("league", 3, 3, "团员 3(≥ 3)")
    assert gap["assignment"] == {
        "unit": {"code": world.mine.code, "name": world.mine.name},
        "leader": given.leader,
        "assigned_on": "2011-03-01",
        "due_on": "2011-06-20",
        "next_step": "",
    }
    assert (gap["days_overdue"], gap["reported_to"]["code"]) == (10, "360729")


@pytest.mark.parametrize("role", ["owner_office", "unit_office", "secretary"])
def test_nobody_reads_gaps_out_of_scope(client, world, role):
    rows = asked(client, world.accounts[role]).json()["results"]
    seen = {row.pk for row in world.seen_by(role)}
    assert rows
    assert {row["id"] for row in rows} <= seen


def test_one_unit_and_a_line_that_does_not_exist(client, world):
    owner = world.accounts["owner_office"]
    rows = asked(client, owner, unit=world.theirs.code).json()["results"]
    assert {row["unit"]["code"] for row in rows} == {world.theirs.code}
    assert asked(client, world.accounts["unit_office"], unit=world.theirs.code).status_code == 404
    assert asked(client, owner, line="nowhere").status_code == 400
