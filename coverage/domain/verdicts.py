"""Why: one organization's verdict per line at a date, with the figure, the standard, the clause and the body."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from coverage.models import ELIGIBLE, STATE_COLUMNS, UNKNOWN, Measure, Span, Standard, State
from orgs.lines import LINES, Line
from orgs.models import BranchMembership, Figures, Organization

# Words and shape for each verdict; pages add the colour.
WORDS = {
    State.COVERED: ("已建", "✓", "met"),
    State.COVERED_UNCONFIRMED: ("已建", "✓", "met"),
    State.GAP: ("应建未建", "▲", "late"),
    State.VOLUNTARY: ("自愿已建", "✓", "na"),
    State.VOLUNTARY_UNCONFIRMED: ("自愿已建", "✓", "na"),
    State.PERMITTED: ("可建", "○", "na"),
    State.NOT_YET: ("暂不具备", "–", "na"),
    State.NOT_APPLICABLE: ("不适用", "–", "na"),
    State.UNKNOWN: ("数据不足", "?", "due"),
    State.UNKNOWN_BUILT: ("数据不足", "?", "due"),
}

COUNT_WORDS = {
    Measure.EMPLOYEES: ("从业人员", "名从业人员"),
    Measure.WOMEN: ("女性从业人员", "名女性从业人员"),
    Measure.LEAGUE: ("团员", "名团员"),
    Measure.FULL: ("正式党员", "名正式党员"),
    Measure.UNION_MEMBERS: ("工会会员", "名工会会员"),
    Measure.ABOVE_SCALE: ("规模", ""),
}


@dataclass(frozen=True)
class Body:
    """A body of the line that covers the organization at the date."""

    name: str
    form: str
    is_body: bool
    joint: bool
    since: date
    confirmed: bool
    branch_id: int
    founded_on: date
    founded_precision: str
    composition: str
    provisional: bool = False


@dataclass
class Verdict:
    """One line of one organization at a date, in words a reader can check."""

    line: str
    state: State
    measure: str = ""
    count: int | None = None
    threshold: int | None = None
    clause: str = ""
    reading: str = ""
    figures_on: date | None = None
    assumed: bool = False
    bodies: list[Body] = field(default_factory=list)
    missing: str = ""
    hints: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        return WORDS[self.state][0]

    @property
    def shape(self) -> str:
        return WORDS[self.state][1]

    @property
    def tone(self) -> str:
        return WORDS[self.state][2]

    @property
    def line_label(self) -> str:
        return Line(self.line).label

    @property
    def is_gap(self) -> bool:
        return self.state == State.GAP

    @property
    def unconfirmed(self) -> bool:
        return self.state in (State.COVERED_UNCONFIRMED, State.VOLUNTARY_UNCONFIRMED)

    @property
    def reason(self) -> str:
        """The figure against the threshold, as one sentence."""
        word = COUNT_WORDS[Measure(self.measure)][0] if self.measure else ""
        if self.threshold is None:
            return "这一天没有有效的组建标准"
        if self.measure == Measure.ABOVE_SCALE:
            return {1: "规模以上", 0: "规模以下", None: "规模不明"}[self.count]
        if self.count is None:
            return f"{word}数不明,请补填"
        if self.state in ELIGIBLE:
            return f"{word} {self.count} 人,已达 {self.threshold} 人标准"
        return f"{word} {self.count} 人,应建标准 {self.threshold} 人"


def span_of(organization: Organization, as_of: date) -> Span | None:
    """The span that holds at the date; None before registration and after closing.

    Args:
        organization: an Organization.
        as_of: the date.
    """
    return Span.objects.filter(organization=organization).at(as_of).select_related("unit").first()


def explain(organization: Organization, as_of: date, span: Span | None = None) -> list[Verdict]:
    """The six verdicts of an organization at a date with their reasons; empty outside its life.

    At most four queries: span, figures, standards, bodies.

    Args:
        organization: an Organization.
        as_of: the date.
        span: the organization's span at the date where it is already at hand.
    """
    span = span or span_of(organization, as_of)
    if span is None:
        return []
    figures = _figures_at(organization, as_of)
    standards = {s.line: s for s in Standard.objects.filter(period__contains=as_of)}
    bodies = _bodies_at([organization.pk], as_of).get(organization.pk, {})
    return _verdicts(span, figures, standards, bodies)


def explain_many(spans: Iterable[Span], as_of: date, figures: Mapping[int, Figures]) -> dict[int, dict[str, Verdict]]:
    """The verdicts of many organizations at a date with their reasons, by organization and line; two queries.

    Args:
        spans: the organizations' spans at the date.
        as_of: the date.
        figures: the figures in force at the date, by organization.
    """
    spans = list(spans)
    standards = {s.line: s for s in Standard.objects.filter(period__contains=as_of)}
    bodies = _bodies_at([span.organization_id for span in spans], as_of)
    return {
        span.organization_id: {
            verdict.line: verdict
            for verdict in _verdicts(
                span, figures.get(span.organization_id), standards, bodies.get(span.organization_id, {})
            )
        }
        for span in spans
    }


def _verdicts(
    span: Span, figures: Figures | None, standards: dict[str, Standard], bodies: dict[str, list[Body]]
) -> list[Verdict]:
    return [
        _verdict(line, State(getattr(span, STATE_COLUMNS[line])), span, figures, standards.get(line), bodies)
        for line in LINES
    ]


def _figures_at(organization: Organization, as_of: date) -> Figures | None:
    """The row with the greatest as_of ≤ t; before the first row, the first row carried back."""
    rows = list(Figures.objects.filter(organization=organization).order_by("as_of"))
    past = [row for row in rows if row.as_of <= as_of]
    return past[-1] if past else rows[0] if rows else None


def _bodies_at(organization_ids: list[int], as_of: date) -> dict[int, dict[str, list[Body]]]:
    memberships: Iterable[tuple[Any, ...]] = (
        BranchMembership.objects.filter(
            organization__in=organization_ids, period__contains=as_of, branch__forms__period__contains=as_of
        )
        .order_by("branch__line", "branch__founded_on", "branch_id")
        .values_list(
            "organization_id",
            "branch__line",
            "branch__name",
            "branch__forms__form__label",
            "branch__forms__form__is_body",
            "branch__composition",
            "period",
            "branch__confirmed_at",
            "branch_id",
            "branch__is_provisional",
            "branch__dissolved_on",
            "branch__founded_on",
            "branch__founded_precision",
        )
    )
    found: dict[int, dict[str, list[Body]]] = {}
    for owner, line, name, form, is_body, way, period, confirmed, pk, provisional, end, start, precision in memberships:
        if start <= as_of and (end is None or as_of < end):
            found.setdefault(owner, {}).setdefault(line, []).append(
                Body(
                    name=name or form,
                    form=form,
                    is_body=is_body,
                    joint=way != "own",
                    since=period.lower,
                    confirmed=bool(confirmed),
                    branch_id=pk,
                    founded_on=start,
                    founded_precision=precision,
                    composition=way,
                    provisional=provisional,
                )
            )
    return found


def _verdict(line, state, span, figures, standard, bodies) -> Verdict:
    verdict = Verdict(line=line, state=state, bodies=bodies.get(line, []), assumed=span.assumed)
    if standard is None:
        return verdict
    verdict.measure, verdict.threshold = standard.measure, standard.obliged_from
    verdict.clause, verdict.reading = standard.clause, standard.reading
    verdict.figures_on = figures.as_of if figures else None
    if standard.measure == Measure.ABOVE_SCALE:
        verdict.count = None if span.scale is None else int(span.scale)
    else:
        verdict.count = getattr(figures, standard.measure) if figures else None
    word = COUNT_WORDS[Measure(standard.measure)][1]
    covering = [b for b in verdict.bodies if b.is_body]
    if state == State.GAP:
        verdict.missing = f"还差1个{Line(line).label}"
    elif state in (State.PERMITTED, State.NOT_YET) and word and verdict.count is not None:
        verdict.missing = f"达到应建标准还差{verdict.threshold - verdict.count}{word}"
    elif state in UNKNOWN:
        revenue_decides = (
            standard.measure == Measure.ABOVE_SCALE and figures is not None and figures.employees is not None
        )
        verdict.missing = "请补填年营业收入" if revenue_decides else "请补填人数"
    own_body_due = standard.own_body_from and (verdict.count or 0) >= standard.own_body_from
    if own_body_due and covering and all(b.joint for b in covering):
        verdict.hints.append("现由联合组织覆盖,按条款应单独建")
    if line == Line.WOMEN_WORKERS and covering and not any(b.is_body for b in bodies.get(Line.UNION, [])):
        verdict.hints.append("有女工委员会而没有工会,请核对")
    return verdict
