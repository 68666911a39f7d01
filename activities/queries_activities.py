"""Activities as lists and pages show them: which an account sees at a date, who took part, and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db.models import OuterRef, Q, QuerySet, Subquery

from activities.domain.guidance import year_before
from activities.domain.others import names_and_more
from activities.models import Activity, ActivityKind, Participation, Programme
from activities.models.activities import held_word
from activities.permissions import scope_to_record
from orgs.lines import Line
from orgs.models import Branch, BranchMembership, Organization, Placement, Unit, User
from orgs.queries import Entry
from orgs.queries_branches import forms_of, name_of

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
NOBODY = "系统"


def activities_at(user: Any, as_of: date) -> QuerySet[Activity]:
    """Activities held by a date that the account may see, as host or taking part.

    Each bears `unit_id` and `unit_order`: the unit under which its host stood at the date.

    Args:
        user: the signed-in User.
        as_of: the working date, inclusive.
    """
    placed = Placement.objects.filter(organization=OuterRef("organization"), period__contains=as_of)
    return (
        Activity.objects.visible_to(user, as_of)
        .filter(held_on__lte=as_of)
        .select_related("organization", "kind", "programme")
        .annotate(unit_id=Subquery(placed.values("unit")[:1]), unit_order=Subquery(placed.values("unit__path")[:1]))
    )


def period_of(since: date | None, until: date | None) -> tuple[date, date]:
    """A period with its open ends far away.

    Args:
        since: first day, None for any.
        until: last day, included, None for any.
    """
    return since or EARLIEST, until or LATEST


def year_up_to(as_of: date) -> tuple[date, date]:
    """The twelve months that end with a day.

    Args:
        as_of: the last day, included.
    """
    return year_before(as_of), as_of


@dataclass
class ActivityRow:
    """One activity as a list shows it."""

    activity: Activity
    unit: str = ""
    others: list[Organization] = field(default_factory=list)
    hidden: int = 0

    @property
    def pk(self) -> int:
        return self.activity.pk

    @property
    def others_word(self) -> str:
        """The names of those that took part, as far as they are in sight, and how many more there were."""
        return names_and_more((one.name for one in self.others), self.hidden)

    @property
    def state(self) -> str:
        return "已撤销" if self.activity.is_cancelled else "有效"


def partners_of(
    activity_ids: Iterable[int], user: Any, as_of: date
) -> tuple[dict[int, list[Organization]], dict[int, int]]:
    """Who took part beside the host: one query.

    Args:
        activity_ids: keys of activities in sight.
        user: the signed-in User.
        as_of: the working date.

    Returns:
        By key of the activity: those in the account's sight by name, and how many it may not see.
    """
    seen = Organization.objects.visible_to(user, as_of)
    parts = (
        Participation.objects.named()
        .filter(activity__in=list(activity_ids))
        .annotate(seen=Q(organization__in=seen))
        .select_related("organization")
        .order_by("organization__sort_key", "pk")
    )
    named: dict[int, list[Organization]] = {}
    hidden: dict[int, int] = {}
    for part in parts:
        if part.seen:
            named.setdefault(part.activity_id, []).append(part.organization)
        else:
            hidden[part.activity_id] = hidden.get(part.activity_id, 0) + 1
    return named, hidden


def activity_rows(rows: Iterable[Activity], user: Any, as_of: date) -> list[ActivityRow]:
    """Activities as a list shows them: two queries more whatever their number.

    Args:
        rows: as `activities_at` gives them.
        user: the signed-in User.
        as_of: the working date.
    """
    rows = list(rows)
    units = dict(Unit.objects.filter(pk__in={row.unit_id for row in rows if row.unit_id}).values_list("pk", "name"))
    others, hidden = partners_of((row.pk for row in rows), user, as_of)
    return [ActivityRow(row, units.get(row.unit_id, ""), others.get(row.pk, []), hidden.get(row.pk, 0)) for row in rows]


@dataclass(frozen=True)
class Named:
    """An organization as a page names it; `linked` where its own page may be opened."""

    pk: int
    name: str
    linked: bool


@dataclass(frozen=True)
class ActivityPage:
    """One activity with what its page shows.

    Attributes:
        activity: the row, with organization, kind, programme and branch.
        unit: of the host on the working date, "" for none.
        host: the host.
        others: those in sight that took part, by name.
        hidden: how many took part that the account may not see.
        body: what the body that held it is called, "" where it is not said.
        entries: its history in words, the latest first.
        may_record: whether the account may correct or cancel it now.
    """

    activity: Activity
    unit: str
    host: Named
    others: list[Organization]
    hidden: int
    body: str
    entries: list[Entry]
    may_record: bool


def activity_page(activity: Activity, user: Any, as_of: date) -> ActivityPage:
    """What the page of one activity shows, in a fixed number of queries.

    Args:
        activity: one in sight, with organization, kind, programme and branch.
        user: the signed-in User.
        as_of: the working date.
    """
    others, hidden = partners_of([activity.pk], user, as_of)
    seen = Organization.objects.visible_to(user, as_of).filter(pk=activity.organization_id).exists()
    placed = Placement.objects.filter(organization=activity.organization_id, period__contains=as_of)
    host = activity.organization
    return ActivityPage(
        activity,
        placed.values_list("unit__name", flat=True).first() or "",
        Named(host.pk, host.name, seen),
        others.get(activity.pk, []),
        hidden.get(activity.pk, 0),
        body_name(activity.branch, host, activity.held_on) if activity.branch else "",
        history_of(activity, user, as_of),
        activity.cancelled_at is None and may_record_here(user, host, activity.line),
    )


def may_record_here(user: Any, organization: Organization, line: str) -> bool:
    """Whether an account may record activities of a line at an organization today.

    Args:
        user: the signed-in User.
        organization: the host.
        line: code of `Line`.
    """
    scope = scope_to_record(user, line)
    if scope.nothing:
        return False
    return Organization.objects.standing().filter(scope.organizations_q(), pk=organization.pk).exists()


def organizations_to_record(user: Any, line: str) -> QuerySet[Organization]:
    """The organizations at which an account may record activities of a line today.

    Args:
        user: the signed-in User.
        line: code of `Line`.
    """
    scope = scope_to_record(user, line)
    if scope.nothing:
        return Organization.objects.none()
    return Organization.objects.standing().filter(scope.organizations_q())


def body_name(branch: Branch, host: Organization, on: date) -> str:
    """What a body is called beside one of its members.

    Args:
        branch: the body.
        host: the member.
        on: the day whose form counts.
    """
    form = forms_of([branch.pk], on).get(branch.pk)
    return name_of(branch, form.label if form else branch.get_line_display(), host.name)


def bodies_to_name(host: Organization, line: str) -> list[tuple[str, str]]:
    """Bodies of a line that ever covered an organization, as choices of a form: two queries.

    Args:
        host: the organization.
        line: code of `Line`.
    """
    rows = (
        BranchMembership.objects.filter(organization=host, branch__line=line, branch__refused_at=None)
        .filter(branch__grouped_into=None)
        .select_related("branch")
        .order_by("-period", "pk")
    )
    bodies = {row.branch_id: row for row in rows}
    forms: dict[int, str] = {}
    events = Branch.objects.filter(pk__in=bodies).order_by("pk", "forms__period")
    for pk, label in events.values_list("pk", "forms__form__label"):
        forms[pk] = label
    return [
        (str(pk), f"{name_of(row.branch, forms.get(pk) or '', host.name)}({_time(row)})") for pk, row in bodies.items()
    ]


def _time(row: BranchMembership) -> str:
    until = f"至{row.period.upper - timedelta(days=1)}" if row.period.upper else "至今"
    return f"{row.period.lower}{until}"


# Columns told when they change, in the order of the page.
_TOLD = (
    "title", "held_on", "last_on", "kind_id", "programme_id", "branch_id", "place", "attendees", "members", "content",
    "note",
)  # fmt: skip
_LONG = 60


def history_of(activity: Activity, user: Any, as_of: date) -> list[Entry]:
    """What became of an activity in words, the latest first: seven queries whatever its length.

    Args:
        activity: one in sight.
        user: the signed-in User; who took part is named only in its sight.
        as_of: the working date.
    """
    events: Any = apps.get_model("activities", "ActivityEvent")
    parts: Any = apps.get_model("activities", "ParticipationEvent")
    rows = list(events.objects.filter(pgh_obj_id=activity.pk).select_related("pgh_context").order_by("pgh_id"))
    shared = list(parts.objects.filter(activity_id=activity.pk).select_related("pgh_context").order_by("pgh_id"))
    words = _Words(rows, shared, user, as_of)
    told: list[tuple[Any, str]] = []
    before = None
    first_context = rows[0].pgh_context_id if rows else None
    for row in rows:
        if sentence := words.of(before, row):
            told.append((row, sentence))
        before = row
    for row in shared:
        # Those named when it was recorded belong to the recording.
        if row.pgh_label == "insert" and row.pgh_context_id == first_context:
            continue
        name = words.partners.get(row.organization_id)
        who = f"“{name}”" if name else "一家"
        told.append((row, f"共同参加的组织{'去掉' if row.pgh_label == 'delete' else '增加'}{who}"))
    contexts = [(row.pgh_context.metadata if row.pgh_context else {}) for row, _ in told]
    names = dict(User.objects.filter(pk__in={c["user"] for c in contexts if c.get("user")}).values_list("pk", "name"))
    entries = [
        Entry(row.pgh_created_at, names.get(context.get("user"), NOBODY), context.get("reason", ""), sentence)
        for (row, sentence), context in zip(told, contexts, strict=True)
    ]
    # Rows of one transaction bear one time: of these the one told last comes first.
    entries.reverse()
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


class _Words:
    """The names that history rows refer to, and the sentences made of them."""

    def __init__(self, rows: list[Any], shared: list[Any], user: Any, as_of: date) -> None:
        self.kinds = dict(ActivityKind.objects.values_list("pk", "name"))
        self.programmes = dict(Programme.objects.values_list("pk", "name"))
        branches = Branch.objects.filter(pk__in={row.branch_id for row in rows if row.branch_id})
        self.branches = {row.pk: str(row) for row in branches}
        hosts = Organization.objects.filter(pk__in={row.organization_id for row in rows})
        self.organizations = dict(hosts.values_list("pk", "name"))
        partners = Organization.objects.within_sight(user, as_of)
        partners = partners.filter(pk__in={row.organization_id for row in shared})
        self.partners = dict(partners.values_list("pk", "name"))

    def of(self, before: Any, row: Any) -> str:
        """One change as a sentence, "" where nobody needs to be told."""
        if row.pgh_label == "delete":
            return "记录已删除"
        if before is None:
            source = "由表格导入" if row.source == "import" else "登记"
            return f"{source}:{held_word(row.held_on, row.held_precision)} {Line(row.line).label}“{row.title}”"
        if row.cancelled_at and not before.cancelled_at:
            return "撤销这项活动"
        parts = [self._moved(name, before, row) for name in _TOLD]
        if row.organization_id != before.organization_id:
            parts.append(f"组织合并后归到“{self.organizations.get(row.organization_id, '')}”")
        return ",".join(filter(None, parts))

    def _moved(self, name: str, before: Any, row: Any) -> str:
        old, new = self._shown(name, before), self._shown(name, row)
        if old == new:
            return ""
        label = str(Activity._meta.get_field(name).verbose_name)
        if len(old) > _LONG or len(new) > _LONG:
            return f"{label}已改写"
        return f"{label} {old}→{new}"

    def _shown(self, name: str, row: Any) -> str:
        value = getattr(row, name)
        if name == "held_on":
            return held_word(value, row.held_precision)
        if value in (None, ""):
            return "不清楚" if name in ("attendees", "members") else "无"
        lists = {"kind_id": self.kinds, "programme_id": self.programmes, "branch_id": self.branches}
        return lists[name].get(value, "") if name in lists else str(value)


@dataclass(frozen=True)
class OfOrganization:
    """What an organization's page tells of its activities.

    Attributes:
        recent: the latest, hosted or taken part in.
        number: how many were held in the twelve months.
        since, until: the twelve months.
        by_line: (label, number) of the lines that held any in them.
        lines: lines of which the account may record here.
    """

    recent: list[ActivityRow]
    number: int
    since: date
    until: date
    by_line: list[tuple[str, int]]
    lines: list[str]


RECENT = 6


def activities_of(organization: Organization, user: Any, as_of: date, today: date) -> OfOrganization | None:
    """What the page of an organization tells of its activities; None where the account may not see any.

    Args:
        organization: one in sight.
        user: the signed-in User.
        as_of: the working date.
        today: of the clock.
    """
    if not user.can("activities.view"):
        return None
    mine = Q(organization=organization) | Q(
        pk__in=Participation.objects.filter(organization=organization).values("activity")
    )
    rows = activities_at(user, as_of).filter(mine).held()
    since, until = year_up_to(as_of)
    counts: dict[str, int] = {}
    for line in rows.within(since, until, today).order_by().values_list("line", flat=True):
        counts[line] = counts.get(line, 0) + 1
    by_line = [(label, counts[line]) for line, label in Line.choices if line in counts]
    recent = activity_rows(rows.order_by("-held_on", "-pk")[:RECENT], user, as_of)
    lines = (
        [line.value for line in Line if may_record_here(user, organization, line)]
        if user.can("activities.edit")
        else []
    )
    return OfOrganization(recent, sum(counts.values()), since, until, by_line, lines)
