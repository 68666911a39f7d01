"""Filters of 换届日历, for the page and its export."""

from datetime import date

from django.db.models import Q, QuerySet

from orgs.domain.terms import WINDOWS, TermState, plus_months
from orgs.lines import Line
from orgs.models import BranchMembership, Organization
from orgs.queries import search_condition
from orgs.queries_branches import of_form, under_unit
from orgs.queries_terms import LATE
from orgs.validators import normalise_name
from quannan.base.filters import ListFilter, choice_filter, date_filter, text_filter

ELECTING = [choice for choice in Line.choices if choice[0] != Line.MECHANISM]
ALL_LATE = ("late", "任期已过(逾期和延期已过)")
# The filters that say when a term ends; the strip above the list counts without them.
WHEN = ("state", "within", "month", "ends_from", "ends_to")


class TermFilter(ListFilter):
    """Filters over bodies with the state of their term at one date."""

    q = text_filter("名称、成员名称或代码", "by_text")
    line = choice_filter("条线", ELECTING, field_name="line")
    form = choice_filter("组织形式", (), "by_form")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    state = choice_filter("任期状态", [*TermState.choices, ALL_LATE], "by_state")
    within = choice_filter("届满", [(str(n), f"{n}个月内") for n in WINDOWS], "by_window")
    month = choice_filter("届满月份", (), "by_month")
    ends_from = date_filter("届满不早于", "term_ends_on", "gte")
    ends_to = date_filter("届满不晚于", "term_ends_on", "lte")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Bodies with the text in their name, or with a member in sight found by it on the day."""
        wanted = normalise_name(value)
        if not wanted:
            return rows
        members = BranchMembership.objects.filter(
            search_condition(value, "organization__"),
            period__contains=self.as_of,
            organization__in=Organization.objects.visible_to(self.more["user"], self.as_of),
        )
        return rows.filter(Q(name_key__contains=wanted) | Q(pk__in=members.values("branch")))

    def by_form(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return of_form(rows, value, self.as_of)

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return under_unit(rows, self.more["paths"][value], self.as_of)

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(term_state__in=LATE) if value == ALL_LATE[0] else rows.filter(term_state=value)

    def by_window(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        last = plus_months(self.as_of, int(value))
        return rows.filter(term_ends_on__gte=self.as_of, term_ends_on__lte=last)

    def by_month(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        first = date.fromisoformat(f"{value}-01")
        return rows.filter(term_ends_on__gte=first, term_ends_on__lt=plus_months(first, 1))
