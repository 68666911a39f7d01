"""An organization's history in words, out of the rows its triggers keep: who, when, why and what."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Model, Q
from django.utils import timezone

from orgs.domain.figures import COUNTS, MONEY
from orgs.domain.ledger import ITEMS, shown
from orgs.domain.organizations import SECRET
from orgs.models import BodyForm, Branch, BranchMembership, Code, Figures, Organization, Person, Placement, Unit, User
from orgs.models.bodies import Composition
from orgs.models.codes import CodeList
from orgs.models.ledger import LedgerForm
from orgs.permissions import scope_of
from orgs.queries_timeline_people import PeopleWords

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


class _Reader(PeopleWords):
    """The history rows of one organization and of the records that went into it, and the names they refer to.

    A fixed number of queries.
    """

    def __init__(self, organization: Organization) -> None:
        self.units = dict(Unit.objects.values_list("pk", "name"))
        self.forms = dict(BodyForm.objects.values_list("pk", "label"))
        self.labels = {(row.list_name, row.code): row.label for row in Code.objects.all()}
        absorbed = Organization.objects.filter(merged_into=organization).order_by("pk").values_list("pk", "name")
        self.before_merging = {pk: f"(并入前“{name}”)" for pk, name in absorbed}
        ids = [organization.pk, *self.before_merging]
        joined = BranchMembership._meta.get_field("events").related_model
        branches = list(joined.objects.filter(organization_id__in=ids).values_list("branch_id", flat=True).distinct())
        bodies = _events("Branch", pgh_obj_id__in=branches)
        # A body that an undone import had founded is gone; its history still knows what it was called.
        self.branches = {row.pgh_obj_id: row for row in bodies}
        self.branches |= {row.pk: row for row in Branch.objects.filter(pk__in=branches)}
        of_organization, of_branch = {"organization_id__in": ids}, {"branch_id__in": branches}
        merges = _events("OrganizationMerge", Q(kept_id=organization.pk) | Q(absorbed_id=organization.pk))
        posts = _events("Appointment", **of_branch)
        helpers = [_events(name, **of_organization) for name in ("Instructor", "Liaison")]
        changes = _events("LeaderChange", **of_branch)
        self.people = _names(Person, posts, *helpers, changes, columns=("person_id", "successor_id"))
        self.organizations = _names(Organization, merges, columns=("kept_id", "absorbed_id"))
        # Rows of one transaction bear one time: they are told in the order in which they are read here.
        self.entries: list[tuple[tuple, Any, str]] = []
        self.stage = 0
        self.known: dict[int, dict[date, dict[str, Any]]] = {}
        self.say(_events("Organization", pgh_obj_id__in=ids), self.organization)
        self.say(_events("Placement", **of_organization), self.placement)
        self.say(_events("Figures", **of_organization), self.figures)
        self.say(_events("LedgerFacts", **of_organization), self.ledger)
        self.say(_events("Exclusion", **of_organization), self.exclusion)
        self.say(_events("Owner", **of_organization), self.owner)
        self.say(_events("BranchForm", **of_branch), self.form)
        self.say(_events("BranchMembership", **of_organization), self.membership)
        self.say(bodies, self.branch)
        self.say(_events("Election", **of_branch), self.election)
        self.say(posts, self.appointment)
        self.say(changes, self.leader_change)
        for rows, word in zip(helpers, (self.instructor, self.liaison), strict=True):
            self.say(rows, word)
        self.say(_events("EstablishmentPlan", **of_organization), self.plan)
        self.say(merges, self.merge)

    def say(self, rows: list[Any], word: Callable[[Any, Any], str]) -> None:
        """Words each row beside the one before it of the same object."""
        before: dict[int, Any] = {}
        self.stage += 1
        for row in _acts(rows):
            previous = before.get(row.pgh_obj_id)
            before[row.pgh_obj_id] = row
            # A row that begins with a change came over from another record: the merge tells it.
            came_over = previous is None and row.pgh_label == "update" and hasattr(row, "organization_id")
            words = word(previous, row)
            if words and not came_over and not _same(previous, row):
                key = (row.pgh_created_at, self.stage, row.pgh_id)
                self.entries.append((key, row, self.whose(row) + words))

    def whose(self, row: Any) -> str:
        """Which record it was written for, where it was one that went into this organization."""
        owner = getattr(row, "organization_id", None) or (row.pgh_obj_id if hasattr(row, "merged_into_id") else None)
        return self.before_merging.get(owner or 0, "")

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
        if before.unit_id == row.unit_id and before.period.upper and not row.period.upper:
            return f"归属恢复为 {unit}"
        # The end of a placement is told by the beginning of the next one.
        return "" if before.unit_id == row.unit_id else f"归属 {self.units.get(before.unit_id, '')}→{unit}"

    def figures(self, before: Any, row: Any) -> str:
        known = self.known.setdefault(row.organization_id, {})
        if row.pgh_label == "delete":
            known.pop(row.as_of, None)
            return f"{row.as_of} 的年度数字已删除"
        values = {name: getattr(row, name) for name in COUNTS}
        if before is not None:
            old, verb = {name: getattr(before, name) for name in COUNTS}, "更正为"
        else:
            earlier = [day for day in known if day < row.as_of]
            old, verb = (known[max(earlier)] if earlier else {}), "录入"
        known[row.as_of] = values
        parts = [
            _moved(str(Figures._meta.get_field(name).verbose_name), name, old.get(name), value, first=not old)
            for name, value in values.items()
            if old.get(name) != value
        ]
        if not parts:
            return f"{row.as_of} 的年度数字{'无变化' if before is None else '已核对'}"
        return f"{row.as_of} 的年度数字{verb}:{','.join(parts)}"

    def ledger(self, before: Any, row: Any) -> str:
        what = f"《{LedgerForm(row.form).label}》{row.as_of} 的台账事项"
        if row.pgh_label == "delete":
            return f"{what}已删除"
        old = before.values if before is not None else {}
        parts = []
        for item in ITEMS[row.form]:
            earlier, now = old.get(item.code), row.values.get(item.code)
            if earlier != now:
                move = shown(item, now) if before is None else f"{shown(item, earlier)}→{shown(item, now)}"
                parts.append(f"{item.words} {move}")
        return f"{what}{'录入' if before is None else '更正为'}:{','.join(parts) or '全部清空'}"

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
        if before.period.upper and not row.period.upper:
            return f"与{body}的覆盖关系恢复,取消 {before.period.upper - timedelta(days=1)} 的结束"
        return f"与{body}的覆盖关系已更正" if before.period != row.period else ""

    def branch(self, before: Any, row: Any) -> str:
        body = self.body(row.pgh_obj_id)
        if before is None:
            return f"{body}的记录已更改" if row.pgh_label == "update" else ""
        if row.grouped_into_id and not before.grouped_into_id:
            return f"{body}是归并前的登记,已归并"
        if before.grouped_into_id and not row.grouped_into_id:
            return f"{body}的归并已撤回"
        if row.refused_at and not before.refused_at:
            return f"{body}不予确认,自成立起不计:{row.dissolved_reason}"
        if row.confirmed_at and not before.confirmed_at:
            return f"{body}已确认"
        if row.dissolved_on and not before.dissolved_on:
            return f"{body}撤销,最后一天 {row.dissolved_on - timedelta(days=1)},{row.dissolved_reason}"
        if before.dissolved_on and not row.dissolved_on and not before.refused_at:
            return f"{body}恢复,取消 {before.dissolved_on - timedelta(days=1)} 的撤销"
        parts = []
        if before.founded_on != row.founded_on:
            parts.append(f"成立日期 {before.founded_on}→{row.founded_on}")
        if before.name != row.name:
            parts.append(f"改名:{before.name or '无'}→{row.name or '无'}")
        if before.approval != row.approval:
            parts.append(f"批复文号 {before.approval or '无'}→{row.approval or '无'}")
        if before.composition != row.composition:
            words = dict(Composition.choices)
            parts.append(f"组建方式 {words[before.composition]}→{words[row.composition]}")
        return f"{body}{','.join(parts)}" if parts else ""

    def form(self, before: Any, row: Any) -> str:
        label = self.forms.get(row.form_id, "")
        if before is None and row.pgh_label == "insert":
            if row.period.lower is None:
                return f"{self.body(row.branch_id)}的形式为{label}"
            return f"{self.body(row.branch_id)}自 {row.period.lower} 起改为{label}"
        if row.pgh_label == "delete" and row.period.lower is not None:
            return f"{self.body(row.branch_id)}自 {row.period.lower} 起改为{label}的记录已删除"
        if before is not None and before.form_id != row.form_id:
            return f"{self.body(row.branch_id)}的形式 {self.forms.get(before.form_id, '')}→{label}"
        return ""


def sight_ended(user: Any, organization: Organization) -> date | None:
    """The first day on which an organization stood under another unit for good, None while the account sees it.

    A former unit may look at the day on which the organization was its own; what others wrote since is theirs.

    Args:
        user: the signed-in User.
        organization: one that the account saw at some date.
    """
    scope = scope_of(user)
    if scope.county or organization.pk in scope.organization_ids:
        return None
    held = Placement.objects.filter(scope.units_q("unit__"), organization=organization).order_by("-period")
    ends = [period.upper for period in held.values_list("period", flat=True)]
    return None if None in ends else max(ends, default=None)


def timeline_of(organization: Organization, until: date | None = None) -> list[Entry]:
    """All changes of an organization, its figures, units, exclusions, bodies and people in words, the latest first.

    Those of records that went into it stand among them, marked 并入前.

    Args:
        organization: which one; the caller has made sure that it may be seen.
        until: leaves out what was written on this day or later.

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
    entries_told = [entry for _, entry in worded]
    return [entry for entry in entries_told if until is None or timezone.localdate(entry.at) < until]


def _events(model: str, *which: Q, **also: Any) -> list[Any]:
    """History rows of a table of the register, in the order in which they were written."""
    events: Any = apps.get_model("orgs", f"{model}Event")
    return list(events.objects.filter(*which, **also).select_related("pgh_context").order_by("pgh_id"))


def _names(model: type[Model], *rows: list[Any], columns: tuple[str, ...]) -> dict[int, str]:
    """Names of what history rows refer to, as they are now."""
    wanted = {getattr(row, column, None) for some in rows for row in some for column in columns}
    manager: Any = model._default_manager
    return dict(manager.filter(pk__in=wanted - {None}).values_list("pk", "name"))


def _acts(rows: list[Any]) -> Iterator[Any]:
    """The rows without those that the same act wrote over again: only what it left behind is told."""
    following: dict[int, Any] = {}
    last: set[int] = set()
    for row in reversed(rows):
        after = following.get(row.pgh_obj_id)
        following[row.pgh_obj_id] = row
        once_more = (
            after is not None
            and row.pgh_context_id is not None
            and row.pgh_context_id == after.pgh_context_id
            and row.pgh_label == after.pgh_label == "update"
        )
        if not once_more:
            last.add(row.pgh_id)
    return (row for row in rows if row.pgh_id in last)


# What a change of these alone leaves nobody to tell.
_UNTOLD = {"organization_id", "merged_into_id", "version", "updated_at"}


def _same(before: Any, row: Any) -> bool:
    """Whether nothing changed but the record to which the row belongs."""
    if before is None or before.pgh_label == "delete" or row.pgh_label == "delete":
        return False
    names = [field.attname for field in row._meta.concrete_fields if not field.attname.startswith("pgh_")]
    return all(getattr(before, name) == getattr(row, name) for name in names if name not in _UNTOLD)


def _moved(label: str, name: str, old: Any, new: Any, *, first: bool) -> str:
    return f"{label} {_number(name, new)}" if first else f"{label} {_number(name, old)}→{_number(name, new)}"


def _number(name: str, value: Any) -> str:
    if value is None:
        return UNKNOWN
    if name in MONEY:
        return f"{(Decimal(value) / 10000).normalize():f}万元"
    return str(value)
