"""Versions of standards: the boundary vectors, the preview before saving, and the past that stays."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F

from coverage.domain import spans
from coverage.domain.boundaries import boundaries, scale_boundaries
from coverage.domain.figures import report
from coverage.domain.standards import preview_version, reword_rule, save_version, version_of, words_mark
from coverage.domain.verdicts import WORDS
from coverage.models import DirtyMark, ScaleRule, Standard
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.models import Figures
from quannan.base.models import AuditEntry
from tests import factories as make
from tests.coverage.counties import organizations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

NOW = datetime(2011, 6, 30, 4, 0, tzinfo=UTC)
TODAY = date(2011, 6, 30)
LATER = date(2011, 9, 1)


def table(line):
    [row] = Standard.objects.filter(line=line, period__contains=TODAY)
    return {b.count: (WORDS[b.state][0], b.form) for b in boundaries([row], TODAY)[row.pk]}


def test_boundary_vectors_of_women():
    found = table("women")
    assert {n: found[n][1] and found[n][1][0] for n in (0, 1, 9, 10, 19, 20)} == {
        0: None,
        1: "women_group",
        9: "women_group",
        10: "women_committee",
        19: "women_committee",
        20: "women_congress",
    }
    assert (found[0][0], found[9][0], found[10][0], found[None][0]) == ("不适用", "可建", "应建未建", "数据不足")


def test_boundary_vectors_of_the_party():
    found = table("party")
    assert {n: found[n][1][:2] for n in (2, 3, 6, 7, 49, 50, 99, 100)} == {
        2: ("party_joint", ""),
        3: ("party_branch", ""),
        6: ("party_branch", ""),
        7: ("party_branch", "设委员会"),
        49: ("party_branch", "设委员会"),
        50: ("party_general", ""),
        99: ("party_general", ""),
        100: ("party_committee", ""),
    }
    assert found[0][0] == "暂不具备"


def test_a_form_that_may_be_chosen_stands_beside_the_one_owed():
    assert table("league")[30] == ("应建未建", ("league_branch", "", "league_general"))


def test_boundary_vectors_of_the_scale():
    [row] = ScaleRule.objects.all()
    found = {(b.employees, b.revenue_yuan): b.above for b in scale_boundaries([row], TODAY)[row.pk]}
    assert found == {
        (49, Decimal("10000000.00")): False,
        (50, Decimal("4999900.00")): False,
        (50, Decimal("5000000.00")): True,
        (50, None): None,
        (99, Decimal("4999900.00")): False,
        (99, None): None,
        (100, None): True,
        (None, Decimal("5000000.00")): None,
    }


def test_boundaries_of_all_versions_take_one_question(django_assert_num_queries):
    rows = list(Standard.objects.all())
    with django_assert_num_queries(1):
        found = boundaries(rows, TODAY)
    assert len(rows) == 7 and all(found[row.pk] for row in rows)


def union(obliged_from=20, from_=LATER, **facts):
    facts = {
        "measure": "employees",
        "obliged_from": obliged_from,
        "permitted_from": 1,
        "zero_state": 7,
        "own_body_from": None,
        "clause": "县办〔2011〕8号",
        "reading": "",
        "rungs": [],
    } | facts
    return version_of(line="union", from_=from_, facts=facts)


@pytest.fixture
def owner():
    return make.owner()


def test_a_version_is_seen_before_it_is_saved_and_rewrites_no_day(owner):
    below, between, above = (organizations(1, start=i, employees=n)[0] for i, n in enumerate((10, 22, 30)))
    spans.drain_marks()
    seen = preview_version(new=union(), as_of=TODAY, by=owner, now=NOW)
    assert (seen.day, seen.spans) == (LATER, None)
    assert [m.organization_id for m in seen.moved] == [between.pk]
    lines = [r.populations["all"].lines["union"].eligible for r in (seen.before, seen.after)]
    assert lines == [1, 2]
    assert not DirtyMark.objects.exists()
    saved = save_version(new=union(), as_of=TODAY, mark=seen.mark, by=owner, now=NOW)
    old, new = Standard.objects.filter(line="union")
    bounds = [(row.period.lower, row.period.upper) for row in (old, new)]
    assert (bounds, new.pk) == ([(None, LATER), (LATER, None)], saved.pk)
    assert DirtyMark.objects.filter(organization=None).exists()
    spans.drain_marks()
    assert report(user=None, as_of=LATER).as_json()["populations"] == seen.after.as_json()["populations"]
    assert report(user=None, as_of=date(2011, 8, 31)).populations["all"].lines["union"].eligible == 1
    assert AuditEntry.objects.filter(action="standard.version").count() == 1


def test_a_preview_that_is_no_longer_true_saves_nothing(owner):
    [o] = organizations(1, employees=10)
    spans.drain_marks()
    seen = preview_version(new=union(), as_of=TODAY, by=owner, now=NOW)
    Figures.objects.filter(organization=o).update(employees=21)
    spans.drain_marks()
    assert save_version(new=union(), as_of=TODAY, mark=seen.mark, by=owner, now=NOW) is None
    assert save_version(new=union(21), as_of=TODAY, mark=seen.mark, by=owner, now=NOW) is None
    assert Standard.objects.filter(line="union").count() == 1


def test_a_version_of_the_past_asks_for_a_reason_and_counts_what_it_changes(owner):
    organizations(1, employees=22)
    organizations(1, start=1, employees=30)
    spans.drain_marks()
    past = union(from_=date(2011, 1, 1))
    seen = preview_version(new=past, as_of=TODAY, by=owner, now=NOW)
    # The one span of the first organization ends where the version begins.
    assert seen.spans == 1
    with pytest.raises(ValidationError, match="请写明理由"):
        save_version(new=past, as_of=TODAY, mark=seen.mark, by=owner, now=NOW)
    assert save_version(new=past, as_of=TODAY, mark=seen.mark, reason="文件追溯施行", by=owner, now=NOW)


def test_a_version_on_the_day_of_another_is_refused_unless_that_has_not_begun(owner):
    seen = preview_version(new=union(), as_of=TODAY, by=owner, now=NOW)
    first = save_version(new=union(), as_of=TODAY, mark=seen.mark, by=owner, now=NOW)
    again = preview_version(new=union(18), as_of=TODAY, by=owner, now=NOW)
    second = save_version(new=union(18), as_of=TODAY, mark=again.mark, by=owner, now=NOW)
    assert (first.pk, second.obliged_from) == (second.pk, 18)
    with pytest.raises(ValidationError, match="已经有了"):
        preview_version(new=union(15), as_of=TODAY, by=owner, now=datetime(2011, 9, 1, 4, tzinfo=UTC))


def test_a_version_between_two_ends_where_the_next_begins(owner):
    for version in (union(), union(22, from_=date(2011, 8, 1))):
        seen = preview_version(new=version, as_of=TODAY, by=owner, now=NOW)
        save_version(new=version, as_of=TODAY, mark=seen.mark, by=owner, now=NOW)
    assert [(s.obliged_from, s.period.lower, s.period.upper) for s in Standard.objects.filter(line="union")] == [
        (25, None, date(2011, 8, 1)),
        (22, date(2011, 8, 1), LATER),
        (20, LATER, None),
    ]


def test_numbers_that_cannot_stand_are_refused(owner):
    for version, said in (
        (union(20, permitted_from=21), "可建人数不能大于应建人数"),
        (union(0, permitted_from=None), "应建人数至少为1"),
    ):
        with pytest.raises(ValidationError, match=said):
            preview_version(new=version, as_of=TODAY, by=owner, now=NOW)


def test_a_rule_of_scale_has_versions_too(owner):
    [o] = organizations(1, employees=60, annual_revenue_yuan=4_000_000)
    spans.drain_marks()
    facts = dict(
        employees_with_revenue=50, revenue_yuan=Decimal(4_000_000), employees_alone=100, clause="新", reading=""
    )
    new = version_of(line="", from_=LATER, facts=facts)
    seen = preview_version(new=new, as_of=TODAY, by=owner, now=NOW)
    assert [(m.organization_id, WORDS[m.after["mechanism"]][0]) for m in seen.moved] == [(o.pk, "应建未建")]
    save_version(new=new, as_of=TODAY, mark=seen.mark, by=owner, now=NOW)
    assert ScaleRule.objects.count() == 2


def test_words_are_changed_without_another_version(owner):
    row = Standard.objects.get(line="union")
    seen = words_mark(row)
    reword_rule(rule=row, seen=seen, clause="三(一)3", reading="按在册人数计。", by=owner, now=NOW)
    assert Standard.objects.get(line="union").reading == "按在册人数计。"
    with pytest.raises(StaleRecord) as refused:
        reword_rule(rule=row, seen=seen, clause="三(一)3", reading="按在岗人数计。", by=owner, now=NOW)
    assert refused.value.theirs["reading"] == (row.reading, "按在册人数计。")
    assert refused.value.mine["reading"] == (row.reading, "按在岗人数计。")
    assert Standard.objects.get(line="union").reading == "按在册人数计。"


def test_the_mark_of_words_is_that_of_the_words_alone():
    row = Standard.objects.get(line="union")
    mark = words_mark(row)
    row.obliged_from += 1
    assert words_mark(row) == mark
    row.rungs = []
    assert words_mark(row) != mark


@pytest.mark.parametrize("role", ["line_department", "leader", "unit_office"])
def test_only_the_owner_office_changes_standards(role):
    scope = {"unit_office": {"unit": make.unit()}, "line_department": {"lines": ["union"]}}.get(role, {})
    who = make.account(role, **scope)
    with pytest.raises(NotAllowed):
        preview_version(new=union(), as_of=TODAY, by=who, now=NOW)
    with pytest.raises(NotAllowed):
        row = Standard.objects.get(line="union")
        reword_rule(rule=row, seen=words_mark(row), clause="x", reading="", by=who, now=NOW)


def test_only_what_decides_a_verdict_has_the_county_reckoned_anew():
    DirtyMark.objects.all().delete()
    Standard.objects.update(reading="另一种写法", clause="三(一)3")
    ScaleRule.objects.update(reading="另一种写法")
    Standard.objects.update(obliged_from=F("obliged_from"))
    assert not DirtyMark.objects.exists()
    Standard.objects.filter(line="union").update(obliged_from=26)
    assert DirtyMark.objects.filter(organization=None).exists()
