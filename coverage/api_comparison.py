"""The comparison of two dates, for other systems."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api import unit_asked
from coverage.filters import LINE_LABELS
from coverage.models import MEASURED
from coverage.queries import has_pending_marks
from coverage.queries_comparison import Days, comparison_rows, days_of
from orgs.permissions import may_see_coverage
from quannan.base.api import BadParameters, Parameter, ReadView, allowed_by
from quannan.base.api_schema import answers

START = Parameter("from", "前期,如 2011-03-31;不写时取后期之前的上一个季度末")
END = Parameter("to", "后期,如 2011-06-30;不写时取今天")
UNIT = Parameter("unit", "只看这个单位及下属:单位代码")
# By its name in settings, so that the description calls it so.
LINES = list(LINE_LABELS.items())
LINE = Parameter("line", "只看这条线", tuple(MEASURED))


class SideSerializer(serializers.Serializer):
    """One line on one of the days, in organizations."""

    eligible = serializers.IntegerField(help_text="应建")
    covered = serializers.IntegerField(help_text="应建中已建")
    rate = serializers.FloatField(allow_null=True, help_text="百分比,一位小数;应建为零时为 null")


class ComparedLineSerializer(serializers.Serializer):
    """One line on both days and what moved between them."""

    line = serializers.ChoiceField(LINES)
    before = SideSerializer(help_text="前期")
    after = SideSerializer(help_text="后期")
    entered = serializers.IntegerField(help_text="进入应建")
    left = serializers.IntegerField(help_text="退出应建")
    gained = serializers.IntegerField(help_text="新增已建")
    lost = serializers.IntegerField(help_text="减少已建")
    points = serializers.FloatField(allow_null=True, help_text="覆盖率增减,百分点")
    adds_up = serializers.BooleanField(help_text="前期加进入、减退出等于后期,应建和已建都如此")


class ComparisonSerializer(serializers.Serializer):
    """Two dates beside one another."""

    start = serializers.DateField(help_text="前期")
    end = serializers.DateField(help_text="后期")
    stale = serializers.BooleanField(help_text="有改动尚未计入")
    results = ComparedLineSerializer(many=True)


class Comparison(ReadView):
    """Both days of each line, and how many organizations entered, left, were gained and lost."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_coverage)]
    parameters = (START, END, UNIT, LINE)

    @extend_schema(
        operation_id="comparison",
        summary="两期对比",
        description="两个日期各条线的应建、已建和覆盖率,以及其间进入、退出、新增、减少的家数;与“两期对比”页面同一份计算。",
        responses=answers(ComparisonSerializer),
    )
    def get(self, request: Request) -> Response:
        """The table on top of the page, of the account's scope or of one unit in it."""
        days = self.days()
        line = request.query_params.get(LINE.name, "")
        if line and line not in MEASURED:
            detail = f"“line”不能是“{line}”,可以是:{'、'.join(MEASURED)}。"
            raise BadParameters([{"parameter": LINE.name, "detail": detail, "allowed": list(MEASURED)}])
        unit = unit_asked(request)
        rows = comparison_rows(
            user=request.user, days=days, unit=unit, population="", lines=[line] if line else MEASURED
        )
        found = [{**vars(row.counts), "points": row.counts.points, "adds_up": row.adds_up} for row in rows]
        answer = {"start": days.start, "end": days.end, "stale": has_pending_marks(), "results": found}
        return Response(ComparisonSerializer(answer).data)

    def days(self) -> Days:
        """The two days asked for.

        Raises:
            BadParameters: when they cannot be read, or the first is later than the second.
        """
        params = self.request.query_params
        days = days_of(params.get(START.name, ""), params.get(END.name, ""), self.as_of())
        if days.problem:
            raise BadParameters([{"parameter": START.name, "detail": days.problem}])
        return days
