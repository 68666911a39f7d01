"""Milestones by themselves: how each stands, how fast it moves, what each unit lacks, and how it was split."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from coverage.domain.apportioning import Portion, apportion
from coverage.domain.figures import LineCounts, MilestoneFigures, counts_on, units_on
from coverage.domain.pace import Pace, last_of, pace_of, window_days
from coverage.domain.rates import lacking
from coverage.models import Milestone, MilestoneShare, Population
from coverage.queries import month_ends
from coverage.queries_dashboard import LABELS, MilestoneRow, milestone_row, rounding_words
from coverage.queries_pace import (
    Paces,
    assumption_words,
    band_of,
    band_tag,
    forecast_words,
    pace_words,
    paces_in,
    required_words,
)
from coverage.tags import Tag
from orgs.models import Unit, User
from orgs.permissions import scope_of

MEASURES = ("eligible", "covered", "unknown")


@dataclass
class LineStanding:
    """One measured line of a milestone: where it stands now and stood at the due date, and its pace."""

    line: str
    now: LineCounts
    at_due: LineCounts | None
    pace: Pace
    explanation: str
    explanation_at_due: str

    @property
    def label(self) -> str:
        return LABELS[self.line]

    @property
    def tag(self) -> Tag:
        return band_tag(self.pace.band)

    @property
    def met_at_due(self) -> Tag | None:
        """Whether the line reached the target on the due date; None before it."""
        if self.at_due is None:
            return None
        if not self.at_due.eligible:
            return Tag("无应建单位", "–", "na")
        short = lacking(self.at_due.covered, self.at_due.eligible, self.pace.target)
        return Tag("未达", "✕", "late") if short else Tag("已达", "✓", "met")

    @property
    def required(self) -> str:
        return required_words(self.pace)

    @property
    def speed(self) -> str:
        return pace_words(self.pace)

    @property
    def forecast(self) -> str:
        return forecast_words(self.pace)


@dataclass
class Standing:
    """A milestone on a day with all its lines.

    Attributes:
        row: its words as the dashboard has them.
        lines: in the order of the milestone.
        months: length of the window.
        history: month by month through the window, the last one at as_of.
    """

    row: MilestoneRow
    lines: list[LineStanding]
    months: int
    history: list[tuple[date, dict[str, LineCounts]]]

    @property
    def milestone(self) -> Milestone:
        return self.row.milestone

    @property
    def figures(self) -> MilestoneFigures:
        return self.row.figures

    @property
    def band(self) -> Tag:
        return band_tag(band_of(line.pace for line in self.lines))

    @property
    def forecast(self) -> str:
        """When the last of its lines reaches the target by its mean pace."""
        if self.figures.met is None:
            return "无应建单位"
        if self.figures.met:
            return "已达"
        day = last_of(line.pace for line in self.lines)
        return f"预计 {day} 各条线都达到" if day else "按现在的进度到不了"

    @property
    def remaining(self) -> str:
        """Days left or overdue, in words."""
        days = self.figures.days_left
        return f"还有 {days} 天" if days > 0 else "今日到期" if not days else f"已过 {-days} 天"

    @property
    def assumption(self) -> str:
        return assumption_words(self.figures.as_of, self.months)

    @property
    def explanations(self) -> list[str]:
        """Why a rate that reads like the target has not met it, now or at the due date."""
        said = [line.explanation for line in self.lines if line.explanation]
        return said + [f"到期时:{line.explanation_at_due}" for line in self.lines if line.explanation_at_due]


def milestones_listed(*, active: bool) -> list[Milestone]:
    """Milestones in use or retired, in order of due date; one query.

    Args:
        active: whether those in use are wanted.
    """
    return list(Milestone.objects.filter(is_active=active).order_by("due_on", "code"))


def standings(*, user, as_of: date, unit: Unit | None, milestones: Sequence[Milestone], months: int) -> list[Standing]:
    """Each milestone with its lines at the date and at its due date, and their pace; one query.

    Args:
        user: the signed-in User.
        as_of: the date.
        unit: restricts to this unit and those below it.
        milestones: saved or not, in the order of the answer.
        months: length of the window the pace is taken over.
    """
    if not milestones:
        return []
    window = window_days(as_of, months)
    days = sorted({*window, *(m.due_on for m in milestones if m.due_on <= as_of)})
    lines = sorted({line for m in milestones for line in m.lines})
    points = counts_on(user=user, days=days, unit=unit, lines=lines, measures=MEASURES)
    at = dict(zip(days, points, strict=True))
    found = []
    for m in milestones:
        now = {line: at[as_of][m.population].lines[line] for line in m.lines}
        then = {line: at[m.due_on][m.population].lines[line] for line in m.lines} if m.due_on <= as_of else None
        paces = paces_in(m, window, [at[day] for day in window])
        history = [(day, at[day][m.population].lines) for day in window]
        found.append(_standing(MilestoneFigures(m, as_of, now, then), paces, months, history))
    return found


def _standing(figures: MilestoneFigures, paces: Paces, months: int, history: list) -> Standing:
    row = milestone_row(figures)
    target = figures.milestone.target
    lines = []
    for line in row.lines:
        then = line.at_due if figures.days_left < 0 else None
        at_due = rounding_words(line.label, then, target) if then else ""
        lines.append(LineStanding(line.line, line.now, line.at_due, paces[line.line], line.explanation, at_due))
    return Standing(row, lines, months, history)


@dataclass
class UnitLine:
    """One line of a milestone in one unit: its own organizations alone.

    Attributes:
        counts: at the date.
        pace: of the unit by itself.
        portion: its part of what the whole lacks, in proportion to the gaps.
        share: what it was given, None where nothing was split to it.
        gained: by how many organizations it has grown since the split.
    """

    line: str
    counts: LineCounts
    pace: Pace
    portion: Portion
    share: MilestoneShare | None = None
    gained: int = 0

    @property
    def label(self) -> str:
        return LABELS[self.line]

    @property
    def tag(self) -> Tag:
        return band_tag(self.pace.band)

    @property
    def progress(self) -> str:
        """净增 5/12 家,还差 7 家; "" without a share."""
        if self.share is None:
            return ""
        return progress_words(self.share.count, self.gained)


def progress_words(count: int, gained: int) -> str:
    """How far a share is.

    Args:
        count: organizations to be brought to a body; 0 is no task, which nobody can have done.
        gained: net gain since the split.
    """
    if not count:
        return "没有任务"
    left = count - gained
    return f"净增 {gained}/{count} 家,{f'还差 {left} 家' if left > 0 else '已完成'}"


@dataclass
class UnitStanding:
    """One unit's row on the page of a milestone."""

    unit: Unit
    lines: list[UnitLine]


@dataclass
class SplitLine:
    """One line of a split over all units in sight: what was needed on its day, what was given, what was gained."""

    line: str
    needed: int
    given: int
    gained: int

    @property
    def label(self) -> str:
        return LABELS[self.line]

    @property
    def difference(self) -> str:
        return difference_words(self.needed, self.given)

    @property
    def progress(self) -> str:
        return progress_words(self.given, self.gained)


def difference_words(needed: int, given: int) -> str:
    """Whether what was split is what is needed.

    Args:
        needed: organizations lacking to the target.
        given: the sum of the shares.
    """
    if given < needed:
        return f"还差 {needed - given} 家未分下去"
    return f"多分 {given - needed} 家" if given > needed else "正好分完"


@dataclass
class UnitsTable:
    """The units of a milestone's page.

    Attributes:
        rows: in order of units, those with anybody obliged.
        whole: whether these are all units of the county, so that parts of the whole can be told.
        split: by line where shares are in force, else empty.
        since: the day the split was made from, None without one.
    """

    rows: list[UnitStanding]
    whole: bool
    split: list[SplitLine] = field(default_factory=list)
    since: date | None = None


def sees_units(user) -> bool:
    """Whether an account looks at units at all; accounts of single organizations do not compare units.

    Args:
        user: the signed-in User.
    """
    scope = scope_of(user)
    return scope.county or bool(scope.unit_paths)


def unit_standings(*, user, as_of: date, unit: Unit | None, milestone: Milestone, months: int) -> UnitsTable:
    """Each unit's own organizations against a milestone, with its share; three queries.

    Args:
        user: the signed-in User.
        as_of: the date.
        unit: restricts to this unit and those below it.
        milestone: the milestone.
        months: length of the window the pace is taken over.
    """
    visible = MilestoneShare.objects.visible_to(user).at(as_of).filter(milestone=milestone)
    if unit is not None:
        visible = visible.filter(unit__path__startswith=unit.path)
    shares = {(share.unit_id, share.line): share for share in visible}
    window = window_days(as_of, months)
    days = sorted({*window, *(share.period.lower for share in shares.values())})
    counted = units_on(user=user, days=days, unit=unit, lines=milestone.lines)
    by_day = {
        pk: {day: point[milestone.population] for day, point in zip(days, points, strict=True)}
        for pk, points in counted.items()
    }
    held = {pk for pk, points in by_day.items() if any(c.eligible for c in points[as_of].values())}
    units = list(Unit.objects.filter(pk__in=held | {pk for pk, _ in shares}))
    portions = {line: _portions(milestone, line, units, by_day, as_of) for line in milestone.lines}
    rows = []
    for here in units:
        points = by_day.get(here.pk, {})
        lines = []
        for line in milestone.lines:
            counts = [points[day][line] if points else LineCounts() for day in window]
            share = shares.get((here.pk, line))
            since = points[share.period.lower][line].covered if share and points else 0
            lines.append(
                UnitLine(
                    line,
                    counts[-1],
                    pace_of(milestone, window, counts[-1].eligible, [c.covered for c in counts]),
                    portions[line][here.pk],
                    share,
                    counts[-1].covered - since if share else 0,
                )
            )
        rows.append(UnitStanding(here, lines))
    return UnitsTable(rows, unit is None and scope_of(user).county, *_split_of(milestone, rows, by_day))


def _portions(milestone, line, units, by_day, as_of) -> dict[int, Portion]:
    """Each unit's part of what all of them together lack."""
    counts = [by_day[u.pk][as_of][line] if u.pk in by_day else LineCounts() for u in units]
    needed = lacking(sum(c.covered for c in counts), sum(c.eligible for c in counts), milestone.target)
    return dict(zip((u.pk for u in units), apportion(needed, [c.gap for c in counts]), strict=True))


def _split_of(milestone, rows, by_day) -> tuple[list[SplitLine], date | None]:
    since = next((line.share.period.lower for row in rows for line in row.lines if line.share), None)
    if since is None:
        return [], None
    found = []
    for at, line in enumerate(milestone.lines):
        mine = [row.lines[at] for row in rows if row.lines[at].share]
        then = [points[since][line] for points in by_day.values()]
        needed = lacking(sum(c.covered for c in then), sum(c.eligible for c in then), milestone.target)
        found.append(SplitLine(line, needed, sum(m.share.count for m in mine), sum(m.gained for m in mine)))
    return found, since


@dataclass
class OwnShare:
    """What the units in sight were given of a milestone's line together, and how far they are."""

    milestone: Milestone
    line: str
    count: int = 0
    gained: int = 0

    @property
    def label(self) -> str:
        return LABELS[self.line]

    @property
    def done(self) -> bool:
        return not self.count or self.gained >= self.count

    @property
    def progress(self) -> str:
        return progress_words(self.count, self.gained)


def own_shares(*, user, as_of: date, unit: Unit | None) -> list[OwnShare]:
    """The shares of the units in sight, added up by milestone and line; two queries, one while nothing is split.

    Args:
        user: the signed-in User.
        as_of: the date.
        unit: restricts to this unit and those below it.
    """
    visible = MilestoneShare.objects.visible_to(user).at(as_of).filter(milestone__is_active=True)
    if unit is not None:
        visible = visible.filter(unit__path__startswith=unit.path)
    shares = list(visible.select_related("milestone").order_by("milestone__due_on", "milestone_id", "line", "unit_id"))
    if not shares:
        return []
    days = sorted({as_of, *(share.period.lower for share in shares)})
    counted = units_on(user=user, days=days, unit=unit, lines=sorted({share.line for share in shares}))
    found: dict[tuple[int, str], OwnShare] = {}
    for share in shares:
        entry = found.setdefault((share.milestone_id, share.line), OwnShare(share.milestone, share.line))
        entry.count += share.count
        points = counted.get(share.unit_id)
        if points:
            population = share.milestone.population
            then = points[days.index(share.period.lower)][population][share.line]
            entry.gained += points[days.index(as_of)][population][share.line].covered - then.covered
    return [one for one in found.values() if one.line in one.milestone.lines]


def chart_of(standing: Standing) -> dict:
    """What the chart of a milestone draws: rates so far, the way still needed, the target.

    Args:
        standing: the milestone.
    """
    points = standing.history
    past = [day for day, _ in points]
    as_of, due, target = standing.figures.as_of, standing.milestone.due_on, float(standing.milestone.target)
    ahead = _ahead(as_of, due)
    days = [*past, *ahead]
    series = []
    for line in standing.lines:
        rates = [counts[line.line].rate for _, counts in points]
        series.append(
            {"name": f"{line.label}实际", "line": line.line, "values": [*rates, *[None] * len(ahead)], "dashed": False}
        )
        now = rates[-1]
        if ahead and now is not None and now < target:
            step = (target - now) / (due - as_of).days
            needed = [round(now + step * (day - as_of).days, 1) for day in ahead]
            series.append(
                {
                    "name": f"{line.label}需要",
                    "line": line.line,
                    "values": [*[None] * (len(past) - 1), now, *needed],
                    "dashed": True,
                }
            )
    series.append({"name": f"目标 {standing.row.target}%", "line": "", "values": [target] * len(days), "dashed": True})
    return {"form": "lines", "categories": [day.isoformat() for day in days], "colours": [], "series": series}


def _ahead(as_of: date, due: date) -> list[date]:
    """Ends of months after a day, and the due date; none where it is past."""
    if due <= as_of:
        return []
    return [day for day in month_ends(as_of, due) if day > as_of]


def proposal_of(table: UnitsTable, *, afresh: bool = False) -> dict[str, int]:
    """What the form of a split begins with: the shares in force, else what the gaps propose.

    Args:
        table: the units on the day of the split.
        afresh: whether to propose although shares are in force.
    """
    return {
        f"{line.line}-{row.unit.pk}": line.portion.count if afresh or line.share is None else line.share.count
        for row in table.rows
        for line in row.lines
    }


@dataclass(frozen=True)
class Change:
    """One change of a milestone.

    Attributes:
        at: when, aware.
        by: who, in words.
        reason: why, "" where none was given.
        words: what it became.
    """

    at: datetime
    by: str
    reason: str
    words: str


def changes_of(milestone: Milestone) -> list[Change]:
    """Who set a milestone to what, the latest first; two queries.

    Args:
        milestone: a saved milestone.
    """
    history: Any = Milestone._meta.get_field("events").related_model
    rows = list(history.objects.filter(pgh_obj_id=milestone.pk).select_related("pgh_context").order_by("-pgh_id"))
    contexts = [(row.pgh_context.metadata if row.pgh_context else {}) for row in rows]
    names = dict(User.objects.filter(pk__in={c["user"] for c in contexts if c.get("user")}).values_list("pk", "name"))
    return [
        Change(row.pgh_created_at, names.get(said.get("user"), "系统"), said.get("reason", ""), _event_words(row))
        for row, said in zip(rows, contexts, strict=True)
    ]


def _event_words(row: Any) -> str:
    lines = "、".join(LABELS[line] for line in row.lines)
    state = "" if row.is_active else ",停用"
    target = f"{row.target:f}".rstrip("0").rstrip(".") if row.target % 1 else str(int(row.target))
    return f"{row.name}:{row.due_on} 前达到 {target}%,{Population(row.population).label},{lines}{state}"
