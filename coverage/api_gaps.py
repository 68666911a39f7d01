"""Gaps at a date, for other systems: who lacks which bodies, and to whom each is handed."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api import UNIT, UnitReferenceSerializer, unit_asked
from coverage.queries_gaps import OPEN, gap_rows, gap_spans, lines_asked
from orgs.lines import Line
from orgs.permissions import may_see_coverage
from quannan.base.api import AS_OF, CURSOR, LIMIT, BadParameters, Parameter, ReadView, allowed_by
from quannan.base.api_schema import answers

LINE = Parameter("line", "只看一条条线", tuple(Line.values))


class GapAssignmentSerializer(serializers.Serializer):
    """To whom a gap is handed."""

    unit = UnitReferenceSerializer()
    leader = serializers.CharField(help_text="责任领导")
    assigned_on = serializers.DateField(source="period.lower")
    due_on = serializers.DateField(help_text="期限")
    next_step = serializers.CharField(allow_blank=True)


class GapSerializer(serializers.Serializer):
    """One missing body."""

    line = serializers.ChoiceField(Line.choices)
    figure = serializers.IntegerField(source="count", allow_null=True, help_text="应建依据的人数;按规模的为 null")
    threshold = serializers.IntegerField(allow_null=True, help_text="达到多少应建;按规模的为 null")
    basis = serializers.CharField(help_text="应建依据,文字")
    assignment = GapAssignmentSerializer(allow_null=True, help_text="未分派为 null")
    days_overdue = serializers.IntegerField(source="late_days", help_text="逾期天数,未逾期为 0")
    reported_to = UnitReferenceSerializer(source="climbed", allow_null=True, help_text="逾期已上报至")


class GapOrganizationSerializer(serializers.Serializer):
    """One organization with the bodies it owes and lacks."""

    id = serializers.IntegerField(source="organization.pk")
    uscc = serializers.CharField(source="organization.uscc", allow_null=True, help_text="统一社会信用代码")
    name = serializers.CharField(source="organization.name")
    unit = UnitReferenceSerializer()
    supervised = serializers.CharField(allow_blank=True, help_text="挂牌督办的级别,没有挂牌为空")
    gaps = GapSerializer(many=True)


class GapPageSerializer(serializers.Serializer):
    """One page of organizations with gaps."""

    as_of = serializers.DateField()
    next = serializers.CharField(allow_null=True, help_text="下一页的地址,没有更多时为 null")
    results = GapOrganizationSerializer(many=True)


class GapList(ReadView):
    """Organizations of the account's sight that lack a body they owe."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_coverage)]
    parameters = (AS_OF, UNIT, LINE, CURSOR, LIMIT)

    @extend_schema(
        operation_id="gaps",
        summary="缺口",
        description="某一天应建未建的组织,每家列出所缺的条线、应建依据和分派;按编号排列,一页一页地读。",
        responses=answers(GapPageSerializer),
    )
    def get(self, request: Request) -> Response:
        """One page of them, in the order of their ids."""
        as_of, unit, line = self.as_of(), unit_asked(request), request.query_params.get(LINE.name, "")
        if line and line not in Line.values:
            raise BadParameters([_unknown_line(line)])
        lines = lines_asked(line)
        spans = gap_spans(request.user, as_of, lines, OPEN, as_of)
        if unit is not None:
            spans = spans.filter(unit__path__startswith=unit.path)
        page, following = self.page(spans, "organization_id")
        rows = gap_rows(page, as_of=as_of, lines=lines)
        found = GapOrganizationSerializer(rows, many=True).data
        return Response({"as_of": as_of, "next": following, "results": found})


def _unknown_line(line: str) -> dict[str, Any]:
    allowed = list(Line.values)
    return {"parameter": "line", "detail": f"“line”不能是“{line}”,可以是:{'、'.join(allowed)}。", "allowed": allowed}
