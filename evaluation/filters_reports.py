"""Filters of the list of reports and of those not filed."""

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from evaluation.domain.lateness import accepted_by, filed_at, filed_for_by, filed_late_by
from evaluation.models import Comment, FilingAccess, ReportState, Submission
from evaluation.queries_report_list import CORRECTING, UNSTARTED, moment_of
from orgs.domain.acting import day_of
from orgs.models import Unit
from orgs.models.organization import Kind
from orgs.queries_list import search_condition
from quannan.base.filters import YEARS_KNOWN, ListFilter, choice_filter, text_filter

DAY = forms.DateInput(attrs={"class": "form-control", "type": "date"})
STATES = [(UNSTARTED, "未开始填报"), *ReportState.choices, (CORRECTING, "更正中")]
YES_NO = [("yes", "是"), ("no", "否")]


class OfRound(ListFilter):
    """What both lists share."""

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(search_condition(value, "organization__"))

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(unit_id__in=Unit.objects.filter(path__startswith=self.more["paths"][value]).values("pk"))

    @property
    def moment(self):
        return moment_of(self.value("by") or None, self.more["now"])


class ReportFilter(OfRound):
    """Filters over reports; whether filed, accepted, late or on behalf is asked of the end of a day."""

    q = text_filter("名称、代码或拼音首字母", "by_text")
    round = choice_filter("批次", (), field_name="round_id")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    state = choice_filter("现在的状态", STATES, "by_state")
    kind = choice_filter("单位类别", Kind.choices, field_name="organization__kind")
    filed = choice_filter("已报送", YES_NO, "by_filed")
    accepted = choice_filter("县审核通过", YES_NO, "by_accepted")
    late = choice_filter("补报", YES_NO, "by_late")
    behalf = choice_filter("代报", YES_NO, "by_behalf")
    changed = choice_filter("有变化", YES_NO, "by_changed")
    comments = choice_filter("有未了结的意见", YES_NO, "by_comments")
    by = django_filters.DateFilter(label="报送情况截至", method="keep", widget=DAY, validators=YEARS_KNOWN)

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        correcting = Q(state=ReportState.DRAFT, correcting_since__isnull=False)
        if value == CORRECTING:
            return rows.filter(correcting)
        if value == UNSTARTED:
            return rows.filter(~correcting, state=ReportState.DRAFT, started_at=None)
        if value == ReportState.DRAFT:
            return rows.filter(~correcting, state=value, started_at__isnull=False)
        return rows.filter(state=value)

    def _asked(self, rows: QuerySet, condition: Q, value: str) -> QuerySet:
        return rows.filter(condition if value == "yes" else ~condition)

    def by_filed(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return self._asked(rows, filed_at(self.moment), value)

    def by_accepted(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return self._asked(rows, accepted_by(self.moment), value)

    def by_late(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return self._asked(rows, filed_late_by(self.moment), value)

    def by_behalf(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return self._asked(rows, filed_for_by(self.moment), value)

    def by_changed(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        changed = Exists(Submission.objects.filter(pk=OuterRef("version_id")).exclude(changed=[]))
        return self._asked(rows, Q(changed), value)

    def by_comments(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return self._asked(rows, Q(Exists(Comment.objects.filter(report=OuterRef("pk"), settled_at=None))), value)


class LateFilter(OfRound):
    """Filters over reports that are not filed."""

    q = text_filter("名称、代码或拼音首字母", "by_text")
    round = choice_filter("批次", (), field_name="round_id")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    kind = choice_filter("单位类别", Kind.choices, field_name="organization__kind")
    login = choice_filter("填报账号", [("never", "从未登录"), ("none", "没有账号"), ("yes", "登录过")], "by_login")
    leave = choice_filter("准许补报", [("yes", "已准许、未到期"), ("no", "没有或已过")], "by_leave")

    def by_login(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        accounts = FilingAccess.objects.filter(
            organization=OuterRef("organization"), period__contains=day_of(self.more["now"])
        )
        if value == "none":
            return rows.filter(~Exists(accounts))
        return rows.filter(Exists(accounts.filter(user__last_login__isnull=value == "never")))

    def by_leave(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        running = Q(late_until__isnull=False, late_until__gte=day_of(self.more["now"]))
        return rows.filter(running if value == "yes" else ~running)
