"""The list of the reviewers' queue."""

from django.utils import timezone

from evaluation.filters_review import QueueFilter
from evaluation.models import AnnualReport
from quannan.base.listing import Listed
from quannan.base.tables import Column

NAME_ORDER = ("organization__sort_key", "pk")


def _marks(row: AnnualReport) -> str:
    submission = row.submission
    if submission is None:
        return ""
    marks = (("补报", submission.is_late), ("更正", submission.is_correction), ("代报", submission.on_behalf))
    return "、".join(word for word, holds in marks if holds)


QUEUE = Listed(
    name="review-queue",
    title="年报审核",
    noun="待审年报",
    counter="份",
    columns=(
        Column(
            "name",
            "单位名称",
            lambda r: r.organization.name,
            NAME_ORDER,
            template="evaluation/_review_open.html",
            fixed=True,
        ),
        Column("unit", "主管党(工)委", lambda r: r.unit_name, ("unit_name", *NAME_ORDER), css="nowrap"),
        Column("year", "年度", lambda r: str(r.year), ("year", "pk"), css="nowrap"),
        Column(
            "submitted",
            "报送时间",
            lambda r: f"{timezone.localtime(r.submitted_at):%Y-%m-%d %H:%M}",
            ("submitted_at", "pk"),
            css="nowrap",
        ),
        Column("days", "已等(天)", lambda r: r.days, ("-waits_since", "-pk"), numeric=True),
        Column("changed", "变化", lambda r: r.n_changed, ("n_changed", "pk"), numeric=True),
        Column("flags", "须说明", lambda r: r.n_flags, ("n_flags", "pk"), numeric=True),
        Column("marks", "标记", _marks, css="nowrap"),
        Column("opened", "打开审核", lambda r: r.opened_by_name or "未打开", ("opened_by_name", "pk"), css="nowrap"),
    ),
    default_sort="-days",
    filters=QueueFilter,
    empty=("没有待审的年报", "填报人报送、单位审核通过后会出现在这里。"),
    template="evaluation/review_queue.html",
    kept=("stage", "units"),
)
