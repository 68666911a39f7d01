"""Filters of 任职, 党群人才库, 职业党群干部 and 连续任职三年."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from orgs.lines import Line
from orgs.models import Appointment, BranchMembership, Code
from orgs.models.codes import CodeList
from orgs.models.people import CandidateStatus
from orgs.queries import search_condition
from orgs.queries_posts import cross_chairs, cross_members, standing_branch, under_unit
from orgs.validators import normalise_name
from quannan.base.filters import ListFilter, choice_filter, text_filter

WAYS = [("internal", "内部选"), ("sent", "外面派"), ("recruited", "社会招聘"), ("other", "其他")]
CROSSED = [("chair", "书记兼任工会主席"), ("member", "其他成员兼任团、妇负责人"), ("any", "交叉任职")]


def bodies_found(text: str, on: date) -> QuerySet[BranchMembership]:
    """Memberships on a day of the organizations found by a text."""
    return BranchMembership.objects.filter(search_condition(text, "organization__"), period__contains=on)


class PostFilter(ListFilter):
    """Filters over the posts held on one day."""

    q = text_filter("姓名、党群组织或单位", "by_text")
    line = choice_filter("条线", Line.choices, field_name="branch__line")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    post = choice_filter("职务", (), field_name="post")
    head = choice_filter("负责人", [("1", "只看负责人")], "by_head")
    way = choice_filter("产生方式", WAYS, "by_way")
    source = choice_filter("来源", (), field_name="source")
    full_time = choice_filter("专职", [("yes", "专职"), ("no", "兼职"), ("unknown", "不清楚")], "by_full_time")
    cross = choice_filter("交叉任职", CROSSED, "by_cross")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        wanted = normalise_name(value)
        if not wanted:
            return rows
        return rows.filter(
            search_condition(value, "person__")
            | Q(branch__name_key__contains=wanted)
            | Q(branch__in=bodies_found(value, self.as_of).values("branch"))
        )

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return under_unit(rows, self.more["paths"][value], self.as_of)

    def by_head(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(is_head=True)

    def by_way(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        found = Code.objects.filter(list_name=CodeList.LEADER_SOURCE, data__way=value)
        return rows.filter(source__in=found.values("code"))

    def by_full_time(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(is_full_time={"yes": True, "no": False}.get(value))

    def by_cross(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        chairs, members = cross_chairs(self.as_of), cross_members(self.as_of)
        return rows.filter({"chair": chairs, "member": members}.get(value, chairs | members))


class EntryFilter(ListFilter):
    """Filters over the talent pool on one day; without 状态 all who stand in it then."""

    q = text_filter("姓名或工作单位", "by_text")
    line = choice_filter("适合的条线", Line.choices, "by_line")
    qualification = choice_filter("条件", (), "by_qualification")
    source = choice_filter("来源", (), field_name="source")
    status = choice_filter("状态", CandidateStatus.choices, "by_status")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Leaves out who had left by the day, where they are not asked for."""
        if not self.form.cleaned_data.get("status"):
            queryset = queryset.exclude(left_on__lte=self.as_of)
        return super().filter_queryset(queryset)

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if not normalise_name(value):
            return rows
        return rows.filter(
            search_condition(value, "person__")
            | search_condition(value, "person__organization__")
            | Q(person__workplace__contains=value.strip())
        )

    def by_line(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(lines__contains=[value])

    def by_qualification(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(qualifications__contains=[value])

    def by_status(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(status_then=value)


class WorkerFilter(ListFilter):
    """Filters over 职业党群干部 employed on one day."""

    q = text_filter("姓名或派驻组织", "by_text")
    unit = choice_filter("聘用单位", (), "by_unit")
    line = choice_filter("条线", Line.choices, "by_line")
    source = choice_filter("来源", (), field_name="source")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if not normalise_name(value):
            return rows
        return rows.filter(search_condition(value, "person__") | search_condition(value, "organization__"))

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(unit__path__startswith=self.more["paths"][value])

    def by_line(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(lines__contains=[value])


class RunningFilter(ListFilter):
    """Filters over heads serving three years running on one day."""

    q = text_filter("姓名、党群组织或单位", "by_text")
    line = choice_filter("条线", Line.choices, "by_line")
    unit = choice_filter("主管党(工)委", (), "by_unit")

    def _heading(self) -> QuerySet[Appointment]:
        return Appointment.objects.filter(
            standing_branch(self.as_of), person=OuterRef("pk"), is_head=True, period__contains=self.as_of
        )

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        wanted = normalise_name(value)
        if not wanted:
            return rows
        of_body = Q(branch__name_key__contains=wanted) | Q(branch__in=bodies_found(value, self.as_of).values("branch"))
        return rows.filter(search_condition(value) | Q(Exists(self._heading().filter(of_body))))

    def by_line(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Exists(self._heading().filter(branch__line=value)))

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Exists(under_unit(self._heading(), self.more["paths"][value], self.as_of)))
