"""Who took part is named only to accounts that see it, and nobody drops whom it does not see."""

import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from activities.domain.recording import correct_activity, facts_of
from activities.models import Activity
from orgs.domain.merging import merge_organizations, undo_merge
from quannan.base.domain import import_files
from quannan.base.imports import import_kind
from tests import factories as f
from tests.activities import making

pytestmark = pytest.mark.django_db

NEAR, FAR, HIDDEN = "近处竹业厂", "远处电子厂", "另有1家"


@pytest.fixture
def shared():
    """An activity of a host of 城厢镇, with one partner beside it and one of the park."""
    host = f.organization("主办厂")
    f.covered(host)
    return making.activity(host, f.organization(NEAR), f.organization(FAR, f.unit(f.PARK)))


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def texts(answer):
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return "\n".join(str(cell) for row in book.active.iter_rows(values_only=True) for cell in row if cell is not None)


ASKED = {"as_of": "2011-06-30", "columns": "others"}


def test_list_page_and_exports_name_whom_the_account_sees(shared):
    detail = reverse("activity-detail", args=[shared.pk])
    for user, whole in ((f.owner(), True), (f.township(), False)):
        client = client_of(user)
        page = client.get(detail, ASKED).content.decode()
        exported = texts(client.get(reverse("activity-export"), ASKED))
        form = texts(client.get(reverse("activity-form-export"), ASKED))
        for text in (page, exported, form):
            assert NEAR in text
            assert (FAR in text) is whole
        for text in (page, exported):
            assert (HIDDEN in text) is not whole
        assert HIDDEN not in form


def test_history_and_search_do_not_name_whom_the_account_does_not_see(shared):
    far = f.organization("新来的远厂", f.unit(f.PARK))
    facts = facts_of(shared)
    correct_activity(
        activity=shared, version=1, changes={"others": (*facts.others, far)}, reason="补上", by=f.owner(), now=f.NOW
    )
    detail = reverse("activity-detail", args=[shared.pk])
    assert "新来的远厂" not in client_of(f.township()).get(detail, ASKED).content.decode()
    for user, number in ((f.owner(), 1), (f.township(), 0)):
        found = client_of(user).get(reverse("activity-list"), {**ASKED, "q": FAR})
        assert found.context["page_obj"].paginator.count == number


def test_the_form_export_changes_nothing_and_drops_nobody(shared, tmp_path):
    by, kind = f.township(), import_kind("ACT")
    before = facts_of(shared)
    answer = client_of(by).get(reverse("activity-form-export"), ASKED)
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    _, counts = import_files.write_file(kind, path, mode="all", by=by, now=timezone.now())
    assert counts == {"created": 0, "updated": 0, "unchanged": 1}
    book = load_workbook(path)
    for row in book.active.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith(NEAR):
                cell.value = "--"
    book.save(path)
    result, counts = import_files.write_file(kind, path, mode="all", by=by, now=timezone.now())
    assert counts["updated"] == 1
    assert [one.name for one in facts_of(shared).others] == [FAR]
    assert len(before.others) == 2
    (change,) = result.plan.rows[0].changes
    assert (change.before, change.after) == (f"{NEAR}、{HIDDEN}", HIDDEN)


def test_a_correction_on_the_page_keeps_whom_it_does_not_show(shared):
    client = client_of(f.township())
    address = reverse("activity-correct", args=[shared.pk])
    form = client.get(address).context["form"]
    assert FAR not in form["others"].value()
    said = {name: form[name].value() or "" for name in form.fields}
    answer = client.post(address, said | {"others": "", "held_on": "2011-03-05", "change_reason": "没有来"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert [one.name for one in facts_of(shared).others] == [FAR]


def test_who_may_not_change_an_activity_is_not_shown_the_form(shared):
    client = client_of(f.township(f.PARK))
    assert client.get(reverse("activity-detail", args=[shared.pk])).status_code == 200
    for name in ("activity-correct", "activity-cancel"):
        assert client.get(reverse(name, args=[shared.pk])).status_code == 403
    own = client_of(f.township())
    assert own.get(reverse("activity-cancel", args=[shared.pk])).status_code == 200


def test_after_a_merge_neither_the_host_nor_the_absorbed_record_is_a_partner(tmp_path):
    kept, absorbed, other = f.organization("青竹厂"), f.organization("青竹工艺厂"), f.organization("乙厂")
    by = f.owner()
    own = making.activity(kept, absorbed, title="一起办的")
    both = making.activity(other, kept, absorbed, title="联合党日", held_on=date(2011, 4, 1))
    merged = merge_organizations(kept=kept, absorbed=absorbed, reason="录了两遍", by=by, now=f.NOW)
    own.refresh_from_db()
    assert [one.name for one in facts_of(own).others] == []
    assert [one.name for one in facts_of(both).others] == ["青竹厂"]
    client = client_of(by)
    assert "青竹工艺厂" not in client.get(reverse("activity-detail", args=[both.pk])).context["found"].others
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"".join(client.get(reverse("activity-form-export")).streaming_content))
    result, counts = import_files.write_file(import_kind("ACT"), path, mode="all", by=by, now=timezone.now())
    assert counts == {"created": 0, "updated": 0, "unchanged": 2}, list(result.checked.problems())
    for row in (own, both):
        correct_activity(activity=row, version=1, changes={"place": "礼堂"}, by=by, now=f.NOW)
    assert Activity.objects.filter(place="礼堂").count() == 2
    # What the merge left behind is still there for whoever takes it back.
    undo_merge(merge=merged, reason="不是同一家", by=by, now=f.NOW)
    assert [one.name for one in facts_of(own).others] == ["青竹工艺厂"]
    assert {one.name for one in facts_of(both).others} == {"青竹厂", "青竹工艺厂"}
