"""考核 for other systems: reading alone, and of what is not confirmed only for offices that rate."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api import UNIT, UnitReferenceSerializer, unit_asked
from evaluation.models import AssessmentState
from evaluation.permissions_scores import may_open_assessments
from evaluation.queries_assessment_exchange import assessment_read, assessments_listed, told
from quannan.base.api import CURSOR, LIMIT, BadParameters, Parameter, ReadView, allowed_by
from quannan.base.api_schema import ReadSchema, answers

YEAR = Parameter("year", "只看一个年度的方案,如 2010", kind="integer")
STATE = Parameter("state", "只看未核定或已核定的", tuple(AssessmentState.values))


class AssessmentRowSerializer(serializers.Serializer):
    """One assessment as lists tell it."""

    id = serializers.IntegerField(source="pk")
    year = serializers.IntegerField(source="scheme.year")
    scheme = serializers.CharField(source="scheme.name", help_text="考核方案")
    subject = serializers.CharField(source="scheme.subject", help_text="organization 组织,unit 单位")
    organization = serializers.IntegerField(source="organization_id", allow_null=True, help_text="组织编号,单位为 null")
    uscc = serializers.CharField(source="organization.uscc", default=None, allow_null=True)
    name = serializers.CharField(source="shown_name")
    unit = UnitReferenceSerializer(source="place", allow_null=True)
    state = serializers.ChoiceField(AssessmentState.choices)
    missing = serializers.IntegerField(help_text="尚缺评分的指标数;大于0时没有得分")
    score = serializers.DecimalField(
        max_digits=6, decimal_places=2, allow_null=True, help_text="得分,尚缺评分时为 null"
    )
    band = serializers.CharField(source="band_name", allow_null=True, help_text="等次")
    vetoed = serializers.BooleanField(help_text="有一票否决的情形")
    confirmed_at = serializers.DateTimeField(allow_null=True)


class AssessmentPageSerializer(serializers.Serializer):
    """One page of assessments."""

    next = serializers.CharField(allow_null=True, help_text="下一页的地址,没有更多时为 null")
    results = AssessmentRowSerializer(many=True)


class GivenSerializer(serializers.Serializer):
    """What one rater found."""

    rater = serializers.CharField(help_text="self 自评,unit 主管党委,county 县级")
    raw = serializers.DecimalField(max_digits=8, decimal_places=2, help_text="评定值:得分、次数、百分数,否决为1")
    points = serializers.DecimalField(max_digits=6, decimal_places=2)


class AssessmentLineSerializer(serializers.Serializer):
    """One indicator as it counts."""

    code = serializers.CharField()
    name = serializers.CharField()
    points = serializers.DecimalField(max_digits=6, decimal_places=2, help_text="分值")
    rule = serializers.CharField(help_text="计分规则")
    given = GivenSerializer(many=True)
    counted = serializers.DecimalField(
        max_digits=6, decimal_places=2, allow_null=True, help_text="计入的得分,没有评的为 null"
    )


class AssessmentSerializer(AssessmentRowSerializer):
    """One assessment with its lines."""

    lines = AssessmentLineSerializer(many=True)


class AssessmentList(ReadView):
    """Assessments of the account's sight."""

    permission_classes = [IsAuthenticated, allowed_by(may_open_assessments)]
    parameters = (YEAR, STATE, UNIT, CURSOR, LIMIT)

    @extend_schema(
        operation_id="assessments",
        summary="考核",
        description="您能看到的考核:方案、得分、等次。没有评分权限的账号只看得到已核定的。按编号排列,一页一页地读。",
        responses=answers(AssessmentPageSerializer),
    )
    def get(self, request: Request) -> Response:
        """One page of them, in the order of their ids."""
        state = request.query_params.get(STATE.name, "")
        if state and state not in AssessmentState.values:
            raise BadParameters([_unknown(state)])
        year = request.query_params.get(YEAR.name, "")
        if year and not (year.isascii() and year.isdigit() and len(year) == 4):
            raise BadParameters([{"parameter": YEAR.name, "detail": f"“year”应是四位年份,如 2010;现为“{year}”。"}])
        rows = assessments_listed(request.user, year=int(year) if year else None, state=state, unit=unit_asked(request))
        page, following = self.page(rows, "id")
        return Response({"next": following, "results": AssessmentRowSerializer(told(page), many=True).data})


class AssessmentDetail(ReadView):
    """One assessment with its lines."""

    permission_classes = [IsAuthenticated, allowed_by(may_open_assessments)]

    schema = ReadSchema()

    @extend_schema(
        operation_id="assessment",
        summary="一份考核",
        description="各项指标的评定值、得分和计入的分。没有评分权限的账号只取得到已核定的。",
        responses=answers(AssessmentSerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        """The sheet as it stands."""
        found = assessment_read(request.user, pk)
        if found is None:
            raise Http404
        return Response(AssessmentSerializer(found).data)


def _unknown(value: str) -> dict[str, Any]:
    allowed = list(AssessmentState.values)
    return {
        "parameter": STATE.name,
        "detail": f"“state”不能是“{value}”,可以是:{'、'.join(allowed)}。",
        "allowed": allowed,
    }
