"""A small form for the tests: name, code, unit, staff, money and one body with form and date."""

from quannan.base.workbook.cells import Money, Text, code, count, date
from quannan.base.workbook.choices import choice
from quannan.base.workbook.declare import Column, ImportForm


def women_within_staff(row, context):
    if row.known("staff", "women") and row["women"] > row["staff"]:
        yield row.error("women", "women_exceed_staff", "女性不能多于从业人员,请核对。")


def staff_is_many(row, context):
    if row.known("staff") and row["staff"] > (context or 1000):
        yield row.warning("staff", "many", "人数较多,请核对。")


FORM = ImportForm(
    code="T1",
    name="测试表",
    columns=(
        Column("number", "序号", Text()),
        Column(
            "name",
            "单位名称",
            Text(40),
            names=("企业名称",),
            required=True,
            blank=("missing_name", "没有填单位名称。"),
            clearable=False,
        ),
        Column("code", "信用代码", code, required=True, kind="code", note="18位"),
        Column("staff", "从业人员情况/从业人员数", count, names=("职工人数", "员工数"), summed=True, kind="count"),
        Column("women", "从业人员情况/其中:女性", count, names=("女性",), summed=True, kind="count"),
        Column("money", "年收入(万元)", Money(), names=("年收入",), summed=True, kind="money"),
        Column(
            "party_form",
            "党组织/组织形式",
            choice(["党支部", "党总支"], error="unknown_form", what="形式", negatives=True),
            parents=("党建",),
            leaves=("形式",),
            options=("党支部", "党总支", "无"),
        ),
        Column("party_date", "党组织/成立时间", date, parents=("党建",), leaves=("成立日期",), kind="date"),
        Column("extra", "预备", Text(), printed=False),
    ),
    row_checks=(women_within_staff, staff_is_many),
    key_fields=("name", "code"),
    ordinal="number",
    notes=("请如实填写。",),
)

TITLE = [["测试表"], ["填报单位:甲办        截止日期:2011年6月30日"]]
HEADER = [
    ["序号", "单位名称", "信用代码", "从业人员情况", None, "年收入(万元)", "党组织", None],
    [None, None, None, "从业人员数", "其中:女性", None, "组织形式", "成立时间"],
]
MERGES = ("A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4", "G3:H3", "A1:H1", "A2:H2")
ROWS = [
    [1, "甲公司", "A1", 10, 4, 12.5, "党支部", "2010.6"],
    [2, "乙公司", "B2", "２０人", " 5 ", "8000元", "无", None],
]


def sheet(rows=ROWS):
    """The rows of a whole form."""
    return [*TITLE, *HEADER, *rows]
