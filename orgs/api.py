"""The units of the register, for other systems."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from orgs.models import Unit
from orgs.permissions import may_see_register
from quannan.base.api import FIELDS, ReadView, allowed_by
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
