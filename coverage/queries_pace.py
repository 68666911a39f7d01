"""The pace of milestones out of the daily deltas, and the words in which pages and files tell it."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor

from coverage.domain.figures import Counts, counts_on
from coverage.domain.pace import BAND_WORDS, Band, Pace, pace_of, window_days, worst
from coverage.models import Milestone
from coverage.tags import Tag
from orgs.models import Unit

Paces = dict[str, Pace]


def band_tag(band: Band) -> Tag:
    """A band in word, shape and tone.

    Args:
        band: as `Pace.band` gives it.
    """
    return Tag(*BAND_WORDS[band])


def band_of(paces: Iterable[Pace]) -> Band:
    """The band of a milestone: the worst of its lines.

    Args:
        paces: of its measured lines.
    """
    return worst(pace.band for pace in paces)


def paces_of(*, user, as_of: date, unit: Unit | None, milestones: Sequence[Milestone], months: int) -> list[Paces]:
    """The pace of every measured line of some milestones, one query; none where there is no milestone.

    Args:
        user: the signed-in User.
        as_of: the end of the window.
        unit: restricts to this unit and those below it.
        milestones: in the order of the answer.
        months: the length of the window.
    """
    if not milestones:
        return []
    days = window_days(as_of, months)
    lines = sorted({line for milestone in milestones for line in milestone.lines})
    points = counts_on(user=user, days=days, unit=unit, lines=lines, measures=("eligible", "covered"))
    return [paces_in(milestone, days, points) for milestone in milestones]


def paces_in(milestone: Milestone, days: Sequence[date], points: Sequence[dict[str, Counts]]) -> Paces:
    """The pace of each measured line out of counts already at hand.

    Args:
        milestone: the milestone.
        days: as `window_days` gives them.
        points: all populations' counts on these days.
    """
    mine = [point[milestone.population].lines for point in points]
    return {
        line: pace_of(milestone, days, mine[-1][line].eligible, [point[line].covered for point in mine])
        for line in milestone.lines
    }


def monthly(number: Fraction) -> str:
    """Organizations a month with one decimal, half up.

    Args:
        number: organizations a month.
    """
    tenths = floor(abs(number) * 10 + Fraction(1, 2))
    return f"{'-' if number < 0 and tenths else ''}{tenths // 10}.{tenths % 10}"


def required_words(pace: Pace) -> str:
    """What is needed from now on, rounded up so that it suffices: 17.2 家/月.

    Args:
        pace: of one line.
    """
    if pace.required is None:
        return "—"
    tenths = ceil(pace.required * 10)
    return f"{tenths // 10}.{tenths % 10} 家/月"


def pace_words(pace: Pace) -> str:
    """The mean of the window with its slowest and fastest month.

    Args:
        pace: of one line.
    """
    return f"{monthly(pace.per_month)} 家/月(各月 {monthly(pace.slowest)} 至 {monthly(pace.fastest)})"


def forecast_words(pace: Pace) -> str:
    """When the target is reached, with the range; or that it is not.

    Args:
        pace: of one line.
    """
    if not pace.eligible:
        return "无应建单位"
    if pace.met:
        return "已达"
    if pace.reached_on is None:
        fastest = f"(按最快的一个月,{pace.earliest})" if pace.earliest else ""
        return f"按现在的进度到不了{fastest}"
    slowest = f"最慢 {pace.latest}" if pace.latest else "按最慢的一个月到不了"
    return f"{pace.reached_on}(最快 {pace.earliest},{slowest})"


def assumption_words(as_of: date, months: int) -> str:
    """What paces and dates rest on; printed wherever they stand.

    Args:
        as_of: the end of the window.
        months: its length.
    """
    return (
        f"进度是 {window_days(as_of, months)[0]} 至 {as_of}({months} 个月)应建中已建家数的净增,注销、迁出、剔除和覆盖终止都从中减去,"
        "每月按 30.4375 天折算。预计达到日假定应建家数保持不变、今后每月净增与这段时间的平均相同;"
        "括号内的最快、最慢按其中净增最多、最少的一个月推算;二十年以内到不了的,写作到不了。需要进度按到期日前的天数折算,只入不舍。"
    )
