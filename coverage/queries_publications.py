"""Reads of published figures for their pages, export and API."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Sum

from coverage.domain.causes import find_causes
from coverage.domain.differences import CauseKind, Comparison, Difference, compare
from coverage.domain.figures import Counts, LineCounts, Report, report
from coverage.domain.publications import method_version, rules_now
from coverage.domain.published_figures import published_report, rule_in_force, standard_of
from coverage.models import (
    ALL,
    STATE_COLUMNS,
    Population,
    Publication,
    PublishedCell,
    PublishedOrganization,
    Standard,
)
from coverage.queries_dashboard import LABELS, MilestoneRow, milestone_row
from coverage.tags import Tag, tag_of
from orgs.lines import LINES
from orgs.models import Organization, Unit
from orgs.permissions import may_see_publications, scope_for
from orgs.queries_branches import provisional_bodies

SHOWN_LINES = (ALL, *LINES)
VIEW = "publications.view"
# So many excluded organizations stand on the page itself.
EXCLUSIONS = 50


def publications() -> QuerySet[Publication]:
    """Every publication; what of its figures is read is the sight's affair."""
    return Publication.objects.select_related("frozen_by", "previous")


def publication_asked(text: str) -> Publication | None:
    """The publication of a key in an address; the latest that stands where none is named, None where there is none.

    Args:
        text: a key, or "" for the latest.
    """
    if text:
        return publications().filter(pk=int(text[:18])).first() if text.isdecimal() else None
    return publications().standing().order_by("-frozen_at", "-pk").first()


def latest_of_day(day: date) -> Publication | None:
    """The last publication of a date that stands.

    Args:
        day: the date published.
    """
    return publications().standing().filter(as_of=day).order_by("-frozen_at", "-pk").first()


@dataclass
class PublicationRow:
    """One publication as the list shows it, with the headline of what the account sees."""

    publication: Publication
    organizations: int = 0
    excluded: int = 0
    counts: LineCounts = field(default_factory=LineCounts)

    @property
    def pk(self) -> int:
        return self.publication.pk

    @property
    def tag(self) -> Tag:
        return state_tag(self.publication)


def state_tag(publication: Publication) -> Tag:
    """定稿 or 作废 with a shape.

    Args:
        publication: which one.
    """
    return Tag(publication.state, "×", "na") if publication.withdrawn_at else Tag(publication.state, "✓", "met")


def publication_rows(rows: Iterable[Publication], *, user: Any) -> list[PublicationRow]:
    """Publications with base and 群团全建 of the account's sight: one query more.

    Args:
        rows: publications of one page, or of a whole export.
        user: the signed-in User.
    """
    found = {row.pk: PublicationRow(row) for row in rows}
    cells = (
        PublishedCell.objects.visible_to(user)
        .filter(publication__in=found)
        .order_by()
        .values("publication_id", "day")
        .annotate(
            base=Sum("organizations"), away=Sum("excluded"), eligible=Sum("all_eligible"), covered=Sum("all_covered")
        )
    )
    for cell in cells:
        row = found[cell["publication_id"]]
        if cell["day"] == row.publication.as_of:
            row.organizations, row.excluded = cell["base"], cell["away"]
            row.counts = LineCounts(eligible=cell["eligible"], covered=cell["covered"])
    return list(found.values())


@dataclass
class PublishedPage:
    """A publication as its page shows it."""

    publication: Publication
    report: Report
    milestones: list[MilestoneRow]
    exclusions: list[PublishedOrganization]
    standards: list[tuple[Standard, str]]
    scale_rules: list[dict[str, Any]]
    others: list[Publication]
    same_method: bool
    unit: Unit | None

    @property
    def populations(self) -> list[tuple[str, str, Counts]]:
        return [(p.value, p.label, self.report.populations[p]) for p in Population]

    @property
    def lines(self) -> list[tuple[str, str]]:
        return [(line, LABELS[line]) for line in SHOWN_LINES]

    @property
    def headline(self) -> list[tuple[str, str, LineCounts]]:
        """Every line of all organizations."""
        whole = self.report.populations[Population.ALL].lines
        return [(line, LABELS[line], whole[line]) for line in SHOWN_LINES]

    @property
    def tag(self) -> Tag:
        return state_tag(self.publication)


def published_page(publication: Publication, *, user: Any, unit: Unit | None) -> PublishedPage:
    """Everything the page of a publication shows, three queries: cells, exclusions, other publications.

    Args:
        publication: which one.
        user: the signed-in User.
        unit: restricts to this unit and those below it.
    """
    found = published_report(publication, user=user, unit=unit)
    day = publication.as_of
    scale = rule_in_force(publication.rules["scale_rules"], day)
    return PublishedPage(
        publication=publication,
        report=found,
        milestones=[milestone_row(m) for m in found.milestones],
        exclusions=list(
            published_organizations(publication, user, unit)
            .filter(excluded=True)
            .order_by("sort_key", "pk")[:EXCLUSIONS]
        ),
        standards=[
            (standard_of(rule), period_words(rule))
            for rule in sorted(
                rule_in_force(publication.rules["standards"], day), key=lambda rule: LINES.index(rule["line"])
            )
        ],
        scale_rules=[{**rule, "period": period_words(rule)} for rule in scale],
        others=list(publications().exclude(pk=publication.pk).order_by("-as_of", "-frozen_at")[:20]),
        same_method=publication.method == method_version(),
        unit=unit,
    )


def period_words(rule: dict[str, Any]) -> str:
    """The validity of a frozen rule, both days included.

    Args:
        rule: with `from` and `until`.
    """
    last = date.fromisoformat(rule["until"]) - timedelta(days=1) if rule["until"] else "今后"
    return f"{rule['from'] or '起初'} 至 {last}"


def published_organizations(
    publication: Publication | None, user: Any, unit: Unit | None = None
) -> QuerySet[PublishedOrganization]:
    """The frozen organizations an account reads.

    Args:
        publication: which one; none at all without.
        user: the signed-in User.
        unit: restricts to this unit and those below it.
    """
    rows = PublishedOrganization.objects.visible_to(user).filter(publication=publication)
    return rows if unit is None else rows.filter(unit__path__startswith=unit.path)


@dataclass
class FrozenRow:
    """One frozen organization as the list shows it."""

    row: PublishedOrganization
    live: bool

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def scale_word(self) -> str:
        return {True: "规模以上", False: "规模以下", None: "规模不明"}[self.row.scale]

    def verdict_word(self, line: str) -> str:
        return "剔除" if self.row.excluded else tag_of(getattr(self.row, STATE_COLUMNS[line])).word

    def bodies(self, line: str) -> str:
        return "、".join(self.row.bodies.get(line, ()))

    @property
    def exclusion_words(self) -> str:
        x = self.row.exclusion
        return f"{x['label']}(自 {x['from']}):{x['reason']},批准 {x['approver']}" if x else ""


def frozen_rows(rows: Iterable[PublishedOrganization], *, user: Any) -> list[FrozenRow]:
    """Frozen organizations with whether the register's page of today opens for the account: one query more.

    Args:
        rows: of one page, or of a whole export.
        user: the signed-in User.
    """
    rows = list(rows)
    keys = [row.organization_id for row in rows]
    live = set(Organization.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    return [FrozenRow(row, row.organization_id in live) for row in rows]


@dataclass(frozen=True)
class Quality:
    """What a reader should know is open before figures are frozen, in organizations; joint bodies in bodies."""

    unknown_figures: int
    unknown_scale: int
    assumed: int
    unconfirmed: dict[str, int]
    provisional: int

    @property
    def unconfirmed_words(self) -> str:
        return "、".join(f"{LABELS[line]} {n}" for line, n in self.unconfirmed.items())


def quality_of(found: Report, user: Any) -> Quality:
    """The open items of a date's figures: one query.

    Args:
        found: the figures.
        user: the signed-in User, who sees the county.
    """
    lines = found.populations[Population.ALL].lines
    return Quality(
        unknown_figures=found.base.unknown_figures,
        unknown_scale=found.base.unknown_scale,
        assumed=found.base.assumed,
        unconfirmed={line: lines[line].unconfirmed for line in LINES if lines[line].unconfirmed},
        provisional=provisional_bodies(user, found.as_of).count(),
    )


@dataclass(frozen=True)
class PublishedNote:
    """What a page of live figures says of the publication of its date."""

    publication: Publication
    differs: bool


def published_note(found: Report, *, user: Any, unit: Unit | None) -> PublishedNote | None:
    """The last standing publication of the date of live figures, and whether their sums differ now: two queries.

    Args:
        found: live figures of the account's sight.
        user: the signed-in User; None is told to who may not see publications.
        unit: the unit `found` is restricted to.
    """
    publication = latest_of_day(found.as_of) if may_see_publications(user) else None
    if publication is None:
        return None
    then, now = published_report(publication, user=user, unit=unit).as_json(), found.as_json()
    return PublishedNote(publication, any(then[part] != now[part] for part in ("base", "populations", "units")))


class DifferenceRows:
    """Differences as a list page asks for rows: filtered, ordered, counted and cut; all of them are at hand."""

    model = None

    def __init__(self, rows: Iterable[Difference]) -> None:
        self.rows = list(rows)

    def all(self) -> "DifferenceRows":
        return self

    def none(self) -> "DifferenceRows":
        return DifferenceRows(())

    def where(self, condition: Callable[[Difference], bool]) -> "DifferenceRows":
        """Those of which a condition holds.

        Args:
            condition: takes a Difference.
        """
        return DifferenceRows(row for row in self.rows if condition(row))

    def order_by(self, *names: str) -> "DifferenceRows":
        """In the order of attributes, the first one first; “-” for downwards.

        Args:
            names: attributes of Difference.
        """
        rows = self.rows
        for name in reversed(names):
            rows = sorted(rows, key=lambda row, n=name.lstrip("-"): getattr(row, n), reverse=name.startswith("-"))
        return DifferenceRows(rows)

    def count(self) -> int:
        return len(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Difference]:
        return iter(self.rows)

    def __getitem__(self, index: slice) -> list[Difference]:
        return self.rows[index]


def linked(differences: Iterable[Difference], *, user: Any) -> list[Difference]:
    """Differences that know whether the register's page of today opens for the account: one query.

    Args:
        differences: of one page, or of a whole export.
        user: the signed-in User.
    """
    found = list(differences)
    keys = [d.organization_id for d in found]
    live = set(Organization.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    for one in found:
        one.live = one.organization_id in live
    return found


@dataclass(frozen=True)
class HeadlineRow:
    """One line of one population on both sides."""

    line: str
    label: str
    old: LineCounts
    new: LineCounts

    @property
    def change(self) -> float | None:
        """Percentage points."""
        if self.old.rate is None or self.new.rate is None:
            return None
        return round(self.new.rate - self.old.rate, 1)

    @property
    def moved(self) -> bool:
        return self.old != self.new


@dataclass
class DifferencePage:
    """Two sides beside one another.

    Attributes:
        comparison: with causes.
        old, new: the figures of each side.
        causes: (kind, label, organizations) of every kind that occurs.
        user_scope: whose organizations are compared, in words.
    """

    comparison: Comparison
    old: Report
    new: Report
    causes: list[tuple[str, str, int]]

    @property
    def populations(self) -> list[tuple[str, str, list[HeadlineRow]]]:
        return [(p.value, p.label, self.lines(p.value)) for p in Population]

    def lines(self, population: str) -> list[HeadlineRow]:
        """Old and new of every line.

        Args:
            population: a Population code.
        """
        old, new = self.old.populations[population].lines, self.new.populations[population].lines
        return [HeadlineRow(line, LABELS[line], old[line], new[line]) for line in SHOWN_LINES]

    @property
    def unknown(self) -> int:
        return sum(number for kind, _, number in self.causes if kind == CauseKind.UNKNOWN)


def difference_page(
    publication: Publication,
    against: Publication | None,
    *,
    user: Any,
    unit: Unit | None = None,
    differences: list[Difference] | None = None,
) -> DifferencePage:
    """A publication beside another one or the register as it is now; the number of queries is fixed.

    Args:
        publication: which one.
        against: another one; None for the register now, at the publication's date.
        user: the signed-in User.
        unit: restricts to this unit and those below it.
        differences: what a job has found before, with causes; looked for now where left out.
    """
    old, new = publication, against
    if against is not None and (against.frozen_at, against.pk) < (publication.frozen_at, publication.pk):
        old, new = against, publication
    if differences is None:
        comparison = compare(old, new, user=user, unit=unit)
        find_causes(comparison, user=user)
    else:
        comparison = Comparison(old, new, new.rules if new else rules_now(), differences)
    numbers = [
        (kind.value, kind.label, sum(kind in d.cause_kinds for d in comparison.differences)) for kind in CauseKind
    ]
    return DifferencePage(
        comparison=comparison,
        old=published_report(old, user=user, unit=unit),
        new=(
            published_report(new, user=user, unit=unit)
            if new is not None
            else report(user=user, as_of=old.as_of, unit=unit)
        ),
        causes=[one for one in numbers if one[2]],
    )


def in_sight_words(user: Any) -> str:
    """Whose published figures an account reads: 全县, or 本单位及下属.

    Args:
        user: the signed-in User.
    """
    return "全县" if scope_for(user, VIEW).county else "本单位及下属"
