"""An organization's history in words, out of the rows its triggers keep: who, when, why and what."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Model

from orgs.domain.figures import COUNTS, MONEY
from orgs.domain.organizations import SECRET
from orgs.models import BodyForm, Branch, BranchMembership, Code, Figures, Organization, Unit, User
from orgs.models.codes import CodeList

SYSTEM = "系统"
UNKNOWN = "不清楚"
# Columns whose changes are somebody's act; the rest is derived or bookkeeping.
FACTS = ("name", "former_names", "uscc", "old_code", "kind", "registration_type", "industry", "registered_on", "remark")
LISTS = {"registration_type": CodeList.REGISTRATION_TYPE, "industry": CodeList.INDUSTRY, "kind": CodeList.KIND}


@dataclass(frozen=True)
class Entry:
    """One change.

    Attributes:
        at: when it was written.
        who: 姓名 of who wrote it, 系统 for jobs and commands without an account.
        why: the reason given, "" without.
        words: what changed, one sentence.
    """

    at: datetime
    who: str
    why: str
    words: str


class _Reader:
    """The history rows of one organization, and the names they refer to; a fixed number of queries."""

    def __init__(self, organization: Organization) -> None:
        self.units = dict(Unit.objects.values_list("pk", "name"))
        self.forms = dict(BodyForm.objects.values_list("pk", "label"))
        self.labels = {(row.list_name, row.code): row.label for row in Code.objects.all()}
        joined = BranchMembership._meta.get_field("events").related_model
        branches = joined.objects.filter(organization_id=organization.pk).values("branch_id")
        self.branches = {row.pk: row for row in Branch.objects.filter(pk__in=branches)}
        # Rows of one transaction bear one time: they are told in the order in which they are read here.
        self.entries: list[tuple[tuple, Any, str]] = []
        self.stage = 0
        self.say(_events(Organization, pgh_obj_id=organization.pk), self.organization)
        self.say(_events(apps.get_model("orgs.Placement"), organization_id=organization.pk), self.placement)
        figures = _events(Figures, organization_id=organization.pk)
        self.known: dict[date, dict[str, Any]] = {}
        self.say(figures, self.figures)
        self.say(_events(apps.get_model("orgs.Exclusion"), organization_id=organization.pk), self.exclusion)
        self.say(_events(apps.get_model("orgs.BranchForm"), branch_id__in=branches), self.form)
        self.say(_events(BranchMembership, organization_id=organization.pk), self.membership)
        self.say(_events(Branch, pgh_obj_id__in=branches), self.branch)

    def say(self, rows: Iterable[Any], word: Callable[[Any, Any], str]) -> None:
        """Words each row beside the one before it of the same object."""
        before: dict[int, Any] = {}
        self.stage += 1
        for row in rows:
            previous = before.get(row.pgh_obj_id)
            before[row.pgh_obj_id] = row
            if words := word(previous, row):
                self.entries.append(((row.pgh_created_at, self.stage, row.pgh_id), row, words))

    def label(self, list_name: str, code: str) -> str:
        return self.labels.get((list_name, code), code)

    def organization(self, before: Any, row: Any) -> str:
        if before is None:
            return f"录入台账,登记日期 {row.registered_on}"
        parts = []
        if row.closed_on and not before.closed_on:
            parts.append(f"{self.label(CodeList.OPERATING_STATE, row.closed_state)},自 {row.closed_on} 起不计入基数")
        elif before.closed_on and not row.closed_on:
            parts.append(f"恢复,取消 {before.closed_on} 的{self.label(CodeList.OPERATING_STATE, before.closed_state)}")
        for name in FACTS:
            old, new = getattr(before, name), getattr(row, name)
            if old != new:
                label = Organization._meta.get_field(name).verbose_name
                parts.append(f"{label} {self.fact(name, old)}→{self.fact(name, new)}")
        for name in SECRET:
            if getattr(before, name) != getattr(row, name):
                parts.append(f"{Organization._meta.get_field(name).verbose_name}已更改")
        return ",".join(parts)

    def fact(self, name: str, value: Any) -> str:
        if name in LISTS and value:
            return self.label(LISTS[name], value)
        if isinstance(value, list):
            return "、".join(value) or "无"
        return str(value) if value not in (None, "") else "无"

    def placement(self, before: Any, row: Any) -> str:
        unit = self.units.get(row.unit_id, "")
        if row.pgh_label == "delete":
            return f"归属 {unit} 的记录已删除"
        if before is None:
            if row.period.lower is None:
                return f"归属 {unit}"
            return f"自 {row.period.lower} 起划转到 {unit}"
        # The end of a placement is told by the beginning of the next one.
        return "" if before.unit_id == row.unit_id else f"归属 {self.units.get(before.unit_id, '')}→{unit}"

    def figures(self, before: Any, row: Any) -> str:
        if row.pgh_label == "delete":
            self.known.pop(row.as_of, None)
            return f"{row.as_of} 的年度数字已删除"
        values = {name: getattr(row, name) for name in COUNTS}
        if before is not None:
            old, verb = {name: getattr(before, name) for name in COUNTS}, "更正为"
        else:
            earlier = [day for day in self.known if day < row.as_of]
            old, verb = (self.known[max(earlier)] if earlier else {}), "录入"
        self.known[row.as_of] = values
        parts = [
            _moved(str(Figures._meta.get_field(name).verbose_name), name, old.get(name), value, first=not old)
            for name, value in values.items()
            if old.get(name) != value
        ]
        if not parts:
            return f"{row.as_of} 的年度数字{'无变化' if before is None else '已核对'}"
        return f"{row.as_of} 的年度数字{verb}:{','.join(parts)}"

    def exclusion(self, before: Any, row: Any) -> str:
        state = self.label(CodeList.OPERATING_STATE, row.state)
        if row.pgh_label == "delete":
            return f"“{state}”的剔除记录已删除"
        last = row.period.upper - timedelta(days=1) if row.period.upper else None
        if before is None:
            until = f"至 {last}" if last else ""
            return f"因{state}自 {row.period.lower} 起剔除{until},批准人 {row.approver},理由:{row.reason}"
        if before.period != row.period:
            return f"“{state}”的剔除至 {last} 结束" if last else f"“{state}”的剔除改为没有止日"
        return f"“{state}”的剔除已更正"

    def body(self, branch_id: int) -> str:
        branch = self.branches.get(branch_id)
        if branch is None:
            return "党群组织"
        return f"{branch.get_line_display()}“{branch.name}”" if branch.name else str(branch.get_line_display())

    def membership(self, before: Any, row: Any) -> str:
        body = self.body(row.branch_id)
        if row.pgh_label == "delete":
            return f"与{body}的覆盖关系已删除"
        if before is None:
            return f"自 {row.period.lower} 起由{body}覆盖"
        if before.period != row.period and row.period.upper:
            last = row.period.upper - timedelta(days=1)
            return f"{body}的覆盖至 {last} 结束" + (f",{row.end_reason}" if row.end_reason else "")
        return f"与{body}的覆盖关系已更正" if before.period != row.period else ""

    def branch(self, before: Any, row: Any) -> str:
        body = self.body(row.pgh_obj_id)
        if before is None:
            return "" if row.pgh_label == "insert" else f"{body}的记录已更改"
        if row.refused_at and not before.refused_at:
            return f"{body}不予确认,自成立起不计:{row.dissolved_reason}"
        if row.confirmed_at and not before.confirmed_at:
            return f"{body}已确认"
        if row.dissolved_on and not before.dissolved_on:
            return f"{body}撤销,最后一天 {row.dissolved_on - timedelta(days=1)},{row.dissolved_reason}"
        if before.founded_on != row.founded_on:
            return f"{body}成立日期 {before.founded_on}→{row.founded_on}"
        return f"{body}改名:{before.name or '无'}→{row.name or '无'}" if before.name != row.name else ""

    def form(self, before: Any, row: Any) -> str:
        label = self.forms.get(row.form_id, "")
        if before is None and row.pgh_label == "insert":
            if row.period.lower is None:
                return f"{self.body(row.branch_id)}的形式为{label}"
            return f"{self.body(row.branch_id)}自 {row.period.lower} 起改为{label}"
        return ""


def timeline_of(organization: Organization) -> list[Entry]:
    """All changes of an organization, its figures, units, exclusions and bodies in words, the latest first.

    Args:
        organization: which one; the caller has made sure that it may be seen.

    Returns:
        Entries; the number of queries does not depend on how many there are.
    """
    entries = _Reader(organization).entries
    contexts = [(row.pgh_context.metadata if row.pgh_context else {}) for _, row, _ in entries]
    names = dict(User.objects.filter(pk__in={c["user"] for c in contexts if c.get("user")}).values_list("pk", "name"))
    worded = [
        (key, Entry(row.pgh_created_at, names.get(context.get("user"), SYSTEM), context.get("reason", ""), words))
        for (key, row, words), context in zip(entries, contexts, strict=True)
    ]
    worded.sort(key=lambda pair: pair[0], reverse=True)
    return [entry for _, entry in worded]


def _events(model: type[Model], **which: Any) -> Iterable[Any]:
    events = model._meta.get_field("events").related_model
    return events.objects.filter(**which).select_related("pgh_context").order_by("pgh_id")


def _moved(label: str, name: str, old: Any, new: Any, *, first: bool) -> str:
    return f"{label} {_number(name, new)}" if first else f"{label} {_number(name, old)}→{_number(name, new)}"


def _number(name: str, value: Any) -> str:
    if value is None:
        return UNKNOWN
    if name in MONEY:
        return f"{(Decimal(value) / 10000).normalize():f}万元"
    return str(value)
