"""The pages a filer walks through, and how little the saving behind them asks of the database."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.models import AnnualReport, Submission
from tests import factories
from tests import makers_reports as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    today = date.today()
    days = {name: today + timedelta(days=20) for name in ("closes_on", "unit_due_on", "county_due_on")}
    round_ = make.round_(2013, as_of=today - timedelta(days=9), opens_on=today - timedelta(days=8), **days)
    organization = factories.organization()
    known = make.known(**make.ANSWERS | {"name": organization.name, "funds_total": "500"})
    return make.report(organization, round_, known=known)


@pytest.fixture
def filer(row, client):
    user = factories.account("filer", organization=row.organization)
    client.force_login(user)
    return user


def save(client, row, **said):
    return client.post(reverse("report-save", args=[row.pk]), json.dumps(said), content_type="application/json")


def test_an_unchanged_organization_files_in_three_acts(client, row, filer):
    page = client.get(reverse("my-report-list")).content.decode()
    assert reverse("report-fill", args=[row.pk]) in page
    assert "全部无变化" in client.get(reverse("report-fill", args=[row.pk])).content.decode()
    client.post(reverse("report-same", args=[row.pk]))
    assert "签署并报送" in client.get(reverse("report-sign", args=[row.pk])).content.decode()
    response = client.post(reverse("report-sign", args=[row.pk]), {"signer_name": "钟书记"})
    version = Submission.objects.get(report=row)
    assert response.url == reverse("receipt-detail", args=[version.receipt])
    assert version.receipt in client.get(response.url).content.decode()
    assert b"".join(client.get(reverse("receipt-pdf", args=[version.receipt])).streaming_content).startswith(b"%PDF")


def test_saving_asks_at_most_six_things_of_the_database(client, row, filer):
    save(client, row, typed={"employees": "50"})
    with CaptureQueriesContext(
        connection,
    ) as caught:
        answer = save(client, row, typed={"employees": "60"}, seen={"employees": 50})
    asked = [q["sql"] for q in caught if "SAVEPOINT" not in q["sql"]]
    assert answer.json()["accepted"] == {"employees": 60}
    assert len(asked) <= 6, [sql[:60] + sql[-90:] for sql in asked]
    assert AnnualReport.objects.get(pk=row.pk).answers == {"employees": 60}


def test_a_conflict_on_a_page_without_script_shows_what_was_typed_and_what_is_stored(client, row, filer):
    url = reverse("report-whole", args=[row.pk])
    save(client, row, typed={"employees": "51", "registration_type": "private", "women": "5"})
    facts = {"a-employees": "60", "s-employees": "48", "a-registration_type": "limited", "s-registration_type": '""'}
    page = client.post(url, facts | {"u-women": "1", "a-women": "", "s-women": "7"})
    items = {item.question.code: item for _, some in page.context["groups"] for item in some}
    assert (items["employees"].value, items["employees"].mine, items["employees"].theirs) == ("60", "60 人", "51 人")
    assert [code for code, _, chosen in items["registration_type"].options if chosen] == ["limited"]
    assert items["women"].unknown and items["women"].theirs_typed == '"5"'
    assert "用已保存的" in page.content.decode() and "要用您填的,请再保存一次" in page.content.decode()
    facts |= {f"s-{code}": items[code].seen for code in ("employees", "registration_type")}
    client.post(url, facts)
    answers = AnnualReport.objects.get(pk=row.pk).answers
    assert (answers["employees"], answers["registration_type"], answers["women"]) == (60, "limited", 5)
