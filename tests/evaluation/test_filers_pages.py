"""The pages of filers' accounts: who opens them, what they show, and that a code stands on its slip alone."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from evaluation.domain.demo_filers import load_demo_filers
from evaluation.domain.filers import running_access
from evaluation.domain.filers_issue import issue_many
from evaluation.models import FilingAccess
from orgs.domain.one_time import in_groups
from orgs.models import Organization, RoleAssignment, User
from quannan.base.events import announce
from tests import factories, makers_people
from tests import makers_reports as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    user = factories.township()
    client.force_login(user)
    return user


def issued(*rows, days=0):
    now = timezone.now() - timedelta(days=days)
    issue_many(organizations=list(rows), by=None, now=now)
    return [access_of(row) for row in rows]


def access_of(row):
    return running_access().select_related("user", "organization").get(organization=row)


def led(row, name):
    makers_people.post(makers_people.person(name), factories.covered(row))


def shown(client, **query):
    return client.get(reverse("filer-list"), query)


def names(response):
    return {row.record.name for row in response.context["rows"]}


def test_the_list_costs_the_same_for_one_and_three(client, office):
    def cost():
        shown(client)
        with CaptureQueriesContext(connection) as caught:
            assert shown(client).status_code == 200
        return len(caught)

    issued(factories.organization())
    first = cost()
    issued(factories.organization(), factories.organization())
    assert cost() == first <= 18


def test_no_code_in_list_or_export_and_the_slip_shows_it(client, office):
    row = factories.organization()
    (access,) = issued(row)
    groups = in_groups(access.code)
    every = {"col": [column.key for column in shown(client).context["listed"].columns]}
    export = b"".join(client.get(reverse("filer-export")).streaming_content)
    cells = str(list(load_workbook(BytesIO(export)).worksheets[0].values))
    assert row.name in cells
    for text in (shown(client, **every).content.decode(), cells):
        assert access.code not in text and not all(group in text for group in groups)
    slip = client.post(reverse("filer-slips"), {"ids": [row.pk]})
    assert slip.headers["Cache-Control"] == "no-store"
    page = slip.content.decode()
    assert all(f"<span>{group}</span>" in page for group in groups) and access.user.username in page
    assert access_of(row).printed_at is not None
    assert client.get(reverse("filer-slips")).status_code == 405
    # Once the code is used, no slip shows it again.
    FilingAccess.objects.update(code="", code_expires_on=None)
    again = client.post(reverse("filer-slips"), {"ids": [row.pk]}, follow=True).content.decode()
    assert "没有可打印的登录码" in again


def test_the_filters_and_the_counts_agree(client, office):
    bare, late, over, moved = (factories.organization() for _ in range(4))
    make.report(bare, make.round_(timezone.localdate().year, opened_at=timezone.now()))
    led(moved, "钟新任")
    issued(late, days=9)
    issued(over, days=20)
    (access,) = issued(moved)
    User.objects.filter(pk=access.user_id).update(name="钟前任")
    for state, found in {
        "none": {bare.name},
        "overdue": {late.name, over.name},
        "expired": {over.name},
        "changed": {moved.name},
        "unprinted": {late.name, moved.name},
        "waiting": {late.name, over.name, moved.name},
    }.items():
        assert names(shown(client, state=state)) == found, state
    page = shown(client)
    counts = page.context["counts"]
    assert (counts.bare, counts.overdue, counts.expired, counts.changed) == (1, 2, 1, 1)
    assert "书记已换人:现为钟新任" in page.content.decode()


def test_issuing_many_shows_who_gets_what_first_and_masks_the_contact(client, office):
    row = factories.organization()
    row.contact_name = "廖会计"
    row.save()
    make.report(row, make.round_(timezone.localdate().year, opened_at=timezone.now()))
    preview = client.post(reverse("filer-issue"), {"ids": [row.pk]})
    page = preview.content.decode()
    assert "企业联络员" in page and "廖会计" not in page and "没有党组织或没有书记" in page
    assert not running_access().exists()
    facts = {"ids": [row.pk], "step": "confirm"}
    client.post(reverse("filer-issue"), {**facts, "mark": "old"})
    assert not running_access().exists()
    client.post(reverse("filer-issue"), {**facts, "mark": preview.context["mark"]})
    assert access_of(row).user.name == "廖会计"


def test_more_than_twenty_are_issued_by_a_job(client, office, monkeypatch):
    monkeypatch.setattr("evaluation.views.filers_many.INLINE", 0)
    row = factories.organization()
    make.report(row, make.round_(timezone.localdate().year, opened_at=timezone.now()))
    mark = client.post(reverse("filer-issue"), {"ids": [row.pk]}).context["mark"]
    answer = client.post(reverse("filer-issue"), {"ids": [row.pk], "step": "confirm", "mark": mark})
    assert "/jobs/" in answer.headers["Location"]


def test_one_is_issued_by_name_and_the_answer_is_the_slip(client, office):
    row = factories.organization()
    url = reverse("filer-issue-one", args=[row.pk])
    assert client.post(url, {"holder_name": "", "role": "filer"}).status_code == 422
    slip = client.post(url, {"holder_name": "新联络员", "role": "filer"})
    access = access_of(row)
    assert in_groups(access.code)[0] in slip.content.decode() and access.printed_at
    assert slip.headers["Cache-Control"] == "no-store"


def test_reset_gives_a_new_code_and_refuses_who_does_more_than_file(client, office):
    row = factories.organization()
    (access,) = issued(row)
    url = reverse("filer-reset", args=[access.pk])
    slip = client.post(url)
    fresh = access_of(row)
    assert fresh.code != access.code and in_groups(fresh.code)[0] in slip.content.decode()
    make_office(access.user)
    refused = client.post(url)
    assert refused.status_code == 422 and "还有其他角色" in refused.content.decode()
    assert access_of(row).code == fresh.code


def make_office(user):
    from orgs.models import Role

    RoleAssignment.objects.create(user=user, role=Role.objects.get(code="auditor"))


def test_many_are_reset_after_a_preview(client, office):
    row = factories.organization()
    (access,) = issued(row)
    preview = client.post(reverse("filer-reset-many"), {"ids": [row.pk]})
    assert access_of(row).code == access.code and access.code not in preview.content.decode()
    facts = {"ids": [row.pk], "step": "confirm", "mark": preview.context["mark"]}
    client.post(reverse("filer-reset-many"), facts)
    assert access_of(row).code != access.code


def test_the_office_hands_over_to_the_new_secretary_in_one_page(client, office):
    row = factories.organization()
    led(row, "钟新任")
    (access,) = issued(row, days=3)
    User.objects.filter(pk=access.user_id).update(name="钟前任")
    url = reverse("filer-hand-over", args=[access.pk])
    assert 'value="钟新任"' in client.get(url).content.decode()
    facts = {"successor_name": "钟新任", "role": "secretary", "change_reason": "书记调整"}
    slip = client.post(url, facts).content.decode()
    fresh = access_of(row)
    assert fresh.user_id != access.user_id and fresh.user.name == "钟新任" and fresh.user.username in slip
    assert not User.objects.get(pk=access.user_id).is_active


def test_an_account_is_taken_back_with_a_reason(client, office):
    (access,) = issued(factories.organization(), days=3)
    url = reverse("filer-end", args=[access.pk])
    client.post(url, {"change_reason": ""})
    assert running_access().exists()
    client.post(url, {"change_reason": "单位注销"})
    assert not running_access().exists()


def test_another_units_account_is_not_found(client, office):
    row = factories.organization(under=factories.unit(factories.PARK))
    (access,) = issued(row)
    for name in ("filer-reset", "filer-hand-over", "filer-end"):
        assert client.post(reverse(name, args=[access.pk])).status_code == 404
    assert client.get(reverse("filer-issue-one", args=[row.pk])).status_code == 404
    client.post(reverse("filer-slips"), {"ids": [row.pk]})
    assert access_of(row).printed_at is None and names(shown(client)) == set()


def test_the_holder_hands_over_and_sees_the_slip(client):
    row = factories.organization()
    user = factories.account("filer", organization=row)
    client.force_login(user)
    assert "还没有登记为填报账号" in client.get(reverse("my-hand-over")).content.decode()
    make.access(row, user)
    facts = {"successor_name": "接任人", "role": "filer", "change_reason": "离职"}
    slip = client.post(reverse("my-hand-over"), facts)
    fresh = access_of(row)
    assert slip.headers["Cache-Control"] == "no-store"
    assert fresh.user.name == "接任人" and in_groups(fresh.code)[2] in slip.content.decode()


def test_a_filer_opens_no_list_of_accounts(client):
    client.force_login(factories.account("filer", organization=factories.organization()))
    assert shown(client).status_code == 403


def test_the_demo_has_accounts_of_every_state_and_loses_them(client):
    rows = [factories.organization() for _ in range(6)]
    for row in rows[:2]:
        led(row, "钟书记")
    user = factories.account("filer", organization=rows[5])
    Organization.objects.update(is_demo=True)
    User.objects.update(is_demo=True)
    load_demo_filers(now=timezone.now())
    load_demo_filers(now=timezone.now())
    assert running_access().count() == 6 and access_of(rows[5]).user == user
    assert access_of(rows[5]).period.lower == timezone.localdate()
    client.force_login(factories.owner())
    page = shown(client)
    assert page.context["counts"].overdue == 2 and page.context["counts"].changed == 2
    announce("demo.clear", organization_ids=[row.pk for row in rows])
    assert not FilingAccess.objects.exists()
