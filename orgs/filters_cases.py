"""Filters of the list of cases."""

from django.db.models import Exists, OuterRef

from orgs.models import CaseMeasure, Placement
from orgs.queries import search_condition
from quannan.base.filters import ListFilter, choice_filter, date_filter, text_filter

STATES = [("open", "办理中"), ("closed", "已办结")]


class CaseFilter(ListFilter):
    """Filters over cases at one date."""

    q = text_filter("组织", "by_text")
    state = choice_filter("状态", STATES, "by_state")
    measure = choice_filter("帮扶措施", (), "by_measure")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    dismissed_from = date_filter("辞退不早于", "dismissed_on", "gte")
    dismissed_to = date_filter("辞退不晚于", "dismissed_on", "lte")

    def by_text(self, rows, name, value):
        return rows.filter(search_condition(value, "organization__"))

    def by_state(self, rows, name, value):
        return rows.filter(is_closed=value == "closed")

    def by_measure(self, rows, name, value):
        taken = CaseMeasure.objects.filter(case=OuterRef("pk"), kind=value, done_on__lte=self.as_of)
        return rows.filter(Exists(taken))

    def by_unit(self, rows, name, value):
        path = self.more["paths"].get(value)
        placed = Placement.objects.filter(unit__path__startswith=path or "", period__contains=self.as_of)
        return rows.filter(organization__in=placed.values("organization")) if path else rows.none()
