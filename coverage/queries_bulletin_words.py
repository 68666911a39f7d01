"""The sentences of the 通报: how its figures are worded, on the page and in the file alike."""

from collections.abc import Iterable
from datetime import date

from coverage.domain.figures import Counts, LineCounts
from coverage.domain.rates import percent
from coverage.models import ALL
from coverage.queries_bulletin import Bulletin
from coverage.queries_dashboard import LABELS, MilestoneRow, rounding_words

NO_RATE = "—"
NO_READING = "未写口径。"
RATE_READING = (
    "覆盖率为已建数除以应建数的百分数,四舍五入到一位小数;没有全部建成的不写作100.0%,已建一家的不写作0.0%,没有应建组织的写作“—”。"
    "目标节点按准确数判断,不按四舍五入后的百分数。"
)
UNIT_READING = "各单位只计本级直接管理的组织,互不重复,相加即为合计。"


def share_words(covered: int, eligible: int) -> str:
    """A rate with its n/d, as tables and sentences write it: 30.4%(108/355), —(0/0).

    Args:
        covered: n.
        eligible: d.
    """
    rate = percent(covered, eligible)
    return f"{NO_RATE if rate is None else f'{rate:.1f}%'}({covered}/{eligible})"


def base_words(line: str) -> str:
    """What a line's rate is of.

    Args:
        line: a line code or "all".
    """
    return "工会、团、妇至少应建一项的组织" if line == ALL else f"应建{LABELS[line]}的组织"


def chinese_day(day: date) -> str:
    """2011年6月30日, as official documents date themselves.

    Args:
        day: any date.
    """
    return f"{day.year}年{day.month}月{day.day}日"


def base_sentence(found: Bulletin) -> str:
    """How many organizations the figures rest on, and what is not known of them.

    Args:
        found: the bulletin.
    """
    base = found.report.base
    return (
        f"截至{chinese_day(found.as_of)},{found.whose}在册(正常经营)“两新”组织{base.organizations}家,另有剔除{base.excluded}家。"
        f"在册组织中,数字不掌握{base.unknown_figures}家,规模未知{base.unknown_scale}家,数字前推{base.assumed}家。"
    )


def line_sentence(line: str, counts: LineCounts) -> str:
    """How far one line is.

    Args:
        line: a line code or "all".
        counts: its counts over all organizations.
    """
    return (
        f"{LABELS[line]}:应建{counts.eligible}家,已建{counts.covered}家,覆盖率{share_words(counts.covered, counts.eligible)},"
        f"基数为{base_words(line)};已建中待确认{counts.unconfirmed}家,自愿已建{counts.voluntary}家,数据不足{counts.unknown}家。"
    )


def work_sentence(counts: Counts) -> str:
    """工作覆盖 of the party.

    Args:
        counts: over all organizations.
    """
    return (
        f"党的工作覆盖:{counts.work}家,覆盖率{share_words(counts.work, counts.organizations)},"
        f"基数为在册且有年度数字的全部组织。"
    )


def sum_sentences(found: Bulletin) -> list[str]:
    """Whether the units add up to the whole.

    Args:
        found: the bulletin.
    """
    if found.mismatches:
        return found.mismatches
    return [
        f"核对:各单位在册组织相加{found.organizations_of_units}家,与总数一致;各条线应建、已建各单位相加,均与总数一致。"
    ]


def result_words(row: MilestoneRow) -> str:
    """已达, 未达 or 无应建单位 at the as-of date, what is lacking and how long it has been due.

    Args:
        row: a milestone.
    """
    if row.figures.met is not False:
        return row.tag.word
    parts = ["未达" if row.figures.days_left else "", row.tag.word, row.lacking]
    return "\n".join(part for part in parts if part)


def due_words(row: MilestoneRow) -> str:
    """The milestone's result on its due date.

    Args:
        row: a milestone.
    """
    if row.figures.at_due is None:
        return "未到期"
    return {True: "已达", False: "未达", None: "无应建单位"}[row.figures.met_at_due]


def rounding_sentences(rows: Iterable[MilestoneRow]) -> list[str]:
    """Why a line that reads like its target has not met it, now or on the due date.

    Args:
        rows: milestones.
    """
    said = []
    for row in rows:
        name, target = row.milestone.name, row.milestone.target
        said += [f"{name}:{text}。" for text in row.explanations]
        if row.figures.days_left < 0:
            past = row.figures.at_due or {}
            words = (rounding_words(LABELS[line], counts, target) for line, counts in past.items())
            said += [f"{name}到期时:{text}。" for text in words if text]
    return said


def behind_sentence(found: Bulletin) -> str:
    """The units furthest behind.

    Args:
        found: the bulletin.
    """
    if not found.behind:
        return "各单位没有群团应建而未全建的组织。"
    named = "、".join(
        f"{row.unit.name}{share_words(row.counts.lines[ALL].covered, row.counts.lines[ALL].eligible)}"
        for row in found.behind
    )
    return f"群团全建覆盖率由低到高,居后的单位是:{named}。基数为{base_words(ALL)}。"


def gap_sentence(found: Bulletin) -> str:
    """How many bodies are owed, by line.

    Args:
        found: the bulletin.
    """
    counted = [gap for gap in found.gaps if gap.line != ALL]
    if not any(gap.gap for gap in counted):
        return "各条线没有应建未建的组织。"
    return f"应建未建:{'、'.join(f'{gap.label}{gap.gap}家' for gap in counted)}。"


def reading_sentences(found: Bulletin) -> list[str]:
    """口径说明: the choices in force on the day, as their rows word them, and how rates are written.

    Args:
        found: the bulletin.
    """
    said = [f"{row.get_line_display()}({row.clause}):{row.reading or NO_READING}" for row in found.standards]
    said += [f"规模以上({row.clause}):{row.reading or NO_READING}" for row in found.scale_rules]
    named: dict[tuple[str, str], list[str]] = {}
    for milestone in (row.milestone for row in found.milestones):
        named.setdefault((milestone.clause, milestone.reading), []).append(_quoted(milestone.name))
    for (clause, reading), names in named.items():
        said.append(f"节点{''.join(names)}({clause}):{reading or NO_READING}")
    return [*said, RATE_READING, UNIT_READING]


def _quoted(name: str) -> str:
    """A name in quotation marks, those inside it single."""
    return f"“{name.replace('“', '‘').replace('”', '’')}”"
