"""Columns of the register's list; the export has them all, the screen the ones that fit."""

from coverage.queries_pages import RegisterRow
from coverage.tags import Tag
from orgs.lines import LINES, Line
from orgs.models.organization import Kind
from quannan.base.tables import Column


def _word(tag: Tag | None) -> str:
    return "剔除" if tag is None else tag.word


def _figure(name: str):
    return lambda row: row.number(name)


def _wan(row: RegisterRow):
    value = row.number("annual_revenue_yuan")
    return None if value is None else value / 10000


NAME = Column("name", "单位名称", lambda r: r.organization.name, ("organization__sort_key", "organization_id"))
CODE = Column("code", "统一社会信用代码", lambda r: r.code, ("organization__uscc", "organization_id"))
UNIT = Column("unit", "主管党(工)委", lambda r: r.unit.name, ("unit__order", "unit__code", "organization__sort_key"))
KIND = Column("kind", "单位类别", lambda r: Kind(r.span.kind).label, ("kind", "organization__sort_key"))
EMPLOYEES = Column("employees", "从业", _figure("employees"), ("f_employees", "organization_id"), True)
WOMEN = Column("women", "女性", _figure("women"), ("f_women", "organization_id"), True)
REVENUE = Column("annual_revenue_yuan", "营收(万元)", _wan, ("f_annual_revenue_yuan", "organization_id"), True)
SHORT = {Line.PARTY: "党", Line.UNION: "工", Line.LEAGUE: "团", Line.WOMEN: "妇"}


def _verdict(line: str, title: str) -> Column:
    return Column(line, title, lambda row: _word(row.verdict(line)), (f"{line}_state", "organization__sort_key"))


LIST_COLUMNS = (
    NAME,
    CODE,
    UNIT,
    EMPLOYEES,
    WOMEN,
    REVENUE,
    *(_verdict(line, title) for line, title in SHORT.items()),
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
    Column("women", "其中:女性", _figure("women"), numeric=True),
    Column("league_members", "团员", _figure("league_members"), numeric=True),
    Column("full_members", "正式党员", _figure("full_members"), numeric=True),
    Column("probationary_members", "预备党员", _figure("probationary_members"), numeric=True),
    Column("annual_revenue", "年营业收入(万元)", _wan, numeric=True),
    *(_verdict(line, Line(line).label) for line in LINES),
)

GAP_COLUMNS = (NAME, UNIT, EMPLOYEES)
