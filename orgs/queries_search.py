"""What the search box over every page finds: organizations, bodies, people and units in the account's sight."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.db.models import Prefetch, Q, QuerySet

from orgs.models import Branch, Organization, Person, Placement, Unit
from orgs.permissions import may_see_people
from orgs.queries import search_condition
from orgs.validators import normalise_code, normalise_name

T = TypeVar("T")

# So many of each kind are shown; the lists show the rest.
SHOWN = 20
# No code of an organization is shorter.
_SHORTEST_CODE = 6


@dataclass(frozen=True)
class Some(Generic[T]):
    """The first rows of one kind, and whether there are more."""

    rows: list[T]
    more: bool


@dataclass(frozen=True)
class Found:
    """What a text finds; every part is limited to what the account may see."""

    organizations: Some[Organization]
    bodies: Some[Branch]
    people: Some[Person]
    units: Some[Unit]

    @property
    def nothing(self) -> bool:
        return not any(part.rows for part in (self.organizations, self.bodies, self.people, self.units))


def found_for(user, text: str, as_of: date) -> Found:
    """Everything that a text finds, six queries.

    Args:
        user: the signed-in User.
        text: name, former name, code, pinyin or pinyin initials, or a part of one; blank finds nothing.
        as_of: the working date, whose placements decide what is in sight.
    """
    if not normalise_name(text):
        none: Some = Some([], False)
        return Found(none, none, none, none)
    return Found(
        _some(organizations_found(user, text, as_of)),
        _some(bodies_found(user, text, as_of)),
        _some(people_found(user, text, as_of)) if may_see_people(user) else Some([], False),
        _some(units_found(user, text)),
    )


def _some(rows: QuerySet) -> Some:
    found = list(rows[: SHOWN + 1])
    return Some(found[:SHOWN], len(found) > SHOWN)


def organizations_found(user, text: str, as_of: date) -> QuerySet[Organization]:
    """Organizations by name, former name, code or pinyin, each with its placement of the day in `placed`."""
    placed = Placement.objects.filter(period__contains=as_of).select_related("unit")
    return (
        Organization.objects.visible_to(user, as_of)
        .filter(search_condition(text))
        .prefetch_related(Prefetch("placements", placed, to_attr="placed"))
        .order_by("sort_key", "id")
    )


def bodies_found(user, text: str, as_of: date) -> QuerySet[Branch]:
    """Bodies by their own name; those refused or grouped into another never counted and are left out."""
    return (
        Branch.objects.visible_to(user, as_of)
        .filter(name_key__contains=normalise_name(text), refused_at=None, grouped_into=None)
        .order_by("name", "id")
    )


def people_found(user, text: str, as_of: date) -> QuerySet[Person]:
    """People by name or pinyin, served by the same kind of index as organizations."""
    return (
        Person.objects.visible_to(user, as_of)
        .filter(search_condition(text))
        .select_related("organization", "unit")
        .order_by("sort_key", "id")
    )


def units_found(user, text: str) -> QuerySet[Unit]:
    """Units in use by name or alias."""
    wanted = text.strip()
    return (
        Unit.objects.visible_to(user)
        .filter(Q(name__contains=wanted) | Q(aliases__contains=[wanted]), is_active=True)
        .order_by("path")
    )


def organization_of_code(user, text: str, as_of: date | None = None) -> Organization | None:
    """The one organization in sight whose code the text is, unified or old, or the code of a record merged into it.

    Args:
        user: the signed-in User.
        text: what was typed; at most one query, none where it looks like no code.
        as_of: the day whose placements count; today where left out.
    """
    code = normalise_code(text)
    if len(code) < _SHORTEST_CODE or not code.isascii() or not any(letter.isdigit() for letter in code):
        return None
    named = Q(uscc=code) | Q(old_code=code)
    kept = Organization.objects.filter(named).exclude(merged_into=None).values("merged_into")
    found = list(Organization.objects.visible_to(user, as_of).filter(named | Q(pk__in=kept))[:2])
    return found[0] if len(found) == 1 else None
