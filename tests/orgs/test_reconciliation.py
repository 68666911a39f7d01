"""Comparing registers: what is matched by which rule, what is found, and that nothing changes by itself."""

from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import Max

from orgs.domain.reconciliation import start_reconciliation
from orgs.domain.refusals import NotAllowed
from orgs.models import Discrepancy, Reconciliation
from orgs.queries_reconciliation import waiting_findings
from orgs.validators import uscc_check_character
from quannan.base.domain.job_running import run_job
from quannan.base.models import JobRow
from tests import factories as f
from tests import makers_reconciliation as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference():
    f.reference()


def told(found: Reconciliation) -> list[tuple]:
    """Every finding as (kind, name, field, ours, theirs, matched by)."""
    return [
        (d.kind, d.name, d.field, d.ours, d.theirs, d.matched_by)
        for d in found.discrepancies.order_by("name", "kind", "field")
    ]


def of_kind(found: Reconciliation, kind: str) -> list[str]:
    return list(found.discrepancies.filter(kind=kind).order_by("name").values_list("name", flat=True))


def test_what_ours_lacks_is_new_with_its_facts_and_unit():
    found = make.compared([make.stranger(1)])
    (new,) = found.discrepancies.all()
    assert (new.kind, new.organization, new.unit, new.row) == ("new", None, f.unit(), 2)
    assert new.facts == {
        "name": "全南县新来1厂",
        "uscc": f.uscc(900_001),
        "kind": "enterprise",
        "registration_type": "limited",
        "industry": "C",
        "registered_on": "2012-09-03",
        "state": "normal",
        "unit": "城厢镇",
    }


def test_the_unified_code_matches_whatever_the_name_is():
    row = f.organization("老名厂")
    found = make.compared([make.said_of(row, 企业名称="新名厂")])
    assert told(found) == [("changed", "老名厂", "name", "老名厂", "新名厂", "uscc")]


def test_the_old_code_matches_and_the_unified_code_is_offered():
    row = f.organization("老码厂", uscc=None, old_code="123456789012345")
    new = f.uscc(800_001)
    found = make.compared([make.said_of(row, 统一社会信用代码=new, 注册号="123456789012345", 企业名称="老码厂")])
    assert told(found) == [("changed", "老码厂", "uscc", "", new, "old_code")]


def test_an_organization_code_is_found_inside_the_unified_one():
    new = f.uscc(800_002)
    row = f.organization("机构码厂", uscc=None, old_code=f"{new[8:16]}-{new[16]}")
    found = make.compared([make.said_of(row, 统一社会信用代码=new)])
    assert told(found) == [("changed", "机构码厂", "uscc", "", new, "old_code")]


def test_a_unique_name_matches_last_and_says_so():
    row = f.organization("全南县(独名)厂", uscc=None)
    new = f.uscc(800_003)
    found = make.compared([make.said_of(row, 企业名称="全南县(独名) 厂", 统一社会信用代码=new)])
    assert told(found) == [("changed", "全南县(独名)厂", "uscc", "", new, "name")]


def test_a_former_name_matches_and_is_not_offered_as_a_new_name():
    row = f.organization("今名厂", uscc=None, old_code="654321", former_names=["曾名厂"])
    found = make.compared([make.said_of(row, 企业名称="曾名厂", 统一社会信用代码=None)])
    assert told(found) == []
    assert found.check_result["same"] == 1


def test_two_candidates_of_one_name_are_left_to_a_person():
    one, other = f.organization("同名厂", uscc=None), f.organization("同名厂", uscc=None)
    found = make.compared([make.stranger(1, 企业名称="同名厂")], completeness="county")
    (ambiguous,) = found.discrepancies.all()
    assert (ambiguous.kind, ambiguous.organization) == ("ambiguous", None)
    assert ambiguous.facts["candidates"] == sorted([one.pk, other.pk])


def test_two_rows_of_one_name_are_left_to_a_person():
    f.organization("独一厂", uscc=None)
    found = make.compared([make.stranger(1, 企业名称="独一厂"), make.stranger(2, 企业名称="独一厂")])
    assert of_kind(found, "ambiguous") == ["独一厂", "独一厂"]


def test_a_namesake_whose_code_is_in_the_file_is_no_candidate():
    row = f.organization("分家厂")
    found = make.compared([make.said_of(row), make.stranger(1, 企业名称="分家厂")])
    assert told(found) == [("new", "分家厂", "", "", "", "")]


def test_the_code_of_a_merged_record_is_that_of_the_one_it_went_into():
    kept = f.organization("保留厂")
    gone = f.organization("录重厂", merged_into=kept)
    alone = make.compared([make.said_of(kept, 统一社会信用代码=gone.uscc)], completeness="county")
    assert told(alone) == []
    both = make.compared([make.said_of(gone, 企业名称="保留厂"), make.said_of(kept)], completeness="county")
    assert told(both) == []
    assert (both.check_result["same"], both.check_result["doubled"]) == (1, 1)


@pytest.mark.parametrize(
    ("stored", "precision", "theirs", "differs"),
    [
        (date(2009, 3, 1), "day", "2009-03-01", False),
        (date(2009, 3, 1), "day", "2009-03-02", True),
        (date(2009, 3, 1), "month", "2009-03-17", False),
        (date(2009, 3, 1), "month", "2009-04-01", True),
        (date(2009, 1, 1), "year", "2009年11月", False),
        (date(2009, 3, 5), "day", "2009-03", False),
        (date(2009, 3, 5), "day", "2008", True),
        (date(2009, 3, 5), "day", None, False),
    ],
)
def test_dates_are_compared_as_precisely_as_both_are_known(stored, precision, theirs, differs):
    row = f.organization(registered_on=stored, registered_precision=precision)
    found = make.compared([make.said_of(row, 成立日期=theirs)])
    assert [d.field for d in found.discrepancies.all()] == (["registered_on"] if differs else [])


def test_every_field_that_differs_is_a_finding_of_its_own_and_blanks_are_none():
    row = f.organization("多变厂", registration_type="private", industry="A")
    said = make.said_of(
        row, 企业名称="改名厂", 企业类型="股份有限公司(非上市)", 行业门类="制造业", 成立日期="2010-05-01"
    )
    assert told(make.compared([said])) == [
        ("changed", "多变厂", "industry", "A", "C", "uscc"),
        ("changed", "多变厂", "name", "多变厂", "改名厂", "uscc"),
        ("changed", "多变厂", "registered_on", "2009-03-01", "2010-05-01", "uscc"),
        ("changed", "多变厂", "registration_type", "private", "shares", "uscc"),
    ]
    assert told(make.compared([make.said_of(row, 企业类型="")])) == []


@pytest.mark.parametrize(
    ("word", "state"),
    [("注销", "deregistered"), ("吊销,未注销", "revoked"), ("已吊销", "revoked"), ("迁出", "moved_out")],
)
def test_a_state_that_says_so_makes_it_gone_with_their_date(word, state):
    row = f.organization("将去厂")
    found = make.compared([make.said_of(row, 登记状态=word, 注销日期="2012-08-15")])
    (gone,) = found.discrepancies.all()
    assert (gone.kind, gone.organization, gone.theirs) == ("gone", row, state)
    assert gone.facts["ended_on"] == "2012-08-15"


@pytest.mark.parametrize("word", ["存续", "在业", "开业", "存续(在营、开业、在册)", None])
def test_a_state_that_says_it_goes_on_is_no_finding(word):
    row = f.organization()
    assert told(make.compared([make.said_of(row, 登记状态=word)])) == []


def test_what_is_settled_on_both_sides_is_the_same():
    closed = f.organization("已销厂", closed_on=date(2012, 1, 1), closed_state="deregistered")
    revoked = f.organization("吊销厂")
    f.excluded(revoked, state="revoked")
    rows = [make.said_of(closed, 登记状态="注销"), make.said_of(revoked, 登记状态="吊销未注销")]
    found = make.compared(rows, completeness="county")
    assert (told(found), found.check_result["same"]) == ([], 2)


def test_closed_here_and_standing_there_is_counted_and_nothing_more():
    closed = f.organization("已销厂", closed_on=date(2012, 1, 1), closed_state="deregistered")
    found = make.compared([make.said_of(closed), make.stranger(1, 登记状态="注销")])
    assert (told(found), found.check_result["closed_here"], found.check_result["gone_unknown"]) == ([], 1, 1)


def test_sole_traders_and_offices_are_no_new_organizations():
    trader = "92" + f.uscc(70)[2:17]
    found = make.compared([make.stranger(1, 统一社会信用代码=trader + uscc_check_character(trader))])
    assert (told(found), found.check_result["no_organization"]) == ([], 1)


@pytest.fixture
def county():
    """Two enterprises and an association of 城厢镇, one enterprise of the park; late, closed and merged ones besides."""
    park = f.unit(f.PARK)
    rows = {
        "here": f.organization("此地厂"),
        "there": f.organization("园区厂", park),
        "club": f.organization("此地协会", kind="social", uscc=f.uscc(77, "social")),
        "late": f.organization("后来厂", registered_on=make.AS_OF),
        "vague": f.organization("当月厂", registered_on=date(2012, 10, 1), registered_precision="month"),
        "closed": f.organization("销去厂", closed_on=date(2011, 1, 1), closed_state="deregistered"),
    }
    f.organization("并入厂", merged_into=rows["here"])
    return rows


@pytest.mark.parametrize(
    ("claim", "gone"),
    [
        ({"completeness": "part"}, []),
        ({"completeness": "county"}, ["园区厂", "此地协会", "此地厂"]),
        ({"completeness": "kind", "kind": "enterprise"}, ["园区厂", "此地厂"]),
        ({"completeness": "kind", "kind": "social"}, ["此地协会"]),
        ({"completeness": "unit", "unit": f.PARK}, ["园区厂"]),
        ({"completeness": "unit", "unit": f.CHENGXIANG, "kind": "social"}, ["此地协会"]),
    ],
)
def test_gone_is_what_a_complete_register_lacks_and_nothing_beyond_its_claim(county, claim, gone):
    if "unit" in claim:
        claim = claim | {"unit": f.unit(claim["unit"])}
    assert sorted(of_kind(make.compared([make.stranger(1)], **claim), "gone")) == sorted(gone)


def test_the_unit_that_counts_is_the_one_of_the_registers_day():
    row = f.organization("迁园厂")
    row.placements.all().delete()
    f.placed(row, f.unit(), until=date(2012, 11, 1))
    f.placed(row, f.unit(f.PARK), from_=date(2012, 11, 1))
    assert of_kind(make.compared([make.stranger(1)], completeness="unit", unit=f.unit()), "gone") == ["迁园厂"]
    assert of_kind(make.compared([make.stranger(2)], completeness="unit", unit=f.unit(f.PARK)), "gone") == []


def test_a_faulty_row_is_listed_and_its_organization_is_not_gone():
    row, other = f.organization("有错厂"), f.organization("照比厂")
    rows = [
        make.said_of(row, 成立日期="去年"),
        make.said_of(other, 企业名称="照比新厂"),
        make.stranger(3, 统一社会信用代码="9136072901"),
        make.stranger(4, 企业名称=None),
        make.stranger(5, 成立日期="2012-12-01"),
        make.stranger(6),
        make.stranger(6, 企业名称="又一行"),
    ]
    found = make.compared(rows, completeness="county")
    assert told(found) == [
        ("new", "全南县新来6厂", "", "", "", ""),
        ("changed", "照比厂", "name", "照比厂", "照比新厂", "uscc"),
    ]
    faulty = JobRow.objects.filter(job=found.check_job, outcome="rejected").order_by("number")
    assert [(r.number, m["cell"], m["code"]) for r in faulty for m in r.messages] == [
        (2, "F2", "bad_date"),
        (4, "B4", "bad_uscc"),
        (5, "A5", "missing_name"),
        (6, "F6", "date_after_register"),
        (8, "B8", "duplicate"),
    ]
    assert found.check_result["rejected"] == 5


def test_old_numbers_in_the_column_of_unified_codes_are_understood():
    row = f.organization("旧号厂", uscc=None, old_code="123456789012345")
    headers = ("主体名称", "统一社会信用代码/注册号", "主体类型", "经营状态")
    said = {"主体名称": "旧号厂", "统一社会信用代码/注册号": "123456789012345", "主体类型": "合伙企业"}
    found = make.compared([said], headers=headers)
    assert told(found) == [("changed", row.name, "registration_type", "", "partnership", "old_code")]


def test_the_register_of_civil_affairs_is_understood():
    row = f.organization("全南县钓鱼协会", kind="social", uscc=f.uscc(61, "social"), registration_type="association")
    headers = (
        "序号",
        "社会组织名称",
        "统一社会信用代码",
        "社会组织类型",
        "登记机关",
        "成立登记日期",
        "状态",
        "法定代表人",
    )
    rows = [
        dict(
            zip(
                headers,
                (1, row.name, row.uscc, "社会团体", "全南县民政局", "2009年3月1日", "正常", "钟某"),
                strict=True,
            )
        ),
        dict(zip(headers, (2, "全南县棋类协会", f.uscc(62, "social"), "社团", "", "", "", "李某"), strict=True)),
    ]
    found = make.compared(rows, headers=headers, source="civil", completeness="kind", kind="social")
    assert told(found) == [("new", "全南县棋类协会", "", "", "", "")]
    assert "钟某" not in str(list(Discrepancy.objects.values())) and "李某" not in str(found.check_result)


def register_tables() -> dict[str, tuple]:
    """Every table of the program but the ones of findings, files, jobs and the trail, with its rows and latest event."""
    own = {"Reconciliation", "Discrepancy", "DiscrepancyEvent", "Job", "JobRow", "AuditEntry", "Attachment"}
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in ("orgs", "coverage", "base") and model.__name__ not in own:
            rows = sorted(map(str, model._base_manager.order_by("pk").values_list()))
            found[model._meta.label] = rows
    return found


def test_a_comparison_changes_nothing_of_the_register(county):
    by = f.owner()
    before = register_tables()
    rows = [
        make.stranger(1),
        make.said_of(county["here"], 企业名称="别名厂"),
        make.said_of(county["there"], 登记状态="注销"),
    ]
    found = make.compared(rows, by, completeness="county")
    assert {d.kind for d in found.discrepancies.all()} == {"new", "changed", "gone"}
    assert register_tables() == before


def test_an_identical_open_finding_is_not_made_twice():
    row = f.organization("改名厂")
    rows = [make.said_of(row, 企业名称="别名厂"), make.stranger(1)]
    first, second = make.compared(rows), make.compared(rows)
    assert (first.discrepancies.count(), second.discrepancies.count()) == (2, 0)
    assert second.check_result["waiting"] == 2


def test_what_was_refused_before_comes_back_open_with_that_answer():
    row, user = f.organization("改名厂"), f.owner()
    rows = [make.said_of(row, 企业名称="别名厂")]
    first = make.compared(rows)
    first.discrepancies.update(state="refused", reason="名册写错", decided_by=user, decided_at=f.NOW)
    (again,) = make.compared(rows).discrepancies.all()
    assert (again.state, again.reason, again.earlier) == ("open", "", first.discrepancies.get())
    (other,) = make.compared([make.said_of(row, 企业名称="再改厂")]).discrepancies.all()
    assert other.earlier is None
    (elsewhere,) = make.compared(rows, source="statistics").discrepancies.all()
    assert elsewhere.earlier is None


def test_who_hands_in_a_township_register_gets_findings_of_its_own_units_alone(county):
    rows = [
        make.said_of(county["there"], 企业名称="园区新名厂"),
        make.said_of(county["here"], 企业名称="此地新名厂"),
        make.stranger(1),
        make.stranger(2, 所属乡镇="工业园区"),
        make.stranger(3, 所属乡镇="不认识的地方"),
    ]
    found = make.compared(rows, f.township(), completeness="unit", unit=f.unit())
    assert [(kind, name) for kind, name, *_ in told(found)] == [
        ("new", "全南县新来1厂"),
        ("new", "全南县新来3厂"),
        ("gone", "此地协会"),
        ("changed", "此地厂"),
    ]
    assert found.check_result["out_of_scope"] == 2
    assert set(found.discrepancies.filter(kind="new").values_list("unit__code", flat=True)) == {f.CHENGXIANG}


REFUSED = [
    ("source", {"source": "nobody"}),
    ("as_of", {"as_of": date(2012, 11, 6)}),
    ("unit", {"completeness": "unit"}),
    ("kind", {"completeness": "kind"}),
    ("kind", {"kind": "social"}),
    ("unit", {"completeness": "county", "unit": f.CHENGXIANG}),
]


@pytest.mark.parametrize(("field", "facts"), REFUSED)
def test_a_register_that_does_not_say_what_it_is_is_refused(field, facts):
    if "unit" in facts:
        facts = facts | {"unit": f.unit(facts["unit"])}
    with pytest.raises(ValidationError) as refusal:
        make.handed_in([make.stranger(1)], **facts)
    assert set(refusal.value.message_dict) == {field}
    assert not Reconciliation.objects.exists()


def test_a_file_of_another_type_is_refused_beside_the_file():
    with pytest.raises(ValidationError) as refusal:
        start_reconciliation(
            file=ContentFile(b"%PDF", name="a.pdf"),
            name="a.pdf",
            source="market",
            as_of=make.AS_OF,
            by=f.owner(),
            now=f.NOW,
        )
    assert set(refusal.value.message_dict) == {"file"}


@pytest.mark.parametrize("claim", [{"completeness": "county"}, {"completeness": "kind", "kind": "enterprise"}, {}])
def test_a_unit_claims_nothing_of_the_county(claim):
    with pytest.raises(ValidationError):
        make.handed_in([make.stranger(1)], f.township(), **claim)


def test_a_unit_hands_in_for_no_other_and_readers_for_nobody():
    with pytest.raises(NotAllowed):
        make.handed_in([make.stranger(1)], f.township(), completeness="unit", unit=f.unit(f.PARK))
    for role in ("leader", "auditor", "filer"):
        with pytest.raises(NotAllowed):
            make.handed_in([make.stranger(1)], f.account(role))
    with pytest.raises(NotAllowed):
        make.handed_in([make.stranger(1)], f.union_office())


def test_the_workbench_counts_what_waits_for_whoever_may_answer():
    row = f.organization("园区厂", f.unit(f.PARK))
    make.finding("gone", row)
    make.finding("new")
    for who, number in ((f.owner(), 2), (f.township(), 1), (f.township(f.PARK), 1), (f.account("leader"), 0)):
        said = [one.text for one in waiting_findings(who, f.TODAY)]
        assert said == ([f"名册核对 {number} 条待答复"] if number else [])
    assert waiting_findings(f.owner(), date(2012, 10, 1)) == []


@pytest.mark.parametrize("rows", [1, 300])
def test_the_number_of_questions_does_not_grow_with_the_file(rows, django_assert_max_num_queries):
    row = f.organization("改名厂")
    found = make.handed_in([make.said_of(row, 企业名称="别名厂"), *[make.stranger(n) for n in range(rows)]])
    with django_assert_max_num_queries(32):
        run_job(job_id=found.check_job_id, attempt=1, worker="w", now=f.NOW)
    assert found.discrepancies.count() == rows + 1
    assert Discrepancy.objects.aggregate(last=Max("row"))["last"] == rows + 2
