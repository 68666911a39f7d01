"""Changing many organizations at once: previewed to the number, confirmed as previewed, refused one by one."""

from datetime import date

import pytest
from django.urls import reverse

from coverage.domain.spans import drain_marks, verify
from orgs.models import Exclusion, Organization, Placement
from quannan.base.models import AuditEntry
from tests import factories as make

D = "2011-06-30"
EXCLUDE = {
    "act": "exclude",
    "state": "suspended",
    "from_": "2011-06-01",
    "approver": "钟主任",
    "change_reason": "停电检修",
}


@pytest.fixture
def bulk(client, django_capture_on_commit_callbacks):
    """Sends one step of a bulk edit: bulk(user, ids, step="preview", **fields)."""

    def send(user, rows, *, query="", **data):
        client.force_login(user)
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(
                f"{reverse('organization-bulk')}?as_of={D}{query}", {"ids": [row.pk for row in rows], **data}
            )

    return send


@pytest.fixture
def four(db):
    """Four above-threshold organizations of the township, two of them with a union."""
    rows = [make.organization(f"第{i}厂") for i in range(4)]
    for row in rows:
        make.figures(row, date(2011, 1, 31), employees=30)
    for row in rows[:2]:
        make.covered(row, line="union")
    drain_marks()
    return rows


def test_preview_tells_rates_and_verdicts_and_writes_nothing(bulk, four):
    before = AuditEntry.objects.count()
    effects = bulk(make.township(), four[:3], step="preview", **EXCLUDE).context["effects"]
    union = next(move for move in effects.rates if move.label == "工会")
    assert (union.before, union.after) == ((2, 4, 50.0), (0, 1, 0.0))
    assert (effects.base, effects.excluded) == ((4, 1), (0, 3))
    assert ("第0厂", "工会", "已建", "不计(剔除或不在册)") in [
        (v.name, v.line, v.before, v.after) for v in effects.verdicts
    ]
    assert effects.verdict_count == len(effects.verdicts) == 18
    assert not Exclusion.objects.exists()
    assert AuditEntry.objects.count() == before
    assert verify().differences == []


def test_confirming_does_what_was_shown(bulk, four, opened):
    user = make.township()
    effects = bulk(user, four[:3], step="preview", **EXCLUDE).context["effects"]
    response = bulk(user, four[:3], step="confirm", mark=effects.mark, **EXCLUDE)
    assert response.status_code == 302
    assert Exclusion.objects.count() == 3
    told = opened(user, "coverage-dashboard", as_of=D).context["report"]
    counts = told.populations["all"].lines["union"]
    assert (counts.covered, counts.eligible) == (0, 1)
    assert (told.base.organizations, told.base.excluded) == effects.base[1:] + effects.excluded[1:]
    assert verify().differences == []


def test_refused_ones_say_why_and_the_others_go_on(bulk, four):
    user = make.township()
    make.excluded(four[0])
    foreign = make.organization("别处的厂", under=make.unit(make.PARK))
    closed = make.organization("已销的厂", closed_on=date(2011, 3, 1), closed_state="deregistered")
    drain_marks()
    chosen = [*four[:2], foreign, closed]
    effects = bulk(user, chosen, step="preview", **EXCLUDE).context["effects"]
    assert effects.changed == 1
    assert {row.organization.name: row.sentence for row in effects.refused} == {
        "第0厂": "这段时间已在剔除之中,请先结束原来的剔除。",
        "已销的厂": "这家组织已于2011-03-01注销或迁出,不在基数里,不用剔除。",
    }
    bulk(user, chosen, step="confirm", mark=effects.mark, **EXCLUDE)
    assert list(Exclusion.objects.filter(organization=four[1])) != []
    assert not Exclusion.objects.filter(organization=foreign).exists()


def test_stale_preview_is_shown_again_and_nothing_is_written(bulk, four):
    user = make.township()
    effects = bulk(user, four, step="preview", **EXCLUDE).context["effects"]
    make.excluded(four[0])
    drain_marks()
    response = bulk(user, four, step="confirm", mark=effects.mark, **EXCLUDE)
    assert "预览之后台账有变动" in response.content.decode()
    assert (response.context["effects"].changed, len(response.context["effects"].refused)) == (3, 1)
    assert Exclusion.objects.count() == 1


def test_whole_result_is_what_the_address_finds(bulk, four):
    response = bulk(make.township(), [], query="&union=gap", whole="1", act="exclude")
    assert [row.name for row in response.context["organizations"]] == ["第2厂", "第3厂"]


def test_typed_values_survive_an_error_and_going_back(bulk, four):
    sent = EXCLUDE | {"approver": ""}
    response = bulk(make.township(), four, step="preview", **sent)
    assert response.status_code == 422
    assert "停电检修" in response.content.decode()
    response = bulk(make.township(), four, step="edit", **EXCLUDE)
    assert "停电检修" in response.content.decode()
    assert response.context["effects"] is None


def test_transfer_counts_those_already_there_as_unchanged(bulk, four):
    owner, park = make.owner(), make.unit(make.PARK)
    there = make.organization("园区的厂", under=park)
    drain_marks()
    sent = {"act": "move", "unit": park.pk, "on": "2011-06-01", "change_reason": "园区扩大"}
    chosen = [*four, there]
    effects = bulk(owner, chosen, step="preview", **sent).context["effects"]
    assert (effects.changed, effects.unchanged, effects.rates) == (4, 1, [])
    bulk(owner, chosen, step="confirm", mark=effects.mark, **sent)
    assert Placement.objects.filter(unit=park, period__contains=date(2011, 6, 30)).count() == 5
    assert verify().differences == []


def test_facts_change_for_all_and_exclusions_end(bulk, four):
    user = make.township()
    sent = {"act": "facts", "industry": "C", "change_reason": "归类"}
    effects = bulk(user, four, step="preview", **sent).context["effects"]
    bulk(user, four, step="confirm", mark=effects.mark, **sent)
    assert set(Organization.objects.values_list("industry", flat=True)) == {"C"}
    make.excluded(four[0])
    drain_marks()
    sent = {"act": "include", "last_day": "2011-05-31", "change_reason": "复工"}
    effects = bulk(user, four[:2], step="preview", **sent).context["effects"]
    assert (effects.changed, len(effects.refused)) == (1, 1)
    bulk(user, four[:2], step="confirm", mark=effects.mark, **sent)
    assert Exclusion.objects.get().period.upper == date(2011, 6, 1)


def test_a_large_edit_becomes_a_job(bulk, four, monkeypatch):
    monkeypatch.setattr("coverage.views.bulk.INLINE", 2)
    user = make.township()
    effects = bulk(user, four, step="preview", **EXCLUDE).context["effects"]
    response = bulk(user, four, step="confirm", mark=effects.mark, **EXCLUDE)
    assert response.url.startswith("/jobs/")


def test_accounts_without_the_right_are_refused_and_see_no_ticks(bulk, four, opened):
    union = make.union_office()
    assert bulk(union, four, step="preview", **EXCLUDE).status_code == 403
    assert 'name="ids"' not in opened(union, "organization-list", as_of=D).content.decode()
    assert 'name="ids"' in opened(make.township(), "organization-list", as_of=D).content.decode()
