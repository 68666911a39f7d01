"""F1 and F2 out of the register: their layout, their cross-checks, and that they come back without a change."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from orgs.domain.ledger import ITEMS, KIND_OF
from orgs.exports import LEFT_OUT_SHEET
from orgs.exports_ledger import CHECK_SHEET, ledger_file
from orgs.models import BodyForm, EstablishmentPlan, LedgerFacts, Organization
from quannan.base.bulk import period
from quannan.base.domain.import_files import check_file, write_file
from quannan.base.imports import import_kind
from tests import factories
from tests.orgs.imports.test_export import ASKING, DAYS, WORDS, _Undo, bodies, build, contents, organizations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

AS_OF = dt.date(2012, 6, 30)
NEVER = ASKING | {
    "form_assumed",
    "reason_though_built",
    "older_reason_differs",
    "unknown_reason",
    "scale_differs",
    "scale_unknown",
    "column_not_read",
    "former_name",
    "name_differs",
    "body_not_taken",
}


def export(path, form="F1", *, as_of=AS_OF, by=None):
    """Writes the organizations of the form's kind in sight; returns the rows of 未能列入."""
    by = by or factories.owner()
    rows = Organization.objects.visible_to(by, as_of).registered_at(as_of).filter(kind=KIND_OF[form])
    ids = rows.order_by("sort_key", "id").values_list("pk", flat=True)
    path.write_bytes(ledger_file(form, ids, whose="全县", as_of=as_of, by=by, now=timezone.now()).read())
    sheet = load_workbook(path)[LEFT_OUT_SHEET]
    return [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] != "没有"]


def outcome(path, form="F1", by=None):
    """(created, updated, unchanged, rejected) of importing the file at the date in its title."""
    result = check_file(import_kind(form), path, by=by)
    changed = [change for row in result.plan.rows for change in row.changes]
    assert not changed, changed
    assert not [p for p in result.checked.problems() if p.code in NEVER], list(result.checked.problems())
    counts = result.counts()
    return tuple(counts[name] for name in ("created", "updated", "unchanged", "rejected"))


def checks(path):
    return list(load_workbook(path)[CHECK_SHEET].iter_rows(min_row=2, values_only=True))


def heading(page, label):
    """The column of a leaf heading and the first row below the header."""
    depth = next(row for row in range(3, 7) if page.cell(row + 1, 1).value == "1")
    found = [cell.column for row in page.iter_rows(min_row=3, max_row=depth) for cell in row if cell.value == label]
    return found[0], depth + 1


def cell(path, label, row=0):
    page = load_workbook(path).active
    column, first = heading(page, label)
    return page.cell(first + row, column).value


def society(name="竹编协会", number=88, **more):
    return factories.organization(name, kind="social", uscc=factories.uscc(number, "social"), **more)


def test_it_looks_like_the_official_form(tmp_path):
    factories.organization("甲公司")
    owner = factories.owner()
    export(tmp_path / "f.xlsx", by=owner)
    book = load_workbook(tmp_path / "f.xlsx")
    page = book.active
    assert page["A1"].value == "非公有制经济组织工作台账"
    line = page["A2"].value
    assert "截止日期:2012年6月30日" in line and "填报单位:全县" in line and owner.name in line
    merged = {str(area) for area in page.merged_cells.ranges}
    # 序号 reaches over the three rows of the header; 党员 lies over 组织关系在本企业, which lies over five leaves.
    assert "A3:A5" in merged
    headings = {page[str(area).split(":")[0]].value for area in page.merged_cells.ranges}
    assert {"出资人", "党组织", "书记", "党员", "组织关系在本企业", "活动场所"} <= headings
    texts = [cell.value for row in page.iter_rows() for cell in row if cell.value]
    assert [text for text in texts if "填报人:" in str(text) and "负责人:" in str(text) and "报出时间:" in str(text)]
    assert book.sheetnames[1:3] == [CHECK_SHEET, LEFT_OUT_SHEET]


def test_what_the_register_holds_is_filled_in_and_comes_back_to_no_change(tmp_path):
    row = factories.organization("甲公司", contact_phone="0797-2600001", registration_type="private")
    factories.figures(row, dt.date(2011, 6, 30), employees=60, annual_revenue_yuan=6_000_000)
    factories.covered(row, from_=dt.date(2010, 6, 30), founded_precision="month")
    row.memberships.update(from_precision="month")
    factories.covered(row, line="union", form="union_joint", name="城厢联合工会", composition="joint_area")
    facts = {"park": "一号楼", "members_here": 3, "venue": True, "venue_area": "80.50", "meetings_held": False}
    LedgerFacts.objects.create(organization=row, form="F1", as_of=dt.date(2011, 6, 30), values=facts)
    assert export(tmp_path / "f.xlsx") == []
    shown = [
        cell(tmp_path / "f.xlsx", label)
        for label in ("是否规模以上", "是否建立", "成立时间", "组建形式", "类别", "面积(平方米)", "三会一课", "电话")
    ]
    assert shown == ["是", "是", "2010年6月", "单独", "党支部", 80.5, "否", "0797-26*****"]
    assert outcome(tmp_path / "f.xlsx") == (0, 0, 1, 0)


def test_a_missing_body_goes_out_with_its_reason(tmp_path):
    row = factories.organization("甲公司")
    EstablishmentPlan.objects.create(
        organization=row,
        line="party",
        period=period(dt.date(2011, 1, 1)),
        reason="other",
        reason_note="正在 搬迁(二期)",
    )
    export(tmp_path / "f.xlsx")
    assert [cell(tmp_path / "f.xlsx", label) for label in ("是否建立", "未建原因")] == ["否", "其他:正在 搬迁(二期)"]
    assert outcome(tmp_path / "f.xlsx") == (0, 0, 1, 0)


def test_what_does_not_add_up_is_said_with_its_row(tmp_path):
    good, attached = factories.organization("甲公司"), factories.organization("乙公司")
    factories.covered(good)
    factories.covered(attached, composition="attached")
    LedgerFacts.objects.create(
        organization=good, form="F1", as_of=AS_OF, values={"members_here": 2, "members_to_35": 5}
    )
    factories.figures(good, employees=120)
    export(tmp_path / "f.xlsx")
    found = checks(tmp_path / "f.xlsx")
    assert found[0] == ("党组织:有 = 单独 + 联合", "不符1家", None, None, "有2家,单独1家,联合0家;未建0家")
    assert found[1] == ("规模以上", "由系统按标准计算", None, None, "规模以上1家,规模以下0家,算不出1家")
    rows = {name: row for _, verdict, row, name, _ in found if verdict == "不符"}
    page = load_workbook(tmp_path / "f.xlsx").active
    column, _ = heading(page, "企业名称")
    assert {name: page.cell(int(row), column).value for name, row in rows.items()} == {
        "甲公司": "甲公司",
        "乙公司": "乙公司",
    }
    assert outcome(tmp_path / "f.xlsx") == (0, 0, 2, 0)


def test_funds_of_social_organizations_are_checked_against_their_sources(tmp_path):
    codes = ("funds", "funds_public", "funds_dues", "funds_costs", "funds_other")
    for number, amounts in enumerate(
        [("900.00", "500.00", "400.00", "0.00", "0.00"), ("900.00", "1.00", "2.00", "3.00", "4.00")], 88
    ):
        row = society(f"第{number}协会", number)
        LedgerFacts.objects.create(
            organization=row, form="F2", as_of=AS_OF, values=dict(zip(codes, amounts, strict=True))
        )
    export(tmp_path / "f.xlsx", "F2")
    differing = [found for found in checks(tmp_path / "f.xlsx") if found[1] == "不符"]
    assert [(found[3], found[4]) for found in differing] == [("第89协会", "年总额900.00元,各来源之和10.00元。")]
    assert outcome(tmp_path / "f.xlsx", "F2") == (0, 0, 2, 0)


def test_namesakes_without_a_code_are_named_and_left_out(tmp_path):
    factories.organization("甲公司", uscc=None)
    factories.organization("甲公司")
    factories.organization("乙公司", uscc=None)
    found = export(tmp_path / "f.xlsx")
    assert [(row[0], row[2]) for row in found] == [("甲公司", "整行")]
    assert outcome(tmp_path / "f.xlsx") == (0, 0, 2, 0)


def test_a_code_that_no_import_would_take_is_named_and_the_name_stands_in_for_it(tmp_path):
    wrong = factories.uscc(5)[:-1] + ("A" if factories.uscc(5)[-1] != "A" else "B")
    factories.organization("甲公司", uscc=wrong)
    factories.organization("乙公司", uscc=factories.uscc(6)[:-1] + ("A" if factories.uscc(6)[-1] != "A" else "B"))
    factories.organization("乙公司")
    found = export(tmp_path / "f.xlsx")
    assert sorted((row[0], row[2]) for row in found) == [("乙公司", "代码"), ("乙公司", "整行"), ("甲公司", "代码")]
    assert outcome(tmp_path / "f.xlsx") == (0, 0, 2, 0)


def test_a_form_out_of_use_is_named_and_the_body_stays(tmp_path):
    row = factories.organization("甲公司")
    factories.covered(row, line="league")
    factories.covered(row, form="party_general")
    BodyForm.objects.filter(code__in=["league_branch", "party_general"]).update(is_active=False)
    assert sorted(line[2] for line in export(tmp_path / "f.xlsx")) == ["党组织", "团组织"]
    assert outcome(tmp_path / "f.xlsx") == (0, 0, 1, 0)


def test_a_township_exports_and_imports_its_own(tmp_path):
    office = factories.township()
    factories.organization("外乡公司", under=factories.unit(factories.PARK))
    factories.organization("本镇公司")
    export(tmp_path / "f.xlsx", by=office)
    assert outcome(tmp_path / "f.xlsx", by=office) == (0, 0, 1, 0)


VALUES = {
    "text": WORDS,
    "count": st.integers(0, 99_999_999),
    "money": st.decimals(0, 10**14, places=2).map(lambda amount: f"{amount:.2f}"),
    "area": st.decimals(0, 10**6, places=2).map(lambda size: f"{size:.2f}"),
    "yes_no": st.booleans(),
    "date": st.sampled_from(["2010", "2010-06", "2010-06-15"]),
}


def values_of(form):
    return st.fixed_dictionaries({}, optional={item.code: VALUES[item.kind] for item in ITEMS[form]})


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    owners=st.lists(organizations(), min_size=1, max_size=4),
    groups=st.lists(bodies(), max_size=8),
    as_of=st.dates(dt.date(2008, 1, 1), dt.date(2014, 6, 30)),
    said=st.lists(st.tuples(DAYS, values_of("F1"), values_of("F2")), max_size=4),
    reasons=st.lists(st.tuples(DAYS, st.sampled_from(["no_members", "other", "gone"]), WORDS), max_size=4),
)
def test_whatever_the_register_holds_its_ledgers_import_to_no_change(
    tmp_path_factory, owners, groups, as_of, said, reasons
):
    path = tmp_path_factory.mktemp("round") / "f.xlsx"
    with pytest.raises(_Undo), transaction.atomic():
        build(owners, groups)
        rows = list(Organization.objects.order_by("pk"))
        for row, (day, first, second) in zip(rows, said, strict=False):
            for form, values in (("F1", first), ("F2", second)):
                LedgerFacts.objects.create(organization=row, form=form, as_of=day, values=values)
        for row, (day, reason, note) in zip(rows, reasons, strict=False):
            EstablishmentPlan.objects.create(
                organization=row, line="party", period=period(day), reason=reason, reason_note=note or "另有原因"
            )
        by = factories.owner()
        for form in ("F1", "F2"):
            standing = Organization.objects.visible_to(by, as_of).registered_at(as_of).filter(kind=KIND_OF[form])
            whole = sum(line[2] == "整行" for line in export(path, form, as_of=as_of, by=by))
            assert outcome(path, form, by) == (0, 0, standing.count() - whole, 0)
            before = (contents(), ledgers(), list(EstablishmentPlan.objects.order_by("pk").values()))
            write_file(import_kind(form), path, mode="all", by=by, now=timezone.now())
            assert (contents(), ledgers(), list(EstablishmentPlan.objects.order_by("pk").values())) == before
        raise _Undo


def ledgers():
    """Facts in force on any day, without the rows that confirm unchanged ones at a later date."""
    found = {}
    for row in LedgerFacts.objects.order_by("organization_id", "form", "as_of"):
        told = found.setdefault((row.organization_id, row.form), [])
        if not told or told[-1] != row.values:
            told.append(row.values)
    return found
