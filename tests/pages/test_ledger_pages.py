"""F1 and F2 from the register's list, and the ledger's facts on an organization's page."""

from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from coverage.domain.spans import rebuild
from orgs.models import LedgerFacts
from quannan.base.domain.import_files import check_file
from quannan.base.imports import import_kind
from tests import factories
from tests.factories import PARK, account, organization, owner, township, unit

pytestmark = pytest.mark.django_db

DAY = date(2011, 6, 30)


@pytest.fixture
def county():
    rows = [organization(f"城厢第{number}厂") for number in range(3)]
    rows.append(organization("园区公司", under=unit(PARK)))
    rows += [organization("竹编协会", kind="social", uscc=factories.uscc(88, "social"))]
    organization("停办公司", closed_on=date(2011, 1, 1), closed_state="deregistered")
    factories.covered(rows[0], rows[3], line="union", form="union_joint", name="城厢联合工会")
    rebuild()
    return rows


@pytest.fixture
def file(client, tmp_path):
    def get(user, form="F1", **query):
        client.force_login(user)
        response = client.get(reverse("ledger-export", args=[form]), {"as_of": "2011-06-30"} | query)
        path = tmp_path / "ledger.xlsx"
        path.write_bytes(b"".join(response.streaming_content))
        return path

    return get


def names(path):
    page = load_workbook(path).active
    numbered = [row for row in page.iter_rows(min_row=3) if str(row[0].value).isdecimal()]
    at = next(cell.column for row in page.iter_rows(min_row=3) for cell in row if cell.value in ("企业名称", "名称"))
    return [row[at - 1].value for row in numbered]


def test_each_ledger_holds_the_list_s_organizations_of_its_kind(county, file):
    assert names(file(owner())) == ["城厢第0厂", "城厢第1厂", "城厢第2厂", "园区公司"]
    assert names(file(owner(), "F2")) == ["竹编协会"]
    assert names(file(owner(), q="第1")) == ["城厢第1厂"]
    assert names(file(owner(), unit=PARK)) == ["园区公司"]
    assert names(file(owner(), state="closed")) == []
    assert names(file(township())) == ["城厢第0厂", "城厢第1厂", "城厢第2厂"]


def test_it_is_imported_again_without_a_change(county, file):
    office = township()
    for user, form, rows in ((owner(), "F1", 4), (office, "F1", 3), (office, "F2", 1)):
        counts = check_file(import_kind(form), file(user, form), by=user).counts()
        assert (counts["created"], counts["updated"], counts["unchanged"], counts["rejected"]) == (0, 0, rows, 0)


def test_there_is_no_other_ledger(county, client):
    client.force_login(owner())
    assert client.get(reverse("ledger-export", args=["F9"])).status_code == 404


def test_the_list_offers_both_to_those_who_may_export(county, client):
    for user, offered in ((owner(), True), (account("filer", organization=county[0]), False)):
        client.force_login(user)
        text = client.get(reverse("organization-list"), {"q": "第1"}).content.decode()
        for form in ("F1", "F2"):
            assert (f"{reverse('ledger-export', args=[form])}?q=" in text) is offered
    assert client.get(reverse("ledger-export", args=["F1"])).status_code == 403


@pytest.mark.parametrize("rows", [1, 5])
def test_the_same_number_of_queries_whatever_the_rows(client, rows, django_assert_num_queries):
    for number in range(rows):
        row = organization(f"第{number}厂")
        factories.figures(row, employees=40)
        LedgerFacts.objects.create(organization=row, form="F1", as_of=DAY, values={"park": "一号楼"})
    rebuild()
    client.force_login(owner())
    url = reverse("ledger-export", args=["F1"])
    b"".join(client.get(url, {"as_of": "2011-06-30"}).streaming_content)
    with django_assert_num_queries(18):
        b"".join(client.get(url, {"as_of": "2011-06-30"}).streaming_content)


def page(client, row, day=DAY, **query):
    return client.get(reverse("organization-detail", args=[row.pk]), {"as_of": str(day)} | query).content.decode()


def test_an_organization_s_page_shows_the_latest_facts_of_the_date_with_their_source(county, client):
    row = county[0]
    for day, place in ((date(2010, 6, 30), "一号楼"), (DAY, "二号楼"), (date(2012, 6, 30), "三号楼")):
        LedgerFacts.objects.create(
            organization=row, form="F1", as_of=day, values={"park": place, "venue_area": "80.50"}, source="F1"
        )
    client.force_login(township())
    text = page(client, row)
    assert "台账事项" in text and "二号楼" in text and "一号楼" not in text and "三号楼" not in text
    assert "80.50平方米" in text and "截至 2011-06-30" in text and "非公有制经济组织工作台账导入" in text
    assert "注册地" not in text
    assert "一号楼" in page(client, row, date(2011, 1, 1))
    assert "台账事项" not in page(client, row, date(2009, 6, 30))
    assert "台账事项" not in page(client, county[1])
