"""Schemes and assessments as pages, lists and the interface read them, limited to what an account may know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from evaluation.domain.raters import rated_q, reached_q
from evaluation.domain.scoring import half_up
from evaluation.models import Assessment, AssessmentState, Band, Indicator, Rater, Scheme, SchemeState
from evaluation.permissions_scores import may_have_own_assessments, may_see_assessments
from orgs.models import Placement, Unit

OWN = "assessments.own"
VIEW = "assessments.view"


def all_schemes() -> QuerySet[Scheme]:
    """Every scheme, the newest year first."""
    return Scheme.objects.order_by("-year", "subject", "name", "pk")


def schemes_opened() -> QuerySet[Scheme]:
    """Schemes that have assessments."""
    return all_schemes().filter(opened_at__isnull=False)


def all_indicators() -> QuerySet[Indicator]:
    """Every indicator, with its scheme."""
    return Indicator.objects.select_related("scheme").order_by("scheme", "order", "pk")


def band_names() -> list[str]:
    """Names of bands in use, the best first."""
    rows = Band.objects.filter(scheme__opened_at__isnull=False).order_by("-from_score", "name")
    return list(dict.fromkeys(rows.values_list("name", flat=True)))


@dataclass
class SchemeCounts:
    """A scheme with the assessments in sight.

    Attributes:
        scheme: the row.
        total, complete, confirmed: how many there are, have every score, are confirmed.
        indicators: how many lines it has.
    """

    scheme: Scheme
    total: int = 0
    complete: int = 0
    confirmed: int = 0
    indicators: int = 0


def schemes_with_counts(user: Any) -> list[SchemeCounts]:
    """All schemes with the assessments an account may see: three queries.

    Args:
        user: the signed-in User.
    """
    schemes = all_schemes().annotate(indicator_count=Count("indicators"))
    seen = Assessment.objects.visible_to(user).filter(reached_q(user, VIEW)).order_by()
    counted = seen.values("scheme").annotate(
        total=Count("pk"),
        complete=Count("pk", filter=Q(missing=0)),
        confirmed=Count("pk", filter=Q(state=AssessmentState.CONFIRMED)),
    )
    by_scheme = {row["scheme"]: row for row in counted}
    found = []
    for scheme in schemes:
        row = by_scheme.get(scheme.pk, {})
        numbers = [row.get(name, 0) for name in ("total", "complete", "confirmed")]
        found.append(SchemeCounts(scheme, *numbers, scheme.indicator_count))
    return found


def with_place(rows: QuerySet[Assessment], day: date) -> QuerySet[Assessment]:
    """Assessments with `place_id` and `place_order`: the unit they are of, or the organization stands under.

    Args:
        rows: assessments.
        day: the day whose placements count.
    """
    placed = Placement.objects.filter(organization=OuterRef("organization"), period__contains=day)
    return rows.annotate(
        place_id=Coalesce("unit_id", Subquery(placed.values("unit")[:1]), output_field=BigIntegerField()),
        place_order=Coalesce("unit__path", Subquery(placed.values("unit__path")[:1])),
    )


def assessments_seen(user: Any, day: date) -> QuerySet[Assessment]:
    """Assessments whose course an account may follow: those its offices see, never by its own organization's role.

    Args:
        user: the signed-in User.
        day: the day whose placements say the unit.
    """
    rows = Assessment.objects.visible_to(user).filter(reached_q(user, VIEW))
    return (
        with_place(rows, day)
        .select_related("scheme", "organization", "unit", "provisional_band", "band")
        .defer("computation")
    )


def assessments_opened(user: Any) -> QuerySet[Assessment]:
    """Assessments whose page an account may open: the offices', and those of its own organizations.

    Args:
        user: the signed-in User.
    """
    mine = Q(pk__in=())
    if may_see_assessments(user):
        mine |= reached_q(user, VIEW)
    if may_have_own_assessments(user):
        mine |= reached_q(user, OWN)
    rows = Assessment.objects.visible_to(user).filter(mine)
    return rows.select_related("scheme", "organization", "unit", "provisional_band", "band").defer("computation")


def follows(user: Any, assessment: Assessment) -> bool:
    """Whether an account sees all raters' scores before the result is confirmed.

    Args:
        user: the signed-in User.
        assessment: one it may open.
    """
    return may_see_assessments(user) and Assessment.objects.filter(reached_q(user, VIEW), pk=assessment.pk).exists()


@dataclass(frozen=True)
class AssessmentRow:
    """One assessment as a list shows it.

    Attributes:
        assessment: with scheme, organization or unit, and bands.
        place: the unit, None where the organization stands under none.
    """

    assessment: Assessment
    place: Unit | None

    @property
    def pk(self) -> int:
        return self.assessment.pk

    @property
    def name(self) -> str:
        """The organization or the unit as it is called now."""
        row = self.assessment
        return row.organization.name if row.organization else row.unit.name if row.unit else row.name

    @property
    def code(self) -> str:
        """The organization's code, "" for a unit."""
        row = self.assessment.organization
        return (row.uscc or row.old_code or "") if row else ""

    @property
    def band(self) -> str:
        """The band, "" while scores are missing."""
        return str(self.assessment.provisional_band or "")

    @property
    def missing_words(self) -> str:
        """尚缺 n 项, 齐全."""
        return f"尚缺 {self.assessment.missing} 项" if self.assessment.missing else "齐全"

    @property
    def raters_missing(self) -> str:
        """Which raters have not rated everything, with how many."""
        row = self.assessment
        counts = {Rater.SELF: row.self_missing, Rater.UNIT: row.unit_missing, Rater.COUNTY: row.county_missing}
        if row.unit_id:
            del counts[Rater.UNIT]
        return "、".join(f"{rater.label} {count} 项" for rater, count in counts.items() if count)


def assessment_rows(rows: Iterable[Assessment]) -> list[AssessmentRow]:
    """What the columns of the list read: one query more.

    Args:
        rows: of `assessments_seen`.
    """
    rows = list(rows)
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in={row.place_id for row in rows})}  # type: ignore[attr-defined]
    return [AssessmentRow(row, units.get(row.place_id)) for row in rows]  # type: ignore[attr-defined]


@dataclass
class Tally:
    """How the assessments of one unit with those below it stand.

    Attributes:
        all: assessments.
        bands: name of the band → how many complete ones are in it.
        incomplete: how many lack a score.
        confirmed: how many are confirmed.
        points: sum of the complete ones' totals.
    """

    all: int = 0
    bands: dict[str, int] = field(default_factory=dict)
    incomplete: int = 0
    confirmed: int = 0
    points: Decimal = Decimal(0)

    @property
    def complete(self) -> int:
        """The base of the average."""
        return self.all - self.incomplete

    @property
    def average(self) -> Decimal | None:
        """Over the complete ones alone; None where there is none."""
        return half_up(self.points / self.complete) if self.complete else None

    def add(self, row: dict[str, Any], names: Sequence[str]) -> None:
        """Adds one unit's counts."""
        self.all += row["all"]
        self.incomplete += row["incomplete"]
        self.confirmed += row["confirmed"]
        self.points += row["points"] or 0
        for at, name in enumerate(names):
            self.bands[name] = self.bands.get(name, 0) + row[f"band{at}"]


@dataclass(frozen=True)
class Summary:
    """考核汇总 of one scheme.

    Attributes:
        scheme: which.
        bands: names from the best down.
        rows: (unit, depth, tally with those below) in the order of the tree, units without any left out.
        total: everything in sight.
        unplaced: how many stand under no unit; they are in the total alone.
    """

    scheme: Scheme
    bands: list[str]
    rows: list[tuple[Unit, int, Tally]]
    total: Tally
    unplaced: int


def summary_of(user: Any, scheme: Scheme, day: date) -> Summary:
    """Counts by unit and band: three queries.

    Args:
        user: the signed-in User.
        scheme: an opened one.
        day: the day whose placements say the unit.
    """
    bands = list(scheme.bands.all())
    names = [band.name for band in bands]
    seen = with_place(Assessment.objects.visible_to(user).filter(reached_q(user, VIEW), scheme=scheme), day)
    counted = seen.order_by().values("place_order").annotate(
        all=Count("pk"),
        incomplete=Count("pk", filter=Q(missing__gt=0)),
        confirmed=Count("pk", filter=Q(state=AssessmentState.CONFIRMED)),
        points=Sum("total"),
        **{f"band{at}": Count("pk", filter=Q(provisional_band=band)) for at, band in enumerate(bands)},
    )  # fmt: skip
    total, unplaced = Tally(bands=dict.fromkeys(names, 0)), 0
    placed: list[dict[str, Any]] = []
    for row in counted:
        total.add(row, names)
        if row["place_order"] is None:
            unplaced += row["all"]
        else:
            placed.append(row)
    rows = []
    for unit in _in_order(list(Unit.objects.visible_to(user).order_by("path"))):
        tally = Tally(bands=dict.fromkeys(names, 0))
        for row in placed:
            if row["place_order"].startswith(unit.path):
                tally.add(row, names)
        if tally.all and unit.parent_id:
            rows.append((unit, max(0, unit.path.strip("/").count("/") - 1), tally))
    return Summary(scheme, names, rows, total, unplaced)


def _in_order(units: list[Unit]) -> list[Unit]:
    order = {unit.path: (unit.order, unit.code) for unit in units}

    def key(unit: Unit) -> list[tuple[int, str]]:
        parts = unit.path.strip("/").split("/")
        paths = ["/" + "/".join(parts[: depth + 1]) + "/" for depth in range(len(parts))]
        return [order.get(path, (0, "")) for path in paths]

    return sorted(units, key=key)


def own_assessments(user: Any) -> list[Assessment]:
    """Those of the account's own organizations, the newest scheme first.

    Args:
        user: the signed-in User.
    """
    rows = Assessment.objects.visible_to(user).filter(reached_q(user, OWN))
    return list(rows.select_related("scheme", "organization", "band").order_by("-scheme__year", "name", "pk"))


@dataclass(frozen=True)
class ResultShown:
    """One assessment in a few words, as far as the reader may know it.

    Attributes:
        assessment: with its scheme.
        followed: whether what is not confirmed may be shown.
    """

    assessment: Assessment
    followed: bool

    @property
    def confirmed(self) -> bool:
        """Whether the result stands."""
        return self.assessment.state == AssessmentState.CONFIRMED

    @property
    def total(self) -> Decimal | None:
        """The confirmed score, or how it stands for whoever may follow it."""
        row = self.assessment
        return row.result if self.confirmed else row.total if self.followed else None

    @property
    def band(self) -> str:
        """The band likewise."""
        row = self.assessment
        return str((row.band if self.confirmed else row.provisional_band if self.followed else None) or "")


def assessments_of(organization_id: int, user: Any) -> list[ResultShown] | None:
    """What an organization's page says of its assessments; None for accounts that open none: two queries.

    Args:
        organization_id: an organization in sight.
        user: the signed-in User.
    """
    if not (may_see_assessments(user) or may_have_own_assessments(user)):
        return None
    seen = Exists(Assessment.objects.filter(reached_q(user, VIEW), pk=OuterRef("pk")))
    rows = assessments_opened(user).filter(organization=organization_id).annotate(followed=seen)
    return [ResultShown(row, row.followed) for row in rows.order_by("-scheme__year", "scheme__name", "pk")]


def to_rate(user: Any, rater: str, rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Those of the rows that an account may rate as somebody now or could once they are opened again.

    Args:
        user: the signed-in User.
        rater: code of `Rater`.
        rows: of `assessments_seen`.
    """
    return rows.filter(rated_q(user, rater), scheme__state=SchemeState.OPEN)


def scheme_shown(pk_rows: QuerySet[Scheme]) -> QuerySet[Scheme]:
    """Schemes with indicators and bands loaded.

    Args:
        pk_rows: schemes.
    """
    return pk_rows.prefetch_related(Prefetch("indicators", Indicator.objects.order_by("order", "pk")), "bands")
