"""Rounds and annual reports for other systems: reading, and writing the answers of a report that is open."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api import UNIT, UnitReferenceSerializer, unit_asked
from evaluation.domain.filing import save_answers
from evaluation.models import AnnualReport, ReportState
from evaluation.permissions import may_fill_reports, may_open_reports
from evaluation.queries_exchange import ReportRead, report_read, reports_listed, with_units
from evaluation.queries_rounds import opened_rounds
from orgs.domain.refusals import NotAllowed
from quannan.base.api import CURSOR, LIMIT, BadParameters, Parameter, Problems, ReadView, allowed_by
from quannan.base.api_schema import PROBLEM, ProblemSerializer, ReadSchema, answers
from quannan.base.errors import Refused

YEAR = Parameter("year", "只看一个年度,如 2011", kind="integer")
STATE = Parameter("state", "只看一种状态", tuple(ReportState.values))
MOST_ANSWERS = 200


class RoundSerializer(serializers.Serializer):
    """One filing window; the days are inclusive."""

    id = serializers.IntegerField()
    year = serializers.IntegerField()
    name = serializers.CharField()
    as_of = serializers.DateField(help_text="数字截至")
    opens_on = serializers.DateField(help_text="开始填报")
    closes_on = serializers.DateField(help_text="填报截止,当日24时止(北京时间)")
    unit_due_on = serializers.DateField(help_text="单位审核截止")
    county_due_on = serializers.DateField(help_text="县审核截止")
    state = serializers.CharField(help_text="今天处在哪一步")


class RoundPageSerializer(serializers.Serializer):
    """One page of rounds."""

    next = serializers.CharField(allow_null=True, help_text="下一页的地址,没有更多时为 null")
    results = RoundSerializer(many=True)


class ReportRowSerializer(serializers.Serializer):
    """One report as lists tell it."""

    id = serializers.IntegerField(source="pk")
    year = serializers.IntegerField()
    organization = serializers.IntegerField(source="organization_id", help_text="组织编号")
    uscc = serializers.CharField(source="organization.uscc", allow_null=True, help_text="统一社会信用代码")
    name = serializers.CharField(source="organization.name")
    unit = UnitReferenceSerializer(allow_null=True)
    state = serializers.ChoiceField(ReportState.choices)
    submitted_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    receipt = serializers.CharField(allow_null=True, help_text="现报版本的回执编号")


class ReportPageSerializer(serializers.Serializer):
    """One page of reports."""

    next = serializers.CharField(allow_null=True, help_text="下一页的地址,没有更多时为 null")
    results = ReportRowSerializer(many=True)


class AnswerSerializer(serializers.Serializer):
    """One question as asked, with what is known and what is answered."""

    code = serializers.CharField()
    label = serializers.CharField()
    type = serializers.CharField(source="kind")
    unit = serializers.CharField(source="unit_word", allow_blank=True)
    required = serializers.BooleanField()
    answered = serializers.BooleanField()
    value = serializers.CharField(allow_blank=True, allow_null=True, help_text="回答,文字;不清楚为 null")
    known = serializers.CharField(allow_blank=True, help_text="已知的,文字")
    known_from = serializers.CharField(allow_blank=True, help_text="已知自哪里")
    known_on = serializers.CharField(allow_blank=True, help_text="已知的日期")


class ReportSerializer(ReportRowSerializer):
    """One report with its questions."""

    may_write = serializers.BooleanField(help_text="现在能不能写入回答")
    why_not = serializers.CharField(allow_blank=True, help_text="不能写入的原因")
    answers = AnswerSerializer(many=True)


class AnswersSerializer(serializers.Serializer):
    """What is to be written: code of the question → what one would type, 不清楚 where it is not known."""

    answers = serializers.DictField(
        child=serializers.JSONField(), help_text="问题代码 → 值,写法与网页相同;万元的问题填万元"
    )


class WrittenSerializer(serializers.Serializer):
    """What was stored, and what is still lacking."""

    accepted = serializers.ListField(child=serializers.CharField(), help_text="已写入的问题代码")
    lacking = serializers.ListField(child=serializers.CharField(), help_text="还缺的必填问题代码")


class NotNow(exceptions.APIException):
    """The gate is shut, or the state does not allow it; the sentence is that of the pages."""

    status_code = status.HTTP_409_CONFLICT


class RoundList(ReadView):
    """Rounds that have been opened."""

    permission_classes = [IsAuthenticated, allowed_by(may_open_reports)]
    parameters = (CURSOR, LIMIT)

    @extend_schema(
        operation_id="rounds",
        summary="年报批次",
        description="已启动的批次和各个日期。",
        responses=answers(RoundPageSerializer),
    )
    def get(self, request: Request) -> Response:
        """One page of them, in the order of their ids."""
        page, following = self.page(opened_rounds(), "id")
        today = timezone.localdate()
        for row in page:
            row.state = row.state_on(today)
        return Response({"next": following, "results": RoundSerializer(page, many=True).data})


class ReportList(ReadView):
    """Reports of the account's sight."""

    permission_classes = [IsAuthenticated, allowed_by(may_open_reports)]
    parameters = (YEAR, STATE, UNIT, CURSOR, LIMIT)

    @extend_schema(
        operation_id="reports",
        summary="年检年报",
        description="您能看到的年报:组织、年度、状态、回执;按编号排列,一页一页地读。",
        responses=answers(ReportPageSerializer),
    )
    def get(self, request: Request) -> Response:
        """One page of them, in the order of their ids."""
        state = request.query_params.get(STATE.name, "")
        if state and state not in ReportState.values:
            raise BadParameters([_unknown(STATE, state)])
        year = request.query_params.get(YEAR.name, "")
        if year and not (year.isascii() and year.isdigit() and len(year) == 4):
            raise BadParameters([{"parameter": YEAR.name, "detail": f"“year”应是四位年份,如 2011;现为“{year}”。"}])
        rows = reports_listed(request.user, year=int(year) if year else None, state=state, unit=unit_asked(request))
        page, following = self.page(rows, "id")
        return Response({"next": following, "results": ReportRowSerializer(with_units(page), many=True).data})


class ReportDetail(ReadView):
    """One report with its questions and answers."""

    permission_classes = [IsAuthenticated, allowed_by(may_open_reports)]

    @extend_schema(
        operation_id="report",
        summary="一份年检年报",
        description="各个问题、已知的内容及来源、现在的回答,能不能写入。",
        responses=answers(ReportSerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        """The report as it stands."""
        return Response(ReportSerializer(_read(request, pk)).data)


class ReportAnswers(Problems):
    """Writing answers; filing stays with people, who sign."""

    permission_classes = [IsAuthenticated, allowed_by(may_fill_reports)]
    http_method_names = ["post", "options"]
    parameters: tuple[Parameter, ...] = ()
    schema = ReadSchema()

    @extend_schema(
        operation_id="report_answers",
        summary="写入年报的回答",
        description="写入一份年报的回答,重复写入同样的内容不改变什么。截止以后、报送以后不能写入(409);有一项读不出来,"
        "就逐项说明(400),什么也不写入。报送须由填报人签署,不经接口。",
        request=AnswersSerializer,
        responses=answers(WrittenSerializer) | {(409, PROBLEM): ProblemSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Stores all of it or nothing."""
        if not _read(request, pk).files:
            raise exceptions.PermissionDenied("您的角色不能填报这份年报。")
        given = request.data.get("answers") if isinstance(request.data, dict) else None
        if not isinstance(given, dict) or not given or len(given) > MOST_ANSWERS:
            raise BadParameters(
                [{"parameter": "answers", "detail": f"answers 应是“问题代码:值”的对象,1 至 {MOST_ANSWERS} 项。"}]
            )
        try:
            saved = save_answers(
                report=AnnualReport(pk=pk), typed=given, by=request.user, now=timezone.now(), whole=True
            )
        except NotAllowed as refusal:
            raise exceptions.PermissionDenied(refusal.sentence) from None
        except Refused as refusal:
            raise NotNow(refusal.sentence) from None
        if saved.errors:
            raise BadParameters([{"parameter": code, "detail": text} for code, text in saved.errors.items()])
        lacking = [question.code for question in saved.sheet.lacking()] if saved.sheet else []
        return Response({"accepted": sorted(saved.accepted), "lacking": lacking})


def _read(request: Request, pk: int) -> ReportRead:
    found = report_read(request.user, pk, timezone.now())
    if found is None:
        raise Http404
    return found


def _unknown(parameter: Parameter, value: str) -> dict[str, Any]:
    allowed = list(parameter.choices)
    words = f"“{parameter.name}”不能是“{value}”,可以是:{'、'.join(allowed)}。"
    return {"parameter": parameter.name, "detail": words, "allowed": allowed}
