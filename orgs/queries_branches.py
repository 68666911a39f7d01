"""Reads of bodies: which an account sees on a day, and what a list or a page says of each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse

from orgs.lines import LINES, Precision
from orgs.models import BodyForm, Branch, BranchForm, BranchMembership, Figures, Organization, Placement
from orgs.models.bodies import Composition
from orgs.permissions import may_edit_line, scope_of
from orgs.queries_waiting import Waiting

JOINT = (Composition.JOINT_AREA, Composition.JOINT_INDUSTRY)
# A joint branch generally has no more (三(一)3).
MOST_IN_JOINT_BRANCH = 5
# Which head-counts a line's forms are measured by.
SIZES = {
    "party": ("full_members", "probationary_members"),
    "league": ("league_members",),
    "women": ("women",),
}
SIZE_WORDS = {"party": "党员", "league": "团员", "women": "女性从业人员"}


def standing(as_of: date) -> Q:
    """Founded by the day and not ended by it; refused and grouped bodies never stood.

    Args:
        as_of: the day, inclusive.
    """
    return Q(founded_on__lte=as_of) & (Q(dissolved_on=None) | Q(dissolved_on__gt=as_of))


def bodies_seen(user: Any, as_of: date) -> QuerySet[Branch]:
    """Every body an account may open: those in its sight, and those that were grouped into others.

    Args:
        user: the signed-in User.
        as_of: the day whose placements count.
    """
    held = BranchMembership.objects.filter(organization__in=Organization.objects.visible_to(user, as_of))
    return Branch.objects.filter(
        Q(pk__in=held.values("branch")) | Q(pk__in=held.exclude(entered_as=None).values("entered_as"))
    )


def bodies_at(user: Any, as_of: date) -> QuerySet[Branch]:
    """Every body in sight with what lists sort by, as `with_words` adds it.

    Args:
        user: the signed-in User.
        as_of: the working date.
    """
    return with_words(bodies_seen(user, as_of), user, as_of)


def with_words(bodies: QuerySet[Branch], user: Any, as_of: date) -> QuerySet[Branch]:
    """Bodies with what lists sort by: `covers`, `label`, `line_order` and `is_standing`.

    Args:
        bodies: bodies in the account's sight.
        user: the signed-in User; a body without a name is sorted by a member in sight.
        as_of: the working date.
    """
    rows = BranchMembership.objects.filter(
        branch=OuterRef("pk"), period__contains=as_of, organization__merged_into=None
    )
    counted = rows.order_by().values("branch").annotate(n=Count("pk")).values("n")
    visible = Organization.objects.visible_to(user, as_of)
    named = (
        BranchMembership.objects.filter(branch=OuterRef("pk"), organization__in=visible)
        .order_by("organization__sort_key", "pk")
        .values("organization__sort_key")[:1]
    )
    return bodies.annotate(
        covers=Case(
            When(standing(as_of), then=Coalesce(Subquery(counted, output_field=IntegerField()), 0)),
            default=Value(0),
        ),
        label=Coalesce(NullIf("name", Value("")), Subquery(named), Value("")),
        line_order=Case(*(When(line=line, then=Value(i)) for i, line in enumerate(LINES)), default=Value(9)),
        is_standing=ExpressionWrapper(standing(as_of), output_field=BooleanField()),
    )


def standing_bodies(rows: QuerySet[Branch], user: Any, as_of: date) -> QuerySet[Branch]:
    """Of these, the ones that cover on the day an organization in sight, or nobody at all any more.

    Args:
        rows: bodies in the account's sight.
        user: the signed-in User.
        as_of: the working date.
    """
    rows = rows.filter(standing(as_of), grouped_into=None)
    if scope_of(user).county:
        return rows
    held = BranchMembership.objects.filter(period__contains=as_of, organization__merged_into=None)
    mine = held.filter(organization__in=Organization.objects.visible_to(user, as_of))
    return rows.filter(Q(pk__in=mine.values("branch")) | ~Exists(held.filter(branch=OuterRef("pk"))))


def provisional_bodies(user: Any, as_of: date) -> QuerySet[Branch]:
    """Joint bodies in sight that wait for grouping on a day.

    Args:
        user: the signed-in User.
        as_of: the day.
    """
    return Branch.objects.visible_to(user, as_of).filter(standing(as_of), is_provisional=True).order_by("pk")


def waiting_groups(user: Any, as_of: date) -> list[Waiting]:
    """未归并的联合组织, for those who may group them; one query.

    Args:
        user: the signed-in User.
        as_of: the working date.
    """
    lines = [line for line in LINES if may_edit_line(user, line)]
    count = provisional_bodies(user, as_of).filter(line__in=lines).count() if lines else 0
    if not count:
        return []
    text = f"{count} 个联合组织待归并"
    return [Waiting(text, "核对是同一个的,起名归并", reverse("branch-grouping"), "去归并")]


def misfitting(rows: QuerySet[Branch], as_of: date) -> QuerySet[Branch]:
    """Bodies of one organization whose form does not go with its size on the day (三(一)3); sizes not known fit.

    Args:
        rows: bodies.
        as_of: the working date.
    """
    newer = Figures.objects.filter(organization=OuterRef("organization"), as_of__gt=OuterRef("as_of"))
    latest = Figures.objects.filter(~Exists(newer.filter(as_of__lte=as_of)), as_of__lte=as_of)
    body = "organization__memberships__branch"
    wrong = Q(pk__in=())
    for line, (first, *more) in SIZES.items():
        size: Any = F(first)
        for name in more:
            size = size + Coalesce(F(name), 0)
        wrong |= Q(**{f"{body}__line": line}) & (
            Q(**{f"{body}__forms__form__max_count__lt": size}) | Q(**{f"{body}__forms__form__min_count__gt": size})
        )
    found = latest.filter(
        wrong,
        **{
            "organization__memberships__period__contains": as_of,
            f"{body}__composition": Composition.OWN,
            f"{body}__forms__period__contains": as_of,
        },
    )
    return rows.filter(pk__in=found.values(body))


def of_form(rows: QuerySet[Branch], code: str, as_of: date) -> QuerySet[Branch]:
    """Bodies that have a form on the day.

    Args:
        rows: bodies.
        code: code of a BodyForm.
        as_of: the working date.
    """
    held = BranchForm.objects.filter(form__code=code, period__contains=as_of)
    return rows.filter(pk__in=held.values("branch"))


def under_unit(rows: QuerySet[Branch], path: str, as_of: date) -> QuerySet[Branch]:
    """Bodies one of whose members stands under a unit or its subordinates on the day.

    Args:
        rows: bodies.
        path: path of the unit.
        as_of: the working date.
    """
    placed = Placement.objects.filter(unit__path__startswith=path, period__contains=as_of)
    held = BranchMembership.objects.filter(
        Q(branch__dissolved_on__lte=as_of) | Q(period__contains=as_of), organization__in=placed.values("organization")
    )
    return rows.filter(Q(pk__in=held.values("branch")) | Q(pk__in=held.exclude(entered_as=None).values("entered_as")))


def form_choices() -> list[tuple[str, str]]:
    """Forms as (code, label), in the order of the lines."""
    rows = BodyForm.objects.values_list("line", "order", "code", "label")
    return [(code, label) for _, _, code, label in sorted(rows, key=lambda r: (LINES.index(r[0]), r[1], r[2]))]


@dataclass(frozen=True)
class Counts:
    """How many bodies a list holds.

    Attributes:
        bodies: all of them.
        covered: organizations in the account's sight that they cover on the day, each once.
        joint: joint ones among them.
        provisional: those that wait for grouping.
    """

    bodies: int
    covered: int
    joint: int
    provisional: int

    @property
    def words(self) -> str:
        return f"覆盖 {self.covered:,} 家,其中联合 {self.joint:,} 个,待归并 {self.provisional:,} 个"


def counts_of(rows: QuerySet[Branch], user: Any, as_of: date) -> Counts:
    """The counts above a list: bodies and covered organizations are two numbers; one query.

    Args:
        rows: the bodies of the list.
        user: the signed-in User.
        as_of: the working date.
    """
    held = BranchMembership.objects.filter(
        standing_branch(as_of), branch__in=rows.order_by().values("pk"), period__contains=as_of
    )
    held = held.filter(organization__in=Organization.objects.visible_to(user, as_of))
    covered = (
        held.order_by()
        .annotate(all=Value(1))
        .values("all")
        .annotate(n=Count("organization", distinct=True))
        .values("n")
    )
    found = rows.order_by().aggregate(
        n=Count("pk"),
        joint=Count("pk", filter=Q(composition__in=JOINT)),
        provisional=Count("pk", filter=Q(is_provisional=True)),
        # The same for every row: the greatest of it is it.
        covered=Max(Subquery(covered, output_field=IntegerField())),
    )
    return Counts(found["n"], found["covered"] or 0, found["joint"], found["provisional"])


def standing_branch(as_of: date) -> Q:
    """The condition `standing` on rows that have a branch.

    Args:
        as_of: the day, inclusive.
    """
    return Q(branch__founded_on__lte=as_of) & (Q(branch__dissolved_on=None) | Q(branch__dissolved_on__gt=as_of))


@dataclass
class BodyRow:
    """One body as lists, exports and the API tell it on a day.

    Attributes:
        branch: the body.
        form: the form it has on the day.
        names: its members in the account's sight, by name.
        organization_ids: their keys, in the same order.
        hidden: how many more it covers out of sight.
        units: the units of those in sight.
        size: the head-count its form is measured by, None where it is not known or not asked for.
    """

    branch: Branch
    form: BodyForm | None
    as_of: date
    names: list[str] = field(default_factory=list)
    organization_ids: list[int] = field(default_factory=list)
    hidden: int = 0
    units: list[str] = field(default_factory=list)
    size: int | None = None

    @property
    def pk(self) -> int:
        return self.branch.pk

    @property
    def form_word(self) -> str:
        return self.form.label if self.form else ""

    @property
    def name(self) -> str:
        return name_of(self.branch, self.form_word, self.names[0] if self.names else "")

    @property
    def covers(self) -> int:
        return self.branch.covers

    @property
    def units_word(self) -> str:
        if len(self.units) > 1:
            return f"{self.units[0]}等{len(self.units)}个"
        return self.units[0] if self.units else ""

    @property
    def founded_word(self) -> str:
        return day_word(self.branch.founded_on, self.branch.founded_precision)

    @property
    def state(self) -> str:
        """在册, or how it ended."""
        return state_word(self.branch, self.as_of)

    @property
    def confirmation(self) -> str:
        return confirmation_word(self.branch)

    @property
    def hint(self) -> str:
        return size_hint(self.branch, self.form, self.size, self.covers)


def name_of(branch: Branch, form: str, organization: str) -> str:
    """What a body is called: its name, else the organization's with the form behind it.

    Args:
        branch: the body.
        form: label of its form.
        organization: a member's name, "" where none may be named.
    """
    if branch.name:
        return branch.name
    if branch.composition == Composition.OWN or not organization:
        return f"{organization}{form}" or branch.get_line_display()
    return f"{form}({organization})"


def day_word(day: date, precision: str) -> str:
    """A date with how exactly it is known: 2010-05-31(到月).

    Args:
        day: the stored day.
        precision: code of `Precision`.
    """
    return str(day) if precision == Precision.DAY else f"{day}({Precision(precision).label})"


def state_word(branch: Branch, as_of: date) -> str:
    """在册, 已撤销, 不予确认, 已归并 or 尚未成立, on a day.

    Args:
        branch: the body.
        as_of: the day.
    """
    if branch.grouped_into_id:
        return "已归并"
    if branch.refused_at:
        return "不予确认"
    if branch.founded_on > as_of:
        return "尚未成立"
    return "已撤销" if branch.dissolved_on and branch.dissolved_on <= as_of else "在册"


def confirmation_word(branch: Branch) -> str:
    """已确认, 不予确认 or 待确认.

    Args:
        branch: the body.
    """
    if branch.grouped_into_id:
        return "—"
    return "已确认" if branch.confirmed_at else "不予确认" if branch.refused_at else "待确认"


def size_hint(branch: Branch, form: BodyForm | None, size: int | None, covers: int) -> str:
    """What the size of a body suggests; a hint, never an error (三(一)3).

    Args:
        branch: the body.
        form: its form on the day.
        size: head-count of its one organization, None where not known.
        covers: how many organizations it covers.
    """
    if form is None:
        return ""
    if form.is_joint and branch.line == "party" and covers > MOST_IN_JOINT_BRANCH:
        return f"联合党支部一般不超过 {MOST_IN_JOINT_BRANCH} 家,现覆盖 {covers} 家"
    if branch.composition != Composition.OWN or size is None or branch.line not in SIZE_WORDS:
        return ""
    word = f"{SIZE_WORDS[branch.line]} {size} 人"
    if form.max_count is not None and size > form.max_count:
        return f"{word},超过{form.label}的 {form.max_count} 人,可考虑改设上一级形式"
    if form.min_count is not None and size < form.min_count:
        return f"{word},不足{form.label}的 {form.min_count} 人,请核对形式"
    return ""


def body_rows(branches: Iterable[Branch], user: Any, as_of: date) -> list[BodyRow]:
    """Bodies with their form, members in sight and units on a day; three queries, however many they are.

    Args:
        branches: bodies out of `bodies_at`.
        user: the signed-in User.
        as_of: the working date.
    """
    branches = list(branches)
    ids = [branch.pk for branch in branches]
    forms = forms_of(ids, as_of)
    rows = {branch.pk: BodyRow(branch, forms.get(branch.pk), as_of) for branch in branches}
    visible = Organization.objects.visible_to(user, as_of)
    unit = Placement.objects.filter(organization=OuterRef("organization"), period__contains=as_of)
    held = list(
        BranchMembership.objects.filter(Q(branch__in=ids) | Q(entered_as__in=ids), organization__in=visible)
        .annotate(unit=Subquery(unit.values("unit__name")[:1]))
        .order_by("organization__sort_key", "organization_id", "-period")
        .values_list("branch_id", "entered_as_id", "organization_id", "organization__name", "period", "unit")
    )
    sizes = _sizes_of({row[2] for row in held}, as_of)
    shown: dict[int, set[int]] = {pk: set() for pk in rows}
    for branch_id, entered_as, organization_id, name, period, unit_name in held:
        for pk in {branch_id, entered_as} & set(rows):
            row = rows[pk]
            if not _is_member(row.branch, period, as_of) or organization_id in shown[pk]:
                continue
            shown[pk].add(organization_id)
            row.names.append(name)
            row.organization_ids.append(organization_id)
            if unit_name and unit_name not in row.units:
                row.units.append(unit_name)
            if row.branch.composition == Composition.OWN:
                row.size = _size(row.branch.line, sizes.get(organization_id))
    for row in rows.values():
        row.hidden = max(0, row.covers - len(row.names))
    return list(rows.values())


def _is_member(branch: Branch, period: Any, as_of: date) -> bool:
    """On the day, or, of a body that ended before, at its end."""
    if branch.dissolved_on and branch.dissolved_on <= as_of:
        return period.upper is None or period.upper >= branch.dissolved_on
    return as_of in period


def forms_of(branch_ids: Iterable[int], as_of: date) -> dict[int, BodyForm]:
    """The form of each body on a day, one query.

    Args:
        branch_ids: ids of bodies.
        as_of: the day.
    """
    rows = BranchForm.objects.filter(branch__in=list(branch_ids), period__contains=as_of).select_related("form")
    return {row.branch_id: row.form for row in rows}


def _sizes_of(organization_ids: Iterable[int], as_of: date) -> dict[int, Figures]:
    rows = (
        Figures.objects.filter(organization__in=list(organization_ids), as_of__lte=as_of)
        .order_by("organization_id", "-as_of")
        .distinct("organization_id")
    )
    return {row.organization_id: row for row in rows}


def _size(line: str, figures: Figures | None) -> int | None:
    if figures is None or line not in SIZES:
        return None
    first, *more = SIZES[line]
    known = getattr(figures, first)
    return None if known is None else known + sum(getattr(figures, name) or 0 for name in more)


def last_day(period: Any) -> date | None:
    """至: the last day included of a stored period, None while it goes on.

    Args:
        period: a range of dates.
    """
    return period.upper - timedelta(days=1) if period and period.upper else None
