"""The API as other systems meet it: figures equal to the command's, nothing out of scope, every mistake named."""

import json
from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.validation import validate_schema

from coverage.domain.figures import report
from tests import factories
from tests.house.world import AS_OF, ROLES

DAY = {"as_of": AS_OF.isoformat()}
SEES_REGISTER = ("owner_office", "line_department", "unit_office", "secretary", "filer", "leader")
LISTS = ("organizations", "coverage", "milestones", "units")


@pytest.fixture
def ask(client, world):
    """Asks as a role and returns the answer."""

    def asked(role, path, **query):
        client.force_login(world.accounts[role])
        return client.get(f"/api/v1/{path}", query)

    return asked


def problem_of(response, status):
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("application/problem+json")
    body = json.loads(response.content)
    assert set(body) >= {"type", "title", "status", "detail", "instance", "error_id"}
    assert body["status"] == status
    assert body["error_id"] == response.headers["X-Request-ID"]
    return body


@pytest.mark.parametrize("role", SEES_REGISTER)
def test_organizations_are_those_the_account_may_see(ask, world, role):
    body = ask(role, "organizations/", **DAY).json()
    assert [row["id"] for row in body["results"]] == sorted(o.pk for o in world.seen_by(role))
    assert body["as_of"] == "2011-06-30"
    assert body["next"] is None


def test_an_organization_carries_its_figures_and_verdicts_and_no_contact(ask, world):
    body = ask("owner_office", f"organizations/{world.own.uscc}/", **DAY).json()
    assert body["name"] == "甲地第0厂"
    assert body["unit"] == {"code": world.mine.code, "name": world.mine.name}
    assert body["figures"]["employees"] == 30
    assert body["figures"]["union_members"] is None
    assert body["above_scale"] is False
    assert body["verdicts"]["union"] == {"state": 1, "label": "已建"}
    assert body["verdicts"]["league"] == {"state": 3, "label": "应建未建"}
    assert body["verdicts"]["party"] == {"state": 4, "label": "自愿已建"}
    assert not [name for name in body if "contact" in name or name == "remark"]


def test_the_page_list_filters_narrow_the_answer(ask, world):
    found = ask("owner_office", "organizations/", unit=world.theirs.code, **DAY).json()["results"]
    assert [row["id"] for row in found] == [o.pk for o in world.there]
    found = ask("owner_office", "organizations/", line="league", measure="covered", **DAY).json()["results"]
    assert [row["id"] for row in found] == [world.here[1].pk, world.there[1].pk]
    found = ask("owner_office", "organizations/", union="covered", q="甲地", **DAY).json()["results"]
    assert [row["id"] for row in found] == [world.own.pk]


def test_as_of_decides_who_is_there_and_what_is_known(ask, world):
    assert ask("owner_office", "organizations/", as_of="2009-02-28").json()["results"] == []
    later = ask("owner_office", f"organizations/{world.here[2].pk}/", as_of="2012-06-30").json()
    assert later["excluded"] is True


def test_pages_follow_one_another_without_gap_or_repetition(client, ask, world):
    response, seen = ask("owner_office", "organizations/", limit="2", fields="id", **DAY), []
    while True:
        body = response.json()
        seen += [row["id"] for row in body["results"]]
        assert len(body["results"]) <= 2
        if body["next"] is None:
            break
        response = client.get(body["next"])
    assert seen == sorted(o.pk for o in [*world.here, *world.there])


def test_fields_narrow_the_answer(ask, world):
    body = ask("owner_office", "organizations/", fields="id,name", **DAY).json()
    assert [set(row) for row in body["results"]] == [{"id", "name"}] * 5
    assert ask("leader", f"organizations/{world.own.pk}/", fields="uscc", **DAY).json() == {"uscc": world.own.uscc}


@pytest.mark.parametrize("role", SEES_REGISTER)
def test_coverage_is_the_report_of_the_accounts_scope(ask, world, role):
    body = ask(role, "coverage/", **DAY).json()
    assert body.pop("stale") is False
    assert body == report(user=world.accounts[role], as_of=AS_OF).as_json()
    assert body["base"]["organizations"] == len(world.seen_by(role))


def test_coverage_of_the_county_equals_the_command(ask, world, capsys):
    call_command("coverage", as_of=AS_OF, json=True)
    body = ask("leader", "coverage/", **DAY).json()
    body.pop("stale")
    assert body == json.loads(capsys.readouterr().out)


def test_coverage_of_one_unit(ask, world):
    body = ask("owner_office", "coverage/", unit=world.theirs.code, **DAY).json()
    assert body["base"]["organizations"] == 2
    assert [u["code"] for u in body["units"]] == [world.theirs.code]


def test_figures_say_when_a_change_is_not_in_them_yet(ask, world):
    factories.figures(world.own, date(2011, 12, 31), employees=60)
    assert ask("leader", "coverage/", **DAY).json()["stale"] is True


def test_milestones_are_those_of_the_report(ask, world):
    body = ask("unit_office", "milestones/", **DAY).json()
    assert body["results"] == report(user=world.accounts["unit_office"], as_of=AS_OF).as_json()["milestones"]


def test_units_are_those_of_the_scope(ask, world):
    assert len(ask("leader", "units/").json()["results"]) == 14
    mine = {"code": world.mine.code, "name": world.mine.name, "parent": factories.COUNTY, "is_active": True}
    assert ask("unit_office", "units/").json()["results"] == [mine]
    assert ask("filer", "units/").json()["results"] == []


# What is refused.


@pytest.mark.parametrize("path", [f"{name}/" for name in LISTS] + ["organizations/1/", "schema/", "nowhere/"])
def test_strangers_are_told_to_sign_in(client, db, path):
    body = problem_of(client.get(f"/api/v1/{path}"), 401)
    assert body["detail"] == "请先在网页上登录,再用同一个浏览器会话调用接口。"


@pytest.mark.parametrize("role", ["auditor", "technician"])
@pytest.mark.parametrize("name", LISTS)
def test_roles_without_the_register_are_refused(ask, role, name):
    assert problem_of(ask(role, f"{name}/"), 403)["title"] == "没有权限"


@pytest.mark.parametrize("role", ["unit_office", "secretary", "filer"])
def test_an_organization_out_of_scope_is_not_found_and_not_told_apart_from_none(ask, world, role):
    hidden = problem_of(ask(role, f"organizations/{world.foreign.uscc}/", **DAY), 404)
    missing = problem_of(ask(role, "organizations/999999999/", **DAY), 404)
    assert hidden["detail"] == missing["detail"]
    assert world.foreign.name not in str(hidden)
    assert problem_of(ask(role, f"organizations/{world.foreign.pk}/", **DAY), 404)


@pytest.mark.parametrize("name", ["coverage", "milestones"])
def test_a_unit_out_of_scope_is_not_found(ask, world, name):
    assert problem_of(ask("unit_office", f"{name}/", unit=world.theirs.code), 404)
    assert problem_of(ask("owner_office", f"{name}/", unit="999"), 404)


def test_a_unit_out_of_scope_cannot_be_filtered_by(ask, world):
    body = problem_of(ask("unit_office", "organizations/", unit=world.theirs.code), 400)
    assert body["errors"][0]["parameter"] == "unit"
    assert body["errors"][0]["allowed"] == [world.mine.code]


@pytest.mark.parametrize("name", [*LISTS, "organizations/1"])
def test_an_unknown_parameter_is_named_with_the_nearest_known_one(ask, name):
    body = problem_of(ask("owner_office", f"{name}/", as_off="2011-06-30"), 400)
    nearest = {"units": "fields"}.get(name, "as_of")
    assert body["errors"] == [
        {"parameter": "as_off", "detail": f"没有“as_off”这个参数,最接近的是“{nearest}”。", "nearest": nearest}
    ]


@pytest.mark.parametrize(
    ("query", "parameter", "words"),
    [
        ({"as_of": "2011-6-31"}, "as_of", "日期“2011-6-31”读不出来,应写成 2011-06-30 这样。"),
        ({"limit": "0"}, "limit", "limit 应为 1 至 1000 的整数,现为“0”。"),
        ({"limit": "1001"}, "limit", "limit 应为 1 至 1000 的整数,现为“1001”。"),
        ({"limit": "十"}, "limit", "limit 应为 1 至 1000 的整数,现为“十”。"),
        ({"cursor": "%%"}, "cursor", "cursor 读不出来,请照抄上一页 next 中的值,或不写从头读。"),
        ({"fields": "id,nmae"}, "fields", "没有“nmae”这个字段,最接近的是“name”。"),
        (
            {"scale": "big"},
            "scale",
            "“scale”不能是“big”,可以是:above、below、unknown。",
        ),
    ],
)
def test_a_value_that_cannot_be_read_is_named_with_what_would_pass(ask, query, parameter, words):
    body = problem_of(ask("owner_office", "organizations/", **query), 400)
    assert [(e["parameter"], e["detail"]) for e in body["errors"]] == [(parameter, words)]
    assert body["detail"] == words


def test_all_mistakes_are_named_at_once(ask):
    body = problem_of(ask("owner_office", "organizations/", as_off="x", limits="2"), 400)
    assert [e["nearest"] for e in body["errors"]] == ["as_of", "limit"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("name", LISTS)
def test_nothing_can_be_written(client, world, method, name):
    client.force_login(world.accounts["owner_office"])
    assert problem_of(getattr(client, method)(f"/api/v1/{name}/"), 405)["detail"] == "这个地址只供读取,请用 GET。"


def test_an_address_that_does_not_exist_is_a_problem_too(ask):
    assert problem_of(ask("owner_office", "organisation/"), 404)


def test_a_failure_of_ours_tells_its_number_and_nothing_else(ask, world, caplog):
    class Broken(Exception):
        pass

    from django.test import RequestFactory
    from rest_framework.test import force_authenticate

    from quannan.base.api import ReadView

    class Failing(ReadView):
        def get(self, request):
            raise Broken("select secret from somewhere")

    request = RequestFactory().get("/api/v1/failing/")
    request.error_id = "abc123def456"
    force_authenticate(request, world.accounts["owner_office"])
    response = Failing.as_view()(request).render()
    assert response.status_code == 500
    assert json.loads(response.content)["error_id"] == "abc123def456"
    assert "secret" not in response.content.decode()
    assert "abc123def456" in caplog.text


# How it is described.


def schema_of(client: Client, user) -> dict:
    client.force_login(user)
    return client.get("/api/v1/schema/", {"format": "json"}).json()


def test_the_description_is_valid_openapi_and_made_without_a_warning(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_the_description_names_every_endpoint_and_every_parameter_it_reads(client, world):
    schema = schema_of(client, world.accounts["leader"])
    validate_schema(schema)
    assert set(schema["paths"]) == {
        "/api/v1/organizations/",
        "/api/v1/organizations/{key}/",
        "/api/v1/coverage/",
        "/api/v1/coverage/organizations/",
        "/api/v1/coverage/comparison/",
        "/api/v1/coverage/matrix/",
        "/api/v1/milestones/",
        "/api/v1/gaps/",
        "/api/v1/publications/",
        "/api/v1/publications/{id}/",
        "/api/v1/rounds/",
        "/api/v1/reports/",
        "/api/v1/reports/{id}/",
        "/api/v1/reports/{id}/answers/",
        "/api/v1/funds/",
        "/api/v1/funds/{id}/",
        "/api/v1/fund-checks/",
        "/api/v1/activities/",
        "/api/v1/activities/{id}/",
        "/api/v1/assessments/",
        "/api/v1/assessments/{id}/",
        "/api/v1/bodies/",
        "/api/v1/units/",
    }
    described = {p["name"] for p in schema["paths"]["/api/v1/organizations/"]["get"]["parameters"]}
    assert {"as_of", "limit", "cursor", "fields", "unit", "measure", "party", "q"} <= described


@pytest.mark.parametrize(
    "path",
    ["organizations/", "coverage/", "coverage/organizations/", "coverage/matrix/", "milestones/", "gaps/", "units/"],
)
def test_answers_have_just_the_fields_that_are_described(client, world, path):
    schema = schema_of(client, world.accounts["owner_office"])
    parts = schema["components"]["schemas"]

    def compare(value, described, where):
        if value is None:
            assert described.get("nullable"), where
            return None
        if "$ref" in described:
            described = parts[described["$ref"].rsplit("/", 1)[1]]
        if "allOf" in described:
            return compare(value, described["allOf"][0], where)
        if isinstance(value, dict) and "properties" in described:
            assert set(value) == set(described["properties"]), where
            for name, inner in value.items():
                compare(inner, described["properties"][name], f"{where}.{name}")
        elif isinstance(value, dict):
            for inner in value.values():
                compare(inner, described["additionalProperties"], where)
        elif isinstance(value, list):
            for inner in value:
                compare(inner, described["items"], where)
        return None

    answer = schema["paths"][f"/api/v1/{path}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    compare(client.get(f"/api/v1/{path}", DAY if path != "units/" else {}).json(), answer, path)


@pytest.mark.parametrize("role", ROLES)
def test_the_page_of_the_api_is_open_to_every_account(client, world, role):
    client.force_login(world.accounts[role])
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert "/api/v1/organizations/" in page.content.decode()


def test_a_page_of_organizations_costs_as_many_queries_with_one_row_as_with_five(
    client, world, django_assert_num_queries
):
    client.force_login(world.accounts["leader"])
    # Code lists are kept for some seconds by the process: the first request may read them anew.
    client.get("/api/v1/organizations/", {"limit": "1", **DAY})
    for limit in ("1", "5"):
        with django_assert_num_queries(6):
            client.get("/api/v1/organizations/", {"limit": limit, **DAY})
