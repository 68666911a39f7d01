"""Filters of the filers' accounts."""

from django.db.models import Exists, OuterRef, QuerySet

from evaluation.domain.filers import running_access
from evaluation.models import FilerRole
from evaluation.queries_filers import changed_head, expired, never_in, overdue
from orgs.models import Placement
from orgs.queries_list import search_condition
from quannan.base.filters import ListFilter, choice_filter, text_filter

STATES = [
    ("none", "无账号"),
    ("unprinted", "登录码未打印"),
    ("waiting", "没有首次登录"),
    ("overdue", "逾期未首次登录"),
    ("expired", "登录码已过期"),
    ("changed", "书记已换人"),
]


class FilerFilter(ListFilter):
    """Filters over organizations and who files for them."""

    q = text_filter("名称、代码或拼音首字母", "by_text")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    state = choice_filter("账号情况", STATES, "by_state")
    role = choice_filter("身份", FilerRole.choices, "by_role")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(search_condition(value))

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        placed = Placement.objects.filter(
            organization=OuterRef("pk"),
            period__contains=self.more["today"],
            unit__path__startswith=self.more["paths"][value],
        )
        return rows.filter(Exists(placed))

    def by_role(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Exists(running_access().filter(organization=OuterRef("pk"), role=value)))

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        now, today = self.more["now"], self.more["today"]
        own = running_access().filter(organization=OuterRef("pk"))
        if value == "none":
            return rows.filter(~Exists(own))
        if value == "changed":
            return rows.filter(Exists(changed_head(today).filter(organization=OuterRef("pk"))))
        condition = {"waiting": never_in(), "overdue": overdue(now), "expired": expired(today)}.get(value)
        if condition is None:
            return rows.filter(Exists(own.filter(never_in(), printed_at=None).exclude(expired(today))))
        return rows.filter(Exists(own.filter(condition)))
