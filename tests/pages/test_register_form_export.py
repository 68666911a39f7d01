"""The register's list as 摸底表: whose rows it holds, and that it comes back without a change."""

from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from coverage.domain.spans import rebuild
from orgs.imports import check_file
from tests import factories
from tests.factories import PARK, account, organization, owner, township, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    rows = [organization(f"城厢第{number}厂") for number in range(3)]
    rows.append(organization("园区公司", under=unit(PARK)))
    closed = organization("停办公司", closed_on=date(2011, 1, 1), closed_state="deregistered")
    for row in rows[:2]:
        factories.figures(row, employees=40, women=12)
    factories.covered(rows[0], rows[3], line="union", form="union_joint", name="城厢联合工会")
    rebuild()
    return [*rows, closed]


@pytest.fixture
def file(client, tmp_path):
    def get(user, **query):
        client.force_login(user)
        response = client.get(reverse("register-form-export"), {"as_of": "2011-06-30"} | query)
        path = tmp_path / "form.xlsx"
        path.write_bytes(b"".join(response.streaming_content))
        return path

    return get


def names(path):
    return [row[1].value for row in load_workbook(path).active.iter_rows(min_row=5) if row[1].value]


def test_it_holds_what_the_list_shows_and_nothing_closed(county, file, client):
    path = file(owner())
    assert names(path) == ["城厢第0厂", "城厢第1厂", "城厢第2厂", "园区公司"]
    shown = client.get(reverse("organization-list"), {"as_of": "2011-06-30"}).context["page_obj"].paginator.count
    assert shown == len(names(path))
    assert names(file(owner(), state="closed")) == []


@pytest.mark.parametrize(
    ("query", "rows"),
    [({"q": "第1"}, ["城厢第1厂"]), ({"unit": PARK}, ["园区公司"]), ({"kind": "social"}, []), ({"sort": "-name"}, 4)],
)
def test_filters_and_order_of_the_list_count(county, file, query, rows):
    found = names(file(owner(), **query))
    assert len(found) == rows and found[0] == "园区公司" if isinstance(rows, int) else found == rows


def test_a_unit_sees_its_own_rows_only(county, file):
    assert "园区公司" not in names(file(township()))


def test_it_is_imported_again_without_a_change(county, file):
    office = township()
    for user, rows in ((owner(), 4), (office, 3)):
        counts = check_file(file(user), by=user).counts()
        assert (counts["created"], counts["updated"], counts["unchanged"], counts["rejected"]) == (0, 0, rows, 0)


def test_the_list_offers_it_to_those_who_may_export(county, client):
    for user, offered in ((owner(), True), (account("filer", organization=county[0]), False)):
        client.force_login(user)
        text = client.get(reverse("organization-list"), {"q": "第1"}).content.decode()
        assert (f"{reverse('register-form-export')}?q=" in text) is offered
