"""Columns of the register's list; the export has them all, the screen the ones that fit."""

from dataclasses import replace
from decimal import Decimal

from coverage.filters import RegisterFilter
from coverage.queries_pages import RegisterRow
from coverage.tags import verdict_badge
from orgs.lines import LINES, Line
from orgs.models.organization import Kind
from quannan.base.listing import Listed
from quannan.base.tables import Column


def _figure(name: str):
    return lambda row: row.number(name)


def _wan(row: RegisterRow):
    value = row.number("annual_revenue_yuan")
    return None if value is None else value / 10000


def _in_ten_thousands(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:,.6f}".rstrip("0").rstrip(".")


NAME = Column(
    "name",
    "单位名称",
    lambda r: r.organization.name,
    ("organization__sort_key", "organization_id"),
    template="coverage/_register_name.html",
    fixed=True,
)
CODE = Column("code", "统一社会信用代码", lambda r: r.code, ("organization__uscc", "organization_id"), css="code")
UNIT = Column(
    "unit", "主管党(工)委", lambda r: r.unit.name, ("unit__order", "unit__code", "organization__sort_key"), css="nowrap"
)
KIND = Column("kind", "单位类别", lambda r: Kind(r.span.kind).label, ("kind", "organization__sort_key"), css="nowrap")
EMPLOYEES = Column("employees", "从业", _figure("employees"), ("f_employees", "organization_id"), True)
WOMEN = Column("women_count", "女性", _figure("women"), ("f_women", "organization_id"), True)
REVENUE = Column(
    "annual_revenue_yuan",
    "营收(万元)",
    _wan,
    ("f_annual_revenue_yuan", "organization_id"),
    True,
    draw=_in_ten_thousands,
)
SHORT = {Line.PARTY: "党", Line.UNION: "工", Line.LEAGUE: "团", Line.WOMEN: "妇"}


def _verdict(line: str, title: str, optional: bool = False) -> Column:
    return Column(
        line,
        title,
        lambda row: row.verdict_word(line),
        (f"{line}_state", "organization__sort_key"),
        draw=verdict_badge,
        optional=optional,
    )


def _count(name: str, title: str) -> Column:
    return Column(name, title, _figure(name), (f"f_{name}", "organization_id"), True, optional=True)


def _more(key: str, title: str) -> Column:
    return Column(key, title, lambda row: row.more.get(key), optional=True)


LIST_COLUMNS = (
    NAME,
    CODE,
    UNIT,
    EMPLOYEES,
    WOMEN,
    REVENUE,
    *(_verdict(line, title) for line, title in SHORT.items()),
    *(_verdict(line, Line(line).label, optional=True) for line in (Line.WOMEN_WORKERS, Line.MECHANISM)),
    Column("guidance", "分类", lambda r: getattr(r.span, "guidance", ""), optional=True),
    _more("reason", "未建原因"),
    _more("liaison", "挂点"),
    _more("instructor", "指导员"),
    replace(KIND, optional=True),
    _more("industry", "行业"),
    Column(
        "registered_on",
        "登记日期",
        lambda r: r.organization.registered_on,
        ("organization__registered_on", "organization_id"),
        css="nowrap",
        optional=True,
    ),
    Column("scale", "规模", lambda r: r.scale_word, ("scale", "organization__sort_key"), css="nowrap", optional=True),
    _count("league_members", "团员"),
    _count("full_members", "正式党员"),
    _count("probationary_members", "预备党员"),
    Column("former_names", "曾用名", lambda r: "、".join(r.organization.former_names), optional=True),
    Column("figures_as_of", "数据截至", lambda r: r.number("as_of"), css="nowrap", optional=True),
)

EXPORT_COLUMNS = (
    NAME,
    CODE,
    UNIT,
    KIND,
    Column("registered_on", "登记日期", lambda r: r.organization.registered_on),
    Column("scale", "规模", lambda r: r.scale_word),
    Column("excluded", "是否剔除", lambda r: "是" if r.span.excluded else "否"),
    Column("figures_as_of", "年度数字截至", lambda r: r.number("as_of")),
    Column("employees", "从业人员", _figure("employees"), numeric=True),
    Column("women_count", "其中:女性", _figure("women"), numeric=True),
    Column("league_members", "团员", _figure("league_members"), numeric=True),
    Column("full_members", "正式党员", _figure("full_members"), numeric=True),
    Column("probationary_members", "预备党员", _figure("probationary_members"), numeric=True),
    Column("annual_revenue", "年营业收入(万元)", _wan, numeric=True),
    *(_verdict(line, Line(line).label) for line in LINES),
    Column("guidance", "分类", lambda r: getattr(r.span, "guidance", "")),
    _more("reason", "未建原因"),
    _more("liaison", "挂点"),
    _more("instructor", "指导员"),
)

GAP_COLUMNS = (NAME, UNIT, EMPLOYEES)

REGISTER = Listed(
    name="organization-list",
    title="组织台账",
    noun="组织",
    counter="家",
    columns=LIST_COLUMNS,
    default_sort="name",
    filters=RegisterFilter,
    empty=("台账还是空的", "从“登记表导入”上传摸底表,或逐家新增组织。"),
    template="coverage/organization_list.html",
    kept=("state",),
)
DRILL = replace(REGISTER, name="coverage-organizations", title="覆盖明细", kept=())


def _why(part: str, title: str, css: str = "wide") -> Column:
    def told(row: RegisterRow) -> str:
        why = row.more.get("why")
        return why.told(part) if why and not row.span.excluded else ""

    return Column(f"why_{part}", title, told, css=css)


def _why_verdict(row: RegisterRow) -> str:
    why = row.more.get("why")
    return "剔除" if row.span.excluded else why.tag.word if why else ""


# What a figure of one line rests on, organization by organization.
WHY_COLUMNS = (
    _why("figure", "所用数字"),
    _why("standard", "标准", "nowrap"),
    Column("why_verdict", "结论", _why_verdict, draw=verdict_badge, css="nowrap"),
    _why("bodies", "覆盖组织"),
    _why("missing", "尚缺"),
    _why("shape", "形式建议"),
)
WORK_COLUMNS = (Column("work", "工作覆盖来自", _more("work", "").value, css="wide"),)
# Beside the reasons the other columns are there to be chosen.
_BESIDE = tuple(replace(column, optional=True) for column in LIST_COLUMNS if column not in (NAME, UNIT))
DRILL_WHY = replace(DRILL, columns=(NAME, UNIT, *WHY_COLUMNS, *_BESIDE))
DRILL_WORK = replace(DRILL, columns=(NAME, UNIT, *WORK_COLUMNS, *_BESIDE))
