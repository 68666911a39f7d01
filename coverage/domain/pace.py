"""How fast a line moves towards a milestone, when it would be reached, and the band that follows (二(三), 三(四)).

Everything rests on whole numbers of organizations at known days; a percentage is never taken into account.
"""

import calendar
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from coverage.domain.rates import lacking, reaches
from coverage.models import Milestone

WINDOWS = (3, 6, 12)
USUAL_WINDOW = 6
# Days of a mean month: 365.25 / 12.
MONTH = Fraction(487, 16)
# A date further away than this says nothing; the page says that it is not reached.
FAR = timedelta(days=20 * 366)


class Band(StrEnum):
    """How a milestone stands on a day, from best to worst; the words of each rule are in BAND_RULES."""

    NONE = "none"
    MET = "met"
    ON_TIME = "on_time"
    FASTER = "faster"
    HARD = "hard"
    DUE = "due"
    OVERDUE = "overdue"


# Word, shape and tone: colour never stands alone.
BAND_WORDS = {
    Band.NONE: ("无应建单位", "–", "na"),
    Band.MET: ("已达", "✓", "met"),
    Band.ON_TIME: ("按期可达", "→", "na"),
    Band.FASTER: ("需加快", "◆", "due"),
    Band.HARD: ("难以按期", "▲", "late"),
    Band.DUE: ("今日到期未达", "●", "due"),
    Band.OVERDUE: ("逾期未达", "✕", "late"),
}
BAND_RULES = {
    Band.MET: "已建数按准确数达到目标",
    Band.ON_TIME: "按窗口内的平均进度,到期日之前(含当日)达到",
    Band.FASTER: "平均进度赶不上,保持窗口内最快一个月的进度能按期达到",
    Band.HARD: "保持最快一个月的进度也赶不上",
    Band.DUE: "截至日就是到期日,没有达到",
    Band.OVERDUE: "到期日已过,没有达到",
    Band.NONE: "没有应建的组织,不评",
}


def window_days(as_of: date, months: int) -> list[date]:
    """The days month by month from the beginning of a window to its end, ascending.

    The last day of a month is compared with last days of months, any other day with the same day of the month.

    Args:
        as_of: the end of the window.
        months: how many months back it begins.
    """
    at_end = as_of.day == calendar.monthrange(as_of.year, as_of.month)[1]
    days = []
    for back in range(months, 0, -1):
        year, month = divmod(as_of.year * 12 + as_of.month - 1 - back, 12)
        last = calendar.monthrange(year, month + 1)[1]
        days.append(date(year, month + 1, last if at_end else min(as_of.day, last)))
    return [*days, as_of]


@dataclass(frozen=True)
class Pace:
    """One line of a milestone: where it stands, how fast it moved, and what follows from that.

    Attributes:
        as_of: the day it stands at.
        due_on: the milestone's due date.
        target: percent.
        eligible: organizations obliged at as_of.
        covered: of them, with a body.
        days: month by month through the window, the last one is as_of.
        counts: covered organizations on each of these days.
    """

    as_of: date
    due_on: date
    target: Decimal
    eligible: int
    covered: int
    days: tuple[date, ...]
    counts: tuple[int, ...]

    @property
    def lacking(self) -> int:
        """How many organizations are missing to the target."""
        return lacking(self.covered, self.eligible, self.target)

    @property
    def met(self) -> bool | None:
        """Whether the target is reached, exactly; None without anybody obliged."""
        return reaches(self.covered, self.eligible, self.target) if self.eligible else None

    @property
    def days_left(self) -> int:
        """Days to the due date, negative once it is past."""
        return (self.due_on - self.as_of).days

    @property
    def gained(self) -> int:
        """By how many organizations the covered ones grew over the window; closures and endings count against it."""
        return self.counts[-1] - self.counts[0]

    @property
    def per_month(self) -> Fraction:
        """Mean gain, organizations a month."""
        return self.gained * MONTH / (self.days[-1] - self.days[0]).days

    @property
    def months(self) -> list[Fraction]:
        """The gain of each month of the window, organizations a month of mean length."""
        points = list(zip(self.days, self.counts, strict=True))
        return [
            (n - before) * MONTH / (day - earlier).days for (earlier, before), (day, n) in itertools.pairwise(points)
        ]

    @property
    def slowest(self) -> Fraction:
        return min(self.months)

    @property
    def fastest(self) -> Fraction:
        return max(self.months)

    @property
    def required(self) -> Fraction | None:
        """Organizations a month needed from now on to be in time; None where nothing is missing or it is too late."""
        if not self.lacking or self.days_left <= 0:
            return None
        return self.lacking * MONTH / self.days_left

    def reached_at(self, per_month: Fraction) -> date | None:
        """The day the target is reached at a pace, as_of where it is reached; None where it never is.

        Args:
            per_month: organizations a month.
        """
        if not self.lacking:
            return self.as_of
        if per_month <= 0:
            return None
        needed = -(-self.lacking * MONTH // per_month)
        return None if needed > FAR.days else self.as_of + timedelta(days=int(needed))

    @property
    def reached_on(self) -> date | None:
        """By the mean pace of the window."""
        return self.reached_at(self.per_month)

    @property
    def earliest(self) -> date | None:
        """By the pace of the fastest month of the window."""
        return self.reached_at(self.fastest)

    @property
    def latest(self) -> date | None:
        """By the pace of the slowest month of the window."""
        return self.reached_at(self.slowest)

    @property
    def band(self) -> Band:
        """The band the line stands in (BAND_RULES)."""
        if not self.eligible:
            return Band.NONE
        if self.met:
            return Band.MET
        if self.days_left <= 0:
            return Band.OVERDUE if self.days_left else Band.DUE
        if self.reached_on and self.reached_on <= self.due_on:
            return Band.ON_TIME
        if self.earliest and self.earliest <= self.due_on:
            return Band.FASTER
        return Band.HARD


def pace_of(milestone: Milestone, days: Sequence[date], eligible: int, counts: Sequence[int]) -> Pace:
    """The pace of one line of a milestone.

    Args:
        milestone: target and due date.
        days: as `window_days` gives them.
        eligible: organizations obliged on the last day.
        counts: covered ones on each day.
    """
    return Pace(days[-1], milestone.due_on, milestone.target, eligible, counts[-1], tuple(days), tuple(counts))


def worst(bands: Iterable[Band]) -> Band:
    """The band of a milestone: of its measured lines the worst; lines without anybody obliged do not count.

    Args:
        bands: of its lines.
    """
    order = list(Band)
    return max(bands, key=order.index, default=Band.NONE)


def last_of(paces: Iterable[Pace]) -> date | None:
    """The day the last of several lines reaches the target by its mean pace; None where one never does.

    Args:
        paces: of lines with somebody obliged.
    """
    days = [pace.reached_on for pace in paces if pace.eligible]
    return max((day for day in days if day), default=None) if all(days) else None
