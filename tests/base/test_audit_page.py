"""审计日志: for the auditor, filtered, paged, exported."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from quannan.base.domain import audit

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(account):
    return account("qian", "audit.read")


@pytest.fixture
def trail(wang, account, now):
    li = account("li")
    return [
        audit.record(action="job.start", by=wang, obj=wang, now=now - timedelta(days=2)),
        audit.record(action="job.cancel", by=li, obj=wang, detail={"a": 1}, now=now - timedelta(days=1)),
        audit.record(action="probe.unnamed", by=None, now=now),
    ]


def shown(client, **query):
    response = client.get(reverse("audit-list"), query)
    return [entry.action for entry, _, _ in response.context["rows"]], response


def test_page_refuses_who_is_not_auditor(client, account, trail):
    client.force_login(account("zhao", "jobs.see_all"))
    for name in ("audit-list", "audit-export"):
        response = client.get(reverse(name))
        assert response.status_code == 403
        assert "job.start" not in response.content.decode()
    client.logout()
    assert client.get(reverse("audit-list")).status_code == 302


def test_page_shows_the_newest_first_in_words(client, auditor, trail):
    client.force_login(auditor)
    actions, response = shown(client)
    assert actions == ["probe.unnamed", "job.cancel", "job.start"]
    assert "取消任务" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "actions"),
    [
        ({"action": "job.start"}, ["job.start"]),
        ({"actor": "li"}, ["job.cancel"]),
        ({"text": "wang"}, ["job.cancel", "job.start"]),
        ({"since": "2026-11-01"}, ["probe.unnamed", "job.cancel"]),
        ({"until": "2026-11-01"}, ["job.cancel", "job.start"]),
        ({"since": "2026-11-01", "until": "2026-11-01"}, ["job.cancel"]),
    ],
)
def test_page_filters(client, auditor, trail, query, actions):
    client.force_login(auditor)
    assert shown(client, **query)[0] == actions


def test_page_says_which_filter_cannot_be(client, auditor, trail):
    client.force_login(auditor)
    _, response = shown(client, since="2026-11-02", until="2026-11-01")
    assert "请把两个日期对调" in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_same_number_of_questions(client, auditor, wang, now, rows, django_assert_num_queries):
    client.force_login(auditor)
    for _ in range(rows):
        audit.record(action="job.start", by=wang, now=now)
    client.get(reverse("audit-list"))
    with django_assert_num_queries(5):
        client.get(reverse("audit-list"))


def test_export_equals_the_page(client, auditor, trail):
    client.force_login(auditor)
    response = client.get(reverse("audit-export"), {"action": "job.cancel"})
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0][0] == "审计日志"
    assert "操作:取消任务" in rows[1][0]
    data = [row for row in rows if row[3] == "取消任务"]
    assert [(row[2], row[4], row[8]) for row in data] == [("li先生", "wang先生", '{"a": 1}')]


def test_export_with_an_impossible_filter_leads_back_to_the_page(client, auditor, trail):
    client.force_login(auditor)
    response = client.get(reverse("audit-export"), {"since": "2026-13-45"})
    assert (response.status_code, response.url) == (302, "/audit/?since=2026-13-45")
