"""Which rows go over when one organization's record is merged into another, and which of them may not."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from orgs.models import (
    BranchMembership,
    DismissalCase,
    EstablishmentPlan,
    Figures,
    Instructor,
    Lead,
    LedgerFacts,
    Liaison,
    MemberSearch,
    Organization,
    Owner,
    Person,
    ProfessionalWorker,
    Recommendation,
    RoleAssignment,
)
from orgs.models.bodies import Composition

# Of these an organization has one at a time; it may have several investors.
SINGLE_ROLES = ("legal", "principal")


@dataclass(frozen=True)
class Move:
    """One kind of row that belongs to an organization.

    Attributes:
        model: its table.
        words: what the user calls such a row.
        clash: whether a row of the kept record and one of the absorbed cannot both belong to one organization; None
            where they always can.
        related: what `clash` looks at besides the row itself.
        may_vanish: rows that are deleted in the course of things, such as a role taken from an account.
        untold: rows of which not everybody who merges may know that they exist; no page, sentence or audit entry
            names or counts them.
        field: name of the relation.
    """

    model: Any
    words: str
    clash: Callable[[Any, Any], bool] | None = None
    related: tuple[str, ...] = ()
    may_vanish: bool = False
    untold: bool = False
    field: str = "organization"

    @property
    def label(self) -> str:
        return str(self.model._meta.label)

    def rows(self, organization: Organization) -> Iterator[Any]:
        """The organization's rows.

        Args:
            organization: whose.
        """
        found = self.model._base_manager.filter(**{self.field: organization}).order_by("pk")
        return iter(found.select_related(*self.related) if self.related else found)


def clashing(move: Move, ours: Sequence[Any], theirs: Iterable[Any]) -> set[int]:
    """Ids of the absorbed record's rows that cannot go over.

    Args:
        move: which kind of row.
        ours: the kept record's rows.
        theirs: the absorbed record's rows.
    """
    clash = move.clash
    return {row.pk for row in theirs if clash and any(clash(other, row) for other in ours)}


def overlaps(one: Any, other: Any) -> bool:
    """Whether two date ranges, the upper bound not included, have a day in common; None is without a bound.

    Args:
        one: a DateRange.
        other: another.
    """
    begins_before_end = one.lower is None or other.upper is None or one.lower < other.upper
    return begins_before_end and (other.lower is None or one.upper is None or other.lower < one.upper)


def same(*names: str) -> Callable[[Any, Any], bool]:
    """Rows clash that have the same in these columns.

    Args:
        names: columns.
    """
    return lambda ours, theirs: all(getattr(ours, name) == getattr(theirs, name) for name in names)


def same_meanwhile(*names: str) -> Callable[[Any, Any], bool]:
    """Rows clash that have the same in these columns in overlapping periods.

    Args:
        names: columns.
    """
    alike = same(*names)
    return lambda ours, theirs: alike(ours, theirs) and overlaps(ours.period, theirs.period)


def _members_clash(ours: BranchMembership, theirs: BranchMembership) -> bool:
    """The same body twice, or two bodies of one's own of the same line: they are one body entered twice."""
    if not overlaps(ours.period, theirs.period):
        return False
    if ours.branch_id == theirs.branch_id:
        return True
    own = ours.branch.composition == theirs.branch.composition == Composition.OWN
    refused = ours.branch.refused_at or theirs.branch.refused_at
    return own and not refused and ours.branch.line == theirs.branch.line


def _owners_clash(ours: Owner, theirs: Owner) -> bool:
    if ours.role != theirs.role or not overlaps(ours.period, theirs.period):
        return False
    return ours.role in SINGLE_ROLES or ours.name == theirs.name


def _liaisons_clash(ours: Liaison, theirs: Liaison) -> bool:
    return ours.kind == theirs.kind == "unit" and same_meanwhile("unit_name")(ours, theirs)


MOVES: list[Move] = [
    Move(Figures, "年度数字", same("as_of")),
    Move(LedgerFacts, "台账事项", same("form", "as_of")),
    Move(BranchMembership, "党群组织的覆盖", _members_clash, ("branch",)),
    Move(Owner, "业主", _owners_clash),
    Move(Person, "人员"),
    Move(Instructor, "党建工作指导员", same_meanwhile("person_id")),
    Move(Liaison, "挂点联系", _liaisons_clash),
    Move(ProfessionalWorker, "职业党群干部"),
    Move(EstablishmentPlan, "未建原因与计划", same_meanwhile("line")),
    Move(Recommendation, "推优", untold=True),
    Move(MemberSearch, "党员排查", same("kind", "visited_on", "unit_id"), untold=True),
    Move(Lead, "登记招商线索"),
    Move(DismissalCase, "维权个案", untold=True),
    Move(RoleAssignment, "账号的角色", same("user_id", "role_id", "unit_id"), may_vanish=True),
]
# Rows that say something of the record rather than of the organization: they stay where they are.
STAYING: frozenset[str] = frozenset(
    {
        "orgs.Placement",
        "orgs.Exclusion",
        "orgs.Organization",
        "orgs.OrganizationMerge",
        "orgs.NotDuplicate",
        "orgs.Discrepancy",
        # An assumption about a record that is no longer shown has no effect.
        "coverage.ScenarioTick",
    }
)


def moves_along(*moves: Move) -> None:
    """Tells of further rows that go over, for apps above this one; what is told twice counts once.

    Args:
        moves: kinds of rows.
    """
    known = {move.label for move in MOVES}
    MOVES.extend(move for move in moves if move.label not in known)


def moving_models() -> list[type[models.Model]]:
    """The tables whose rows go over."""
    return [move.model for move in MOVES]
