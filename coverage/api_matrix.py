"""Lines beside units, of a chosen base, for other systems."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api import UNIT, unit_asked
from coverage.domain.bases import BASES, OWED, basis_of
from coverage.queries import has_pending_marks
from coverage.queries_matrix import MatrixRow, matrix
from orgs.permissions import may_see_coverage
from quannan.base.api import AS_OF, BadParameters, Parameter, ReadView, allowed_by
from quannan.base.api_schema import answers

CODES = tuple(basis.code for basis in BASES)
BASIS = Parameter("basis", "基数;不写为应建", CODES)


class CellSerializer(serializers.Serializer):
    """One line of one unit, in organizations."""

    covered = serializers.IntegerField(help_text="已建")
    of = serializers.IntegerField(help_text="基数")
    unknown = serializers.IntegerField(help_text="数据不足")
    rate = serializers.FloatField(allow_null=True, help_text="百分比,一位小数;基数为零时为 null")


class MatrixRowSerializer(serializers.Serializer):
    """One unit, or the sum."""

    code = serializers.CharField(allow_null=True, help_text="合计为 null")
    name = serializers.CharField()
    organizations = serializers.IntegerField(help_text="基数内的组织")
    lines = serializers.DictField(child=CellSerializer(), help_text="各条线、all 群团全建、work 党的工作覆盖")


class MatrixSerializer(serializers.Serializer):
    """Lines × units at a date."""

    as_of = serializers.DateField()
    stale = serializers.BooleanField(help_text="有改动尚未计入")
    basis = serializers.ChoiceField([(basis.code, basis.words) for basis in BASES])
    basis_name = serializers.CharField(help_text="基数的全称")
    units = MatrixRowSerializer(many=True, help_text="只算本级,互不重复")
    unit_tree = MatrixRowSerializer(many=True, help_text="含下属,互相包含")
    total = MatrixRowSerializer()


class CoverageMatrix(ReadView):
    """Every line of every unit."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_coverage)]
    parameters = (AS_OF, UNIT, BASIS)

    @extend_schema(
        operation_id="coverage_matrix",
        summary="单位与条线",
        description="某一天各单位各条线的已建和基数;基数可选,答复写明全称。",
        responses=answers(MatrixSerializer),
    )
    def get(self, request: Request) -> Response:
        """Own rows, subtrees and the sum, of the account's scope or of one unit in it."""
        asked = request.query_params.get(BASIS.name) or OWED.code
        if asked not in CODES:
            detail = f"“basis”不能是“{asked}”,可以是:{'、'.join(CODES)}。"
            raise BadParameters([{"parameter": BASIS.name, "detail": detail, "allowed": list(CODES)}])
        found = matrix(user=request.user, as_of=self.as_of(), unit=unit_asked(request), basis=basis_of(asked))
        return Response(
            {
                "as_of": found.as_of.isoformat(),
                "stale": has_pending_marks(),
                "basis": found.basis.code,
                "basis_name": found.basis.words,
                "units": [_row(row) for row in found.own],
                "unit_tree": [_row(row) for row in found.tree],
                "total": _row(found.total),
            }
        )


def _row(row: MatrixRow) -> dict[str, Any]:
    return {
        "code": row.unit.code if row.unit else None,
        "name": row.unit.name if row.unit else "合计",
        "organizations": row.base,
        "lines": {
            code: {"covered": cell.covered, "of": cell.of, "unknown": cell.unknown, "rate": cell.rate}
            for code, cell in row.shown
        },
    }
