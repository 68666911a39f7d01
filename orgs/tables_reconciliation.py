"""The lists of 登记名册核对: registers handed in, and findings."""

from django.urls import reverse
from django.utils import timezone

from orgs.filters_reconciliation import FindingFilter, RegisterFilter
from orgs.models.reconciliation import MatchedBy
from orgs.queries_reconciliation import FindingRow, RegisterRow, finding_rows
from quannan.base.listing import Listed
from quannan.base.tables import Column


def _moment(at) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _page_of_register(row: RegisterRow) -> str:
    return reverse("reconciliation-detail", args=[row.pk])


def _page_of_finding(row: FindingRow) -> str:
    return reverse("discrepancy-detail", args=[row.pk])


REGISTERS = Listed(
    name="reconciliation-list",
    title="登记名册核对",
    noun="名册",
    counter="份",
    columns=(
        Column(
            "file",
            "名册",
            lambda r: r.found.attachment.original_name,
            ("attachment__original_name", "pk"),
            link=_page_of_register,
            fixed=True,
        ),
        Column("source", "来源", lambda r: r.source, ("source", "pk"), css="nowrap"),
        Column("as_of", "截至日期", lambda r: r.found.as_of, ("as_of", "pk"), css="nowrap"),
        Column("scope", "名册范围", lambda r: r.scope, ("completeness", "pk")),
        Column(
            "state",
            "核对",
            lambda r: r.card.label if r.card else "已完成",
            template="orgs/_reconciliation_state.html",
            css="nowrap",
        ),
        Column("rows", "行", lambda r: r.rows, numeric=True),
        Column("total", "差异", lambda r: r.total, numeric=True),
        Column("waiting", "待答复", lambda r: r.waiting, numeric=True),
        Column("by", "上传人", lambda r: str(r.found.created_by), ("created_by__name", "pk"), css="nowrap"),
        Column("at", "上传时间", lambda r: _moment(r.found.created_at), ("created_at", "pk"), css="nowrap"),
    ),
    default_sort="-at",
    filters=RegisterFilter,
    empty=("还没有核对过名册", "市场监管、民政等部门交来的名册在这里上传,与台账比对;比对不改动台账。"),
    template="orgs/reconciliation_list.html",
)

FINDINGS = Listed(
    name="discrepancy-list",
    title="名册差异",
    noun="差异",
    counter="条",
    columns=(
        Column(
            "name",
            "单位名称",
            lambda r: r.finding.name,
            ("name_key", "pk"),
            link=_page_of_finding,
            template="orgs/_discrepancy_name.html",
            fixed=True,
        ),
        Column("kind", "差异", lambda r: r.kind, ("kind", "name_key", "pk"), css="nowrap"),
        Column("field", "项目", lambda r: r.field, ("field", "name_key", "pk"), css="nowrap"),
        Column("ours", "台账", lambda r: r.ours),
        Column("theirs", "名册", lambda r: r.theirs),
        Column(
            "matched",
            "匹配方式",
            lambda r: dict(MatchedBy.choices).get(r.finding.matched_by, ""),
            ("matched_by", "name_key", "pk"),
            css="nowrap",
        ),
        Column("unit", "主管党(工)委", lambda r: r.unit, css="nowrap"),
        Column(
            "state",
            "状态",
            lambda r: r.state,
            ("state", "name_key", "pk"),
            template="orgs/_discrepancy_state.html",
            css="nowrap",
        ),
        Column("code", "代码", lambda r: r.finding.code, ("code", "pk"), optional=True, css="code"),
        Column("source", "名册来源", lambda r: r.source, ("reconciliation__as_of", "pk"), optional=True, css="nowrap"),
        Column("row", "名册行号", lambda r: r.finding.row, ("row", "pk"), numeric=True, optional=True),
        Column("earlier", "以前的答复", lambda r: r.earlier, optional=True),
        Column("reason", "理由", lambda r: r.finding.reason, optional=True),
        Column("result", "办理结果", lambda r: r.result, optional=True),
        Column(
            "by",
            "答复人",
            lambda r: str(r.finding.decided_by) if r.finding.decided_by else "",
            ("decided_by__name", "pk"),
            optional=True,
        ),
        Column(
            "at", "答复时间", lambda r: _moment(r.finding.decided_at), ("decided_at", "pk"), optional=True, css="nowrap"
        ),
    ),
    default_sort="name",
    filters=FindingFilter,
    empty=("没有差异", "名册与台账一致,或还没有核对过名册。"),
    prepare=finding_rows,
    template="orgs/discrepancy_list.html",
)
