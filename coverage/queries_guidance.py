"""Reads of 分类指导 (三(一)1): classes with reasons, the path of class C, what was done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from coverage.domain.classes import LABELS, Guidance, guidance_of_many, with_class
from coverage.domain.guidance import SEARCH, VISIT, Path, suggested
from coverage.models import BUILT, GuidanceMeasure, Span
from coverage.queries_pages import spans_at
from orgs.lines import MASS_LINES
from orgs.models import Instructor, MemberSearch, Organization
from orgs.models.codes import CodeList
from orgs.permissions import concerns_own_organization
from orgs.queries import codes

BUILT_STATES = [int(state) for state in BUILT]
STEPS = (("searched", "排查党员"), ("instructed", "选派指导员"), ("massed", "先建群团"))


def guidance_spans(user, as_of: date) -> QuerySet[Span]:
    """Organizations of the base with their class as `guidance`.

    Args:
        user: the signed-in User.
        as_of: the date, inclusive.
    """
    return with_class(spans_at(user, as_of).in_base(), as_of)


def _searches(as_of: date) -> tuple[QuerySet, QuerySet]:
    """Visits that looked for members, and measures that say so; whether, never how many."""
    return (
        MemberSearch.objects.filter(visited_on__lte=as_of).order_by(),
        GuidanceMeasure.objects.filter(kind=SEARCH, done_on__lte=as_of).order_by(),
    )


def step_condition(step: str, as_of: date) -> Q:
    """Spans of a day whose organization has done a step of the path of class C.

    Args:
        step: one of `STEPS`.
        as_of: the day.
    """
    if step == "massed":
        condition = Q(pk__in=())
        for line in MASS_LINES:
            condition |= Q(**{f"{line}_state__in": BUILT_STATES})
        return condition
    own = {"organization": OuterRef("organization")}
    if step == "instructed":
        return Q(Exists(Instructor.objects.filter(period__contains=as_of, **own)))
    counted, told = _searches(as_of)
    return Q(Exists(counted.filter(**own))) | Q(Exists(told.filter(**own)))


def paths_of(spans: Iterable[Span], as_of: date) -> dict[int, Path]:
    """How far organizations have come on the path of class C, three queries.

    Args:
        spans: spans of the day.
        as_of: the day.
    """
    spans = list(spans)
    ids = [span.organization_id for span in spans]
    counted, told = _searches(as_of)
    searched = set(counted.filter(organization__in=ids).values_list("organization_id", flat=True))
    searched |= set(told.filter(organization__in=ids).values_list("organization_id", flat=True))
    sent = Instructor.objects.filter(organization__in=ids, period__contains=as_of).order_by()
    instructed = set(sent.values_list("organization_id", flat=True))
    return {
        span.organization_id: Path(
            span.organization_id in searched,
            span.organization_id in instructed,
            any(getattr(span, f"{line}_state") in BUILT_STATES for line in MASS_LINES),
            span.party_state in BUILT_STATES,
        )
        for span in spans
    }


@dataclass(frozen=True)
class GuidanceRow:
    """One organization on the list of 分类指导.

    Attributes:
        span: of the day.
        guidance: its class with the reasons.
        path: how far it has come.
        last: the last measure up to the day, in words.
        visited_on: the day of the last visit.
    """

    span: Span
    guidance: Guidance
    path: Path
    last: str
    visited_on: date | None

    @property
    def pk(self) -> int:
        """The organization's key: spans are made anew with every change."""
        return self.span.organization_id

    @property
    def organization(self):
        return self.span.organization

    @property
    def source(self) -> str:
        """Computed, or given with which reason in place of which class."""
        given = self.guidance.given
        if given is None:
            return "系统计算"
        return f"人工调整(系统计算为 {self.guidance.computed} 类):{given.reason}"

    @property
    def suggestions(self) -> tuple[str, ...]:
        return suggested(self.guidance.letter, self.guidance.reasons, self.path)


def guidance_rows(spans: Iterable[Span], *, as_of: date) -> list[GuidanceRow]:
    """Spans as the list shows them: eight queries more at most, whatever their number.

    Args:
        spans: as `guidance_spans` gives them.
        as_of: the date.
    """
    spans = list(spans)
    classes, paths = guidance_of_many(spans, as_of), paths_of(spans, as_of)
    labels = codes(CodeList.GUIDANCE_MEASURE)
    done = GuidanceMeasure.objects.filter(
        organization__in=[span.organization_id for span in spans], done_on__lte=as_of
    ).order_by("done_on", "pk")
    last: dict[int, str] = {}
    visits: dict[int, date] = {}
    for pk, kind, day in done.values_list("organization_id", "kind", "done_on"):
        last[pk] = f"{day} {labels.get(kind, kind)}"
        if kind == VISIT:
            visits[pk] = day
    return [
        GuidanceRow(
            span,
            classes[span.organization_id],
            paths[span.organization_id],
            last.get(span.organization_id, ""),
            visits.get(span.organization_id),
        )
        for span in spans
    ]


@dataclass(frozen=True)
class ClassCount:
    """How many organizations are of one class; `given` of them by override."""

    letter: str
    label: str
    count: int


def class_counts(rows: QuerySet[Span]) -> list[ClassCount]:
    """How many organizations of each class, one query.

    Args:
        rows: as `guidance_spans` gives them, filtered or not.
    """
    found = dict(rows.order_by().values("guidance").annotate(n=Count("pk")).values_list("guidance", "n"))
    return [ClassCount(letter, label, found.get(letter, 0)) for letter, label in LABELS.items()]


@dataclass(frozen=True)
class MeasureRow:
    """One measure in words."""

    measure: GuidanceMeasure
    label: str
    note: str
    who: str


@dataclass(frozen=True)
class GuidanceShown:
    """What an organization's page tells of 分类指导.

    Attributes:
        path: how far it has come.
        suggestions: what to do next.
        overrides: every override, the latest first.
        measures: up to the day, the latest first.
    """

    path: Path
    suggestions: tuple[str, ...]
    overrides: list
    measures: list[MeasureRow]


def guidance_shown(
    organization: Organization, guidance: Guidance | None, span: Span | None, user, as_of: date
) -> GuidanceShown:
    """The part of an organization's page: five queries.

    An account of the organization itself reads which measures there were, not what the visitors noted.

    Args:
        organization: already checked for visibility.
        guidance: its class of the day.
        span: of the day.
        user: the signed-in User.
        as_of: the day.
    """
    path = paths_of([span], as_of)[organization.pk] if span else Path(False, False, False, False)
    own = concerns_own_organization(user, organization.pk)
    labels = codes(CodeList.GUIDANCE_MEASURE)
    measures = organization.guidance_measures.filter(done_on__lte=as_of).select_related("recorded_by")
    return GuidanceShown(
        path,
        suggested(guidance.letter, guidance.reasons, path) if guidance else (),
        list(organization.guidance_overrides.select_related("made_by").order_by("-period")),
        [
            MeasureRow(
                row,
                labels.get(row.kind, row.kind),
                "" if own else row.note,
                "" if own or row.recorded_by is None else str(row.recorded_by),
            )
            for row in measures.order_by("-done_on", "-pk")
        ],
    )
