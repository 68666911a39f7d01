"""Filters of the lists of leads and of merges."""

from django.db.models import Q

from orgs.lines import Line
from orgs.models import Unit
from orgs.models.organization import Kind
from orgs.models.plans import LeadState
from orgs.validators import normalise_code, normalise_name
from quannan.base.filters import ListFilter, choice_filter, date_filter, text_filter

LATE = [("late", "已过期限"), ("running", "还在期限内")]


class LeadFilter(ListFilter):
    """Filters over leads at one date; `state_at` is the state they had then."""

    q = text_filter("单位名称或信用代码", "by_text")
    state = choice_filter("状态", LeadState.choices, field_name="state_at")
    source = choice_filter("来源", field_name="source")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    kind = choice_filter("单位类别", Kind.choices, field_name="kind")
    line = choice_filter("同步考虑组建", Line.choices, "by_line")
    term = choice_filter("期限", LATE, "by_term")
    due_from = date_filter("期限不早于", "due_on", "gte")
    due_to = date_filter("期限不晚于", "due_on", "lte")

    def by_text(self, rows, name, value):
        return rows.filter(Q(name_key__contains=normalise_name(value)) | Q(uscc__contains=normalise_code(value)))

    def by_unit(self, rows, name, value):
        path = self.more["paths"].get(value)
        return rows.filter(unit__in=Unit.objects.filter(path__startswith=path)) if path else rows.none()

    def by_line(self, rows, name, value):
        return rows.filter(lines__contains=[value])

    def by_term(self, rows, name, value):
        open_ones = rows.filter(state_at=LeadState.OPEN)
        return open_ones.filter(due_on__lt=self.as_of) if value == "late" else open_ones.filter(due_on__gte=self.as_of)
