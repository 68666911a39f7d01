"""Reads for the register's list, the drill-down behind a figure, and the pages around them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When

from coverage.models import (
    STATE_COLUMNS,
    Milestone,
    RebuildCheck,
    ScaleRule,
    Span,
    Standard,
)
from coverage.tags import Tag, tag_of
from orgs.lines import LINES
from orgs.models import Figures
from orgs.queries_list import figures_at

# Two weeks of nights.
CHECKS_SHOWN = 14


@dataclass
class RegisterRow:
    """One organization at one date as a list shows it."""

    span: Span
    figures: Figures | None
    closed: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def pk(self) -> int:
        """What an act on ticked rows is told: the organization, for spans come and go."""
        return self.span.organization_id

    @property
    def organization(self):
        return self.span.organization

    @property
    def unit(self):
        return self.span.unit

    @property
    def code(self) -> str:
        return self.organization.uscc or self.organization.old_code or ""

    @property
    def scale_word(self) -> str:
        return {True: "规模以上", False: "规模以下", None: "规模不明"}[self.span.scale]

    def verdict(self, line: str) -> Tag | None:
        """The line's verdict; an excluded organization has none."""
        return None if self.span.excluded else tag_of(getattr(self.span, STATE_COLUMNS[line]))

    @property
    def verdicts(self) -> dict[str, Tag | None]:
        return {line: self.verdict(line) for line in LINES}

    def verdict_word(self, line: str) -> str:
        """The line's verdict as lists and exports word it; "" once the organization is closed."""
        if self.closed:
            return ""
        tag = self.verdict(line)
        return tag.word if tag else "剔除"

    @property
    def employees(self) -> int | None:
        return self.number("employees")

    @property
    def women(self) -> int | None:
        return self.number("women")

    @property
    def annual_revenue_yuan(self):
        return self.number("annual_revenue_yuan")

    def number(self, name: str):
        """One figure by field name, None where not known."""
        return getattr(self.figures, name) if self.figures else None


def spans_at(user, as_of: date) -> QuerySet[Span]:
    """Every registered, not closed organization the account may see, as its span of the date.

    Args:
        user: the signed-in User.
        as_of: the date, inclusive.
    """
    return Span.objects.visible_to(user).at(as_of).select_related("organization", "unit")


def closed_spans(user, as_of: date) -> QuerySet[Span]:
    """The last span of every organization closed on or before the date.

    Args:
        user: the signed-in User.
        as_of: the date, inclusive.
    """
    return (
        Span.objects.visible_to(user)
        .filter(organization__closed_on__lte=as_of, period__endswith=F("organization__closed_on"))
        .select_related("organization", "unit")
    )


def with_figure(rows: QuerySet[Span], as_of: date, name: str) -> QuerySet[Span]:
    """Spans with one figure in force at the date beside them, to sort by.

    Args:
        rows: spans at the date.
        as_of: the date.
        name: a field of Figures.
    """
    own = Figures.objects.filter(organization=OuterRef("organization"))
    latest = own.filter(as_of__lte=as_of).order_by("-as_of").values(name)[:1]
    first = own.order_by("as_of").values(name)[:1]
    has_row = own.filter(as_of__lte=as_of).values("pk")[:1]
    return rows.alias(_latest=Subquery(has_row)).annotate(
        **{f"f_{name}": Case(When(_latest=None, then=Subquery(first)), default=Subquery(latest))}
    )


def rows_of(spans: Iterable[Span], as_of: date, *, closed: bool = False) -> list[RegisterRow]:
    """Spans with their figures beside them, one query more whatever their number.

    Args:
        spans: spans of one page, or of a whole export.
        as_of: the date.
        closed: whether these are last spans of organizations that are closed by then.
    """
    spans = list(spans)
    figures = figures_at((s.organization_id for s in spans), as_of)
    return [RegisterRow(span, figures.get(span.organization_id), closed) for span in spans]


def standards_in_order() -> dict[str, QuerySet]:
    """Standards, scale rules and milestones with their validity, oldest first within a line."""
    order = Case(*[When(line=line, then=Value(i)) for i, line in enumerate(LINES)], default=Value(99))
    return {
        "standards": Standard.objects.order_by(order, "period"),
        "scale_rules": ScaleRule.objects.order_by("period"),
        "milestones": Milestone.objects.filter(is_active=True).order_by("due_on", "code"),
    }


def last_checks() -> list[RebuildCheck]:
    """The last rebuild-and-compares, the latest first."""
    return list(RebuildCheck.objects.order_by("-started_at", "-pk")[:CHECKS_SHOWN])
