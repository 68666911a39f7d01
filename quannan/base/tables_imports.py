"""The record of imports as a list."""

from django.urls import reverse
from django.utils import timezone

from quannan.base.filters_imports import ImportFilter
from quannan.base.listing import Listed
from quannan.base.queries_imports import ImportRow
from quannan.base.tables import Column


def _page(row: ImportRow) -> str:
    return reverse("import-detail", args=[row.pk])


def _count(name: str, title: str) -> Column:
    return Column(name, title, lambda row: row.counts[name], numeric=True)


IMPORTS = Listed(
    name="import-list",
    title="导入表格",
    noun="导入记录",
    counter="份",
    columns=(
        Column(
            "file",
            "文件",
            lambda row: row.found.attachment.original_name,
            ("attachment__original_name", "pk"),
            link=_page,
            fixed=True,
        ),
        Column("form", "表式", lambda row: row.kind.name, ("form", "pk"), css="nowrap"),
        Column("as_of", "截至日期", lambda row: row.found.as_of, ("as_of", "pk"), css="nowrap"),
        Column("stage", "进行到", lambda row: row.stage, css="nowrap"),
        Column("state", "状态", lambda row: row.card.label if row.card else "", template="imports/_state.html"),
        _count("rows", "行"),
        _count("created", "新增"),
        _count("updated", "更新"),
        _count("unchanged", "无变化"),
        _count("rejected", "拒绝"),
        Column("by", "上传人", lambda row: str(row.found.created_by), ("created_by__name", "pk"), css="nowrap"),
        Column(
            "at",
            "上传时间",
            lambda row: f"{timezone.localtime(row.found.created_at):%Y-%m-%d %H:%M}",
            ("created_at", "pk"),
            css="nowrap",
        ),
    ),
    default_sort="-at",
    filters=ImportFilter,
    empty=("还没有导入过表格", "选好表式和文件上传,检查结果和导入记录会列在这里。"),
    template="imports/list.html",
    kept=("kind",),
)
