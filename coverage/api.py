"""Organizations with their verdicts, the figures of coverage and the milestones, for other systems."""

import copy
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.filters import RegisterFilter
from coverage.models import STATE_COLUMNS, Population
from coverage.queries import has_pending_marks, report
from coverage.queries_api import organization_by_key
from coverage.queries_pages import RegisterRow, rows_of, spans_at
from coverage.tags import tag_of
from orgs.models.codes import CodeList
from orgs.models.organization import Kind
from orgs.permissions import may_see_coverage, may_see_register
from orgs.queries_list import code_labels, scope_units, visible_unit
from quannan.base.api import AS_OF, CURSOR, FIELDS, LIMIT, BadParameters, Parameter, ReadView, allowed_by
from quannan.base.api_schema import answers

DRILL = ("population", "line", "measure")
UNIT = Parameter("unit", "只看这个单位及下属:单位代码")


class OrganizationFilter(RegisterFilter):
    """The filters of the register's list and of the drill-down behind a figure, together."""

    def __init__(self, data, queryset, *, as_of, units, industries):
        """Makes the filters for one request; see RegisterFilter."""
        super().__init__(data, queryset, as_of=as_of, units=units, industries=industries)
        for name in DRILL:
            self.filters[name] = copy.deepcopy(self.base_filters[name])
            self.filters[name].parent = self

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """The filters as parameters of an endpoint, with the values each may have."""
        found = []
        for name, one in cls.base_filters.items():
            choices = tuple(str(value) for value, _ in one.extra.get("choices", ()))
            found.append(Parameter(name, str(one.label), choices))
        return tuple(found)


class UnitReferenceSerializer(serializers.Serializer):
    """A unit in a row of another table."""

    code = serializers.CharField()
    name = serializers.CharField()


class VerdictSerializer(serializers.Serializer):
    """One line's verdict: its stored state and the word a page shows."""

    state = serializers.IntegerField(help_text="状态码")
    label = serializers.CharField(help_text="已建、应建未建、自愿已建、可建、暂不具备、不适用、数据不足")


class VerdictsSerializer(serializers.Serializer):
    """The verdicts of all lines."""

    party = VerdictSerializer()
    union = VerdictSerializer()
    league = VerdictSerializer()
    women = VerdictSerializer()
    women_workers = VerdictSerializer()
    mechanism = VerdictSerializer()
    all = VerdictSerializer(help_text="群团全建")


class FiguresSerializer(serializers.Serializer):
    """The figures in force at the date; null is not known."""

    as_of = serializers.DateField()
    employees = serializers.IntegerField(allow_null=True)
    women = serializers.IntegerField(allow_null=True)
    league_members = serializers.IntegerField(allow_null=True)
    full_members = serializers.IntegerField(allow_null=True)
    probationary_members = serializers.IntegerField(allow_null=True)
    union_members = serializers.IntegerField(allow_null=True)
    annual_revenue_yuan = serializers.DecimalField(18, 2, allow_null=True)


class OrganizationSerializer(serializers.Serializer):
    """One organization at a date. Contacts and remarks are not given out."""

    id = serializers.IntegerField(source="organization.pk")
    uscc = serializers.CharField(source="organization.uscc", allow_null=True, help_text="统一社会信用代码")
    old_code = serializers.CharField(source="organization.old_code", allow_null=True, help_text="旧代码")
    name = serializers.CharField(source="organization.name")
    kind = serializers.ChoiceField(Kind.choices, source="span.kind")
    industry = serializers.CharField(source="span.industry", help_text="GB/T 4754 门类字母,空为不明")
    registered_on = serializers.DateField(source="organization.registered_on")
    unit = UnitReferenceSerializer()
    excluded = serializers.BooleanField(source="span.excluded", help_text="当日是否剔除")
    above_scale = serializers.BooleanField(source="span.scale", allow_null=True, help_text="规模以上;null 为不明")
    figures = FiguresSerializer(allow_null=True)
    verdicts = serializers.SerializerMethodField()

    @extend_schema_field(VerdictsSerializer)
    def get_verdicts(self, row: RegisterRow) -> dict[str, dict[str, Any]]:
        """State and word per line."""
        states = {line: getattr(row.span, column) for line, column in STATE_COLUMNS.items()}
        return {line: {"state": state, "label": tag_of(state).word} for line, state in states.items()}


class OrganizationPageSerializer(serializers.Serializer):
    """One page of organizations."""

    as_of = serializers.DateField()
    next = serializers.CharField(allow_null=True, help_text="下一页的地址,没有更多时为 null")
    results = OrganizationSerializer(many=True)


class LineSerializer(serializers.Serializer):
    """One line of one population, in organizations."""

    eligible = serializers.IntegerField(help_text="应建")
    covered = serializers.IntegerField(help_text="应建中已建")
    unknown = serializers.IntegerField(help_text="数据不足")
    voluntary = serializers.IntegerField(help_text="自愿已建")
    unconfirmed = serializers.IntegerField(help_text="已建待确认")
    rate = serializers.FloatField(allow_null=True, help_text="百分比,一位小数;应建为零时为 null")


class BaseSerializer(serializers.Serializer):
    """The base at the date, in organizations."""

    organizations = serializers.IntegerField(help_text="正常经营")
    unknown_figures = serializers.IntegerField(help_text="数字不明")
    unknown_scale = serializers.IntegerField(help_text="规模不明")
    assumed = serializers.IntegerField(help_text="沿用首期数字")
    excluded = serializers.IntegerField(help_text="剔除")


class WorkCoverageSerializer(serializers.Serializer):
    """党的工作覆盖."""

    covered = serializers.IntegerField()
    of = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)


class PopulationSerializer(serializers.Serializer):
    """One population."""

    organizations = serializers.IntegerField()
    work_coverage = WorkCoverageSerializer()
    lines = serializers.DictField(child=LineSerializer())


class UnitFiguresSerializer(serializers.Serializer):
    """One unit's own organizations, or its subtree's."""

    code = serializers.CharField()
    name = serializers.CharField()
    organizations = serializers.IntegerField()
    lines = serializers.DictField(child=LineSerializer())


class MilestoneSerializer(serializers.Serializer):
    """One milestone at the date and, once past, at its due date."""

    code = serializers.CharField()
    name = serializers.CharField()
    due_on = serializers.DateField()
    target = serializers.FloatField(help_text="百分比")
    population = serializers.ChoiceField(Population.choices)
    met = serializers.BooleanField(allow_null=True, help_text="null 为无应建单位")
    met_at_due = serializers.BooleanField(allow_null=True, help_text="到期日当天;未到期为 null")
    lines = serializers.DictField(child=LineSerializer())


class CoverageSerializer(serializers.Serializer):
    """All figures of one date: what `manage.py coverage --json` prints."""

    as_of = serializers.DateField()
    stale = serializers.BooleanField(help_text="有改动尚未计入")
    base = BaseSerializer()
    populations = serializers.DictField(child=PopulationSerializer(), help_text="all、above_scale、below_scale、key")
    units = UnitFiguresSerializer(many=True)
    unit_tree = UnitFiguresSerializer(many=True)
    milestones = MilestoneSerializer(many=True)


class MilestonePageSerializer(serializers.Serializer):
    """The milestones in use."""

    as_of = serializers.DateField()
    stale = serializers.BooleanField()
    results = MilestoneSerializer(many=True)


class OrganizationList(ReadView):
    """Organizations the account may see at a date, closed ones left out."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_register)]
    parameters = (AS_OF, *OrganizationFilter.parameters(), FIELDS, CURSOR, LIMIT)

    @extend_schema(
        operation_id="organizations",
        summary="组织",
        description="某一天在册的组织(不含已注销、迁出的),按编号排列,一页一页地读;条件与组织台账相同。联系人不提供。",
        responses=answers(OrganizationPageSerializer),
    )
    def get(self, request: Request) -> Response:
        """One page of them, in the order of their ids, narrowed by the same filters as the list page."""
        as_of = self.as_of()
        wanted = self.wanted_fields(OrganizationSerializer().fields)
        labels = code_labels(CodeList.INDUSTRY)
        filters = OrganizationFilter(
            request.query_params,
            spans_at(request.user, as_of),
            as_of=as_of,
            units=scope_units(request.user),
            industries=sorted(labels.get(CodeList.INDUSTRY, {}).items()),
        )
        if filters.errors:
            raise BadParameters([unreadable(filters, name) for name in filters.errors])
        spans, following = self.page(filters.qs, "organization_id")
        serializer = OrganizationSerializer(rows_of(spans, as_of), many=True)
        for name in set(serializer.child.fields) - wanted:
            serializer.child.fields.pop(name)
        return Response({"as_of": as_of, "next": following, "results": serializer.data})


def unreadable(filters: RegisterFilter, name: str) -> dict[str, Any]:
    """What is wrong with one parameter, and what it may be.

    Args:
        filters: with errors.
        name: the parameter.
    """
    allowed = [str(value) for value, _ in getattr(filters.form.fields[name], "choices", ()) if value]
    given = filters.data.get(name, "")
    return {
        "parameter": name,
        "detail": f"“{name}”不能是“{given}”,可以是:{'、'.join(allowed)}。",
        "allowed": allowed,
    }


class OrganizationDetail(ReadView):
    """One organization at a date."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_register)]
    parameters = (AS_OF, FIELDS)

    @extend_schema(
        operation_id="organization",
        summary="一个组织",
        description="按统一社会信用代码或编号取一个组织;不存在、已注销或不在范围内的答复 404。",
        responses=answers(OrganizationSerializer),
    )
    def get(self, request: Request, key: str) -> Response:
        """By its unified social credit code or its id; one that is closed or out of scope is not found."""
        as_of = self.as_of()
        wanted = self.wanted_fields(OrganizationSerializer().fields)
        rows = rows_of(organization_by_key(request.user, as_of, key), as_of)
        if not rows:
            raise Http404
        found = OrganizationSerializer(rows[0]).data
        return Response({name: value for name, value in found.items() if name in wanted})


class CoverageReport(ReadView):
    """Base, populations, units and milestones."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_coverage)]
    parameters = (AS_OF, UNIT)

    @extend_schema(
        operation_id="coverage",
        summary="覆盖进度",
        description="某一天的全部数字:基数、各口径、各单位、各节点;范围为您的账号所能看到的,或其中一个单位。",
        responses=answers(CoverageSerializer),
    )
    def get(self, request: Request) -> Response:
        """All figures of a date, of the account's scope or of one unit in it."""
        unit = unit_asked(request)
        found = report(user=request.user, as_of=self.as_of(), unit=unit)
        return Response({**found.as_json(), "stale": has_pending_marks()})


class MilestoneList(ReadView):
    """The milestones with what they stand at."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_coverage)]
    parameters = (AS_OF, UNIT)

    @extend_schema(
        operation_id="milestones",
        summary="目标节点",
        description="使用中的节点在截至日期和到期日各是多少。",
        responses=answers(MilestonePageSerializer),
    )
    def get(self, request: Request) -> Response:
        """Each milestone in use, at the date and at its due date, of the account's scope or of one unit in it."""
        unit = unit_asked(request)
        found = report(user=request.user, as_of=self.as_of(), unit=unit).as_json()
        return Response({"as_of": found["as_of"], "stale": has_pending_marks(), "results": found["milestones"]})


def unit_asked(request: Request):
    """The unit asked for; one that does not exist or may not be seen is not found.

    Args:
        request: ?unit=code.
    """
    code = request.query_params.get(UNIT.name, "")
    unit = visible_unit(request.user, code)
    if code and unit is None:
        raise Http404
    return unit
