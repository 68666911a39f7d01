"""Why an organization stands behind a figure: the number used, the standard, the body, and what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from coverage.domain.figures import LineCounts
from coverage.domain.rates import percent
from coverage.domain.verdicts import COUNT_WORDS, Body, Verdict, explain_many
from coverage.models import ALL, MEASURES, STATE_COLUMNS, Measure, Population, Standard, State
from coverage.queries_dashboard import LABELS
from coverage.queries_pages import RegisterRow
from coverage.tags import Tag, tag_of
from orgs.lines import LINES, MASS_LINES, Line
from orgs.models import BodyForm, BranchMembership, Figures

# The numbers that belong to one rate, as the tabs above its organizations have them.
FIGURE_TABS = (
    ("covered", "已建"),
    ("eligible", "应建"),
    ("gap", "应建未建"),
    ("unknown", "数据不足"),
    ("voluntary", "自愿已建"),
)


@dataclass
class WhyLine:
    """One line of one organization, explained.

    Attributes:
        verdict: with figure, date, threshold, clause, bodies and what is missing.
        numbers: the figures used beside their names; None is not known.
        shape: which form fits the head-count, "" where nothing is to be said.
        members: how many organizations each of its bodies covers, by key of the body.
    """

    verdict: Verdict
    numbers: list[tuple[str, Any]]
    shape: str
    members: dict[int, int]

    @property
    def label(self) -> str:
        return LABELS[self.verdict.line]

    @property
    def figure(self) -> str:
        """从业人员 30(2011-06-30), said where it is carried back."""
        if self.verdict.figures_on is None:
            return "没有年度数字"
        said = "、".join(f"{name} {'不明' if value is None else value}" for name, value in self.numbers)
        return f"{said}({self.verdict.figures_on}{',前推' if self.verdict.assumed else ''})"

    @property
    def standard(self) -> str:
        """≥ 25 人(三(一)3)."""
        verdict = self.verdict
        if verdict.threshold is None:
            return "这一天没有有效的组建标准"
        wanted = "规模以上" if verdict.measure == Measure.ABOVE_SCALE else f"≥ {verdict.threshold} 人"
        return f"{wanted}({verdict.clause})"

    @property
    def bodies(self) -> str:
        """The bodies that cover it, own or joint with how many; bodies that are none in law are said to be so."""
        return ";".join(self.body_words(body) for body in self.verdict.bodies)

    def body_words(self, body: Body) -> str:
        """One body: its name, and whether it is the organization's own.

        Args:
            body: one of the verdict's.
        """
        way = f"联合,覆盖 {self.members.get(body.branch_id, 1)} 家" if body.joint else "单独"
        more = "" if body.is_body else ",只算工作覆盖"
        return f"{body.name}({way}{'' if body.confirmed else ',待确认'}{more})"

    @property
    def missing(self) -> str:
        return ";".join(filter(None, (self.verdict.missing, *self.verdict.hints)))


@dataclass
class Why:
    """One organization behind a figure: its verdict, and the lines the figure looks at."""

    tag: Tag
    lines: list[WhyLine]

    def told(self, part: str) -> str:
        """One part of all lines, each under its name where there are several.

        Args:
            part: figure, standard, bodies, missing or shape.
        """
        said = [(line.label, getattr(line, part)) for line in self.lines]
        if len(said) == 1:
            return str(said[0][1])
        return ";".join(f"{label}:{text}" for label, text in said if text)


def lines_behind(line: str) -> Sequence[str]:
    """The lines a figure looks at: 群团全建 at three.

    Args:
        line: a line code or "all".
    """
    return MASS_LINES if line == ALL else (line,)


def explain_rows(rows: Iterable[RegisterRow], line: str, as_of: date) -> None:
    """Puts the reasons beside the rows of one page or of a whole export: five queries, however many there are.

    Args:
        rows: get `more["why"]`.
        line: a line code or "all".
        as_of: the date.
    """
    rows = list(rows)
    figures = {row.pk: row.figures for row in rows if row.figures}
    verdicts = explain_many([row.span for row in rows], as_of, figures)
    standards = {s.line: s for s in Standard.objects.filter(period__contains=as_of, line__in=lines_behind(line))}
    forms = dict(BodyForm.objects.values_list("code", "label"))
    members = _members(verdicts, as_of)
    for row in rows:
        mine = verdicts[row.pk]
        row.more["why"] = Why(
            tag_of(getattr(row.span, STATE_COLUMNS[line])),
            [_line(mine[code], row.figures, standards.get(code), forms, members) for code in lines_behind(line)],
        )


def _members(verdicts: dict[int, dict[str, Verdict]], as_of: date) -> dict[int, int]:
    joint = {b.branch_id for mine in verdicts.values() for v in mine.values() for b in v.bodies if b.joint}
    # Closing an organization or merging it away does not end its memberships: it is no longer covered all the same.
    here = Q(organization__closed_on=None) | Q(organization__closed_on__gt=as_of)
    rows = BranchMembership.objects.filter(
        here,
        branch__in=joint,
        period__contains=as_of,
        organization__merged_into=None,
        organization__registered_on__lte=as_of,
    ).order_by()
    return dict(rows.values("branch_id").annotate(n=Count("organization", distinct=True)).values_list("branch_id", "n"))


def _line(
    verdict: Verdict,
    figures: Figures | None,
    standard: Standard | None,
    forms: dict[str, str],
    members: dict[int, int],
) -> WhyLine:
    return WhyLine(verdict, _numbers(verdict, figures), shape_words(verdict, figures, standard, forms), members)


def _numbers(verdict: Verdict, figures: Figures | None) -> list[tuple[str, Any]]:
    if not verdict.measure:
        return []
    measure = Measure(verdict.measure)
    if measure != Measure.ABOVE_SCALE:
        return [(COUNT_WORDS[measure][0], verdict.count)]
    revenue = figures.annual_revenue_yuan if figures else None
    wan = None if revenue is None else f"{revenue / 10000:,.2f}".rstrip("0").rstrip(".")
    return [("从业人员", figures.employees if figures else None), ("营收(万元)", wan)]


def shape_words(verdict: Verdict, figures: Figures | None, standard: Standard | None, forms: dict[str, str]) -> str:
    """Which form fits the head-count (三(一)3): 妇女小组, 妇委会, 妇代会; 支部, 总支, 党委. A hint, never an error.

    The party's form goes by full and probationary members where the latter are known.

    Args:
        verdict: of one line.
        figures: in force on the day.
        standard: of the line on the day.
        forms: labels by code.
    """
    if standard is None or figures is None or standard.measure == Measure.ABOVE_SCALE or verdict.count is None:
        return ""
    size = verdict.count
    if verdict.line == Line.PARTY and size >= standard.obliged_from:
        size += figures.probationary_members or 0
    fitting = [rung for rung in standard.rungs if rung["min"] <= size]
    if not fitting:
        return ""
    fitting.sort(key=lambda one: one["min"])
    rung = fitting[-1]
    label = forms.get(rung["form"], rung["form"])
    bodies = [body for body in verdict.bodies if body.is_body]
    if not bodies:
        owed = [one for one in fitting if one["duty"] == "应建"]
        # A higher form that is only permitted stands behind the one that is owed, as on the page of standards.
        if verdict.state == State.GAP and rung["duty"] != "应建" and owed:
            return f"宜建{forms.get(owed[-1]['form'], owed[-1]['form'])},可建{label}"
        return f"{'宜建' if verdict.state == State.GAP else '可建'}{label}"
    own = [body.form for body in bodies if not body.joint]
    if own and label not in own and rung["duty"] == "应建":
        return f"现为{'、'.join(own)},按人数宜为{label}"
    return ""


def work_words(rows: Iterable[RegisterRow], as_of: date) -> None:
    """Puts what makes up 党的工作覆盖 beside the rows: bodies of any line but 一会三组, 组织员, instructors.

    Args:
        rows: get `more["work"]`; `more["instructor"]` is read where it stands.
        as_of: the date.
    """
    rows = list(rows)
    figures = {row.pk: row.figures for row in rows if row.figures}
    verdicts = explain_many([row.span for row in rows], as_of, figures)
    for row in rows:
        names = [
            f"{LABELS[line]}:{body.name}"
            for line in LINES
            if line != Line.MECHANISM
            for body in verdicts[row.pk][line].bodies
        ]
        sent = row.more.get("instructor")
        row.more["work"] = ";".join([*names, *([f"党建工作指导员 {sent}"] if sent else [])])


@dataclass(frozen=True)
class FigureTab:
    """One of the numbers that belong together, with how many organizations stand behind it."""

    measure: str
    label: str
    count: int


def figure_tabs(rows: Any, line: str) -> list[FigureTab]:
    """The numbers of one rate over the same organizations; one query.

    Args:
        rows: spans of one population, filtered by all but the measure.
        line: a line code or "all".
    """
    column = f"{STATE_COLUMNS[line]}__in"
    found = rows.order_by().aggregate(
        **{name: Count("pk", filter=Q(**{column: [int(s) for s in MEASURES[name]]})) for name, _ in FIGURE_TABS}
    )
    return [FigureTab(name, label, found[name]) for name, label in FIGURE_TABS]


def base_of(line: str, population: str, tabs: Iterable[FigureTab]) -> str:
    """The base of a figure with its rate: 基数:全部组织中应建工会的 531 家,已建 328 家,61.8%.

    Args:
        line: a line code or "all".
        population: a Population code.
        tabs: as `figure_tabs` gives them.
    """
    counts = {tab.measure: tab.count for tab in tabs}
    told = LineCounts(eligible=counts["eligible"], covered=counts["covered"])
    rate = percent(told.covered, told.eligible)
    base = "工会、团、妇至少应建一项的" if line == ALL else f"应建{LABELS[line]}的"
    return (
        f"基数:{Population(population).label}、正常经营且有年度数字的组织中{base} {told.eligible:,} 家,"
        f"其中已建 {told.covered:,} 家,{'—' if rate is None else f'{rate:.1f}%'}"
    )
