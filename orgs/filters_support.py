"""Filters of instructors, liaisons, 推优 and 排查, for the pages and their exports."""

from typing import Any

from django.db.models import Q, QuerySet

from orgs.lines import MASS_LINES, Line
from orgs.models.organization import Kind
from orgs.models.support import HiddenMemberKind, LiaisonKind, RecommendationStage
from orgs.queries import search_condition
from orgs.queries_recommendations import grouped
from orgs.queries_support import helped, under_unit
from orgs.validators import normalise_name
from quannan.base.filters import ListFilter, choice_filter, date_filter, text_filter

YES_NO = [("yes", "有"), ("no", "无")]
OWN = [("1", "不含下属单位")]
RECOMMENDING = [(line, Line(line).label) for line in MASS_LINES]


class OfOrganizationFilter(ListFilter):
    """What the lists of rows that belong to an organization are filtered by in common."""

    path_to_organization = "organization__"

    q = text_filter("单位名称、代码或拼音首字母", "by_text")
    unit = choice_filter("主管党(工)委", (), "by_unit")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(search_condition(value, self.path_to_organization))

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return under_unit(rows, self.more["paths"][value], self.as_of, own=bool(self._own()))

    def _own(self) -> Any:
        return self.value("own") if "own" in self.filters else ""


class InstructorFilter(OfOrganizationFilter):
    """Filters over instructors at one date."""

    q = text_filter("姓名、单位名称或代码", "by_text")
    sent_by = choice_filter("选派单位", (), field_name="sent_by__code")
    party = choice_filter("党组织", YES_NO, "by_party")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        wanted = normalise_name(value)
        if not wanted:
            return rows
        return rows.filter(search_condition(value, "organization__") | Q(person__search_text__contains=wanted))

    def by_party(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(has_party=value == "yes")


class AssignFilter(OfOrganizationFilter):
    """Filters over organizations to which an instructor may be sent."""

    path_to_organization = ""

    kind = choice_filter("单位类别", Kind.choices, field_name="kind")
    party = choice_filter("党组织", YES_NO, "by_party")
    instructor = choice_filter("指导员", YES_NO, "by_instructor")

    def by_party(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(has_party=value == "yes")

    def by_instructor(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(helped(self.as_of)) if value == "yes" else rows.exclude(helped(self.as_of))


class LiaisonFilter(OfOrganizationFilter):
    """Filters over liaisons at one date."""

    q = text_filter("领导、挂点单位、单位名称或代码", "by_text")
    kind = choice_filter("类别", LiaisonKind.choices, field_name="kind")
    department = choice_filter("部门", (), field_name="department")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        wanted = normalise_name(value)
        if not wanted:
            return rows
        return rows.filter(
            search_condition(value, "organization__")
            | Q(person__search_text__contains=wanted)
            | Q(unit_name__contains=value.strip())
        )


class RecommendationFilter(OfOrganizationFilter):
    """Filters over 推优 at one date; `stage_at` is the stage of that date."""

    own = choice_filter("下属单位", OWN, "keep")
    line = choice_filter("推荐条线", RECOMMENDING, field_name="line")
    stage = choice_filter("阶段", RecommendationStage.choices, field_name="stage_at")
    recommended_from = date_filter("推荐不早于", "recommended_on", "gte")
    recommended_to = date_filter("推荐不晚于", "recommended_on", "lte")


class CountFilter(RecommendationFilter):
    """The same filters, whose result is one row for each organization and line."""

    @property
    def single(self) -> QuerySet:
        """The recommendations themselves, before they are counted."""
        return super().qs

    @property
    def qs(self) -> QuerySet:
        return grouped(super().qs)


class SearchFilter(OfOrganizationFilter):
    """Filters over visits whose counts the account may see."""

    kind = choice_filter("类别", HiddenMemberKind.choices, field_name="kind")
    visited_from = date_filter("排查不早于", "visited_on", "gte")
    visited_to = date_filter("排查不晚于", "visited_on", "lte")
