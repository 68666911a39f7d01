"""Filters of the list of changes of leaders."""

from django.db.models import F, Q

from orgs.lines import Line
from orgs.models import Branch, Opinion
from orgs.models.leadership import ChangeState
from orgs.queries import search_condition
from orgs.queries_branches import under_unit
from orgs.queries_changes import awaited_from, ready_by
from orgs.validators import normalise_name
from quannan.base.filters import ListFilter, choice_filter, date_filter, text_filter

WAITING = [("mine", "等我的意见"), ("ready", "可以办结"), ("late", "已过截止日期未答复齐"), ("against", "有不同意见")]


class ChangeFilter(ListFilter):
    """Filters over changes at one date; `state_at` is the state they had then."""

    q = text_filter("组织或人员", "by_text")
    state = choice_filter("状态", ChangeState.choices, field_name="state_at")
    waiting = choice_filter("办理", WAITING, "by_waiting")
    line = choice_filter("条线", Line.choices, field_name="branch__line")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    requested_from = date_filter("提出不早于", "requested_on", "gte")
    requested_to = date_filter("提出不晚于", "requested_on", "lte")

    def by_text(self, rows, name, value):
        wanted = normalise_name(value)
        if not wanted:
            return rows
        people = search_condition(value, "leaving__person__") | search_condition(value, "successor__")
        bodies = Branch.objects.filter(
            Q(name_key__contains=wanted) | search_condition(value, "memberships__organization__")
        )
        return rows.filter(people | Q(branch__in=bodies))

    def by_waiting(self, rows, name, value):
        if value == "mine":
            return rows.filter(pk__in=Opinion.objects.filter(awaited_from(self.more["user"])).values("change"))
        if value == "ready":
            return rows.filter(ready_by(self.as_of))
        if value == "against":
            return rows.filter(against__gt=0)
        return rows.filter(state_at=ChangeState.OPEN, answers_due_on__lt=self.as_of, given__lt=F("asked"))

    def by_unit(self, rows, name, value):
        path = self.more["paths"].get(value)
        return rows.filter(branch__in=under_unit(Branch.objects.all(), path, self.as_of)) if path else rows.none()
