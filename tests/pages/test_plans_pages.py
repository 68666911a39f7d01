"""未建原因与计划: the list of what is lacking, its figures, its acts on many; the tab of one organization."""

import io
from datetime import date

import openpyxl
import pytest

from coverage.domain.figures import report
from coverage.domain.spans import drain_marks
from orgs.models import EstablishmentPlan
from tests import factories as f
from tests import makers_terms as m
from tests.pages.conftest import AS_OF

LIST = "plan-list"
D = AS_OF.isoformat()


def names(response) -> list[str]:
    return sorted(row.record.organization.name for row in response.context["rows"])


@pytest.fixture
def lacking():
    """Organizations obliged to have a union: not filled in, planned, overdue; one built, one too small, one excluded."""
    park = f.unit(f.PARK)

    def made(name: str, employees: int, under=None):
        row = f.organization(name, under)
        f.figures(row, employees=employees, women=3, league_members=0, full_members=0)
        return row

    rows = {
        "empty": made("全南县长青竹木厂", 25),
        "planned": made("全南县晨曦服饰店", 40),
        "overdue": made("全南县启明电子有限公司", 120, park),
        "small": made("全南县桃江纸品厂", 24),
        "built": made("全南县南迳米粉厂", 60),
        "away": made("全南县停工矿业有限公司", 80),
    }
    m.plan(rows["planned"], planned_on=AS_OF, next_step="约谈出资人", responsible="曾干事")
    m.plan(rows["overdue"], reason="other", reason_note="等上级批复", planned_on=date(2011, 6, 29))
    m.plan(rows["built"], planned_on=date(2011, 3, 1))
    f.covered(rows["built"], line="union")
    f.excluded(rows["away"])
    drain_marks()
    return rows


def keys(response, rows) -> list[str]:
    of = {row.pk: key for key, row in rows.items()}
    return sorted(of[row.pk] for row in response.context["rows"])


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    user = f.township()
    for _ in range(rows):
        row = f.organization()
        f.figures(row, employees=30)
        m.plan(row)
    drain_marks()
    opened(user, LIST, as_of=D, line="union")
    with django_assert_num_queries(12):
        assert len(opened(user, LIST, as_of=D, line="union").context["rows"]) == rows


def test_list_is_of_the_gaps_of_one_line_and_counts_what_is_filled_in(opened, lacking):
    response = opened(f.owner(), LIST, as_of=D, line="union")

    assert keys(response, lacking) == ["empty", "overdue", "planned"]
    assert response.context["sentence"] == f"全县内、条线为工会、结论为应建未建的组织,截至 {D}"
    assert response.context["note"] == "未填原因 1 家,已定组建日期 2 家,其中逾期 1 家"
    gap = report(user=None, as_of=AS_OF).populations["all"].lines["union"].gap
    assert response.context["page_obj"].paginator.count == gap
    rows = {row.record.organization.pk: row.record for row in response.context["rows"]}
    assert rows[lacking["empty"].pk].basis == "从业人员 25(≥ 25)"
    assert rows[lacking["overdue"].pk].reason == "其他(说明):等上级批复"
    assert [key for key, row in lacking.items() if row.pk in rows and rows[row.pk].overdue] == ["overdue"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": ""}, ["empty", "overdue", "planned", "small"]),
        ({"state": "permitted"}, ["small"]),
        ({"reason": "none"}, ["empty"]),
        ({"reason": "investor"}, ["planned"]),
        ({"deadline": "overdue"}, ["overdue"]),
        ({"deadline": "ahead"}, ["planned"]),
        ({"deadline": "open"}, ["empty"]),
        ({"planned_to": "2011-06-29"}, ["overdue"]),
        ({"responsible": "曾"}, ["planned"]),
        ({"unit": f.PARK}, ["overdue"]),
        ({"q": "长青"}, ["empty"]),
        ({"q": "长青", "unit": f.PARK}, []),
    ],
)
def test_filter_finds(opened, lacking, query, found):
    assert keys(opened(f.owner(), LIST, as_of=D, line="union", **query), lacking) == found


def test_the_list_is_of_the_working_line_or_of_ones_own(opened, lacking):
    assert keys(opened(f.union_office(), LIST, as_of=D), lacking) == ["empty", "overdue", "planned"]
    assert opened(f.owner(), LIST, as_of=D).context["line_label"] == "党组织"
    assert "的值不在可选范围内" in opened(f.owner(), LIST, as_of=D, line="nowhere").content.decode()


def test_the_list_is_of_the_day(opened, lacking):
    response = opened(f.owner(), LIST, as_of="2010-06-30", line="union")
    assert keys(response, lacking) == ["away", "empty", "overdue", "planned"]
    assert response.context["note"] == "未填原因 4 家,已定组建日期 0 家,其中逾期 0 家"


@pytest.mark.parametrize(
    ("role", "found"),
    [("township", ["empty", "planned"]), ("secretary", ["planned"]), ("leader", ["empty", "overdue", "planned"])],
)
def test_each_role_sees_its_own_and_who_may_not_write_ticks_nothing(opened, lacking, role, found):
    user = {
        "township": f.township,
        "secretary": lambda: f.account("secretary", organization=lacking["planned"]),
        "leader": lambda: f.account("leader"),
    }[role]()
    response = opened(user, LIST, as_of=D, line="union")
    text = response.content.decode()
    assert keys(response, lacking) == found
    assert ('name="ids"' in text) == (role == "township")
    assert [row.name for key, row in lacking.items() if key not in found and row.name in text] == []


def test_the_export_holds_the_rows_of_the_page(opened, lacking):
    user = f.owner()
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(opened(user, "plan-export", as_of=D, line="union").streaming_content))
    )
    rows = list(book.active.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if "单位名称" in row)
    found = [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]
    assert sorted((r["单位名称"], r["未建原因"], r["是否逾期"] or "") for r in found) == sorted(
        [
            ("全南县长青竹木厂", "未填", ""),
            ("全南县晨曦服饰店", "出资人不支持", ""),
            ("全南县启明电子有限公司", "其他(说明):等上级批复", "逾期"),
        ]
    )


def test_ticked_ones_are_filled_in_together(submit, lacking):
    user = f.union_office()
    address = {"as_of": D, "line": "union"}
    ids = [str(lacking[key].pk) for key in ("empty", "planned", "small")]

    form = submit(user, "plan-bulk", query=address, ids=ids)
    assert "给这 2 家填写" in form.content.decode()
    wrong = submit(user, "plan-bulk", query=address, ids=ids, from_="2011-06-30", responsible="曾干事")
    assert "还没有填过未建原因" in wrong.content.decode()
    assert 'value="曾干事"' in wrong.content.decode()
    done = submit(
        user,
        "plan-bulk",
        query=address,
        follow=True,
        ids=ids,
        from_="2011-06-30",
        responsible="曾干事",
        reason="no_guidance",
    )

    assert "已填写2家。" in done.content.decode()
    open_rows = EstablishmentPlan.objects.filter(organization__in=ids, period__upper_inf=True).order_by(
        "organization_id"
    )
    assert [(p.organization_id, p.reason, p.responsible, p.next_step) for p in open_rows] == [
        (lacking["empty"].pk, "no_guidance", "曾干事", ""),
        (lacking["planned"].pk, "no_guidance", "曾干事", "约谈出资人"),
    ]


def test_the_whole_result_is_the_result_of_the_address(submit, lacking):
    said = {"whole": "1", "from_": "2011-06-30", "responsible": "廖干事", "reason": "investor"}
    submit(f.township(), "plan-bulk", query={"as_of": D, "line": "union", "reason": "none"}, **said)

    assert [p.organization_id for p in EstablishmentPlan.objects.filter(responsible="廖干事")] == [lacking["empty"].pk]


def test_what_is_out_of_scope_or_another_line_is_not_filled_in(submit, lacking):
    said = {"from_": "2011-06-30", "reason": "investor", "responsible": "廖干事"}
    away = submit(
        f.township(), "plan-bulk", query={"as_of": D, "line": "union"}, ids=[str(lacking["overdue"].pk)], **said
    )
    other = submit(f.union_office(), "plan-bulk", query={"as_of": D, "line": "league"}, whole="1", **said)

    assert (away.status_code, other.status_code) == (302, 403)
    assert not EstablishmentPlan.objects.filter(responsible="廖干事").exists()


def test_one_is_filled_in_and_shown_on_the_organizations_page(opened, submit, lacking):
    user, row = f.township(), lacking["empty"]
    said = {"version": "0", "reason": "new", "from_": "2011-06-30", "planned_on": "2011-12-31", "responsible": "曾干事"}
    shown = submit(user, "plan-record", row.pk, "union", follow=True, **said)
    assert "已保存。" in shown.content.decode()

    tab = opened(user, "organization-detail", row.pk, as_of=D, tab="plans")
    union = next(p for p in tab.context["plans"] if p.line == "union")
    assert (union.current.reason, union.current.plan.planned_on) == ("新成立", date(2011, 12, 31))
    assert "曾干事" in tab.content.decode()


def test_a_stale_save_shows_the_reasons_in_words(submit, lacking):
    row = lacking["planned"]
    said = {"version": "9", "reason": "new", "from_": "2011-06-30"}
    text = submit(f.owner(), "plan-record", row.pk, "union", **said).content.decode()
    assert "出资人不支持" in text
    assert "按我填的保存" in text
    assert EstablishmentPlan.objects.get(organization=row).reason == "investor"


def test_the_tab_offers_only_ones_own_lines(opened, lacking):
    row = lacking["empty"]
    text = opened(f.union_office(), "organization-detail", row.pk, as_of=D, tab="plans").content.decode()
    assert f"/organizations/{row.pk}/plans/union/" in text
    assert f"/organizations/{row.pk}/plans/party/" not in text
    assert opened(f.union_office(), "plan-record", row.pk, "party").status_code == 403
    assert opened(f.owner(), "plan-record", row.pk, "nowhere").status_code == 404
