"""Published figures for other systems: as they were frozen, with the digest."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api import (
    UNIT,
    BaseSerializer,
    MilestoneSerializer,
    PopulationSerializer,
    UnitFiguresSerializer,
    unit_asked,
)
from coverage.domain.published_figures import cells_in, published_report
from coverage.models import DELTA_COLUMNS, Publication
from coverage.queries_publications import publications
from orgs.permissions import may_see_publications
from quannan.base.api import CURSOR, LIMIT, ReadView, allowed_by
from quannan.base.api_schema import answers

CELL = ("day", "unit__code", "kind", "scale", "is_key")


class PublicationSerializer(serializers.Serializer):
    """One publication without its figures."""

    id = serializers.IntegerField(source="pk")
    as_of = serializers.DateField(help_text="截至日期")
    title = serializers.CharField()
    addressed_to = serializers.CharField(help_text="报送对象")
    note = serializers.CharField(help_text="说明")
    frozen_at = serializers.DateTimeField(help_text="定稿时间")
    frozen_by = serializers.CharField(source="frozen_by_name", help_text="定稿人")
    previous = serializers.IntegerField(source="previous_id", allow_null=True, help_text="同日前一次定稿")
    organizations = serializers.IntegerField(help_text="全县名单家数,含剔除")
    method = serializers.CharField(help_text="算法版本")
    digest = serializers.CharField(help_text="全部定稿内容的 SHA-256")
    withdrawn_at = serializers.DateTimeField(allow_null=True, help_text="作废时间;null 为有效")
    withdrawn_reason = serializers.CharField(help_text="作废理由")


class PublicationPageSerializer(serializers.Serializer):
    """One page of publications."""

    next = serializers.CharField(allow_null=True, help_text="下一页的地址,没有更多时为 null")
    results = PublicationSerializer(many=True)


class PublicationDetailSerializer(PublicationSerializer):
    """One publication with its figures, as far as the account sees."""

    base = BaseSerializer()
    populations = serializers.DictField(child=PopulationSerializer(), help_text="all、above_scale、below_scale、key")
    units = UnitFiguresSerializer(many=True)
    unit_tree = UnitFiguresSerializer(many=True)
    milestones = MilestoneSerializer(many=True)
    rules = serializers.JSONField(help_text="定稿时有效的标准、规模标准、节点和组织形式")
    formula = serializers.JSONField(help_text="算法:名称、算法、依据")
    cells = serializers.ListField(
        child=serializers.DictField(),
        help_text="日期 × 单位 × 类别 × 规模 × 是否规上有党组织,及各项家数;截至日期之外还有已过的到期日",
    )


class PublicationList(ReadView):
    """Every publication, withdrawn ones included."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_publications)]
    parameters = (CURSOR, LIMIT)

    @extend_schema(
        operation_id="publications",
        summary="上报数字",
        description="全部定稿,按编号排列,含已作废的;数字在单份里。",
        responses=answers(PublicationPageSerializer),
    )
    def get(self, request: Request) -> Response:
        """One page of them, in the order of their ids."""
        rows, following = self.page(publications(), "pk")
        return Response({"next": following, "results": PublicationSerializer(rows, many=True).data})


class PublicationDetail(ReadView):
    """One publication."""

    permission_classes = [IsAuthenticated, allowed_by(may_see_publications)]
    parameters = (UNIT,)

    @extend_schema(
        operation_id="publication",
        summary="一份上报数字",
        description="定稿时的全部数字、规则和单元格,范围为您的账号所能看到的,或其中一个单位;摘要为全部内容的。",
        responses=answers(PublicationDetailSerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        """Its figures of the account's sight, or of one unit in it."""
        publication: Publication | None = publications().filter(pk=pk).first()
        unit = unit_asked(request)
        if publication is None:
            raise Http404
        found = published_report(publication, user=request.user, unit=unit).as_json()
        cells = cells_in(publication, request.user, unit).order_by("day", "unit_id", "kind", "scale", "is_key")
        names = ("day", "unit", "kind", "scale", "is_key", *DELTA_COLUMNS)
        head = PublicationSerializer(publication).data
        return Response(
            {
                **head,
                **{name: value for name, value in found.items() if name != "as_of"},
                "rules": publication.rules,
                "formula": publication.formula,
                "cells": [dict(zip(names, row, strict=True)) for row in cells.values_list(*CELL, *DELTA_COLUMNS)],
            }
        )
