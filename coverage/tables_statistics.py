"""信息统计表 (F4) as it is laid out: its columns, the lists behind its numbers, its cross-checks and its notes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from coverage.models import Population
from coverage.queries_statistics import (
    LEVELS,
    OTHER_LEVEL,
    PROVISIONAL,
    STATISTICS_LINES,
    WAYS,
    LineStatistics,
    Statistics,
    StatisticsRow,
)
from orgs.filters_branches import EVERY_UNIT, SUBTREE
from orgs.lines import Line
from quannan.base.workbook.official import Check, Heading, headings_of
from quannan.base.workbook.write import OutColumn

TITLE = "“两新”组织党建工作信息统计表"
ORGANIZATIONS, BODIES, REGISTER = "coverage-organizations", "branch-list", "organization-list"


@dataclass(frozen=True)
class StatisticsColumn:
    """One column: its label, parts parted by "/", the value of a row, and what stands behind it."""

    label: str
    value: Callable[[StatisticsRow], Any]
    view: str = ""
    behind: tuple[tuple[str, str], ...] = ()
    width: float = 6
    kind: str = "count"

    @property
    def out(self) -> OutColumn:
        return OutColumn(self.label, self.kind, self.width)

    @property
    def adds_up(self) -> bool:
        """Whether the units' numbers make the sum."""
        return self.kind == "count"


@dataclass(frozen=True)
class StatisticsSection:
    """One sheet of the form."""

    name: str
    lines: tuple[str, ...]
    columns: tuple[StatisticsColumn, ...]

    @property
    def headings(self) -> list[list[Heading]]:
        return headings_of([column.label for column in self.columns])


@dataclass(frozen=True)
class LinkedCell:
    """A cell as the page draws it: its value, and where it opens."""

    column: StatisticsColumn
    value: Any
    url: str


def _of_line(line: str, read: Callable[[LineStatistics], int]) -> Callable[[StatisticsRow], int]:
    return lambda row: read(row.lines[line])


def _bodies(label: str, line: str, measure: str, width: float = 5) -> StatisticsColumn:
    return StatisticsColumn(
        label,
        _of_line(line, lambda told: told.bodies[measure]),
        BODIES,
        (("line", line), ("column", measure)),
        width,
    )


def _covered(label: str, line: str, way: str) -> StatisticsColumn:
    return StatisticsColumn(
        label,
        _of_line(line, lambda told: told.covered[way]),
        ORGANIZATIONS,
        (("line", line), ("measure", f"built_{way}")),
        6,
    )


def _built(label: str, line: str) -> StatisticsColumn:
    return StatisticsColumn(
        label, _of_line(line, lambda told: told.built), ORGANIZATIONS, (("line", line), ("measure", "built")), 8
    )


def _ways(group: str, line: str) -> Iterator[StatisticsColumn]:
    for way, word in WAYS.items():
        yield _bodies(f"{group}/{word}/个数", line, way)
        yield _covered(f"{group}/{word}/覆盖(家)", line, way)


def _members(label: str, value: Callable[[StatisticsRow], int], sort: str) -> StatisticsColumn:
    columns = (("col", "employees"), ("col", "full_members"), ("col", "probationary_members"))
    return StatisticsColumn(label, value, ORGANIZATIONS, (("measure", "base"), ("sort", f"-{sort}"), *columns), 6.5)


def _rate(row: StatisticsRow) -> float | str:
    rate = row.counts.work_rate
    return "—" if rate is None else rate


UNIT = StatisticsColumn("单位", lambda row: row.name, width=13, kind="text")
IN_ALL = StatisticsColumn("组织总数(家)", lambda row: row.organizations, ORGANIZATIONS, (("measure", "base"),), width=7)
_WITH_INSTRUCTOR = (("instructor", "yes"), ("exclusion", "no"))

PARTY = StatisticsSection(
    "信息统计表(党组织)",
    (Line.PARTY.value,),
    (
        UNIT,
        IN_ALL,
        _built("党组织/已建党组织的组织(家)", Line.PARTY),
        _bodies("党组织/党组织数(个)", Line.PARTY, "bodies", 7),
        *(_bodies(f"党组织/其中/{label}", Line.PARTY, level) for level, (label, _) in LEVELS.items()),
        _bodies("党组织/其中/其他", Line.PARTY, OTHER_LEVEL),
        *_ways("党组织", Line.PARTY),
        _bodies("党组织/待归并(个)", Line.PARTY, PROVISIONAL, 6),
        _members("党员/党员数(人)", lambda row: row.members, "full_members"),
        _members("党员/正式", lambda row: row.full, "full_members"),
        _members("党员/预备", lambda row: row.probationary, "probationary_members"),
        StatisticsColumn(
            "党员/不明(家)", lambda row: row.unknown_members, ORGANIZATIONS, (("measure", "unknown_members"),)
        ),
        StatisticsColumn("党建工作指导员/人次", lambda row: row.instructors, REGISTER, _WITH_INSTRUCTOR),
        StatisticsColumn("党建工作指导员/选派到(家)", lambda row: row.instructed, REGISTER, _WITH_INSTRUCTOR, 8),
        StatisticsColumn(
            "党的工作覆盖/已覆盖(家)",
            lambda row: row.counts.work,
            ORGANIZATIONS,
            (("measure", "work"), ("population", Population.ALL.value)),
            8,
        ),
        StatisticsColumn(
            "党的工作覆盖/有年度数字(家)",
            lambda row: row.counts.organizations,
            ORGANIZATIONS,
            (("measure", "organizations"), ("population", Population.ALL.value)),
            8,
        ),
        StatisticsColumn("党的工作覆盖/覆盖率(%)", _rate, width=7, kind="rate"),
    ),
)
_MASS_WORDS = {Line.UNION: "工会", Line.LEAGUE: "团组织", Line.WOMEN: "妇女组织"}


def _mass(line: Line, word: str) -> Iterator[StatisticsColumn]:
    yield _built(f"{word}/已建的组织(家)", line)
    yield _bodies(f"{word}/组织数(个)", line, "bodies", 6)
    yield from _ways(word, line)
    yield _bodies(f"{word}/待归并(个)", line, PROVISIONAL, 6)


MASS = StatisticsSection(
    "信息统计表(工会团妇)",
    tuple(line.value for line in _MASS_WORDS),
    (UNIT, IN_ALL, *(column for line, word in _MASS_WORDS.items() for column in _mass(line, word))),
)
SECTIONS = (PARTY, MASS)


def cells_of(section: StatisticsSection, row: StatisticsRow, found: Statistics) -> list[LinkedCell]:
    """A row of the page, each number with the address of the list behind it.

    Args:
        section: one sheet of the form.
        row: a row, or the sum.
        found: the form.
    """
    return [LinkedCell(column, column.value(row), address_of(column, row, found)) for column in section.columns]


def address_of(column: StatisticsColumn, row: StatisticsRow, found: Statistics) -> str:
    """Where a number opens: the organizations or the bodies that were counted; "" for words and rates.

    Args:
        column: a column.
        row: a row, or the sum.
        found: the form.
    """
    if not column.view:
        return ""
    below = found.unit.code if found.unit else ""
    asked: list[tuple[str, str]] = [("as_of", found.as_of.isoformat())]
    if column.view == BODIES:
        # The list must not narrow to the working unit besides: a body counts by its first member alone.
        asked += [("unit", ""), ("counted", row.code or (f"{below}{SUBTREE}" if below else EVERY_UNIT))]
    elif row.unit is not None:
        asked += [("unit", row.code), ("own", "1")]
    else:
        asked += [("unit", below)]
    return f"{reverse(column.view)}?{urlencode([*asked, *column.behind])}"


def checks_of(found: Statistics, lines: Sequence[str] = STATISTICS_LINES) -> list[Check]:
    """The cross-checks printed under the form; a difference is told, never mended.

    Args:
        found: the form.
        lines: the lines of the sheet; that all columns add up is checked on every one.
    """
    return [*(check for line in lines for check in _line_checks(found, line)), _sums(found)]


def _line_checks(found: Statistics, line: str) -> Iterator[Check]:
    word, told = Line(line).label, found.total.lines[line]

    def where(left: Callable[[LineStatistics], int], right: Callable[[LineStatistics], int]) -> tuple[str, ...]:
        return _where(found, line, left, right)

    if line == Line.PARTY:
        yield Check(
            "党组织数 = 党委 + 总支 + 支部",
            told.bodies["bodies"],
            told.levels,
            where(lambda t: t.bodies["bodies"], lambda t: t.levels),
            _told(told.bodies[OTHER_LEVEL], "另有 {} 个是其他形式或没有登记形式"),
        )
    yield Check(
        f"{word}数 = 单独建 + 联合建",
        told.bodies["bodies"],
        told.own_and_joint,
        where(lambda t: t.bodies["bodies"], lambda t: t.own_and_joint),
        _told(told.bodies["other"], "另有 {} 个是挂靠或临时/功能型"),
    )
    yield Check(
        f"已建{word}的组织 = 单独建、联合建、其他方式覆盖的组织之和",
        told.built,
        told.covered_in_all,
        where(lambda t: t.built, lambda t: t.covered_in_all),
    )
    yield Check(
        f"已建{word}的组织 = 进度总览的已建(应建中){told.counts.covered:,} + 自愿已建 {told.counts.voluntary:,}"
        f" + 人数不明而已建 {told.built_unknown:,}",
        told.built,
        told.dashboard_built,
        where(lambda t: t.built, lambda t: t.dashboard_built),
    )


def _sums(found: Statistics) -> Check:
    """各单位之和 = 合计, over every column that adds up."""
    columns = {column.label: column for section in SECTIONS for column in section.columns if column.adds_up}
    wrong = tuple(
        label
        for label, column in columns.items()
        if sum(column.value(row) for row in found.rows) != column.value(found.total)
    )
    return Check(
        "各单位之和 = 合计(组织总数)",
        sum(row.organizations for row in found.rows),
        found.total.organizations,
        wrong,
        f"其余各栏同样核对,共 {len(columns)} 栏",
    )


def _where(
    found: Statistics, line: str, left: Callable[[LineStatistics], int], right: Callable[[LineStatistics], int]
) -> tuple[str, ...]:
    return tuple(row.name for row in found.rows if left(row.lines[line]) != right(row.lines[line]))


def _told(number: int, words: str) -> str:
    return words.format(f"{number:,}") if number else ""


def notes_of(found: Statistics) -> list[str]:
    """What a reader of the form has to know: the base, how joint bodies count, what is not known.

    Args:
        found: the form.
    """
    base = found.report.base
    waiting = [(line, found.total.lines[line].bodies[PROVISIONAL]) for line in STATISTICS_LINES]
    notes = [
        f"组织总数是截至日在册正常经营的组织;剔除 {base.excluded:,} 家不在内,年度数字不明 {base.unknown_figures:,} 家在内。",
        "联合组织在全县只计 1 个,计入覆盖最早的成员所在单位;覆盖家数按每家组织自己的单位计。同一条线有几个组织覆盖的,"
        "按单独建、联合建、其他方式(挂靠、临时/功能型)的先后只计一次。待确认的组织一并计入;组织员只算工作覆盖。",
        f"联合组织个数待归并 {sum(n for _, n in waiting):,}"
        + _list_of(waiting)
        + ":表中只写了联合而没有名称,归并之前不计入组织数,所覆盖的组织计入联合建覆盖。",
        f"党员数只含已知人数;正式或预备党员数不明的 {found.total.unknown_members:,} 家单列,不按 0 计。",
        "党的工作覆盖以有年度数字的组织为基数,与进度总览同一口径。",
    ]
    if any(found.elsewhere.values()):
        told = _list_of([(line, n) for line, n in found.elsewhere.items()])
        notes.append(
            f"另有 {sum(found.elsewhere.values()):,} 个联合组织{told}覆盖本表的组织,但计入本表以外的单位,本表不计其个数。"
        )
    return notes


def _list_of(numbers: list[tuple[str, int]]) -> str:
    told = "、".join(f"{Line(line).label} {n:,}" for line, n in numbers if n)
    return f"({told})" if told else ""
