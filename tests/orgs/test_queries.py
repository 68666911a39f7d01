"""What other apps read of the register: search, figures, bodies, code lists."""

from datetime import date

import pytest
from django.db import connection

from orgs import queries
from orgs.models import Code, Organization
from orgs.queries import bodies_of, codes, figures_of, organizations_matching
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def named():
    """Four organizations that could be taken for one another."""
    return [
        f.organization("全南县青竹工艺厂", uscc=f.uscc(501)),
        f.organization("赣州竹青木业(全南)有限公司", uscc=f.uscc(502), former_names=["宏发木业"]),
        f.organization("Quannan A1 电子厂", uscc=None, old_code="75421536-X"),
        f.organization("重庆商会", uscc=f.uscc(504)),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("青竹", {0}),
        ("竹青", {1}),
        ("全南", {0, 1}),
        ("工艺厂", {0}),
        ("厂", {0, 2}),
        ("全", {0, 1}),
        ("赣", {1}),
        (" 全 南 ", {0, 1}),
        ("木业(全南)", {1}),
        ("宏发", {1}),
        ("宏发木业", {1}),
        ("qnxqz", {0}),
        ("qz", {0}),
        ("gzzqmy", {1}),
        ("QINGZHU", {0}),
        ("chongqing", {3}),
        ("cqsh", {3}),
        ("quannan", {0, 1, 2}),
        ("a1", {2}),
        ("A1", {2}),
        (f.uscc(501), {0}),
        (f.uscc(502).lower()[:-2], {1}),
        ("75421536-x", {2}),
        ("75421536", {2}),
        ("南全", set()),
        ("司赣", set()),
        ("%", set()),
        ("__", set()),
        ("", {0, 1, 2, 3}),
        ("  ", {0, 1, 2, 3}),
    ],
)
def test_search_finds_names_old_names_codes_pinyin_and_initials(named, text, found):
    rows = organizations_matching(Organization.objects.order_by("pk"), text)

    assert {named.index(row) for row in rows} == found


@pytest.mark.parametrize("text", ["青竹", "qz", "青竹工", "qingzhu", "青"])
def test_search_goes_through_the_index_down_to_one_character(named, text):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = organizations_matching(Organization.objects.order_by(), text).query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "orgs_organization_search_trgm" in plan
    assert "Seq Scan" not in plan


def test_search_narrows_what_the_account_may_see(named):
    assert not organizations_matching(Organization.objects.visible_to(f.township(f.PARK)), "全南").exists()


def test_organizations_come_in_the_order_of_their_pinyin():
    for name in ("中兴厂", "安泰厂", "青竹厂", "Best厂"):
        f.organization(name)

    assert [row.name for row in Organization.objects.all()] == ["安泰厂", "Best厂", "青竹厂", "中兴厂"]


def test_figures_come_latest_first_and_only_ones_own():
    row = f.organization()
    early, late = f.figures(row, date(2010, 1, 1)), f.figures(row, date(2011, 1, 1))
    f.figures(f.organization())

    assert list(figures_of(row)) == [late, early]


def test_bodies_on_a_day_come_in_the_order_of_the_lines_with_whom_they_cover():
    row, other = f.organization(), f.organization()
    women = f.covered(row, line="women")
    party = f.covered(row, other, form="party_joint", confirmed=False)
    organizer = f.covered(row, line="union", form="union_organizer")
    f.covered(row, line="league", from_=date(2012, 1, 1))
    f.covered(row, line="league", dissolved_on=date(2011, 1, 1))
    ended = f.covered(row, other, form="party_joint")
    ended.memberships.update(period=("2010-05-01", "2011-01-01"))

    bodies = bodies_of(row, date(2011, 6, 30))

    assert [(b.branch, b.form, b.is_body, b.covers) for b in bodies] == [
        (party, "联合党支部", True, 2),
        (organizer, "组织员", False, 1),
        (women, "妇委会", True, 1),
    ]


def test_bodies_cost_three_queries_however_many(django_assert_num_queries):
    row = f.organization()
    for _ in range(3):
        f.covered(row)

    with django_assert_num_queries(3):
        bodies_of(row, f.TODAY)


def test_code_lists_are_read_once_and_again_when_their_time_is_over(django_assert_num_queries, monkeypatch):
    f.reference()
    queries._codes.clear()
    with django_assert_num_queries(1):
        assert list(codes("operating_state").values())[:3] == ["正常", "停产", "空壳"]
        codes("operating_state")

    Code.objects.filter(code="shell").update(label="空壳企业")
    later = queries.time.monotonic() + queries.CODES_KEPT + 1
    monkeypatch.setattr(queries.time, "monotonic", lambda: later)
    assert codes("operating_state")["shell"] == "空壳企业"
    queries._codes.clear()


def test_an_empty_code_list_is_not_remembered():
    queries._codes.clear()
    assert codes("industry") == {}

    f.reference()

    assert codes("industry")["C"] == "制造业"
