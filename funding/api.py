"""Funds and the check of 四(三) for other systems: reading only."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api import UNIT, UnitReferenceSerializer, unit_asked
from funding.domain.adequacy import Verdict, reading_of
from funding.models import Counted, Direction
from funding.permissions import may_see_funds
from funding.queries_check import check_by_unit, check_rows, judged_of
from funding.queries_entries import labels
from funding.queries_exchange import entries_listed, entry_read, with_units
from orgs.lines import Line, Precision
from quannan.base.api import AS_OF, CURSOR, LIMIT, BadParameters, Parameter, ReadView, allowed_by
from quannan.base.api_schema import answers

YEAR = Parameter("year", "只看一个年份,如 2011", kind="integer")
CHECK_YEAR = Parameter("year", "看哪一年,如 2011;不写为截至日期所在的年份", kind="integer")
LINE = Parameter("line", "只看一条线", tuple(Line.values))
DIRECTION = Parameter("direction", "只看收入或支出", tuple(Direction.values))
CANCELLED = Parameter("cancelled", "with:连同已作废的;不写为不含已作废", ("with",))
YEAR_DIGITS = 4


class FundSerializer(serializers.Serializer):
    """One receipt or one spending; yuan as text with two places."""

    id = serializers.IntegerField(source="pk")
    organization = serializers.IntegerField(source="organization_id", help_text="组织编号")
    uscc = serializers.CharField(source="organization.uscc", allow_null=True, help_text="统一社会信用代码")
    name = serializers.CharField(source="organization.name")
    unit = UnitReferenceSerializer(allow_null=True, help_text="截至日期所属的主管党(工)委")
    line = serializers.ChoiceField(Line.choices)
    direction = serializers.ChoiceField(Direction.choices)
    source = serializers.CharField(allow_blank=True, help_text="来源代码,支出为空")
    purpose = serializers.CharField(allow_blank=True, help_text="用途代码,收入为空")
    kind_label = serializers.CharField(help_text="来源或用途的名称")
    amount_yuan = serializers.DecimalField(14, 2, help_text="元")
    occurred_on = serializers.DateField(help_text="日期;只知道年月的为最后一天")
    occurred_precision = serializers.ChoiceField(Precision.choices, help_text="日期准到")
    voucher = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField(allow_blank=True)


class FundPageSerializer(serializers.Serializer):
    """One page of entries."""

    as_of = serializers.DateField()
    next = serializers.CharField(allow_null=True, help_text="下一页的地址,没有更多时为 null")
    results = FundSerializer(many=True)


class FundStandardSerializer(serializers.Serializer):
    """The standard in force on the day."""

    yearly_yuan_per_member = serializers.DecimalField(10, 2, help_text="每名党员每年,元")
    counts = serializers.ChoiceField(Counted.choices, help_text="计算口径")
    clause = serializers.CharField()
    reading = serializers.CharField(allow_blank=True)


class FundTallySerializer(serializers.Serializer):
    """How many organizations with a party body have which verdict."""

    organizations = serializers.IntegerField(help_text="有党组织的组织")
    rated = serializers.IntegerField(help_text="基数:不是确知没有党员的")
    met = serializers.IntegerField()
    short = serializers.IntegerField()
    unregistered = serializers.IntegerField()
    unknown = serializers.IntegerField()
    memberless = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True, help_text="达标占基数的百分比")
    missing_yuan = serializers.DecimalField(18, 2, source="missing", help_text="未达标的共差多少元")


class FundUnitSerializer(serializers.Serializer):
    """One unit's own organizations."""

    code = serializers.CharField(source="unit.code")
    name = serializers.CharField(source="unit.name")
    tally = FundTallySerializer()


class FundCheckRowSerializer(serializers.Serializer):
    """One organization with its verdict."""

    organization = serializers.IntegerField(source="pk", help_text="组织编号")
    uscc = serializers.CharField(source="span.organization.uscc", allow_null=True)
    name = serializers.CharField(source="span.organization.name")
    unit = UnitReferenceSerializer(source="span.unit")
    verdict = serializers.ChoiceField(Verdict.choices)
    members = serializers.IntegerField(allow_null=True, help_text="正式党员 + 预备党员,有一项不掌握的为 null")
    amount_yuan = serializers.DecimalField(18, 2, source="amount", allow_null=True, help_text="没有登记的为 null")
    due_yuan = serializers.DecimalField(18, 2, source="due", allow_null=True)
    missing_yuan = serializers.DecimalField(18, 2, source="missing")
    reason = serializers.CharField()


class FundCheckSerializer(serializers.Serializer):
    """The check of a year."""

    year = serializers.IntegerField()
    as_of = serializers.DateField(help_text="看到哪一天:年末,或更早的截至日期")
    standard = FundStandardSerializer(allow_null=True, help_text="当日没有施行中的标准时为 null,不作判断")
    total = FundTallySerializer()
    units = FundUnitSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="组织的下一页,没有更多时为 null")
    results = FundCheckRowSerializer(many=True)


class FundList(ReadView):
    """Entries of the account's sight."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_funds)]
    parameters = (AS_OF, UNIT, YEAR, LINE, DIRECTION, CANCELLED, CURSOR, LIMIT)

    @extend_schema(
        operation_id="funds",
        summary="经费",
        description="到截至日期为止的经费收支,一笔一行,不含已作废的;按编号排列,一页一页地读。",
        responses=answers(FundPageSerializer),
    )
    def get(self, request: Request) -> Response:
        """One page of them, in the order of their ids."""
        as_of, unit, asked = self.as_of(), unit_asked(request), request.query_params
        for one in (LINE, DIRECTION, CANCELLED):
            _check_choice(one, asked.get(one.name, ""))
        rows = entries_listed(
            request.user,
            as_of,
            unit=unit,
            year=_year(asked.get(YEAR.name, "")),
            line=asked.get(LINE.name, ""),
            direction=asked.get(DIRECTION.name, ""),
            cancelled=bool(asked.get(CANCELLED.name)),
        )
        page, following = self.page(rows, "id")
        found = FundSerializer(with_units(page, as_of, labels()), many=True).data
        return Response({"as_of": as_of, "next": following, "results": found})


class FundDetail(ReadView):
    """One entry, cancelled or not."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_funds)]
    parameters = (AS_OF,)

    @extend_schema(
        operation_id="fund",
        summary="一笔经费",
        description="一笔收入或支出;已作废的写明时间和理由。",
        responses=answers(FundSerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        """The entry as it stands."""
        as_of = self.as_of()
        entry = entry_read(request.user, as_of, pk)
        if entry is None:
            raise Http404
        (told,) = with_units([entry], as_of, labels())
        return Response(FundSerializer(told).data)


class FundChecks(ReadView):
    """人均活动经费 of a year."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_funds)]
    parameters = (CHECK_YEAR, AS_OF, UNIT, CURSOR, LIMIT)

    @extend_schema(
        operation_id="fund_checks",
        summary="人均活动经费",
        description="一年的人均活动经费(四(三)):各单位本级的家数和合计,并逐家列出结论;不掌握的不算达标。",
        responses=answers(FundCheckSerializer),
    )
    def get(self, request: Request) -> Response:
        """The tallies, and one page of organizations in the order of their ids."""
        as_of, unit = self.as_of(), unit_asked(request)
        year = _year(request.query_params.get(CHECK_YEAR.name, "")) or as_of.year
        if year > as_of.year:
            detail = f"“year”不能晚于截至日期所在的 {as_of.year} 年。"
            raise BadParameters([{"parameter": CHECK_YEAR.name, "detail": detail}])
        check = check_by_unit(request.user, year, as_of, unit)
        page, following = self.page(check_rows(request.user, reading_of(year, as_of), unit), "organization_id")
        told = {
            "year": year,
            "as_of": check.reading.day,
            "standard": check.reading.standard,
            "total": check.total,
            "units": check.rows,
            "next": following,
            "results": [judged_of(row, check.reading) for row in page],
        }
        return Response(FundCheckSerializer(told).data)


def _year(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == YEAR_DIGITS and int(text)):
        raise BadParameters([{"parameter": YEAR.name, "detail": f"“year”应是四位年份,如 2011;现为“{text}”。"}])
    return int(text)


def _check_choice(parameter: Parameter, value: str) -> None:
    if not value or value in parameter.choices:
        return
    allowed = list(parameter.choices)
    words = f"“{parameter.name}”不能是“{value}”,可以是:{'、'.join(allowed)}。"
    problem: dict[str, Any] = {"parameter": parameter.name, "detail": words, "allowed": allowed}
    raise BadParameters([problem])
