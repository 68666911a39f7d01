"""Filters of registers handed in and of their findings."""

from django.db.models import Q

from orgs.models.reconciliation import DiscrepancyKind, DiscrepancyState, MatchedBy
from orgs.queries_reconciliation import FIELDS, under_unit
from orgs.validators import normalise_code, normalise_name
from quannan.base.filters import ListFilter, choice_filter, date_filter, text_filter


class RegisterFilter(ListFilter):
    """Filters over registers handed in."""

    q = text_filter("文件名", "by_text")
    source = choice_filter("名册来源", field_name="source")
    from_ = date_filter("截至不早于", "as_of", "gte")
    to = date_filter("截至不晚于", "as_of", "lte")

    def by_text(self, rows, name, value):
        return rows.filter(attachment__original_name__icontains=value.strip())


class FindingFilter(ListFilter):
    """Filters over findings as they stand now."""

    q = text_filter("单位名称或代码", "by_text")
    kind = choice_filter("差异", DiscrepancyKind.choices, field_name="kind")
    field = choice_filter("项目", list(FIELDS.items()), field_name="field")
    state = choice_filter("状态", DiscrepancyState.choices, field_name="state")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    matched = choice_filter("匹配方式", MatchedBy.choices, field_name="matched_by")
    earlier = choice_filter("以前的答复", [("yes", "已答复过"), ("no", "第一次出现")], "by_earlier")
    source = choice_filter("名册来源", field_name="reconciliation__source")
    reconciliation = choice_filter("名册", field_name="reconciliation")

    def by_text(self, rows, name, value):
        return rows.filter(
            Q(name_key__contains=normalise_name(value))
            | Q(code__contains=normalise_code(value))
            | Q(organization__name_key__contains=normalise_name(value))
        )

    def by_unit(self, rows, name, value):
        path = self.more["paths"].get(value)
        return under_unit(rows, path) if path else rows.none()

    def by_earlier(self, rows, name, value):
        return rows.filter(earlier__isnull=value == "no")
