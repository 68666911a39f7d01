"""Which pairs are suspected, in what order, and what is said of them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from orgs.domain.duplicates import record_not_duplicate, withdraw_not_duplicate
from orgs.domain.merging import merge_organizations
from orgs.domain.refusals import NotAllowed
from orgs.models import NotDuplicate
from orgs.queries_duplicates import (
    likeness,
    settled_pairs,
    subject_of,
    suspected_pairs,
    why_suspected,
)
from orgs.queries_search import organization_of_code
from tests import factories as f
from tests import makers_leads as make

pytestmark = pytest.mark.django_db

DAY = date(2012, 6, 30)


@pytest.fixture(autouse=True)
def reference():
    f.reference()


def found(by=None, **more) -> list[tuple[set[str], list[str]]]:
    """The pairs as (names, rules)."""
    pairs = suspected_pairs(by or f.owner(), DAY, **more)
    return [({names()[pair.first_id], names()[pair.second_id]}, pair.rules) for pair in pairs]


def names() -> dict[int, str]:
    from orgs.models import Organization

    return dict(Organization.objects.values_list("pk", "name"))


def test_different_organizations_are_not_suspected():
    f.organization("长青竹木厂")
    f.organization("启明电子厂")
    assert found() == []


def test_names_are_compared_without_spaces_brackets_and_width():
    f.organization("青竹(全南)厂 ")
    f.organization("青竹(全南)厂")
    f.organization("青竹厂")
    assert [rules for _, rules in found()] == [["name"]]


def test_a_former_name():
    f.organization("启明电子厂", former_names=["启明 电器厂"])
    f.organization("启明电器厂")
    assert found() == [({"启明电子厂", "启明电器厂"}, ["former"])]


def test_the_subject_in_the_codes():
    f.organization("甲厂", uscc=f.uscc(4001))
    f.organization("乙厂", uscc=None, old_code=f"{f.uscc(4001)[8:16]}-{f.uscc(4001)[16]}")
    f.organization("丙厂", uscc=f.uscc(4001, "social"))
    f.organization("丁厂", uscc=None, old_code="360729210000123")
    assert [rules for _, rules in found()] == [["code"]] * 3


def test_an_owner_with_alike_names_in_one_unit():
    rows = [f.organization("全南县长青竹木厂"), f.organization("全南县长青竹木制品厂")]
    rows += [f.organization("全南县启明电子厂"), f.organization("全南县长青竹木加工厂", f.unit(f.PARK))]
    for row in rows:
        make.owner(row, "林晓东")
    assert found() == [({"全南县长青竹木厂", "全南县长青竹木制品厂"}, ["owner"])]


def test_alike_names_without_a_common_owner_are_not_suspected():
    make.owner(f.organization("全南县长青竹木厂"), "林晓东")
    make.owner(f.organization("全南县长青竹木制品厂"), "林晓西")
    assert found() == []


def test_the_surest_pairs_come_first():
    f.organization("启明电子厂", former_names=["启明电器厂"])
    f.organization("启明电器厂")
    f.organization("长青厂")
    f.organization("长青厂")
    f.organization("甲厂", uscc=f.uscc(4002))
    f.organization("甲厂", uscc=f.uscc(4002, "social"))
    assert [rules for _, rules in found()] == [["code", "name"], ["name"], ["former"]]


def test_a_successor_is_no_double():
    f.organization("长青厂", closed_on=date(2010, 5, 1), closed_state="deregistered")
    f.organization("长青厂", registered_on=date(2010, 5, 1))
    assert found() == []


def test_a_placeholder_that_many_bear_is_no_name():
    for _ in range(21):
        f.organization("个体户")
    assert found() == []


def test_both_must_be_in_sight():
    f.organization("长青厂")
    f.organization("长青厂", f.unit(f.PARK))
    assert len(found()) == 1
    assert found(f.township()) == found(f.township(f.PARK)) == []
    assert len(found(unit=f.unit(f.PARK))) == 1
    assert found(unit=f.unit("36072906")) == []


def test_what_was_found_to_be_two_is_not_suspected_until_taken_back():
    one, other = f.organization("长青厂"), f.organization("长青厂")
    by = f.township()
    said = record_not_duplicate(first=other, second=one, reason="两张执照", by=by, now=f.NOW)
    assert (said.first, said.second) == (one, other)
    assert found() == []
    assert list(settled_pairs(by, DAY)) == [said]
    assert list(settled_pairs(f.township(f.PARK), DAY)) == []
    with pytest.raises(ValidationError) as error:
        record_not_duplicate(first=one, second=other, reason="两张执照", by=by, now=f.NOW)
    assert error.value.code == "said"

    withdraw_not_duplicate(row=said, by=by, now=f.NOW)
    assert len(found()) == 1


def test_saying_so_needs_a_reason_the_right_and_the_sight():
    one, other, theirs = f.organization(), f.organization(), f.organization(under=f.unit(f.PARK))
    act = {"reason": "两张执照", "now": f.NOW}
    with pytest.raises(ValidationError) as error:
        record_not_duplicate(first=one, second=other, by=f.township(), **(act | {"reason": ""}))
    assert list(error.value.error_dict) == ["reason"]
    with pytest.raises(ValidationError):
        record_not_duplicate(first=one, second=one, by=f.township(), **act)
    for by, second in ((f.township(), theirs), (f.union_office(), other), (f.account("leader"), other)):
        with pytest.raises(NotAllowed):
            record_not_duplicate(first=one, second=second, by=by, **act)
    assert not NotDuplicate.objects.exists()


def test_a_pair_stands_in_order():
    one, other = f.organization(), f.organization()
    with pytest.raises(IntegrityError), transaction.atomic():
        NotDuplicate.objects.create(first=other, second=one, reason="x", decided_at=f.NOW)


def test_a_merged_record_is_suspected_no_more_and_its_code_finds_the_kept_one():
    one, other = f.organization("长青厂", uscc=f.uscc(4003)), f.organization("长青厂", uscc=f.uscc(4004))
    assert why_suspected(f.owner(), one, other, DAY) == "名称相同"
    merge_organizations(kept=one, absorbed=other, reason="录重", by=None, now=f.NOW)

    assert found() == []
    assert organization_of_code(f.township(), f.uscc(4004)) == one
    assert organization_of_code(f.township(f.PARK), f.uscc(4004)) is None
    assert organization_of_code(f.township(), "没有这个代码") is None


@pytest.mark.parametrize("rows", [1, 30])
def test_the_number_of_queries_does_not_grow(rows, django_assert_num_queries):
    for number in range(rows):
        for _ in range(2):
            make.owner(f.organization(f"第{number}长青竹木厂"), f"林{number}")
    by = f.owner()
    assert by.assignments
    with django_assert_num_queries(4):
        assert len(suspected_pairs(by, DAY)) == rows


@pytest.mark.parametrize(
    ("uscc", "old_code", "subject"),
    [
        ("91360729123456788X", None, "123456788"),
        (None, "12345678-8", "123456788"),
        (None, "360729210000123", ""),
        (None, None, ""),
    ],
)
def test_subject_of_a_code(uscc, old_code, subject):
    assert subject_of(uscc, old_code) == subject


def test_likeness_runs_from_nothing_to_the_same():
    assert likeness("", "长青厂") == 0
    assert likeness("长青厂", "长青厂") == 1
    assert 0.5 < likeness("全南县长青竹木厂", "全南县长青竹木制品厂") < 1
    assert likeness("全南县长青竹木厂", "全南县启明电子厂") < 0.4
