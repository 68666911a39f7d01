"""Every list and every role: page, export and query hold the same rows, and nobody's list names what is out of scope.

A list added later must be named here, or the first test fails.
"""

from datetime import date
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import get_resolver, reverse
from openpyxl import load_workbook

from orgs.models import Organization, Person
from quannan.base.listing import LISTS
from tests.house.addresses import ADDRESSES, make_things
from tests.house.addresses.table import COUNTY
from tests.house.world import World

# Every list → its export. `None`: chosen from on the page alone, nothing leaves it.
EXPORTS: dict[str, str | None] = {
    "organization-list": "organization-export",
    "coverage-organizations": "coverage-export",
    "coverage-comparison": "coverage-comparison-export",
    "branch-list": "branch-export",
    "term-calendar": "term-export",
    "plan-list": "plan-export",
    "gap-list": "gap-export",
    "guidance-list": "guidance-export",
    "appointment-list": "appointment-export",
    "tenure-list": "tenure-export",
    "candidate-list": "candidate-export",
    "professional-list": "professional-export",
    "instructor-list": "instructor-export",
    "instructor-assign": None,
    "liaison-list": "liaison-export",
    "recommendation-list": "recommendation-export",
    "recommendation-counts": "recommendation-counts-export",
    # Counts of members found leave the program in no file (domain.md, 分类指导).
    "search-list": None,
    "leader-change-list": "leader-change-export",
    "case-list": "case-export",
    "lead-list": "lead-export",
    "merge-list": "merge-export",
    "import-list": "import-export",
    # Whose files there are; what they say stands in the list of findings.
    "reconciliation-list": None,
    "discrepancy-list": "discrepancy-export",
    "publication-list": "publication-list-export",
    "published-organizations": "published-export",
    "publication-differences": "publication-differences-export",
    "scenario-list": "scenario-export",
    "round-list": "round-export",
    "review-queue": "review-export",
    "report-list": "report-export",
    "report-late-list": "report-late-export",
    "filer-list": "filer-export",
    "fund-list": "fund-export",
    "fund-check-list": "fund-check-list-export",
    "activity-list": "activity-export",
    "activity-organizations": "activity-organizations-export",
    "assessment-list": "assessment-export",
}
# Sums by unit: no row bears an organization's name.
SUMS = {"recommendation-counts", "publication-list", "round-list"}
LIMITED = ("unit_office", "secretary", "filer")


# A lead or a file is no organization; that a limited list is part of the county's is proved of its rows.
NO_ORGANIZATION = SUMS | {"lead-list", "reconciliation-list", "import-list", "scenario-list"}
# Whoever may not read the names of 推优 is shown sums of the same recommendations: fewer rows.
# Of imports an account lists those of the forms that it may import, of scenarios its own and those shared with it.
OTHERWISE_FOR_SOME = {"recommendation-list", "import-list", "scenario-list"}
# What a list asks for besides: by itself a department's list of plans opens with its own line.
# Before the first registration nothing stood: from then on everything has moved.
SINCE = {"from": "2009-01-01"}
ALSO = {
    "plan-list": {"line": "party"},
    "plan-export": {"line": "party"},
    # By itself the county's queue opens with its own step, and there with the reports no unit's account can review.
    "review-queue": {"stage": "unit", "units": "all"},
    "review-export": {"stage": "unit", "units": "all"},
    "coverage-comparison": SINCE,
    "coverage-comparison-export": SINCE,
    # The one line that has bodies in both units.
    "activity-organizations": {"line": "league"},
    "activity-organizations-export": {"line": "league"},
}


@pytest.fixture(autouse=True)
def all_pages() -> None:
    """Lists make themselves known as their pages are loaded."""
    assert get_resolver().url_patterns


@pytest.fixture
def things(world: World, settings) -> SimpleNamespace:
    settings.CELERY_TASK_ALWAYS_EAGER = False
    return make_things(world)


@pytest.fixture
def look(client, world):
    """Opens an address as a role."""

    def looked(role: str, name: str, **query: Any):
        client.force_login(world.accounts[role])
        return client.get(reverse(name), ALSO.get(name, {}) | query)

    return looked


def opens(role: str, name: str) -> bool:
    return role in ADDRESSES[name].opens


def counted(response) -> int:
    assert response.status_code == 200
    return response.context["page_obj"].paginator.count


def exported(response) -> list[tuple[Any, ...]]:
    """All cells of the file, the header and what stands above it included."""
    book = load_workbook(BytesIO(b"".join(response.streaming_content)), read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return rows


def rows_below(rows: list[tuple[Any, ...]], title: str) -> list[tuple[Any, ...]]:
    head = next(i for i, row in enumerate(rows) if title in row)
    return [row for row in rows[head + 1 :] if any(cell not in (None, "") for cell in row)]


def all_columns(name: str) -> dict[str, list[str]]:
    return {"col": [column.key for column in LISTS[name].columns]}


def names_out_of_scope(world: World, role: str) -> list[str]:
    """Organizations and people that an account may not read of, though the world has them."""
    seen = {row.pk for row in world.seen_by(role)}
    organizations = [row.name for row in Organization.objects.all() if row.pk not in seen and row in world.there]
    people = [row.name for row in Person.objects.exclude(pk__in=Person.objects.visible_to(world.accounts[role]))]
    return organizations + people


def test_every_list_is_in_the_table():
    assert set(LISTS) == set(EXPORTS)


@pytest.mark.parametrize("role", sorted({role for name in EXPORTS for role in ADDRESSES[name].opens}))
def test_page_export_and_query_hold_the_same_rows(look, world, things, role):
    wrong = {}
    for name, export in EXPORTS.items():
        if not opens(role, name):
            continue
        page = look(role, name, **all_columns(name))
        n = counted(page)
        shown = page.context["rows"]
        if len(shown) != n:
            wrong[name] = f"{len(shown)} rows on the page, {n} counted"
        if export is None or not opens(role, export):
            continue
        rows = rows_below(exported(look(role, export)), page.context["listed"].columns[0].title)
        if len(rows) != n:
            wrong[f"{name} export"] = f"{len(rows)} rows in the file, {n} on the page"
    assert wrong == {}


@pytest.mark.parametrize("role", LIMITED)
def test_no_list_and_no_export_names_what_is_out_of_scope(look, world, things, role):
    hidden, wrong = names_out_of_scope(world, role), {}
    assert {row.name for row in world.there} <= set(hidden)
    for name, export in EXPORTS.items():
        if opens(role, name):
            text = look(role, name, **all_columns(name)).content.decode()
            wrong[name] = [one for one in hidden if one in text]
        if export and opens(role, export):
            text = str(exported(look(role, export)))
            wrong[export] = [one for one in hidden if one in text]
    assert {name: found for name, found in wrong.items() if found} == {}


def test_the_county_reads_of_both_units_in_every_list(look, world, things):
    """The other side of the test above: in every list there is something to leak."""
    wrong = {}
    for name in EXPORTS:
        page = look("owner_office", name, **all_columns(name))
        text = page.content.decode()
        if counted(page) < 1:
            wrong[name] = "is empty"
        elif name not in NO_ORGANIZATION and not any(row.name in text for row in world.there) and "乙地" not in text:
            wrong[name] = "names nothing of the other unit"
    assert wrong == {}


@pytest.mark.parametrize("role", LIMITED)
def test_a_limited_list_is_part_of_the_countys(look, world, things, role):
    wrong = {}
    for name in EXPORTS:
        if not opens(role, name) or name in SUMS | OTHERWISE_FOR_SOME:
            continue
        whole = {row.pk for row in look("owner_office", name).context["rows"]}
        part = {row.pk for row in look(role, name).context["rows"]}
        if not part < whole:
            wrong[name] = (part, whole)
    assert wrong == {}


@pytest.mark.parametrize("role", LIMITED)
def test_another_unit_in_the_address_finds_nothing_of_it(look, world, things, role):
    hidden, wrong = names_out_of_scope(world, role), {}
    for name in EXPORTS:
        if opens(role, name):
            text = look(role, name, unit=world.theirs.code).content.decode()
            wrong[name] = [one for one in hidden if one in text]
    assert {name: found for name, found in wrong.items() if found} == {}


def test_whoever_reads_the_county_counts_the_same_in_every_list(look, world, things):
    """Lists that several county roles open hold the same rows for all of them."""
    wrong = {}
    for name in EXPORTS.keys() - OTHERWISE_FOR_SOME:
        found = {role: counted(look(role, name)) for role in COUNTY if opens(role, name)}
        if len(set(found.values())) > 1:
            wrong[name] = found
    assert wrong == {}


def test_a_list_asked_for_an_earlier_day_is_no_wider(look, world, things):
    """The day in the address changes what is shown, never whose."""
    hidden, wrong = names_out_of_scope(world, "unit_office"), {}
    for name in EXPORTS:
        if opens("unit_office", name):
            text = look("unit_office", name, as_of=str(date(2011, 6, 30))).content.decode()
            wrong[name] = [one for one in hidden if one in text]
    assert {name: found for name, found in wrong.items() if found} == {}
