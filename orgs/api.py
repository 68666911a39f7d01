"""The units and the bodies of the register, for other systems."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from orgs.filters_branches import BodyFilter
from orgs.lines import Line, Precision
from orgs.models import Unit
from orgs.models.bodies import Composition
from orgs.permissions import may_see_register
from orgs.queries_branches import BodyRow, bodies_at, body_rows, form_choices
from orgs.queries_list import filter_units
from quannan.base.api import AS_OF, CURSOR, FIELDS, LIMIT, BadParameters, Parameter, ReadView, allowed_by
from quannan.base.api_schema import answers


class UnitSerializer(serializers.Serializer):
    """One 主管党(工)委."""

    code = serializers.CharField(help_text="单位代码")
    name = serializers.CharField(help_text="名称")
    parent = serializers.CharField(source="parent.code", default=None, allow_null=True, help_text="上级单位代码")
    is_active = serializers.BooleanField(help_text="是否使用中")


class UnitPageSerializer(serializers.Serializer):
    """The units an account may see."""

    results = UnitSerializer(many=True)


class UnitList(ReadView):
    """Units the account may see: the whole county, or its own subtree."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_register)]
    parameters = (FIELDS,)

    @extend_schema(
        operation_id="units",
        summary="主管党(工)委",
        description="您能看到的单位:全县,或本单位及下属。",
        responses=answers(UnitPageSerializer),
    )
    def get(self, request: Request) -> Response:
        """Lists them in the order of the county's own list."""
        wanted = self.wanted_fields(UnitSerializer().fields)
        units = Unit.objects.visible_to(request.user).select_related("parent")
        rows = UnitSerializer(units, many=True).data
        return Response({"results": [{k: v for k, v in row.items() if k in wanted} for row in rows]})


class BodySerializer(serializers.Serializer):
    """One 党群组织 at a date; members out of the account's sight are a number."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(help_text="名称;没有自己名称的,由成员名称和形式组成")
    line = serializers.ChoiceField(Line.choices, source="branch.line")
    form = serializers.CharField(source="form.code", default=None, allow_null=True, help_text="组织形式代码")
    form_label = serializers.CharField(source="form_word", help_text="组织形式")
    composition = serializers.ChoiceField(Composition.choices, source="branch.composition")
    founded_on = serializers.DateField(source="branch.founded_on")
    founded_precision = serializers.ChoiceField(Precision.choices, source="branch.founded_precision")
    dissolved_on = serializers.DateField(source="branch.dissolved_on", allow_null=True, help_text="自这一天起不再计算")
    approval = serializers.CharField(source="branch.approval", help_text="批复文号,空为未登记")
    state = serializers.CharField(help_text="在册、已撤销、不予确认、已归并")
    confirmed = serializers.SerializerMethodField(help_text="条线部门是否已确认")
    provisional = serializers.BooleanField(source="branch.is_provisional", help_text="未归并的联合组织")
    covers = serializers.IntegerField(help_text="当日覆盖几家组织")
    organizations = serializers.ListField(
        child=serializers.IntegerField(), source="organization_ids", help_text="您范围内的成员,组织编号"
    )

    def get_confirmed(self, row: BodyRow) -> bool:
        """Whether the line's department has confirmed it."""
        return row.branch.confirmed_at is not None


class BodyPageSerializer(serializers.Serializer):
    """One page of bodies."""

    as_of = serializers.DateField()
    next = serializers.CharField(allow_null=True, help_text="下一页的地址,没有更多时为 null")
    results = BodySerializer(many=True)


def _parameters() -> tuple[Parameter, ...]:
    found = []
    for name, one in BodyFilter.base_filters.items():
        choices = tuple(str(value) for value, _ in one.extra.get("choices", ()))
        found.append(Parameter(name, str(one.label), choices))
    return tuple(found)


class BodyList(ReadView):
    """Bodies the account may see at a date."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_register)]
    parameters = (AS_OF, *_parameters(), FIELDS, CURSOR, LIMIT)

    @extend_schema(
        operation_id="bodies",
        summary="党群组织",
        description="某一天在册的党群组织,按编号排列,一页一页地读;条件与党群组织页面相同,state 可取已撤销等。",
        responses=answers(BodyPageSerializer),
    )
    def get(self, request: Request) -> Response:
        """One page of them, in the order of their ids, narrowed by the same filters as the list page."""
        as_of = self.as_of()
        wanted = self.wanted_fields(BodySerializer().fields)
        units = filter_units(request.user)
        filters = BodyFilter(
            request.query_params,
            bodies_at(request.user, as_of),
            as_of=as_of,
            choices={"unit": [(u.code, u.name) for u in units], "form": form_choices()},
            user=request.user,
            paths={u.code: u.path for u in units},
        )
        if filters.errors:
            raise BadParameters([_unreadable(filters, name) for name in filters.errors])
        branches, following = self.page(filters.qs, "id")
        serializer = BodySerializer(body_rows(branches, request.user, as_of), many=True)
        for name in set(serializer.child.fields) - wanted:
            serializer.child.fields.pop(name)
        return Response({"as_of": as_of, "next": following, "results": serializer.data})


def _unreadable(filters: BodyFilter, name: str) -> dict[str, Any]:
    allowed = [str(value) for value, _ in getattr(filters.form.fields[name], "choices", ()) if value]
    given = filters.data.get(name, "")
    hint = f"可以是:{'、'.join(allowed)}" if allowed else "日期应写成 2011-06-30 这样"
    return {"parameter": name, "detail": f"“{name}”不能是“{given}”,{hint}。", "allowed": allowed}
