"""The dashboard's parts, worded out of one report: cards, milestones, units, trend."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from coverage.domain.figures import (
    Counts,
    LineCounts,
    MilestoneFigures,
    Report,
    TrendPoint,
    UnitFigures,
    counts_on,
    report,
    trend,
)
from coverage.domain.pace import USUAL_WINDOW
from coverage.domain.rates import lacking, percent, reaches
from coverage.models import ALL, Milestone, Population
from coverage.models import LINE_LABELS as LABELS
from coverage.queries import month_ends
from coverage.queries_pace import band_of, band_tag, paces_of
from coverage.tags import Tag
from orgs.domain.terms import plus_months
from orgs.lines import MASS_LINES, Line
from orgs.models import Unit

CARD_LINES = (ALL, Line.PARTY, Line.UNION, Line.LEAGUE, Line.WOMEN, Line.WOMEN_WORKERS, Line.MECHANISM)
QUARTERS = ("一", "二", "三", "四")
# The lines each unit's row shows beside the one it is ranked by.
UNIT_LINES = (Line.PARTY.value, Line.UNION.value, Line.LEAGUE.value, Line.WOMEN.value)
TREND_MONTHS = 18
TREND_CHOICES = (12, 18, 36, 60)
SLIDER_BACK, SLIDER_AHEAD = 24, 12
TREND_LINES = (Line.PARTY.value, Line.UNION.value, Line.LEAGUE.value, Line.WOMEN.value, ALL)


@dataclass
class Card:
    """One line's headline: n of d, and what is missing to its next milestone."""

    line: str
    counts: LineCounts
    change: float | None
    change_label: str
    since: date
    marks: list[float]
    missing: str
    lacks: bool = False

    @property
    def label(self) -> str:
        return LABELS[self.line]


@dataclass
class MilestoneRow:
    """One milestone in words: met or not, how long, and each measured line now and at the due date.

    `band` says whether the pace suffices, where that was asked for.
    """

    figures: MilestoneFigures
    tag: Tag
    lines: list["MilestoneLine"]
    band: Tag | None = None

    @property
    def milestone(self) -> Milestone:
        return self.figures.milestone

    @property
    def target(self) -> str:
        return (
            f"{self.milestone.target:f}".rstrip("0").rstrip(".")
            if self.milestone.target % 1
            else str(int(self.milestone.target))
        )

    @property
    def lacking(self) -> str:
        """“还差 团12 妇26 家”, or "" when nothing is missing."""
        said = [f"{line.label}{line.lacking}" for line in self.lines if line.lacking]
        return f"还差{'、'.join(said)}家" if said else ""

    @property
    def explanations(self) -> list[str]:
        return [line.explanation for line in self.lines if line.explanation]


@dataclass
class MilestoneLine:
    """One measured line of a milestone, at as_of and at the due date."""

    line: str
    now: LineCounts
    at_due: LineCounts | None
    lacking: int
    explanation: str

    @property
    def label(self) -> str:
        return LABELS[self.line]


@dataclass
class Dashboard:
    """What the dashboard shows, all of it from one report."""

    report: Report
    cards: list[Card]
    milestones: list[MilestoneRow]
    units: list[UnitFigures]
    populations: list[tuple[str, str, Counts]]
    rank_line: str


def previous_quarter_end(day: date) -> date:
    """The last end of a quarter before a date.

    Args:
        day: any date.
    """
    first_month = 3 * ((day.month - 1) // 3) + 1
    return date(day.year, first_month, 1) - timedelta(days=1)


def next_milestone(milestones: list[Milestone], line: str, as_of: date) -> list[Milestone]:
    """Milestones a line is measured on, the next one due first; past ones only when none is to come.

    群团全建 is read against the milestones of all organizations; mechanism against those that measure it.

    Args:
        milestones: those in use, in order of due date.
        line: a line code or "all".
        as_of: the date shown.
    """
    mine = [
        m
        for m in milestones
        if (line == ALL and m.population == Population.ALL and set(MASS_LINES) <= set(m.lines))
        or (line in m.lines and (m.population == Population.ALL or line == Line.MECHANISM))
    ]
    coming = [m for m in mine if m.due_on >= as_of]
    return coming or mine[-1:]


def missing_words(counts: LineCounts, milestone: Milestone | None) -> str:
    """What is missing to a milestone, in words, counted exactly.

    Args:
        counts: the line's counts.
        milestone: the next milestone, None where the line is measured on none.
    """
    if milestone is None:
        return "不计入节点"
    if not counts.eligible:
        return "无应建单位"
    target = f"{milestone.target:g}" if isinstance(milestone.target, float) else f"{float(milestone.target):g}"
    short = lacking(counts.covered, counts.eligible, milestone.target)
    return f"距 {target}% 还差 {short} 家" if short else f"已达 {target}%"


def rounding_words(label: str, counts: LineCounts, target: Decimal) -> str:
    """Why a line that reads like the target has not met it, "" where the reading does not mislead.

    Args:
        label: the line's name.
        counts: its counts.
        target: percent.
    """
    rate = percent(counts.covered, counts.eligible)
    if rate is None or reaches(counts.covered, counts.eligible, target) or Decimal(str(rate)) < target:
        return ""
    exact = Decimal(counts.covered) * 100 / Decimal(counts.eligible)
    return (
        f"{label} {counts.covered}/{counts.eligible} 四舍五入为 {rate}%,实为 {exact:.4f}%,"
        f"未到 {float(target):g}%,按准确数计为未达"
    )


def milestone_row(figures: MilestoneFigures, band: Tag | None = None) -> MilestoneRow:
    """A milestone's tag and lines.

    Args:
        figures: its counts.
        band: whether its pace suffices, None where nobody asks.
    """
    target = figures.milestone.target
    short = figures.lacking()
    lines = [
        MilestoneLine(
            line,
            counts,
            figures.at_due[line] if figures.at_due else None,
            short[line],
            rounding_words(LABELS[line], counts, target),
        )
        for line, counts in figures.now.items()
    ]
    days = figures.days_left
    if figures.met:
        tag = Tag("已达", "✓", "met")
    elif figures.met is None:
        tag = Tag("无应建单位", "–", "na")
    elif days > 0:
        tag = Tag(f"还有 {days} 天", "○", "na")
    elif days == 0:
        tag = Tag("今日到期 · 未达", "●", "due")
    else:
        tag = Tag(f"逾期 {-days} 天", "▲", "late")
    return MilestoneRow(figures, tag, lines, band)


def dashboard(*, user, as_of: date, unit: Unit | None, line: str = "") -> Dashboard:
    """Everything on the dashboard but the chart and the gap list: six queries.

    Args:
        user: the signed-in User.
        as_of: the date figures hold at.
        unit: restricts to this unit and those below it.
        line: the line units are ranked by; 群团全建 where "".
    """
    found = report(user=user, as_of=as_of, unit=unit)
    quarter = previous_quarter_end(as_of)
    before = counts_on(user=user, days=[quarter], unit=unit)[0][Population.ALL]
    milestones = [m.milestone for m in found.milestones]
    now = found.populations[Population.ALL]
    cards = []
    for code in CARD_LINES:
        counts, past = now.lines[code], before.lines[code].rate
        due = next_milestone(milestones, code, as_of)
        change = None if counts.rate is None or past is None else round(counts.rate - past, 1)
        cards.append(
            Card(
                str(code),
                counts,
                change,
                f"较{QUARTERS[(quarter.month - 1) // 3]}季度",
                quarter,
                [float(m.target) for m in due],
                missing_words(counts, due[0] if due else None),
                bool(due) and lacking(counts.covered, counts.eligible, due[0].target) > 0,
            )
        )
    rank = line or ALL
    paces = paces_of(user=user, as_of=as_of, unit=unit, milestones=milestones, months=USUAL_WINDOW)
    return Dashboard(
        report=found,
        cards=cards,
        milestones=[
            milestone_row(m, band_tag(band_of(mine.values()))) for m, mine in zip(found.milestones, paces, strict=True)
        ],
        units=sorted(found.units, key=lambda u: -(u.counts.lines[rank].rate or 0)),
        populations=[(p.value, p.label, found.populations[p.value]) for p in Population],
        rank_line=rank,
    )


def rate_when_built(found: Dashboard, count: int) -> float | None:
    """群团全建 if `count` organizations that lack one body each had it, as worded.

    Args:
        found: the dashboard.
        count: how many organizations lack just one body.
    """
    counts = found.report.populations[Population.ALL].lines[ALL]
    return percent(counts.covered + count, counts.eligible) if count else None


def trend_days(as_of: date, months: int) -> list[date]:
    """The ends of the last months up to a date, and the date itself.

    Args:
        as_of: the last day.
        months: how many months back.
    """
    return month_ends(plus_months(as_of, -months), as_of)


def slider_days(as_of: date) -> list[date]:
    """The days a slider offers: ends of months about a date, none after today unless the date is, and the date itself.

    Args:
        as_of: the date shown.
    """
    index = as_of.year * 12 + as_of.month - 1 + SLIDER_AHEAD
    year, month = divmod(index, 12)
    last = max(as_of, min(date(year, month + 1, monthrange(year, month + 1)[1]), timezone.localdate()))
    return sorted({*trend_days(last, SLIDER_BACK + SLIDER_AHEAD), as_of})


def trend_points(
    *, user, as_of: date, unit: Unit | None, months: int = TREND_MONTHS, population: str = Population.ALL
) -> list[TrendPoint]:
    """The trend's points, one query.

    Args:
        user: the signed-in User.
        as_of: the last day.
        unit: restricts to this unit and those below it.
        months: how far back.
        population: a Population code.
    """
    return trend(user=user, days=trend_days(as_of, months), unit=unit, population=population, lines=TREND_LINES)


def trend_json(
    points: list[TrendPoint], milestones: list[Milestone], as_of: date, population: str = Population.ALL
) -> dict:
    """What the chart draws.

    Args:
        points: as `trend_points` gives them.
        milestones: drawn in where they measure the same population.
        as_of: marked as “今”.
        population: a Population code.
    """
    return {
        "as_of": as_of.isoformat(),
        "days": [p.day.isoformat() for p in points],
        "lines": [
            {
                "code": line,
                "label": LABELS[line],
                "rates": [p.lines[line].rate for p in points],
                "covered": [p.lines[line].covered for p in points],
                "eligible": [p.lines[line].eligible for p in points],
            }
            for line in TREND_LINES
        ],
        "milestones": [
            {"label": f"{float(m.target):g}%", "name": m.name, "due": m.due_on.isoformat(), "target": float(m.target)}
            for m in milestones
            if m.population == population
        ],
    }


def trend_milestones() -> list[Milestone]:
    """Milestones in use, in order of due date."""
    return list(Milestone.objects.filter(is_active=True).order_by("due_on"))
