"""Reads of the comparison of two dates: its days, the table on top, and the rows below with their causes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from coverage.domain.comparison import LineComparison, compare
from coverage.domain.move_causes import Move, explain_moves
from coverage.models import MEASURED, Population
from coverage.queries_dashboard import LABELS, previous_quarter_end
from orgs.models import Organization, Unit
from quannan.base.scope import parse_day

# What rows and causes are made of.
WRITTEN = ("name", "sort_key", "uscc", "old_code", "kind", "registered_on", "closed_on", "closed_state")

NOTES = (
    "新增已建:前期不计为已建、后期计为已建,包括新建、加入联合组织,也包括原已自愿建立、现在进入应建的。",
    "已建而待确认的同样计为已建;只是由待确认变为已确认,不算变动。",
    "剔除、不在册和年度数字不明的组织当天不计;每天只按当天的单位和范围计。",
    "原因取自两天之间的登记、剔除、划转、年度数字、标准和组织记录;一条变动可以有几个原因。",
)


@dataclass(frozen=True)
class Days:
    """The two days asked for.

    Attributes:
        start: the first day; None where it cannot be read.
        end: the second day; None where it cannot be read.
        start_text: what stands in the field of the first day.
        end_text: what stands in the field of the second.
        problem: a sentence where the two cannot be compared, else "".
        swapped: whether writing them the other way round would do.
    """

    start: date
    end: date
    start_text: str
    end_text: str
    problem: str = ""
    swapped: bool = False


def days_of(start_text: str, end_text: str, as_of: date) -> Days:
    """The days out of what was typed: by itself from the end of the quarter before to the working date.

    Args:
        start_text: the first day as typed, "" for the end of the quarter before the second.
        end_text: the second day as typed, "" for the working date.
        as_of: the working date.
    """
    end = parse_day(end_text) if end_text else as_of
    start = parse_day(start_text) if start_text else previous_quarter_end(end or as_of)
    unread = [
        f"{label}“{text}”读不出来"
        for label, text, day in (("起", start_text, start), ("止", end_text, end))
        if day is None
    ]
    typed = (start_text or str(start), end_text or str(end))
    if start is None or end is None:
        return Days(as_of, as_of, *typed, f"{'、'.join(unread)},日期应写成 2011-06-30 这样。")
    if start > end:
        return Days(start, end, *typed, f"起 {start} 晚于止 {end},请把较早的一天写在前面。", swapped=True)
    return Days(start, end, *typed)


@dataclass
class LineRow:
    """One line of the table on top."""

    counts: LineComparison

    @property
    def line(self) -> str:
        return self.counts.line

    @property
    def label(self) -> str:
        return LABELS[self.line]

    @property
    def adds_up(self) -> bool:
        return self.counts.eligible_adds_up and self.counts.covered_adds_up

    @property
    def checks(self) -> list["SumCheck"]:
        """应建 and 已建: the first day with what moved must make the second."""
        c = self.counts
        return [
            SumCheck("应建", c.before.eligible, "进入", c.entered, "退出", c.left, c.after.eligible),
            SumCheck("已建", c.before.covered, "新增", c.gained, "减少", c.lost, c.after.covered),
        ]


@dataclass(frozen=True)
class SumCheck:
    """One sum: so many, and those that came, less those that went, are so many."""

    name: str
    before: int
    came: str
    more: int
    went: str
    fewer: int
    after: int

    @property
    def sum(self) -> int:
        return self.before + self.more - self.fewer

    @property
    def word(self) -> str:
        return "相符" if self.sum == self.after else "不符"

    @property
    def rule(self) -> str:
        return f"前期{self.name} + {self.came} − {self.went} = 后期{self.name}"

    @property
    def said(self) -> str:
        """应建 161 + 进入 12 − 退出 3 = 170."""
        left = f"前期{self.name} {self.before} + {self.came} {self.more} − {self.went} {self.fewer}"
        return f"{left} = {self.sum},后期{self.name} {self.after}"


def comparison_rows(
    *, user, days: Days, unit: Unit | None, population: str, lines: Sequence[str] = MEASURED
) -> list[LineRow]:
    """The table on top, a row for each line and 群团全建: at most four queries.

    Args:
        user: the signed-in User.
        days: the two days.
        unit: restricts to this unit and those below it.
        population: a Population code, "" for all.
        lines: the lines wanted.
    """
    found = compare(
        user=user,
        start=days.start,
        end=days.end,
        unit=unit,
        population=population or Population.ALL.value,
        lines=lines,
    )
    return [LineRow(counts) for counts in found]


@dataclass
class Explainer:
    """Turns rows of the result into moves with their causes, and counts those of which none is known."""

    read: Callable[[Iterable[Organization]], list[Move]]
    moves: list[Move] = field(default_factory=list)

    def __call__(self, rows: Iterable[Organization]) -> list[Move]:
        self.moves = self.read(rows)
        return self.moves

    @property
    def unexplained(self) -> int:
        return sum(cause.is_unknown for move in self.moves for cause in move.causes)


def explainer(*, user, days: Days, unit: Unit | None, population: str) -> Explainer:
    """Reads the causes of the rows given to it, ten queries whatever their number.

    Args:
        user: the signed-in User.
        days: the two days.
        unit: as for the table on top.
        population: a Population code, "" for all.
    """

    def read(rows: Iterable[Organization]) -> list[Move]:
        return explain_moves(
            rows,
            user=user,
            start=days.start,
            end=days.end,
            unit=unit,
            population=population or Population.ALL.value,
        )

    return Explainer(read)


def organizations_compared() -> QuerySet[Organization]:
    """Every organization as the comparison begins with it, without contacts.

    Whether the account sees one is asked of its spans on both days (`comparison.both_days`): one that was handed over
    in between left the sight of the one office and came into that of the other.
    """
    return Organization.objects.standing().only(*WRITTEN)
