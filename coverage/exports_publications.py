"""A whole publication as one workbook: figures, units, milestones, list, exclusions, rules, cells."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import IO, Any

from django.utils import timezone

from coverage.domain.published_figures import cells_in
from coverage.models import DELTA_COLUMNS, MEASURED, Measure, Publication
from coverage.queries_dashboard import LABELS
from coverage.queries_publications import (
    SHOWN_LINES,
    PublishedPage,
    frozen_rows,
    in_sight_words,
    published_organizations,
    published_page,
)
from coverage.tables_publications import PUBLISHED
from orgs.models import Unit
from orgs.models.organization import Kind
from quannan.base.workbook.official import OfficialTable, Signature, write_official
from quannan.base.workbook.write import OutColumn

MEASURES = (
    ("eligible", "应建"),
    ("covered", "已建"),
    ("unknown", "数据不足"),
    ("voluntary", "自愿"),
    ("unconfirmed", "待确认"),
)
CELL_LABELS = {
    "organizations": "正常经营",
    "excluded": "剔除",
    "known": "有年度数字",
    "unknown_scale": "规模不明",
    "assumed": "数字前推",
    "work": "工作覆盖",
    **{f"{line}_{code}": f"{LABELS[line]}/{label}" for line in MEASURED for code, label in MEASURES},
}
SCALES = {True: "规模以上", False: "规模以下", None: "不明"}


def publication_file(publication: Publication, *, user: Any, unit: Unit | None, now: datetime) -> IO[bytes]:
    """A publication as .xlsx, open for reading at its start.

    Args:
        publication: which one.
        user: who asked; the file holds what that account sees.
        unit: restricts to this unit and those below it.
        now: when, aware.
    """
    found = published_page(publication, user=user, unit=unit)
    out = BytesIO()
    write_official(out, list(_sheets(found, user, now)))
    out.seek(0)
    return out


def _sheets(found: PublishedPage, user: Any, now: datetime) -> Iterator[OfficialTable]:
    publication, base = found.publication, found.report.base
    local = timezone.localtime(now)
    filler = user.name or user.username
    whose = f"{found.unit.name}及下属" if found.unit else in_sight_words(user)
    frozen = f"{timezone.localtime(publication.frozen_at):%Y-%m-%d %H:%M}"
    sentence = (
        f"统计范围:{whose};截至 {publication.as_of};报送对象:{publication.addressed_to};{frozen} 由"
        f" {publication.frozen_by_name} 定稿({publication.state});由 {filler} 于 {local:%Y-%m-%d %H:%M} 导出"
    )
    signature = Signature(filler=filler, reported=f"{local:%Y-%m-%d}")
    notes = [
        f"摘要 SHA-256:{publication.digest}(全部定稿内容;本表只列{whose}的部分)",
        f"正常经营 {base.organizations} 家,数字不明 {base.unknown_figures} 家,规模不明 {base.unknown_scale} 家,"
        f"数字前推 {base.assumed} 家,剔除 {base.excluded} 家",
        *([f"说明:{publication.note}"] if publication.note else []),
        *([f"本份已作废:{publication.withdrawn_reason}"] if publication.withdrawn_at else []),
    ]

    def sheet(name: str, columns: list[OutColumn], rows: Any, extra: list[str] | None = None) -> OfficialTable:
        return OfficialTable(
            name=name,
            title=f"{publication.title} {name}",
            sentence=sentence,
            columns=columns,
            rows=rows,
            notes=notes if extra is None else extra,
            signature=signature,
        )

    yield sheet("总表", _line_columns("范围"), _totals(found))
    yield sheet("各党(工)委", _line_columns("单位"), _units(found))
    yield sheet("目标节点", _milestone_columns(), _milestones(found))
    columns = [OutColumn(c.title, width=24.0 if c.key == "name" else 12.0) for c in PUBLISHED.columns]
    rows = published_organizations(publication, user, found.unit).order_by("sort_key", "pk")
    for name, part in (("组织名单", rows), ("剔除名单", rows.filter(excluded=True))):
        records = frozen_rows(part.select_related("publication"), user=user)
        yield sheet(name, columns, ([c.value(r) for c in PUBLISHED.columns] for r in records), notes[:1])
    yield sheet(
        "规则与算法",
        [
            OutColumn("类别", width=12),
            OutColumn("名称", width=16),
            OutColumn("内容", "text", width=60),
            OutColumn("依据", "text", width=20),
        ],
        _rules(found),
        [f"算法版本 {publication.method}"],
    )
    yield sheet("原始单元格", _cell_columns(), _cells(found, user), notes[:1])


def _line_columns(first: str) -> list[OutColumn]:
    columns = [OutColumn(first, width=16), OutColumn("组织", "count"), OutColumn("工作覆盖", "count")]
    for line in SHOWN_LINES:
        columns += [OutColumn(f"{LABELS[line]}/{label}", "count") for _, label in MEASURES]
        columns.append(OutColumn(f"{LABELS[line]}/%", "rate"))
    return columns


def _line_values(lines: Any) -> list[Any]:
    return [
        v for line in SHOWN_LINES for v in (*(getattr(lines[line], code) for code, _ in MEASURES), lines[line].rate)
    ]


def _totals(found: PublishedPage) -> list[list[Any]]:
    return [[label, c.organizations, c.work, *_line_values(c.lines)] for _, label, c in found.populations]


def _units(found: PublishedPage) -> list[list[Any]]:
    return [[u.unit.name, u.organizations, u.counts.work, *_line_values(u.counts.lines)] for u in found.report.units]


def _milestone_columns() -> list[OutColumn]:
    return [
        OutColumn("节点", width=20), OutColumn("到期日", "date", width=12), OutColumn("目标%", "rate"),
        OutColumn("范围", width=14), OutColumn("条线", width=12), OutColumn("当日/已建", "count"),
        OutColumn("当日/应建", "count"), OutColumn("当日/%", "rate"), OutColumn("到期时/已建", "count"),
        OutColumn("到期时/应建", "count"), OutColumn("到期时/%", "rate"), OutColumn("结论", width=16),
    ]  # fmt: skip


def _milestones(found: PublishedPage) -> list[list[Any]]:
    labels = {code: label for code, label, _ in found.populations}
    rows = []
    for row in found.milestones:
        m = row.milestone
        for line in row.lines:
            due = line.at_due
            then = [due.covered, due.eligible, due.rate] if due else [None, None, None]
            rows.append(
                [m.name, m.due_on, m.target, labels[m.population], line.label]
                + [line.now.covered, line.now.eligible, line.now.rate, *then, row.tag.word]
            )
    return rows


def _rules(found: PublishedPage) -> list[list[Any]]:
    rows = [
        [
            "组建标准",
            standard.get_line_display(),
            f"{Measure(standard.measure).label} {standard.obliged_from} 起应建,有效期 {period};{standard.reading}",
            standard.clause,
        ]
        for standard, period in found.standards
    ]
    rows += [
        [
            "规模标准",
            "规模以上",
            f"从业人员 {r['employees_with_revenue']} 且年营收 {float(r['revenue_yuan']) / 10000:g} 万元,"
            f"或从业人员 {r['employees_alone']};有效期 {r['period']};{r['reading']}",
            r["clause"],
        ]
        for r in found.scale_rules
    ]
    rows += [["目标节点", m.milestone.name, m.milestone.reading, m.milestone.clause] for m in found.milestones]
    rows += [["算法", *part] for part in found.publication.formula]
    return rows


def _cell_columns() -> list[OutColumn]:
    return [
        OutColumn("日期", "date", width=12), OutColumn("单位", width=14), OutColumn("单位类别", width=12),
        OutColumn("规模", width=10), OutColumn("规上有党组织"),
        *(OutColumn(CELL_LABELS[name], "count") for name in DELTA_COLUMNS),
    ]  # fmt: skip


def _cells(found: PublishedPage, user: Any) -> Iterator[list[Any]]:
    names = {row["id"]: row["name"] for row in found.publication.units}
    cells = cells_in(found.publication, user, found.unit).order_by("day", "unit_id", "kind", "scale", "is_key")
    for day, unit, kind, scale, is_key, *counts in cells.values_list(
        "day", "unit_id", "kind", "scale", "is_key", *DELTA_COLUMNS
    ):
        yield [day, names[unit], Kind(kind).label, SCALES[scale], is_key, *counts]
