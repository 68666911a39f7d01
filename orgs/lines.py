"""The six lines of a county's party and mass bodies, in the order every page shows them."""

import calendar
from datetime import date

from django.db import models


class Line(models.TextChoices):
    PARTY = "party", "党组织"
    UNION = "union", "工会"
    LEAGUE = "league", "团组织"
    WOMEN = "women", "妇女组织"
    WOMEN_WORKERS = "women_workers", "女工委员会"
    MECHANISM = "mechanism", "一会三组"


LINES: tuple[str, ...] = tuple(Line.values)

# 群团全建 looks at these three (二(三): 工会、团委、妇联组织).
MASS_LINES: tuple[str, ...] = (Line.UNION.value, Line.LEAGUE.value, Line.WOMEN.value)


class Precision(models.TextChoices):
    """How exactly a date is known; the stored day is the reading that overstates no rate."""

    DAY = "day", "到日"
    MONTH = "month", "到月"
    YEAR = "year", "到年"
    BY = "by", "不晚于"


def stored_range(day: date, precision: str) -> tuple[date, date]:
    """The days that a stored date can mean."""
    if precision == Precision.BY:
        return date.min, day
    if precision == Precision.YEAR:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    if precision == Precision.MONTH:
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day, day
