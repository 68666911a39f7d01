"""Annual reports over the API: what is in sight, and answers written through the same gate as the pages."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from evaluation.domain.gate import closed_sentence
from evaluation.models import AnnualReport
from tests import makers_reports as make
from tests.api.test_api import problem_of


@pytest.fixture
def open_round(world):
    today = timezone.localdate()
    return make.round_(
        today.year, as_of=today - timedelta(days=9), opens_on=today - timedelta(days=5),
        closes_on=today + timedelta(days=5), unit_due_on=today + timedelta(days=9),
        county_due_on=today + timedelta(days=19),
    )  # fmt: skip


@pytest.fixture
def mine(world, open_round):
    return make.report(world.own, open_round)


@pytest.fixture
def theirs(world, open_round):
    return make.report(world.foreign, open_round)


def write(client, row, answers):
    return client.post(
        f"/api/v1/reports/{row.pk}/answers/", json.dumps({"answers": answers}), content_type="application/json"
    )


def test_reports_in_sight_are_listed_with_state_and_unit(client, world, mine, theirs):
    client.force_login(world.accounts["owner_office"])
    found = client.get("/api/v1/reports/").json()["results"]
    assert [(row["id"], row["unit"]["code"], row["state"]) for row in found] == [
        (mine.pk, world.mine.code, "draft"), (theirs.pk, world.theirs.code, "draft"),
    ]  # fmt: skip
    client.force_login(world.accounts["filer"])
    assert [row["id"] for row in client.get("/api/v1/reports/").json()["results"]] == [mine.pk]
    problem_of(client.get(f"/api/v1/reports/{theirs.pk}/"), 404)


def test_answers_are_stored_and_read_again_with_what_is_known(client, world, mine):
    client.force_login(world.accounts["filer"])
    body = write(client, mine, {"employees": "48", "women": "不清楚", "annual_revenue": "300"}).json()
    assert body["accepted"] == ["annual_revenue", "employees", "women"]
    assert "party_has" in body["lacking"]
    assert AnnualReport.objects.get(pk=mine.pk).answers == {
        "employees": 48, "women": None, "annual_revenue": "3000000",
    }  # fmt: skip
    told = {one["code"]: one for one in client.get(f"/api/v1/reports/{mine.pk}/").json()["answers"]}
    assert (told["women"]["answered"], told["women"]["value"]) == (True, None)
    assert (told["name"]["known"], told["name"]["known_on"]) == (world.own.name, "2011-06-30")


def test_one_answer_that_cannot_be_read_leaves_all_unstored(client, world, mine):
    client.force_login(world.accounts["secretary"])
    body = problem_of(
        write(client, mine, {"employees": "四十余人", "women": "12", "nothing": "1", "party_form": "x"}), 400
    )
    assert {error["parameter"] for error in body["errors"]} == {"employees", "nothing", "party_form"}
    assert AnnualReport.objects.get(pk=mine.pk).answers == {}


def test_after_the_deadline_the_api_says_what_the_pages_say(client, world, mine):
    yesterday = timezone.localdate() - timedelta(days=1)
    mine.round.closes_on = yesterday
    mine.round.save()
    client.force_login(world.accounts["filer"])
    assert problem_of(write(client, mine, {"employees": "48"}), 409)["detail"] == closed_sentence(mine.round)
    mine.late_until, mine.late_reason, mine.late_granted_by_name = timezone.localdate(), "停电", "城厢镇党委"
    mine.save()
    assert write(client, mine, {"employees": "48"}).status_code == 200


def test_a_filed_report_is_not_written(client, world, mine):
    make.submitted(mine)
    client.force_login(world.accounts["filer"])
    assert problem_of(write(client, mine, {"employees": "50"}), 409)["detail"] == "这份年报已报送。要修改,请先撤回。"


@pytest.mark.parametrize(("role", "status"), [("leader", 403), ("line_department", 403), ("auditor", 403)])
def test_who_only_looks_writes_nothing(client, world, mine, role, status):
    client.force_login(world.accounts[role])
    problem_of(write(client, mine, {"employees": "48"}), status)
    assert AnnualReport.objects.get(pk=mine.pk).answers == {}


def test_nobody_writes_out_of_scope(client, world, theirs):
    for role in ("filer", "secretary", "unit_office"):
        client.force_login(world.accounts[role])
        problem_of(write(client, theirs, {"employees": "48"}), 404)
