"""The words in which the tables of addresses are written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.house.world import ROLES

EVERY = frozenset(ROLES)
SEES = frozenset({"owner_office", "line_department", "unit_office", "secretary", "filer", "leader"})
COUNTY = frozenset({"owner_office", "line_department", "leader"})
EXPORTS = frozenset({"owner_office", "line_department", "unit_office", "leader"})
EDITS = frozenset({"owner_office", "unit_office"})
EDITS_BODIES = frozenset({"owner_office", "line_department", "unit_office"})
CONFIRMS = frozenset({"owner_office", "line_department"})
REVEALS = frozenset({"owner_office", "line_department", "unit_office"})
# Secretaries import the funds of their own organization.
IMPORTS = frozenset({"owner_office", "line_department", "unit_office", "secretary"})
# Those who see the import of the tables: who may import the register, and uploaded it or keeps the whole county's.
IMPORTED = frozenset({"owner_office", "unit_office"})
ACCOUNTS = frozenset({"owner_office", "technician"})
SYSTEM = frozenset({"owner_office", "technician"})
AUDITS = frozenset({"owner_office", "auditor"})
# A job of the unit office: its own, and of those who see everybody's.
JOBS = frozenset({"owner_office", "unit_office", "technician"})
NOBODY: frozenset[str] = frozenset()

Target = Callable[[Any], list[Any]]


def nothing(things: Any) -> list[Any]:
    return []


@dataclass(frozen=True)
class Address:
    """What one address answers to whom.

    Attributes:
        opens: roles that are let in at `own`; the others meet `refusal`.
        own: arguments of an object every role of `opens` may see.
        foreign: arguments of an object that only county roles may see; the others of `opens` find nothing there.
        methods: "get", "post" or both; the other one is not allowed at all.
        refusal: status for roles outside `opens`.
        misses: roles outside `opens` that may ask, and find nothing at `own`.
        stranger: status for who is not signed in; 302 leads to the login.
        answer: statuses of those let in.
    """

    opens: frozenset[str] = EVERY
    own: Target = nothing
    foreign: Target | None = None
    methods: tuple[str, ...] = ("get",)
    refusal: int = 403
    misses: frozenset[str] = NOBODY
    stranger: int = 302
    answer: frozenset[int] = field(default=frozenset({200}))


def of_organization(**more: Any) -> dict[str, Any]:
    return {"own": lambda t: [t.own.pk], "foreign": lambda t: [t.foreign.pk], **more}


def form(opens: frozenset[str], own: Target = nothing, foreign: Target | None = None, **more: Any) -> Address:
    """A page with a form: it is read and it is sent; what is missing in it is said on the same page."""
    more.setdefault("answer", frozenset({200, 422}))
    return Address(opens, own, foreign, methods=("get", "post"), **more)


def act(opens: frozenset[str], own: Target = nothing, foreign: Target | None = None, **more: Any) -> Address:
    """A button: it is only sent, and leads back."""
    more.setdefault("answer", frozenset({200, 302, 422}))
    return Address(opens, own, foreign, methods=("post",), **more)
