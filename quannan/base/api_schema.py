"""How endpoints are described in OpenAPI: their parameters, and the problems they answer with."""

from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

TYPES = {"string": str, "integer": int, "date": OpenApiTypes.DATE}
PROBLEM = "application/problem+json"


class ParameterProblemSerializer(serializers.Serializer):
    """What is wrong with one parameter."""

    parameter = serializers.CharField()
    detail = serializers.CharField()
    nearest = serializers.CharField(required=False, help_text="最接近的参数名或字段名")
    allowed = serializers.ListField(child=serializers.CharField(), required=False, help_text="可以用的值")


class ProblemSerializer(serializers.Serializer):
    """Problem details (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="哪里不对、怎样改")
    instance = serializers.CharField(help_text="请求的地址")
    error_id = serializers.CharField(help_text="错误编号,管理员据此查日志")
    errors = ParameterProblemSerializer(many=True, required=False)


def answers(good: Any) -> dict[Any, Any]:
    """What an endpoint may answer.

    Args:
        good: the serializer of its answer.
    """
    return {200: good, **{(code, PROBLEM): ProblemSerializer for code in (400, 401, 403, 404)}}


class SessionOnlyScheme(SessionScheme):
    """The pages' session in OpenAPI; found by its target when the schema is made."""

    target_class = "quannan.base.api.SessionOnly"


class ReadSchema(AutoSchema):
    """Takes the parameters an endpoint reads from the endpoint itself, so that none can be forgotten."""

    def get_override_parameters(self) -> list[OpenApiParameter]:
        return [
            OpenApiParameter(
                p.name, TYPES[p.kind], OpenApiParameter.QUERY, description=p.words, enum=list(p.choices) or None
            )
            for p in getattr(self.view, "parameters", ())
        ]

    def get_filter_backends(self) -> list[Any]:
        return []
