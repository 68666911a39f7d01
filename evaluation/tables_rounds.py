"""Columns of rounds."""

from django.urls import reverse

from evaluation.filters_rounds import RoundFilter
from evaluation.models import ReportState
from quannan.base.listing import Listed
from quannan.base.tables import Column


def _count(state: ReportState, optional: bool = False) -> Column:
    return Column(state.value, str(state.label), lambda r: r.counts[state], numeric=True, optional=optional)


ROUNDS = Listed(
    name="round-list",
    title="年报批次",
    noun="年报批次",
    counter="批",
    columns=(
        Column(
            "name",
            "名称",
            lambda r: r.round.name,
            ("name", "pk"),
            link=lambda r: reverse("round-detail", args=[r.pk]),
            fixed=True,
        ),
        Column("year", "年度", lambda r: str(r.round.year), ("year", "opens_on", "pk"), css="nowrap"),
        Column("state", "状态", lambda r: r.tag.word, template="evaluation/_round_state.html", css="nowrap"),
        Column("opens", "开始填报", lambda r: r.round.opens_on, ("opens_on", "pk"), css="nowrap"),
        Column("closes", "填报截止", lambda r: r.round.closes_on, ("closes_on", "pk"), css="nowrap"),
        Column("unit_due", "单位审核截止", lambda r: r.round.unit_due_on, ("unit_due_on", "pk"), css="nowrap"),
        Column("county_due", "县审核截止", lambda r: r.round.county_due_on, ("county_due_on", "pk"), css="nowrap"),
        Column("as_of", "数字截至", lambda r: r.round.as_of, ("as_of", "pk"), css="nowrap", optional=True),
        Column("total", "年报", lambda r: r.total, numeric=True),
        *(_count(state) for state in ReportState),
    ),
    default_sort="-year",
    filters=RoundFilter,
    template="evaluation/round_list.html",
    empty=("还没有年报批次", "先新建一个批次,定好日期和要填报的组织类别,再启动。"),
)
