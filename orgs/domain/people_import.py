"""Writing the people of an import: new rows by COPY, corrections in one update; personal facts encrypted."""

from datetime import datetime
from typing import Any

from django.db import models

from orgs.domain.people import person_naming
from orgs.domain.people_plan import PeoplePlan, Who
from orgs.models import Person
from quannan.base.bulk import copy_rows, reserve_ids, update_rows

_ENCRYPTED = ("phone", "political_status")
_CORRECTED = ("phone", "political_status", "workplace")


def write_people(plan: PeoplePlan, now: datetime) -> None:
    """Enter the new people, who get their keys, and correct the known ones; inside the caller's transaction.

    Args:
        plan: who, and what.
        now: the moment of writing.
    """
    for person, identity in zip(plan.new, reserve_ids(Person, len(plan.new)), strict=True):
        person.id = identity
    copy_rows(
        Person,
        (
            "id",
            "name",
            "search_text",
            "sort_key",
            "organization",
            "unit",
            "workplace",
            *_ENCRYPTED,
            "is_demo",
            "version",
            "created_at",
        ),
        (
            (
                person.id,
                person.name,
                *person_naming(person.name).values(),
                person.organization_id,
                person.unit_id,
                person.workplace,
                *(_stored(name, getattr(person, name)) for name in _ENCRYPTED),
                False,
                1,
                now,
            )
            for person in plan.new
        ),
    )
    rows = []
    if plan.corrected:
        for row in Person.objects.select_for_update(of=("self",)).filter(pk__in=list(plan.corrected)).order_by("pk"):
            values = {name: getattr(row, name) for name in _CORRECTED} | plan.corrected[row.pk]
            rows.append((row.pk, *(_stored(name, values[name]) for name in _CORRECTED), row.version + 1))
    update_rows(Person, (*_CORRECTED, "version"), rows)


def key_of(who: Who) -> int:
    """The key of somebody on record, or of somebody whom `write_people` has entered."""
    if isinstance(who, int):
        return who
    assert who.id is not None
    return who.id


def _stored(name: str, value: Any) -> Any:
    field = Person._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field.get_prep_value(value)
