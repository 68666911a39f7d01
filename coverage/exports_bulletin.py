"""The 通报 as a document: the same parts make the page and the file of Word."""

from datetime import date, timedelta
from typing import IO

from django.urls import reverse
from django.utils import timezone

from coverage.domain.figures import Counts, LineCounts
from coverage.models import ALL
from coverage.queries_bulletin import TREND_LINES, Bulletin
from coverage.queries_bulletin_words import (
    base_sentence,
    base_words,
    behind_sentence,
    chinese_day,
    due_words,
    gap_sentence,
    line_sentence,
    reading_sentences,
    result_words,
    rounding_sentences,
    share_words,
    sum_sentences,
    work_sentence,
)
from coverage.queries_dashboard import CARD_LINES, LABELS, MilestoneRow
from coverage.queries_drill import drill_address, line_address
from orgs.lines import Line
from quannan.base.documents.parts import Chart, Column, Document, Heading, Paragraph, Part, Series, Table
from quannan.base.documents.text import official_punctuation
from quannan.base.documents.word import write_document

# One colour per line everywhere; the same values stand in static/css/tokens.css.
COLOURS = {
    Line.PARTY: "B3261E",
    Line.UNION: "2456A6",
    Line.LEAGUE: "12807A",
    Line.WOMEN: "7A3E8C",
    Line.WOMEN_WORKERS: "9B7AA9",
    Line.MECHANISM: "6B7280",
    ALL: "3B4252",
}
ELIGIBLE_BASE = "基数为正常经营且符合组建条件的组织(应建)"
# What the numbers of a sentence, and of a row of the first table, open to.
BASE_LISTS = (
    ("在册", "base"),
    ("剔除", "excluded"),
    ("数字不掌握", "unknown_figures"),
    ("规模未知", "unknown_scale"),
    ("数字前推", "assumed"),
)
LINE_LISTS = (
    ("应建", "eligible"),
    ("已建", "covered"),
    ("待确认", "unconfirmed"),
    ("自愿已建", "voluntary"),
    ("数据不足", "unknown"),
)
WORK_LISTS = (("有工作覆盖", "work"), ("全部", "organizations"))
TABLE_MEASURES = ("", "eligible", "covered", "gap", "eligible", "unconfirmed", "unknown", "voluntary")
STALE = "数字正在更新:有刚保存的改动还没有计入本通报,请稍后重新生成。"


def bulletin_document(found: Bulletin) -> Document:
    """What the 通报 says, part by part.

    Args:
        found: its figures.
    """
    made = f"{timezone.localtime(found.now):%Y-%m-%d %H:%M}"
    return Document(
        heads=(found.whose, "关于“两新”组织党群组织覆盖情况的通报"),
        number=official_punctuation("编号:"),
        dated=f"截至{chinese_day(found.as_of)}",
        parts=officially(
            *_whole(found),
            *_lines(found),
            *_milestones(found),
            *_units(found),
            *_trend(found),
            *_gaps(found),
            Heading("口径说明"),
            *(
                Paragraph(f"{number}.{text}", note=True)
                for number, text in enumerate(reading_sentences(found), start=1)
            ),
        ),
        signature=tuple(official_punctuation(blank) for blank in ("签发:", "核稿:", "拟稿:")),
        copies=official_punctuation("抄送:"),
        foot=f"截至 {found.as_of} · 由 {found.by} 于 {made} 生成",
        author=found.by,
        made_at=found.now,
    )


def officially(*parts: Part) -> list[Part]:
    """The parts in the punctuation of official documents; pages and workbooks write it narrow."""
    return [part.reworded(official_punctuation) for part in parts]


def bulletin_file(found: Bulletin) -> IO[bytes]:
    """The 通报 as .docx, open for reading at its start.

    Args:
        found: its figures.
    """
    return write_document(bulletin_document(found))


def file_name(found: Bulletin) -> str:
    """What the file is called.

    Args:
        found: its figures.
    """
    return f"{found.whose}“两新”组织党群组织覆盖情况通报-{found.as_of}.docx"


def _whole(found: Bulletin) -> list[Part]:
    return [
        *([Paragraph(STALE)] if found.stale else []),
        Heading("一、总体情况"),
        Paragraph(base_sentence(found), opens=_opens(found, BASE_LISTS)),
        *(
            Paragraph(line_sentence(line, found.counts.lines[line]), opens=_opens(found, LINE_LISTS, line))
            for line in CARD_LINES
        ),
        Paragraph(work_sentence(found.counts), opens=_opens(found, WORK_LISTS)),
    ]


def _opens(found: Bulletin, lists: tuple[tuple[str, str], ...], line: str = "") -> list[tuple[str, str]]:
    """The lists behind the numbers of a sentence."""
    population = "" if lists is BASE_LISTS else "all"
    return [
        (
            words,
            drill_address(
                as_of=found.as_of, unit=found.unit_code, population=population, line=str(line), measure=measure
            ),
        )
        for words, measure in lists
    ]


def _line_links(found: Bulletin, line: str, *measures: str) -> list[str]:
    return [line_address(found.as_of, found.unit_code, line, measure) if measure else "" for measure in measures]


def _lines(found: Bulletin) -> list[Part]:
    columns = (
        Column("条线", 24, number=False),
        *(Column(label, 18) for label in ("应建", "已建", "应建未建")),
        Column("覆盖率(已建/应建)", 33),
        *(Column(label, 15) for label in ("待确认", "数据不足", "自愿已建")),
    )
    counted = [(line, found.counts.lines[line]) for line in CARD_LINES]
    rows = [
        (
            LABELS[line],
            str(c.eligible),
            str(c.covered),
            str(c.gap),
            share_words(c.covered, c.eligible),
            str(c.unconfirmed),
            str(c.unknown),
            str(c.voluntary),
        )
        for line, c in counted
    ]
    return [
        Heading("二、各条线"),
        Table(
            f"表1 各条线覆盖情况(家)\n{ELIGIBLE_BASE},截至 {found.as_of}",
            columns,
            rows,
            links=[_line_links(found, line, *TABLE_MEASURES) for line in CARD_LINES],
        ),
        Chart(
            key="lines",
            form="columns",
            caption=f"图1 各条线覆盖率(%)\n{ELIGIBLE_BASE},截至 {found.as_of},数字见表1",
            categories=[LABELS[line] for line in CARD_LINES],
            series=[Series("覆盖率(%)", [c.rate for _, c in counted], COLOURS[ALL])],
            colours=[COLOURS[line] for line in CARD_LINES],
            told="各条线覆盖率柱形图,数字见表1",
        ),
    ]


def _milestones(found: Bulletin) -> list[Part]:
    columns = (
        Column("节点", 24, number=False),
        Column("到期日", 22, number=False, whole=True),
        Column("目标", 11),
        Column("范围", 18, number=False),
        Column("各条线已建/应建、覆盖率", 40, number=False),
        Column("到期时", 14, number=False),
        Column("截至日", 27, number=False),
    )
    rows = [
        (
            row.milestone.name,
            row.milestone.due_on.isoformat(),
            f"{row.target}%",
            row.milestone.get_population_display(),
            "\n".join(f"{line.label} {_cell(line.now, ' ')}" for line in row.lines),
            due_words(row),
            result_words(row),
        )
        for row in found.milestones
    ]
    return [
        Heading("三、目标节点"),
        Table(
            f"表2 目标节点\n基数为各节点范围内的应建组织,按准确数判断,截至 {found.as_of}",
            columns,
            rows,
            empty="没有在用的目标节点。",
            links=[_milestone_links(found, row) for row in found.milestones],
        ),
        *(Paragraph(text, note=True) for text in _at_due(found.milestones)),
        *(Paragraph(text, note=True) for text in rounding_sentences(found.milestones)),
    ]


def _milestone_links(found: Bulletin, row: MilestoneRow) -> list[str]:
    """The name opens to the milestone's page, where every number opens to its organizations."""
    page = f"{reverse('milestone-detail', args=[row.milestone.pk])}?as_of={found.as_of}&unit={found.unit_code}"
    return ["", "", "", "", page, page if row.figures.at_due is not None else "", page]


def _at_due(rows: list[MilestoneRow]) -> list[str]:
    """The values on the due dates that are past."""
    said = []
    for row in rows:
        if row.figures.at_due is not None and row.figures.days_left < 0:
            values = ";".join(
                f"{LABELS[line]}{share_words(c.covered, c.eligible)}" for line, c in row.figures.at_due.items()
            )
            said.append(f"{row.milestone.name}到期时:{values},{due_words(row)}。")
    return said


def _units(found: Bulletin) -> list[Part]:
    columns = (
        Column("单位", 25, number=False),
        Column("在册", 12),
        *(Column(LABELS[line], 17) for line in CARD_LINES),
    )

    def cells(name: str, organizations: int, counts: Counts) -> tuple[str, ...]:
        return name, str(organizations), *(_cell(counts.lines[line]) for line in CARD_LINES)

    def links(code: str, own: bool) -> list[str]:
        base = drill_address(as_of=found.as_of, unit=code, own="1" if own else "", measure="base")
        return ["", base, *(line_address(found.as_of, code, line, "eligible", own=own) for line in CARD_LINES)]

    rows = [cells(row.unit.name, row.organizations, row.counts) for row in found.units]
    rows.append(cells("合计", found.organizations_of_units, found.total))
    parts: list[Part] = [
        Heading("四、各单位"),
        Table(
            f"表3 各单位已建/应建与覆盖率(按群团全建由高到低)\n{ELIGIBLE_BASE},截至 {found.as_of}",
            columns,
            rows,
            has_sum=True,
            links=[*(links(row.unit.code, True) for row in found.units), links(found.unit_code, False)],
        ),
        *(Paragraph(text, note=True) for text in sum_sentences(found)),
    ]
    if found.units:
        parts.append(
            Chart(
                key="units",
                form="bars",
                caption=f"图2 各单位群团全建覆盖率(%)\n基数为{base_words(ALL)},截至 {found.as_of},数字见表3",
                categories=[row.unit.name for row in found.units],
                series=[
                    Series("群团全建(%)", [row.counts.lines[ALL].rate for row in found.units], COLOURS[ALL]),
                ],
                told="各单位群团全建覆盖率条形图,数字见表3",
            )
        )
    return parts


def _cell(counts: LineCounts, between: str = "\n") -> str:
    """n/d and the rate, below or beside it."""
    rate = "—" if counts.rate is None else f"{counts.rate:.1f}%"
    return f"{counts.covered}/{counts.eligible}{between}{rate}"


def _month(day: date) -> str:
    """A month by its end; a day within a month by itself."""
    return f"{day:%Y-%m}" if (day + timedelta(days=1)).day == 1 else day.isoformat()


def _trend(found: Bulletin) -> list[Part]:
    if not found.points:
        return [Heading("五、走势"), Paragraph("到截至日为止还没有应建组织,没有走势可列。")]
    days: list[date] = [p.day for p in found.points]
    columns = (Column("月末", 18, number=False), *(Column(LABELS[line], 23) for line in TREND_LINES))
    rows = [(_month(p.day), *(_cell(p.lines[line], " ") for line in TREND_LINES)) for p in found.points]
    return [
        Heading("五、走势"),
        Chart(
            key="trend",
            form="lines",
            caption=f"图3 各条线覆盖率按月走势(%)\n{ELIGIBLE_BASE},截至 {found.as_of},数字见表4",
            categories=[_month(day) for day in days],
            series=[
                Series(LABELS[line], [p.lines[line].rate for p in found.points], COLOURS[line]) for line in TREND_LINES
            ],
            told="各条线覆盖率按月走势折线图,数字见表4",
        ),
        Table(
            f"表4 各条线各月末已建/应建与覆盖率\n{ELIGIBLE_BASE},{days[0]} 至 {days[-1]}",
            columns,
            rows,
            links=[
                ["", *(line_address(day, found.unit_code, line, "eligible") for line in TREND_LINES)] for day in days
            ],
        ),
    ]


def _gaps(found: Bulletin) -> list[Part]:
    columns = (
        Column("条线", 28, number=False),
        Column("应建未建(家)", 28),
        Column("缺口较大的单位(家)", 100, number=False),
    )
    rows = [
        (
            gap.label,
            str(gap.gap),
            "、".join(f"{row.unit.name}{row.counts.lines[gap.line].gap}" for row in gap.most) or "—",
        )
        for gap in found.gaps
    ]
    return [
        Heading("六、存在的差距"),
        Paragraph(behind_sentence(found)),
        Paragraph(gap_sentence(found)),
        Table(
            f"表5 应建未建分布\n{ELIGIBLE_BASE},截至 {found.as_of}",
            columns,
            rows,
            links=[["", *_line_links(found, gap.line, "gap"), ""] for gap in found.gaps],
        ),
    ]
