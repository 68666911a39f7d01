"""The organizations behind a figure, each with its reasons, for other systems."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api import UnitReferenceSerializer, VerdictSerializer, unreadable
from coverage.filters import RegisterFilter
from coverage.models import ALL, STATE_COLUMNS
from coverage.queries import has_pending_marks
from coverage.queries_pages import RegisterRow, rows_of, spans_at
from coverage.queries_why import WhyLine, base_of, explain_rows, figure_tabs
from orgs.models.codes import CodeList
from orgs.permissions import may_see_coverage
from orgs.queries_list import code_labels, filter_units
from quannan.base.api import AS_OF, CURSOR, LIMIT, BadParameters, Parameter, ReadView, allowed_by
from quannan.base.api_schema import answers

NAMES = ("unit", "own", "kind", "industry", "scale", "population", "line", "measure")


class BodyBehindSerializer(serializers.Serializer):
    """A body of the line that covers the organization."""

    name = serializers.CharField()
    form = serializers.CharField(help_text="形式")
    joint = serializers.BooleanField(help_text="联合、挂靠等,不是单独建")
    organizations = serializers.IntegerField(help_text="共覆盖几家")
    since = serializers.DateField(help_text="自哪一天起覆盖")
    confirmed = serializers.BooleanField(help_text="条线部门已确认")
    counts_as_built = serializers.BooleanField(help_text="组织员等只算工作覆盖的为 false")


class LineBehindSerializer(serializers.Serializer):
    """One line, explained."""

    line = serializers.CharField()
    state = serializers.IntegerField(help_text="状态码")
    label = serializers.CharField(help_text="已建、应建未建、自愿已建、可建、暂不具备、不适用、数据不足")
    measure = serializers.CharField(help_text="标准所看的数字,没有标准时为空")
    count = serializers.IntegerField(allow_null=True, help_text="所用数字;null 为不明。一会三组:1 为规模以上")
    figures_on = serializers.DateField(allow_null=True, help_text="数字截至")
    assumed = serializers.BooleanField(help_text="数字前推")
    threshold = serializers.IntegerField(allow_null=True, help_text="应建人数(含)")
    clause = serializers.CharField(help_text="条款")
    reading = serializers.CharField(help_text="口径")
    bodies = BodyBehindSerializer(many=True)
    missing = serializers.CharField(help_text="尚缺什么")
    shape = serializers.CharField(help_text="形式建议")


class OrganizationBehindSerializer(serializers.Serializer):
    """One organization behind the figure."""

    id = serializers.IntegerField()
    uscc = serializers.CharField(allow_null=True, help_text="统一社会信用代码")
    name = serializers.CharField()
    unit = UnitReferenceSerializer()
    verdict = VerdictSerializer(help_text="所问条线的判定")
    lines = LineBehindSerializer(many=True, help_text="所问条线;群团全建为工会、团、妇三条")


class NumbersSerializer(serializers.Serializer):
    """The numbers of the same rate, in organizations."""

    covered = serializers.IntegerField(help_text="已建")
    eligible = serializers.IntegerField(help_text="应建")
    gap = serializers.IntegerField(help_text="应建未建")
    unknown = serializers.IntegerField(help_text="数据不足")
    voluntary = serializers.IntegerField(help_text="自愿已建")


class BehindPageSerializer(serializers.Serializer):
    """One page of organizations behind a figure."""

    as_of = serializers.DateField()
    stale = serializers.BooleanField(help_text="有改动尚未计入")
    base = serializers.CharField(help_text="基数与覆盖率,用文字说明")
    numbers = NumbersSerializer()
    next = serializers.CharField(allow_null=True, help_text="下一页的地址,没有更多时为 null")
    results = OrganizationBehindSerializer(many=True)


def _parameters() -> tuple[Parameter, ...]:
    found = []
    for name in NAMES:
        one = RegisterFilter.base_filters[name]
        found.append(Parameter(name, str(one.label), tuple(str(v) for v, _ in one.extra.get("choices", ()))))
    return tuple(found)


def _line(why: WhyLine) -> dict[str, Any]:
    verdict = why.verdict
    return {
        "line": verdict.line,
        "state": int(verdict.state),
        "label": verdict.label,
        "measure": verdict.measure,
        "count": verdict.count,
        "figures_on": verdict.figures_on,
        "assumed": verdict.assumed,
        "threshold": verdict.threshold,
        "clause": verdict.clause,
        "reading": verdict.reading,
        "bodies": [
            {
                "name": body.name,
                "form": body.form,
                "joint": body.joint,
                "organizations": why.members.get(body.branch_id, 1),
                "since": body.since,
                "confirmed": body.confirmed,
                "counts_as_built": body.is_body,
            }
            for body in verdict.bodies
        ],
        "missing": why.missing,
        "shape": why.shape,
    }


def _organization(row: RegisterRow, line: str) -> dict[str, Any]:
    why = row.more["why"]
    return {
        "id": row.pk,
        "uscc": row.organization.uscc,
        "name": row.organization.name,
        "unit": {"code": row.unit.code, "name": row.unit.name},
        "verdict": {"state": getattr(row.span, STATE_COLUMNS[line]), "label": why.tag.word},
        "lines": [_line(one) for one in why.lines],
    }


class OrganizationsBehind(ReadView):
    """The organizations behind one figure: the same rows that were counted, and why each was."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_coverage)]
    parameters = (AS_OF, *_parameters(), CURSOR, LIMIT)

    @extend_schema(
        operation_id="coverage_organizations",
        summary="数字背后的组织",
        description="一个数字(范围、条线、统计项)在某一天所计的组织,按编号排列,各带所用数字、标准、条款、覆盖组织和尚缺什么。"
        "不写 line 为群团全建,不写 population 为全部,不写 measure 为应建。",
        responses=answers(BehindPageSerializer),
    )
    def get(self, request: Request) -> Response:
        """One page of them, in the order of their ids."""
        as_of = self.as_of()
        asked = request.query_params.copy()
        for name, usual in (("population", "all"), ("line", ALL), ("measure", "eligible")):
            asked[name] = asked.get(name) or usual
        found = self._filters(asked, as_of)
        rest = asked.copy()
        rest.pop("measure")
        tabs = figure_tabs(self._filters(rest, as_of).qs, asked["line"])
        spans, following = self.page(found.qs, "organization_id")
        rows = rows_of(spans, as_of)
        explain_rows(rows, asked["line"], as_of)
        return Response(
            {
                "as_of": as_of,
                "stale": has_pending_marks(),
                "base": base_of(asked["line"], asked["population"], tabs),
                "numbers": {tab.measure: tab.count for tab in tabs},
                "next": following,
                "results": [_organization(row, asked["line"]) for row in rows],
            }
        )

    def _filters(self, asked: Any, as_of: Any) -> RegisterFilter:
        filters = RegisterFilter(
            asked,
            spans_at(self.request.user, as_of),
            as_of=as_of,
            units=filter_units(self.request.user),
            industries=sorted(code_labels(CodeList.INDUSTRY).get(CodeList.INDUSTRY, {}).items()),
            drill=True,
        )
        if filters.errors:
            raise BadParameters([unreadable(filters, name) for name in filters.errors])
        return filters
