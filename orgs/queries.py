"""What other apps may read of the register."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from orgs.models import BranchForm, BranchMembership, Code, Figures, Organization
from orgs.models.bodies import Branch
from orgs.queries_timeline import Entry, sight_ended, timeline_of
from orgs.validators import normalise_name

__all__ = [
    "BodyAt",
    "Entry",
    "bodies_of",
    "codes",
    "figures_of",
    "organizations_matching",
    "search_condition",
    "sight_ended",
    "timeline_of",
]

# Seconds for which a process trusts a code list it has read: an editor's change shows within this time.
CODES_KEPT = 20
_codes: dict[tuple[str, str], tuple[float, dict[str, str]]] = {}


def codes(list_name: str) -> dict[str, str]:
    """Labels by code of one code list, in its order, entries out of use included.

    Args:
        list_name: value of `CodeList`.
    """
    key = (str(connection.settings_dict["NAME"]), str(list_name))
    kept = _codes.get(key)
    if kept is None or kept[0] < time.monotonic():
        labels = dict(Code.objects.filter(list_name=list_name).values_list("code", "label"))
        if not labels:
            return {}
        kept = _codes[key] = (time.monotonic() + CODES_KEPT, labels)
    return kept[1]


def search_condition(text: str, prefix: str = "") -> Q:
    """Organizations whose name, former name, code, pinyin or pinyin initials contain the text; served by the index.

    PostgreSQL takes no trigram from a pattern of two characters between wildcards, so pairs are looked for as the
    words of their own that `orgs.domain.naming.naming_fields` stores; one character is found where it begins a pair
    or ends a name.

    Args:
        text: what the user typed; blank finds everything.
        prefix: lookup path to the organization, "" on Organization itself.
    """
    wanted = normalise_name(text)
    if not wanted:
        return Q()
    column = f"{prefix}search_text__contains"
    if len(wanted) == 1:
        return Q(**{column: f" {wanted}"}) | Q(**{column: f"{wanted} "})
    return Q(**{column: f" {wanted} " if len(wanted) == 2 else wanted})


def organizations_matching(rows: QuerySet, text: str) -> QuerySet:
    """Rows of Organization found by `search_condition`.

    Args:
        rows: organizations already limited to what the account may see.
        text: what the user typed; blank leaves the rows as they are.
    """
    return rows.filter(search_condition(text))


def figures_of(organization: Organization) -> QuerySet[Figures]:
    """All figures of an organization, the latest first.

    Args:
        organization: which one; the caller has made sure that it may be seen.
    """
    return Figures.objects.filter(organization=organization).order_by("-as_of")


@dataclass(frozen=True)
class BodyAt:
    """One body that covers an organization on a day.

    Attributes:
        branch: the body.
        membership: the coverage it gives the organization.
        form: label of the form it has on that day.
        is_body: False for 组织员 and 女工委员, which are work coverage alone.
        covers: how many organizations it covers on that day.
    """

    branch: Branch
    membership: BranchMembership
    form: str
    is_body: bool
    covers: int


def bodies_of(organization: Organization, on: date) -> list[BodyAt]:
    """The bodies that cover an organization on a day, in the order of the lines; three queries.

    Args:
        organization: which one; the caller has made sure that it may be seen.
        on: the day, inclusive.
    """
    lines = {line: order for order, (line, _) in enumerate(Branch._meta.get_field("line").flatchoices)}
    rows = (
        BranchMembership.objects.filter(
            Q(branch__dissolved_on=None) | Q(branch__dissolved_on__gt=on),
            organization=organization,
            period__contains=on,
            branch__founded_on__lte=on,
        )
        .select_related("branch")
        .prefetch_related(
            Prefetch("branch__forms", BranchForm.objects.select_related("form").filter(period__contains=on))
        )
    )
    covers = _covers([row.branch_id for row in rows], on)
    bodies = []
    for row in rows:
        (held,) = row.branch.forms.all()
        bodies.append(BodyAt(row.branch, row, held.form.label, held.form.is_body, covers.get(row.branch_id, 0)))
    return sorted(bodies, key=lambda body: (lines[body.branch.line], body.branch.founded_on, body.branch.pk))


def _covers(branch_ids: Iterable[int], on: date) -> dict[int, int]:
    counts: dict[int, int] = {}
    pairs = BranchMembership.objects.filter(
        branch__in=list(branch_ids), period__contains=on, organization__merged_into=None
    )
    for branch_id in pairs.values_list("branch_id", flat=True):
        counts[branch_id] = counts.get(branch_id, 0) + 1
    return counts
