"""Columns of the list of assessments."""

from django.urls import reverse

from evaluation.filters_assessments import AssessmentFilter
from evaluation.queries_assessments import AssessmentRow
from quannan.base.listing import Listed
from quannan.base.tables import Column

NAME_ORDER = ("organization__sort_key", "name", "id")


def _page(row: AssessmentRow) -> str:
    return reverse("assessment-detail", args=[row.pk])


ASSESSMENTS = Listed(
    name="assessment-list",
    title="考核结果",
    noun="考核",
    counter="份",
    columns=(
        Column("name", "考核对象", lambda r: r.name, NAME_ORDER, link=_page, fixed=True),
        Column("code", "统一社会信用代码", lambda r: r.code, css="code", optional=True),
        Column(
            "unit",
            "主管党(工)委",
            lambda r: r.place.name if r.place else "",
            ("place_order", *NAME_ORDER),
            css="nowrap",
        ),
        Column("scheme", "考核方案", lambda r: r.assessment.scheme.name, ("-scheme__year", *NAME_ORDER), css="nowrap"),
        Column("total", "得分", lambda r: r.assessment.total, ("total", *NAME_ORDER), numeric=True, may_lack=True),
        Column(
            "band", "等次", lambda r: r.band, ("provisional_band__from_score", *NAME_ORDER), css="nowrap", may_lack=True
        ),
        Column("veto", "一票否决", lambda r: "有" if r.assessment.vetoed else "", css="nowrap"),
        Column("missing", "评分", lambda r: r.missing_words, ("missing", *NAME_ORDER), css="nowrap"),
        Column("raters", "未评齐", lambda r: r.raters_missing),
        Column("state", "核定", lambda r: r.assessment.get_state_display(), ("state", *NAME_ORDER), css="nowrap"),
        Column("confirmed_by", "核定人", lambda r: r.assessment.confirmed_by_name, css="nowrap", optional=True),
    ),
    default_sort="name",
    filters=AssessmentFilter,
    template="evaluation/assessment_list.html",
    empty=("还没有考核", "考核方案启动以后,每家考核对象各有一份,在这里列出。"),
)
