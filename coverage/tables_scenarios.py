"""Columns of 情景推演."""

from django.urls import reverse
from django.utils import timezone

from coverage.filters_scenarios import ScenarioFilter
from coverage.models import Scenario
from quannan.base.listing import Listed
from quannan.base.tables import Column


def _assumed(row: Scenario) -> str:
    """What kinds of things are assumed, in few words."""
    words = {"as_of": "另一日期", "standards": "标准", "scale": "规模口径", "milestones": "节点"}
    said = [word for name, word in words.items() if row.changes.get(name)]
    if row.tick_count:
        said.insert(0, f"组建{row.tick_count}个")
    return "、".join(said) or "还没有设定"


SCENARIOS = Listed(
    name="scenario-list",
    title="情景推演",
    noun="推演",
    counter="份",
    columns=(
        Column(
            "name",
            "名称",
            lambda r: r.name,
            ("name", "pk"),
            link=lambda r: reverse("scenario-detail", args=[r.pk]),
            fixed=True,
        ),
        Column("assumed", "假定", _assumed),
        Column("as_of", "对照日期", lambda r: r.as_of, ("as_of", "pk"), css="nowrap"),
        Column("owner", "建立人", lambda r: r.owner.name or r.owner.username, ("owner__name", "pk"), css="nowrap"),
        Column("shared", "给谁看", lambda r: r.get_shared_display(), css="nowrap"),
        Column(
            "updated",
            "修改时间",
            lambda r: timezone.localtime(r.updated_at).strftime("%Y-%m-%d %H:%M"),
            ("updated_at", "pk"),
            css="nowrap",
        ),
        Column("note", "说明", lambda r: r.note, optional=True),
    ),
    default_sort="-updated",
    filters=ScenarioFilter,
    empty=("还没有情景推演", "推演只在这里算,不改动台账。先新建一份,再假定哪些组织建成。"),
)
