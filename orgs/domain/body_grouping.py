"""归并: provisional joint bodies that are one body in truth become one; coverage stays as it is.

A workbook's row may name a joint body's form without its name; such a row makes a body of its own, 未归并.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F

from orgs.domain.acting import acting, require_text, require_visible, tell
from orgs.domain.body_rules import BEYOND, require_line
from orgs.domain.naming import NAME_LENGTH
from orgs.domain.refusals import NotAllowed
from orgs.models import Branch, BranchForm, BranchMembership, Organization, Unit
from orgs.models.bodies import BodyForm, Composition
from orgs.models.people import Appointment
from orgs.models.terms import Election
from orgs.permissions import may_confirm_line, scope_for_line
from orgs.validators import normalise_name

JOINT = (Composition.JOINT_AREA.value, Composition.JOINT_INDUSTRY.value)
GROUPED_REASON = "归并到同一个联合组织"


@dataclass(frozen=True)
class Proposed:
    """Provisional bodies that are probably one: same unit, line, form and founding date.

    Attributes:
        unit: the unit under which all their members stand.
        line: code of `Line`.
        form: label of the form.
        founded_on: the day.
        members: (body, organization), by name.
    """

    unit: Unit
    line: str
    form: str
    founded_on: date
    members: tuple[tuple[Branch, Organization], ...]

    @property
    def key(self) -> str:
        """Names the proposal on its page: the lowest body."""
        return str(min(branch.pk for branch, _ in self.members))

    @property
    def words(self) -> str:
        """A name to begin with: the unit and the form."""
        return f"{self.unit.name}{self.form}"


def propose_groups(user: Any, as_of: date) -> list[Proposed]:
    """Groups of at least two provisional bodies that an account may see and edit; two queries.

    Args:
        user: the signed-in User.
        as_of: the day whose bodies, members and units count.

    Returns:
        Proposals by unit, line and date.
    """
    visible = Organization.objects.visible_to(user, as_of)
    rows = list(
        BranchMembership.objects.filter(
            period__contains=as_of,
            organization__in=visible,
            branch__is_provisional=True,
            branch__dissolved_on=None,
            branch__founded_on__lte=as_of,
            branch__forms__period__contains=as_of,
            organization__placements__period__contains=as_of,
        )
        .select_related("branch", "organization")
        .annotate(form_id=F("branch__forms__form"), unit_id=F("organization__placements__unit"))
        .order_by("organization__sort_key", "branch_id")
    )
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in={row.unit_id for row in rows})}
    forms = dict(BodyForm.objects.filter(pk__in={row.form_id for row in rows}).values_list("pk", "label"))
    found: dict[tuple[Any, ...], list[tuple[Branch, Organization]]] = {}
    for row in rows:
        key = (row.unit_id, row.branch.line, row.form_id, row.branch.founded_on)
        found.setdefault(key, []).append((row.branch, row.organization))
    proposals = [
        Proposed(units[unit_id], line, forms[form_id], founded_on, tuple(members))
        for (unit_id, line, form_id, founded_on), members in found.items()
        if len({branch.pk for branch, _ in members}) > 1
    ]
    return sorted(proposals, key=lambda p: (p.unit.order, p.unit.code, p.line, p.founded_on, p.key))


def group_bodies(
    *, branches: Iterable[Branch], name: str, composition: str, approval: str = "", by: Any, now: datetime
) -> Branch:
    """Makes one joint body out of several provisional ones; the one entered first stays.

    The others end as from their founding, and their members go over with the dates they had, so that the covered
    organizations stay the same on every day. It is confirmed when all were, or when the actor may confirm the line.

    Args:
        branches: at least two provisional bodies of one line, form and founding date.
        name: the name the joint body has in truth.
        composition: 联合(区域) or 联合(行业).
        approval: 批复文号, "" where there is none.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or a member is out of scope.
        ValidationError: by field.
    """
    wanted = sorted({branch.pk for branch in branches})
    name = require_text(name, "name", "请填写这个联合组织的名称。", NAME_LENGTH)
    if composition not in JOINT:
        sentence = "组建方式请选联合(区域)或联合(行业)。"
        raise ValidationError({"composition": ValidationError(sentence, code="bad_composition")})
    if len(wanted) < 2:
        sentence = "请至少勾选两个要归并的组织;只有一个的,请用“更正”给它起名。"
        raise ValidationError({"bodies": ValidationError(sentence, code="too_few")})
    with acting(by, GROUPED_REASON):
        rows = list(Branch.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
        _check_alike(rows)
        require_line(rows[0].line, by)
        memberships = list(
            BranchMembership.objects.select_for_update(of=("self",))
            .filter(branch__in=rows)
            .select_related("organization")
            .order_by("pk")
        )
        if by is not None:
            _require_members(memberships, rows[0].line, by, now)
        _refuse_twice(memberships)
        kept, others = rows[0], rows[1:]
        _refuse_used(others)
        kept_confirmed = all(row.confirmed_at for row in rows)
        if not kept_confirmed:
            confirmed = by is not None and may_confirm_line(by, kept.line)
            kept.confirmed_at, kept.confirmed_by = (now, by) if confirmed else (None, None)
        kept.name, kept.name_key = name, normalise_name(name)[:NAME_LENGTH]
        kept.composition, kept.approval, kept.is_provisional = composition, approval.strip(), False
        kept.version += 1
        kept.save()
        BranchMembership.objects.filter(pk__in=[m.pk for m in memberships]).update(
            entered_as=F("branch_id"), branch_id=kept.pk
        )
        Branch.objects.filter(pk__in=[row.pk for row in others]).update(
            grouped_into=kept,
            dissolved_on=F("founded_on"),
            dissolved_reason=GROUPED_REASON,
            version=F("version") + 1,
        )
        tell(
            action="body.group",
            obj=kept,
            detail={"bodies": wanted, "line": kept.line},
            organization_ids={m.organization_id for m in memberships},
            by=by,
            now=now,
        )
    return kept


def undo_grouping(*, branch: Branch, reason: str, by: Any, now: datetime) -> Branch:
    """Takes a grouping back: every member returns to the provisional body it was entered under.

    Args:
        branch: the joint body that stayed.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or a member is out of scope.
        ValidationError: nothing was grouped into it; it ended; somebody joined since; no reason.
    """
    require_line(branch.line, by)
    reason = require_text(reason, "reason", "请写明撤回归并的理由。")
    with acting(by, reason):
        rows = list(Branch.objects.select_for_update(of=("self",)).filter(grouped_into=branch).order_by("pk"))
        kept = Branch.objects.select_for_update(of=("self",)).get(pk=branch.pk)
        memberships = list(
            BranchMembership.objects.select_for_update(of=("self",)).filter(branch=kept).select_related("organization")
        )
        if by is not None:
            _require_members(memberships, branch.line, by, now)
        _refuse_undo(kept, rows, memberships)
        _restore(kept)
        BranchMembership.objects.filter(pk__in=[m.pk for m in memberships]).update(
            branch_id=F("entered_as_id"), entered_as=None
        )
        Branch.objects.filter(pk__in=[row.pk for row in rows]).update(
            grouped_into=None, dissolved_on=None, dissolved_reason="", version=F("version") + 1
        )
        tell(
            action="body.ungroup",
            obj=kept,
            detail={"bodies": [kept.pk, *(row.pk for row in rows)], "reason": reason},
            organization_ids={m.organization_id for m in memberships},
            by=by,
            now=now,
        )
    return kept


def _check_alike(rows: list[Branch]) -> None:
    """Only what waits for grouping, and only what may be one body."""
    sentence = ""
    if not all(row.is_provisional and row.dissolved_on is None for row in rows) or len(rows) < 2:
        sentence = "勾选的组织中有的已归并、已起名或已撤销,请刷新页面后重新勾选。"
    elif len({row.line for row in rows}) > 1:
        sentence = "勾选的组织不是同一条线的,请分开归并。"
    elif len({row.founded_on for row in rows}) > 1:
        sentence = "勾选的组织成立日期不同,同一个组织只有一个成立日期;请先更正日期,再归并。"
    else:
        forms = BranchForm.objects.filter(branch__in=rows).order_by("branch_id", "period")
        held: dict[int, list[Any]] = {}
        for branch_id, form_id, period in forms.values_list("branch_id", "form_id", "period"):
            held.setdefault(branch_id, []).append((form_id, period.lower, period.upper))
        if any(one != held[rows[0].pk] for one in held.values()):
            sentence = "勾选的组织形式不同,请先核对各自的组织形式,再归并。"
    if sentence:
        raise ValidationError({"bodies": ValidationError(sentence, code="not_alike")})


def _require_members(memberships: list[BranchMembership], line: str, by: Any, now: datetime) -> None:
    try:
        organizations = [membership.organization for membership in memberships]
        require_visible(organizations, by, now, scope_for_line(by, line))
    except NotAllowed:
        raise NotAllowed(BEYOND) from None


def _refuse_twice(memberships: list[BranchMembership]) -> None:
    """One organization cannot be covered twice by one body on one day."""
    by_organization: dict[int, list[BranchMembership]] = {}
    for membership in memberships:
        by_organization.setdefault(membership.organization_id, []).append(membership)
    for held in by_organization.values():
        held.sort(key=lambda m: m.period.lower)
        for first, second in zip(held, held[1:], strict=False):
            if first.period.upper is None or first.period.upper > second.period.lower:
                name = first.organization.name
                sentence = f"“{name}”同时在其中两个组织里,请只勾选一个,另一个核对后撤销。"
                raise ValidationError({"bodies": ValidationError(sentence, code="twice")})


def _refuse_used(others: list[Branch]) -> None:
    """Posts and elections stay with the body they were entered under."""
    used = Appointment.objects.filter(branch__in=others).exists() or Election.objects.filter(branch__in=others).exists()
    if used:
        sentence = "其中有的组织已登记换届或任职,请不要勾选它;先给它起名,其余成员再加入它。"
        raise ValidationError({"bodies": ValidationError(sentence, code="used")})


def _refuse_undo(kept: Branch, rows: list[Branch], memberships: list[BranchMembership]) -> None:
    sentence, code = "", ""
    if not rows:
        sentence, code = "没有别的组织归并到这里,不用撤回。", "nothing"
    elif kept.dissolved_on or kept.refused_at:
        sentence, code = "这个组织已撤销或不予确认,不能再撤回归并。", "ended"
    elif any(membership.entered_as_id is None for membership in memberships):
        sentence, code = "归并之后又有组织加入,各归各处已不可能;请用“更正”或“退出”办理。", "joined_since"
    elif any(row.founded_on != kept.founded_on for row in rows):
        sentence, code = "归并之后更正过成立日期,请先把成立日期改回,再撤回归并。", "moved_since"
    if sentence:
        raise ValidationError(sentence, code=code)


def _restore(kept: Branch) -> None:
    """Gives the body what it was before it was grouped, out of its history."""
    events: Any = Branch._meta.get_field("events").related_model
    before = events.objects.filter(pgh_obj_id=kept.pk, is_provisional=True).order_by("-pgh_id").first()
    for field in ("name", "name_key", "composition", "approval", "confirmed_at", "confirmed_by_id"):
        setattr(kept, field, getattr(before, field))
    kept.is_provisional = True
    kept.version += 1
    kept.save()
