"""Columns of 换届日历."""

from urllib.parse import urlencode

from django.urls import reverse

from orgs.filters_terms import TermFilter
from orgs.queries_branches import day_word
from orgs.queries_terms import TermRow
from quannan.base.listing import Listed
from quannan.base.tables import Column


def _page(row: TermRow) -> str:
    as_of = urlencode({"as_of": row.body.as_of.isoformat()})
    return f"{reverse('branch-detail', args=[row.pk])}?{as_of}#terms"


def _held(row: TermRow) -> str | None:
    return day_word(row.election.held_on, row.election.held_precision) if row.election else None


TERMS = Listed(
    name="term-calendar",
    title="换届日历",
    noun="党群组织",
    counter="个",
    columns=(
        Column("name", "名称", lambda r: r.body.name, ("label", "id"), link=_page, fixed=True),
        Column(
            "line", "条线", lambda r: r.branch.get_line_display(), ("line_order", "term_ends_on", "id"), css="nowrap"
        ),
        Column("form", "形式", lambda r: r.body.form_word, css="nowrap"),
        Column("unit", "主管党(工)委", lambda r: r.body.units_word),
        Column("held", "选举日期", _held, ("term_held_on", "id"), css="nowrap"),
        Column("years", "任期(年)", lambda r: r.election.term_years if r.election else None, numeric=True),
        Column(
            "due", "届满日期", lambda r: r.election.due_on if r.election else None, ("term_due_on", "id"), css="nowrap"
        ),
        Column("extended", "延期至", lambda r: r.extended_to, css="nowrap"),
        Column(
            "state",
            "任期状态",
            lambda r: r.tag.word,
            ("term_state", "term_ends_on", "id"),
            template="orgs/_term_state.html",
        ),
        Column("head", "负责人", lambda r: r.head, css="nowrap"),
        Column("ends", "任期至(含延期)", lambda r: r.ends_on, ("term_ends_on", "id"), optional=True, css="nowrap"),
        Column("founded", "成立日期", lambda r: r.body.founded_word, ("founded_on", "id"), optional=True, css="nowrap"),
        Column("covers", "覆盖(家)", lambda r: r.body.covers, ("covers", "id"), numeric=True, optional=True),
        Column("approval", "批复文号", lambda r: r.election.approval if r.election else None, optional=True),
    ),
    default_sort="ends",
    filters=TermFilter,
    empty=("还没有要换届的组织", "登记组建或导入摸底表之后,这里列出各组织的任期。"),
    template="orgs/term_calendar.html",
)
