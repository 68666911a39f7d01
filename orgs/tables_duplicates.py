"""The list of what was merged."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from orgs.models import OrganizationMerge
from quannan.base.filters import ListFilter, choice_filter, date_filter, text_filter
from quannan.base.listing import Listed
from quannan.base.tables import Column


class MergeFilter(ListFilter):
    """Filters over merges."""

    q = text_filter("单位名称", "by_text")
    state = choice_filter("状态", [("stands", "有效"), ("undone", "已撤回")], "by_state")
    merged_from = date_filter("合并不早于", "merged_at__date", "gte")
    merged_to = date_filter("合并不晚于", "merged_at__date", "lte")

    def by_text(self, rows, name, value):
        return rows.filter(Q(kept__name__contains=value) | Q(absorbed__name__contains=value))

    def by_state(self, rows, name, value):
        return rows.filter(undone_at=None) if value == "stands" else rows.exclude(undone_at=None)


def _day(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _undone(row: OrganizationMerge) -> str:
    if not row.undone_at:
        return "撤回合并"
    return f"{_day(row.undone_at)} 由{row.undone_by or '系统'}撤回"


def _undo_page(row: OrganizationMerge) -> str:
    return "" if row.undone_at else reverse("merge-undo", args=[row.pk])


MERGES = Listed(
    name="merge-list",
    title="合并记录",
    noun="合并",
    counter="次",
    columns=(
        Column(
            "absorbed",
            "并入的记录",
            lambda r: r.absorbed.name,
            ("absorbed__sort_key", "pk"),
            link=lambda r: reverse("organization-detail", args=[r.absorbed_id]),
            fixed=True,
        ),
        Column(
            "kept",
            "保留的组织",
            lambda r: r.kept.name,
            ("kept__sort_key", "pk"),
            link=lambda r: reverse("organization-detail", args=[r.kept_id]),
        ),
        Column("reason", "理由", lambda r: r.reason),
        Column("by", "合并人", lambda r: str(r.merged_by or "系统"), ("merged_by__name", "pk"), css="nowrap"),
        Column("at", "合并时间", lambda r: _day(r.merged_at), ("merged_at", "pk"), css="nowrap"),
        Column("undo", "撤回", _undone, ("undone_at", "pk"), link=_undo_page, css="nowrap"),
    ),
    default_sort="-at",
    filters=MergeFilter,
    empty=("还没有合并过", "在“疑似重复”里核对并合并的记录列在这里,合并错了可以撤回。"),
)
