"""Reads of one body's page: its members, its forms, and what happened to it in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from orgs.lines import LINES
from orgs.models import BodyForm, Branch, BranchForm, BranchMembership, Organization, Placement, User
from orgs.models.bodies import Composition
from orgs.permissions import may_confirm_line, may_edit_line, may_edit_some_line
from orgs.queries import organizations_matching
from orgs.queries_branches import BodyRow, bodies_at, bodies_seen, body_rows, day_word, last_day
from orgs.queries_timeline import SYSTEM, Entry

# So many organizations are offered at once; with more, another word is asked for.
MOST_OFFERED = 20


@dataclass(frozen=True)
class Member:
    """One coverage on a body's page.

    Attributes:
        membership: the coverage, with its organization.
        unit: name of the organization's unit on the day, "" where it stands under none.
        since: 自, with how exactly it is known.
        last_day: 至, the last day included, None while it goes on.
        current: whether it holds on the working date.
    """

    membership: BranchMembership
    unit: str
    since: str
    last_day: date | None
    current: bool


@dataclass(frozen=True)
class Held:
    """One form a body had, from–to."""

    label: str
    since: date
    last_day: date | None


@dataclass
class BodyPage:
    """One body at the working date.

    Attributes:
        row: what lists say of it.
        members: coverage in the account's sight, current first.
        hidden: how many organizations it covers on the day that the account may not see.
        forms: its forms, the first first.
        grouped: the provisional bodies that were grouped into it.
    """

    row: BodyRow
    members: list[Member]
    hidden: int
    forms: list[Held]
    grouped: list[Branch]

    @property
    def branch(self) -> Branch:
        return self.row.branch


def body_or_404(user: Any, pk: int, as_of: date) -> Branch:
    """A body in an account's sight.

    Args:
        user: the signed-in User.
        pk: its key.
        as_of: the day whose placements count.

    Raises:
        Http404: none such, or out of sight.
    """
    return get_object_or_404(bodies_seen(user, as_of), pk=pk)


def body_page(user: Any, pk: int, as_of: date) -> BodyPage:
    """A body with its members and forms.

    Args:
        user: the signed-in User.
        pk: its key.
        as_of: the working date.

    Raises:
        Http404: none such, or out of sight.
    """
    rows = bodies_at(user, as_of).select_related("confirmed_by", "refused_by", "grouped_into")
    branch = get_object_or_404(rows, pk=pk)
    (row,) = body_rows([branch], user, as_of)
    memberships = list(
        BranchMembership.objects.filter(
            branch=branch, organization__in=Organization.objects.visible_to(user, as_of)
        ).select_related("organization")
    )
    units = dict(
        Placement.objects.filter(
            organization__in=[m.organization_id for m in memberships], period__contains=as_of
        ).values_list("organization_id", "unit__name")
    )
    members = [
        Member(
            m,
            units.get(m.organization_id, ""),
            day_word(m.period.lower, m.from_precision),
            last_day(m.period),
            branch.is_standing and as_of in m.period,
        )
        for m in memberships
    ]
    members.sort(key=lambda m: (not m.current, m.membership.organization.sort_key, m.membership.period.lower))
    forms = BranchForm.objects.filter(branch=branch).select_related("form").order_by("period")
    held = [Held(f.form.label, f.period.lower or branch.founded_on, last_day(f.period)) for f in forms]
    return BodyPage(row, members, row.hidden, held, list(branch.grouped.order_by("pk")))


def acts_on(page: BodyPage, user: Any) -> frozenset[str]:
    """Which acts the page offers: found out by the account's lines and by the body's state.

    Args:
        page: the body's page.
        user: the signed-in User.
    """
    branch, found = page.branch, set()
    ended = branch.dissolved_on is not None or branch.refused_at is not None or branch.grouped_into_id is not None
    if may_confirm_line(user, branch.line) and not branch.confirmed_at and not branch.refused_at:
        found |= {"confirm", "refuse"} if branch.grouped_into_id is None else set()
    if may_edit_line(user, branch.line) and branch.refused_at is None and branch.grouped_into_id is None:
        found.add("correct")
        if not ended:
            found |= {"form", "dissolve"}
            if branch.composition != Composition.OWN:
                found |= {"join", "leave"}
            if page.grouped:
                found.add("ungroup")
    return frozenset(found)


def editable_lines(user: Any) -> list[str]:
    """The lines whose bodies an account may change, in order.

    Args:
        user: the signed-in User.
    """
    return [line for line in LINES if may_edit_line(user, line)] if may_edit_some_line(user) else []


def body_history(branch: Branch, user: Any, as_of: date) -> list[Entry]:
    """What happened to a body, in words, the latest first; organizations out of sight are not named.

    Args:
        branch: the body, already checked for visibility.
        user: the signed-in User.
        as_of: the working date, whose placements count.
    """
    told = [
        *_told(Branch, _branch_words, pgh_obj_id=branch.pk),
        *_told(BranchForm, _form_words(), branch_id=branch.pk),
        *_told(BranchMembership, _member_words(branch, user, as_of), branch_id=branch.pk),
    ]
    told.sort(key=lambda pair: (pair[0].pgh_created_at, pair[0].pgh_id), reverse=True)
    contexts = [(event.pgh_context.metadata if event.pgh_context else {}) for event, _ in told]
    wanted = {context["user"] for context in contexts if context.get("user")}
    names = dict(User.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return [
        Entry(event.pgh_created_at, names.get(context.get("user"), SYSTEM), context.get("reason", ""), words)
        for (event, words), context in zip(told, contexts, strict=True)
    ]


def _told(model: Any, word: Any, **which: Any) -> Iterable[tuple[Any, str]]:
    events = model._meta.get_field("events").related_model
    before: dict[int, Any] = {}
    for event in events.objects.filter(**which).select_related("pgh_context").order_by("pgh_id"):
        words = word(before.get(event.pgh_obj_id), event)
        before[event.pgh_obj_id] = event
        if words:
            yield event, words


def _branch_words(before: Any, event: Any) -> str:
    if before is None:
        return f"登记成立,成立日期 {day_word(event.founded_on, event.founded_precision)}"
    parts = []
    if event.grouped_into_id and not before.grouped_into_id:
        return "归并到另一个联合组织"
    if before.grouped_into_id and not event.grouped_into_id:
        return "撤回归并"
    if event.refused_at and not before.refused_at:
        return f"不予确认,自成立起不计:{event.dissolved_reason}"
    if event.dissolved_on and not before.dissolved_on:
        return f"撤销,最后一天 {event.dissolved_on - timedelta(days=1)}:{event.dissolved_reason}"
    if before.is_provisional and not event.is_provisional:
        parts.append("不再是未归并的组织")
    elif event.is_provisional and not before.is_provisional:
        parts.append("又成为未归并的组织")
    if event.confirmed_at and not before.confirmed_at:
        parts.append("已确认")
    elif before.confirmed_at and not event.confirmed_at:
        parts.append("重新待确认")
    for name in ("name", "founded_on", "approval"):
        old, new = getattr(before, name), getattr(event, name)
        if old != new:
            parts.append(f"{Branch._meta.get_field(name).verbose_name} {old or '无'}→{new or '无'}")
    if before.composition != event.composition:
        parts.append(f"组建方式 {Composition(before.composition).label}→{Composition(event.composition).label}")
    return ",".join(parts)


def _form_words() -> Any:
    labels = dict(BodyForm.objects.values_list("pk", "label"))

    def word(before: Any, event: Any) -> str:
        if before is not None or event.pgh_label != "insert":
            return ""
        label = labels.get(event.form_id, "")
        return f"自 {event.period.lower} 起改为{label}" if event.period.lower else f"形式为{label}"

    return word


def _member_words(branch: Branch, user: Any, as_of: date) -> Any:
    events = BranchMembership._meta.get_field("events").related_model
    ever = events.objects.filter(branch_id=branch.pk).values("organization_id")
    names = dict(
        Organization.objects.visible_to(user, as_of).filter(pk__in=ever).order_by("pk").values_list("pk", "name")
    )

    def word(before: Any, event: Any) -> str:
        name = names.get(event.organization_id)
        who = f"“{name}”" if name else "一家您管理范围以外的组织"
        if event.pgh_label == "delete":
            return f"{who}的覆盖记录已删除"
        if before is None:
            over = ",由归并转来" if event.entered_as_id and event.entered_as_id != branch.pk else ""
            return f"自 {event.period.lower} 起覆盖{who}{over}"
        if before.period == event.period:
            return ""
        if event.period.upper and event.period.upper != before.period.upper:
            return f"对{who}的覆盖至 {last_day(event.period)} 结束" + (
                f",{event.end_reason}" if event.end_reason else ""
            )
        return f"对{who}的覆盖起日 {before.period.lower}→{event.period.lower}"

    return word


@dataclass(frozen=True)
class Choice:
    """One organization a body may be founded over.

    Attributes:
        organization: the organization.
        unit: name of its unit today.
    """

    organization: Organization
    unit: str

    @property
    def words(self) -> str:
        """What tells it from others of a like name."""
        return ",".join(filter(None, [self.organization.uscc or self.organization.old_code or "无代码", self.unit]))


def choices_found(user: Any, text: str, chosen: Iterable[int], on: date) -> tuple[list[Choice], int]:
    """Organizations found by a text that are not chosen yet, and how many more there are than shown.

    Args:
        user: the signed-in User.
        text: part of a name or a code; blank finds nothing.
        chosen: ids already chosen.
        on: today.
    """
    if not text.strip():
        return [], 0
    rows = organizations_matching(Organization.objects.visible_to(user, on).registered_at(on), text)
    rows = rows.exclude(pk__in=list(chosen)).order_by("sort_key", "pk")
    found = list(rows[:MOST_OFFERED])
    more = rows.count() - MOST_OFFERED if len(found) == MOST_OFFERED else 0
    return _choices(found, on), max(0, more)


def choices_kept(user: Any, chosen: Iterable[int], on: date) -> list[Choice]:
    """The chosen organizations in the account's sight, by name.

    Args:
        user: the signed-in User.
        chosen: ids.
        on: today.
    """
    rows: QuerySet[Organization] = Organization.objects.visible_to(user, on).filter(pk__in=list(chosen))
    return _choices(list(rows.order_by("sort_key", "pk")), on)


def _choices(organizations: list[Organization], on: date) -> list[Choice]:
    units = dict(
        Placement.objects.filter(organization__in=organizations, period__contains=on).values_list(
            "organization_id", "unit__name"
        )
    )
    return [Choice(row, units.get(row.pk, "")) for row in organizations]
