"""Activities for other systems: reading alone."""

from datetime import date, datetime, time

from django.http import Http404
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from activities.models.activities import PRECISIONS
from activities.permissions import may_see_activities
from activities.queries_exchange import activities_listed, told
from coverage.api import UNIT, UnitReferenceSerializer, unit_asked
from orgs.lines import Line
from quannan.base.api import CURSOR, LIMIT, BadParameters, Parameter, ReadView, allowed_by
from quannan.base.api_schema import answers
from quannan.base.scope import parse_day

SINCE = Parameter("since", "开展不早于哪一天,含当日", kind="date")
UNTIL = Parameter("until", "开展不晚于哪一天,含当日;只知道年月的,整月都在期内才算", kind="date")
LINE = Parameter("line", "只看一个条线", tuple(Line.values))
ORGANIZATION = Parameter("organization", "只看一家组织主办或共同参加的:统一社会信用代码或组织编号")
CANCELLED = Parameter("cancelled", "yes 只看已撤销的,no 只看有效的;不写为全部", ("yes", "no"))
UPDATED = Parameter("updated_since", "只看这一刻以后登记或改过的:2011-06-30 或 2011-06-30T08:00:00+08:00")


class ActivityEntrySerializer(serializers.Serializer):
    """A programme or kind, as an activity names it."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class ActivitySerializer(serializers.Serializer):
    """One activity; numbers that are not known are null, never 0. Partners out of the account's sight are a number."""

    id = serializers.IntegerField(source="pk")
    organization = serializers.IntegerField(source="organization_id", help_text="主办组织的编号")
    uscc = serializers.CharField(source="organization.uscc", allow_null=True, help_text="统一社会信用代码")
    name = serializers.CharField(source="organization.name", help_text="主办组织")
    unit = UnitReferenceSerializer(allow_null=True, help_text="主办组织今天的主管党(工)委")
    line = serializers.ChoiceField(Line.choices)
    branch = serializers.IntegerField(source="branch_id", allow_null=True, help_text="开展的党群组织")
    kind = ActivityEntrySerializer(help_text="类别")
    programme = ActivityEntrySerializer(allow_null=True, help_text="活动载体")
    title = serializers.CharField()
    held_on = serializers.DateField(help_text="开展日期;只知道年月的为当月(当年)第一天")
    held_precision = serializers.ChoiceField(PRECISIONS, help_text="日期准到日、月还是年")
    last_on = serializers.DateField(allow_null=True, help_text="结束日期,当天结束的为 null")
    place = serializers.CharField(allow_blank=True)
    attendees = serializers.IntegerField(allow_null=True, help_text="参加人数,不清楚为 null")
    members = serializers.IntegerField(allow_null=True, help_text="其中党员,不清楚为 null")
    partners = serializers.ListField(child=serializers.IntegerField(), help_text="您范围内共同参加的组织,编号")
    partner_count = serializers.IntegerField(help_text="共同参加的共几家")
    content = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    cancelled_at = serializers.DateTimeField(allow_null=True, help_text="撤销时间,有效的为 null")
    cancel_reason = serializers.CharField(allow_blank=True)
    updated_at = serializers.DateTimeField()


class ActivityPageSerializer(serializers.Serializer):
    """One page of activities."""

    next = serializers.CharField(allow_null=True, help_text="下一页的地址,没有更多时为 null")
    results = ActivitySerializer(many=True)


class ActivityList(ReadView):
    """Activities of the account's sight."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_activities)]
    parameters = (SINCE, UNTIL, LINE, UNIT, ORGANIZATION, CANCELLED, UPDATED, CURSOR, LIMIT)

    @extend_schema(
        operation_id="activities",
        summary="活动",
        description="您能看到的组织主办或共同参加的活动;按编号排列,一页一页地读。",
        responses=answers(ActivityPageSerializer),
    )
    def get(self, request: Request) -> Response:
        """One page of them, in the order of their ids."""
        rows = activities_listed(
            request.user,
            since=_day(request, SINCE),
            until=_day(request, UNTIL),
            line=_one_of(request, LINE),
            unit=unit_asked(request),
            organization=request.query_params.get(ORGANIZATION.name, "").strip().upper(),
            cancelled=_one_of(request, CANCELLED),
            updated_since=_moment(request),
        )
        page, following = self.page(rows, "id")
        return Response({"next": following, "results": ActivitySerializer(told(page, request.user), many=True).data})


class ActivityDetail(ReadView):
    """One activity."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_activities)]

    @extend_schema(
        operation_id="activity",
        summary="一项活动",
        description="按编号取一项活动。",
        responses=answers(ActivitySerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        """The activity as it stands."""
        found = told(list(activities_listed(request.user).filter(pk=pk)), request.user)
        if not found:
            raise Http404
        return Response(ActivitySerializer(found[0]).data)


def _day(request: Request, parameter: Parameter) -> date | None:
    text = request.query_params.get(parameter.name, "")
    if not text:
        return None
    day = parse_day(text)
    if day is None:
        raise BadParameters([{"parameter": parameter.name, "detail": f"日期“{text}”读不出来,应写成 2011-06-30 这样。"}])
    return day


def _one_of(request: Request, parameter: Parameter) -> str:
    text = request.query_params.get(parameter.name, "")
    if text and text not in parameter.choices:
        allowed = list(parameter.choices)
        words = f"“{parameter.name}”不能是“{text}”,可以是:{'、'.join(allowed)}。"
        raise BadParameters([{"parameter": parameter.name, "detail": words, "allowed": allowed}])
    return text


def _moment(request: Request) -> datetime | None:
    text = request.query_params.get(UPDATED.name, "").replace(" ", "+")
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    day = parse_day(text) if moment is None else None
    if day is not None:
        moment = datetime.combine(day, time.min)
    if moment is None:
        words = f"时间“{text}”读不出来,应写成 2011-06-30 或 2011-06-30T08:00:00+08:00 这样。"
        raise BadParameters([{"parameter": UPDATED.name, "detail": words}])
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
