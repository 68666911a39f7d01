"""Reads of what is lacking: organizations without a body of one line, with the reason and the plan (四清)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from coverage.domain.verdicts import COUNT_WORDS
from coverage.models import STATE_COLUMNS, Measure, Span, Standard, State
from coverage.queries_pages import spans_at, with_figure
from coverage.tags import Tag, tag_of
from orgs.models import EstablishmentPlan, Figures, Organization
from orgs.queries_list import figures_at
from orgs.queries_plans import LinePlans, is_overdue, plans_at, plans_of, reason_words

# Where a body may be missed; 不适用 misses none.
LACKING = (State.GAP, State.PERMITTED, State.NOT_YET, State.UNKNOWN)
NOT_FILLED = "none"


def lacking_spans(user, line: str, as_of: date, standard: Standard | None) -> QuerySet[Span]:
    """Organizations of the base that no body of a line covers, with what is recorded of it to filter and sort by.

    Adds `plan_reason`, `plan_planned_on`, `plan_responsible` and the figure `f_…` of the standard.

    Args:
        user: the signed-in User.
        line: code of `Line`.
        as_of: the date, inclusive.
        standard: of the line on the date.
    """
    rows = spans_at(user, as_of).in_base().filter(**{f"{STATE_COLUMNS[line]}__in": LACKING})
    plan = _plans(line, as_of)
    figure = "employees" if standard is None or standard.measure == Measure.ABOVE_SCALE else standard.measure
    return with_figure(rows, as_of, figure).annotate(
        plan_reason=Subquery(plan.values("reason")[:1]),
        plan_planned_on=Subquery(plan.values("planned_on")[:1]),
        plan_responsible=Subquery(plan.values("responsible")[:1]),
    )


def _plans(line: str, as_of: date) -> QuerySet[EstablishmentPlan]:
    return EstablishmentPlan.objects.filter(
        organization=OuterRef("organization"), line=line, period__contains=as_of
    ).order_by()


def standard_at(line: str, as_of: date) -> Standard | None:
    """The standard of a line in force on a day.

    Args:
        line: code of `Line`.
        as_of: the day.
    """
    return Standard.objects.filter(line=line, period__contains=as_of).first()


def with_reason(rows: QuerySet[Span], line: str, as_of: date, reason: str) -> QuerySet[Span]:
    """Those of which a reason is recorded on the day, or nothing at all.

    Args:
        rows: spans.
        line: code of `Line`.
        as_of: the day.
        reason: code of the list 未建原因, or NOT_FILLED.
    """
    plans = _plans(line, as_of)
    return rows.filter(~Exists(plans)) if reason == NOT_FILLED else rows.filter(Exists(plans.filter(reason=reason)))


def plans_shown(organization: Organization, span: Span | None, as_of: date) -> list[LinePlans]:
    """What the organization's page tells of its missing bodies; lines that do not apply and bear no record are left out.

    Args:
        organization: already checked for visibility.
        span: of the day, None where the organization has none.
        as_of: the day, inclusive.
    """
    states = {line: getattr(span, column) for line, column in STATE_COLUMNS.items()} if span else {}
    return [
        replace(row, owed=states.get(row.line) == State.GAP)
        for row in plans_of(organization, as_of)
        if row.current or row.earlier or states.get(row.line) != State.NOT_APPLICABLE
    ]


@dataclass
class PlanRow:
    """One organization that lacks a body of the line, as the list shows it.

    Attributes:
        span: of the date.
        line: code of `Line`.
        figures: in force on the date.
        plan: the record of the date, None where nothing is filled in.
        standard: of the line on the date.
        as_of: the date.
        editable: whether the account may fill it in.
    """

    span: Span
    line: str
    figures: Figures | None
    plan: EstablishmentPlan | None
    standard: Standard | None
    as_of: date
    editable: bool

    @property
    def pk(self) -> int:
        """The organization's key: spans are made anew with every change."""
        return self.span.organization_id

    @property
    def organization(self):
        return self.span.organization

    @property
    def tag(self) -> Tag:
        return tag_of(getattr(self.span, STATE_COLUMNS[self.line]))

    @property
    def basis(self) -> str:
        """The figure that obliges, beside its threshold: 正式党员 5(≥ 3)."""
        if self.standard is None:
            return ""
        measure = Measure(self.standard.measure)
        if measure == Measure.ABOVE_SCALE:
            return {True: "规模以上", False: "规模以下", None: "规模不明"}[self.span.scale]
        count = getattr(self.figures, measure.value) if self.figures else None
        return f"{COUNT_WORDS[measure][0]} {'不明' if count is None else count}(≥ {self.standard.obliged_from})"

    @property
    def reason(self) -> str:
        return reason_words(self.plan) if self.plan else "未填"

    @property
    def overdue(self) -> bool:
        return is_overdue(self.plan, self.as_of)


def plan_rows(
    spans: Iterable[Span], *, line: str, as_of: date, standard: Standard | None, editable: bool
) -> list[PlanRow]:
    """Spans with figures and record beside them: two queries whatever their number.

    Args:
        spans: as `lacking_spans` gives them.
        line: code of `Line`.
        as_of: the date.
        standard: of the line on the date.
        editable: whether the account may fill in the line.
    """
    spans = list(spans)
    ids = [span.organization_id for span in spans]
    figures, plans = figures_at(ids, as_of), plans_at(ids, line, as_of)
    return [
        PlanRow(s, line, figures.get(s.organization_id), plans.get(s.organization_id), standard, as_of, editable)
        for s in spans
    ]


@dataclass(frozen=True)
class PlanCounts:
    """How far a list is filled in.

    Attributes:
        unfilled: without a reason.
        planned: with a day planned.
        overdue: whose planned day is past.
    """

    unfilled: int
    planned: int
    overdue: int

    @property
    def words(self) -> str:
        return f"未填原因 {self.unfilled:,} 家,已定组建日期 {self.planned:,} 家,其中逾期 {self.overdue:,} 家"


def plan_counts(rows: QuerySet[Span], as_of: date) -> PlanCounts:
    """The counts above the list; one query.

    Args:
        rows: as `lacking_spans` gives them, filtered.
        as_of: the date.
    """
    found = rows.order_by().aggregate(
        unfilled=Count("pk", filter=Q(plan_reason=None)),
        planned=Count("pk", filter=Q(plan_planned_on__isnull=False)),
        overdue=Count("pk", filter=Q(plan_planned_on__lt=as_of)),
    )
    return PlanCounts(found["unfilled"], found["planned"], found["overdue"])
