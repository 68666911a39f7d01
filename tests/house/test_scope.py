"""What a role may see is one set of organizations, on every way out: list, drill-down, export, figures, API."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from coverage.domain.figures import report
from coverage.models import DELTA_MEASURES, MEASURED, Population
from tests.house.world import AS_OF

SEES = ("owner_office", "line_department", "unit_office", "secretary", "filer", "leader")
EXPORTS = ("owner_office", "line_department", "unit_office", "leader")
LATER = date(2012, 6, 30)
DAYS = (AS_OF, LATER)


@pytest.fixture
def look(client, world):
    """Opens a page as a role."""

    def looked(role, address, **query):
        client.force_login(world.accounts[role])
        return client.get(address, {name: str(value) for name, value in query.items()})

    return looked


def counted(response):
    assert response.status_code == 200
    return response.context["page_obj"].paginator.count


def names_in(response):
    """Names of the organizations in an exported workbook: the rows below the header that has 单位名称."""
    book = load_workbook(BytesIO(b"".join(response.streaming_content)), read_only=True)
    rows = [
        ["" if cell is None else str(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    book.close()
    head = next(i for i, row in enumerate(rows) if any(cell in ("单位名称", "组织名称", "名称") for cell in row))
    column = next(i for i, cell in enumerate(rows[head]) if cell in ("单位名称", "组织名称", "名称"))
    return sorted(row[column] for row in rows[head + 1 :] if row[column])


@pytest.mark.parametrize("role", SEES)
def test_the_list_the_figures_and_the_api_hold_the_same_organizations(look, world, role):
    for day in DAYS:
        found = report(user=world.accounts[role], as_of=day)
        listed = look(role, "/organizations/", as_of=day)
        names = sorted(row.record.organization.name for row in listed.context["rows"])
        assert names == sorted(o.name for o in world.seen_by(role))
        assert counted(listed) == found.base.organizations + found.base.excluded
        told = look(role, "/api/v1/organizations/", as_of=day).json()["results"]
        assert sorted(row["name"] for row in told) == names


@pytest.mark.parametrize("role", EXPORTS)
def test_exports_hold_the_rows_of_the_page(look, world, role):
    assert names_in(look(role, "/organizations/export/", as_of=AS_OF)) == sorted(o.name for o in world.seen_by(role))
    query = {"as_of": AS_OF, "population": "all", "line": "league", "measure": "gap"}
    page = look(role, "/coverage/organizations/", **query)
    assert names_in(look(role, "/coverage/organizations/export/", **query)) == sorted(
        row.record.organization.name for row in page.context["rows"]
    )


@pytest.mark.parametrize("role", SEES)
def test_every_figure_of_a_scope_opens_to_as_many_organizations(look, world, role):
    found, wrong = report(user=world.accounts[role], as_of=LATER), {}
    for line in MEASURED:
        counts = found.populations[Population.ALL].lines[line]
        for measure in (*DELTA_MEASURES, "gap"):
            n = counted(
                look(role, "/coverage/organizations/", as_of=LATER, population="all", line=line, measure=measure)
            )
            if n != getattr(counts, measure):
                wrong[f"{line} {measure}"] = (n, getattr(counts, measure))
    assert wrong == {}


@pytest.mark.parametrize("population", Population.values)
def test_every_figure_of_every_population_opens_to_as_many_organizations(look, world, population):
    found, wrong = report(user=world.accounts["owner_office"], as_of=AS_OF).populations[population], {}
    for line in MEASURED:
        for measure in ("eligible", "covered", "gap"):
            query = {"as_of": AS_OF, "population": population, "line": line, "measure": measure}
            n = counted(look("owner_office", "/coverage/organizations/", **query))
            if n != getattr(found.lines[line], measure):
                wrong[f"{line} {measure}"] = n
    query = {"as_of": AS_OF, "population": population, "measure": "organizations"}
    assert counted(look("owner_office", "/coverage/organizations/", **query)) == found.organizations
    assert counted(look("owner_office", "/coverage/organizations/", **{**query, "measure": "work"})) == found.work
    assert wrong == {}


@pytest.mark.parametrize("measure", ["base", "excluded", "unknown_figures", "unknown_scale", "assumed"])
def test_every_figure_of_the_base_opens_to_as_many_organizations(look, world, measure):
    base = report(user=world.accounts["leader"], as_of=LATER).base
    number = base.organizations if measure == "base" else getattr(base, measure)
    assert counted(look("leader", "/coverage/organizations/", as_of=LATER, population="all", measure=measure)) == number


@pytest.mark.parametrize("role", ["unit_office", "secretary", "filer"])
@pytest.mark.parametrize("address", ["/organizations/", "/coverage/organizations/"])
def test_another_unit_in_the_address_shows_none_of_its_organizations(look, world, role, address):
    response = look(role, address, unit=world.theirs.code, as_of=AS_OF)
    assert counted(response) == 0
    text = response.content.decode()
    assert [o.name for o in world.there if o.name in text] == []


@pytest.mark.parametrize("role", ["unit_office", "secretary", "filer"])
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/organizations/",
        "/coverage/",
        "/coverage/organizations/",
        "/coverage/trend/table/",
        "/coverage/trend.json",
    ],
)
def test_no_page_names_what_is_out_of_scope(look, world, role, address):
    text = look(role, address, as_of=AS_OF).content.decode()
    assert [o.name for o in world.there if o.name in text] == []
    assert world.theirs.name not in text


def test_a_unit_that_gave_an_organization_away_sees_it_in_the_past_alone(look, world):
    from django.db.backends.postgresql.psycopg_any import DateRange

    from coverage.domain import spans
    from tests import factories

    moved = world.here[1]
    moved.placements.update(period=DateRange(None, date(2012, 1, 1)))
    factories.placed(moved, world.theirs, from_=date(2012, 1, 1))
    spans.rebuild()
    assert counted(look("unit_office", "/organizations/", as_of=AS_OF)) == 3
    assert counted(look("unit_office", "/organizations/", as_of=LATER)) == 2
    assert look("unit_office", f"/organizations/{moved.pk}/", as_of=AS_OF).status_code == 200
    assert look("unit_office", f"/organizations/{moved.pk}/", as_of=LATER).status_code == 404
    assert report(user=world.accounts["unit_office"], as_of=LATER).base.excluded == 1
