"""How fast the demo county builds its bodies: per line, the share of obliged organizations that have one by a day.

The curves are drawn so that the milestones of the county's policy are met, missed narrowly and missed, by turns.
"""

from bisect import bisect_left
from datetime import date, timedelta

_DAYS = tuple(
    date.fromisoformat(day)
    for day in (
        "1999-06-01",
        "2006-01-01",
        "2009-01-01",
        "2010-01-01",
        "2010-12-31",
        "2011-06-30",
        "2011-12-31",
        "2012-11-07",
        "2012-12-31",
    )
)
SHARES = {
    "party": (0.0, 0.17, 0.30, 0.39, 0.50, 0.66, 0.83, 0.95, 0.96),
    "union": (0.0, 0.10, 0.23, 0.34, 0.49, 0.67, 0.86, 0.96, 0.965),
    "league": (0.0, 0.08, 0.20, 0.31, 0.44, 0.62, 0.79, 0.94, 0.945),
    "women": (0.0, 0.07, 0.19, 0.30, 0.43, 0.60, 0.78, 0.93, 0.935),
    "women_workers": (0.0, 0.05, 0.14, 0.25, 0.37, 0.56, 0.74, 0.89, 0.90),
    "mechanism": (0.0, 0.0, 0.0, 0.0, 0.62, 0.90, 0.96, 0.99, 0.99),
}
# 一会三组 was first asked for in the second half of 2010.
MECHANISM_FROM = date(2010, 7, 1)


def built_on(line: str, rank: float) -> date | None:
    """The day on which an organization of this rank has the line's body; None when the years end before.

    Args:
        line: a line code.
        rank: 0 (first in the county) to 1 (last).
    """
    shares = SHARES[line]
    after = bisect_left(shares, rank)
    if after >= len(shares):
        return None
    before = max(0, after - 1)
    first, last = shares[before], shares[after]
    part = (rank - first) / (last - first) if last > first else 0.0
    day = _DAYS[before] + timedelta(days=round(part * (_DAYS[after] - _DAYS[before]).days))
    if line == "mechanism" and day < MECHANISM_FROM:
        return MECHANISM_FROM + timedelta(days=round(rank * 150))
    return day
