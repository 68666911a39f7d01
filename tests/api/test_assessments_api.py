"""Assessments over the API: what is in sight, and what is not confirmed for those who rate alone."""

import pytest

from evaluation.domain.confirming import confirm_many
from tests import makers_scores as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheets(world):
    scheme = make.opened()
    rows = {name: make.sheet(scheme, row) for name, row in (("own", world.own), ("there", world.foreign))}
    for row in rows.values():
        make.rated(row, _2_2="1")
    return rows


def ids(client, world, role, **query):
    client.force_login(world.accounts[role])
    return {row["id"] for row in client.get("/api/v1/assessments/", query).json()["results"]}


def test_what_is_not_confirmed_is_told_to_raters_alone(client, world, sheets):
    own, there = sheets["own"].pk, sheets["there"].pk
    county = {"owner_office", "line_department"}
    for role in ("owner_office", "line_department", "unit_office", "leader", "secretary"):
        found = ids(client, world, role)
        assert own in found if role in county | {"unit_office"} else not found, role
        assert (there in found) is (role in county), role
    confirm_many(assessment_ids=[own, there], by=None, now=NOW)
    assert ids(client, world, "leader") == {own, there}
    assert ids(client, world, "secretary") == {own}
    assert ids(client, world, "owner_office", state="confirmed", year=2010) == {own, there}
    assert ids(client, world, "owner_office", unit=world.theirs.code, state="confirmed") == {there}
    client.force_login(world.accounts["filer"])
    assert client.get("/api/v1/assessments/").status_code == 403


def test_a_sheet_is_told_line_by_line(client, world, sheets):
    client.force_login(world.accounts["owner_office"])
    body = client.get(f"/api/v1/assessments/{sheets['own'].pk}/").json()
    assert (body["score"], body["band"], body["missing"], body["name"]) == ("98.00", "优秀", 0, "甲地第0厂")
    line = next(one for one in body["lines"] if one["code"] == "2.2")
    assert line["given"] == [{"rater": "county", "raw": "1.00", "points": "4.00"}]
    assert (line["counted"], line["points"]) == ("4.00", "6.00")
    client.force_login(world.accounts["unit_office"])
    assert client.get(f"/api/v1/assessments/{sheets['there'].pk}/").status_code == 404
    client.force_login(world.accounts["secretary"])
    assert client.get(f"/api/v1/assessments/{sheets['own'].pk}/").status_code == 404


def test_unknown_states_and_years_are_named(client, world):
    client.force_login(world.accounts["owner_office"])
    for query in ({"state": "x"}, {"year": "12"}, {"band": "优秀"}):
        assert client.get("/api/v1/assessments/", query).status_code == 400
