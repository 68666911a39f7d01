"""What an import has worked out about people: who is new, and what becomes known of whom."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class NewPerson:
    """Somebody whom rows of a file name and the register does not have.

    Attributes:
        organization_id, unit_id: where they belong; one of the two.
        phone, political_status: in plain text, encrypted when written.
        row: number of the row that named them first.
        id: the key, once it is reserved.
    """

    name: str
    organization_id: int | None
    unit_id: int | None
    workplace: str = ""
    phone: str = ""
    political_status: str = ""
    row: int = 0
    id: int | None = None


# Somebody on record, or new.
Who = int | NewPerson


@dataclass
class PeoplePlan:
    """The people an import enters, and field → value in plain text of those on record that it corrects."""

    new: list[NewPerson] = field(default_factory=list)
    corrected: dict[int, dict[str, Any]] = field(default_factory=dict)
