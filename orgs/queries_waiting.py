"""What the register has waiting for an account: the workbench asks once, each part of the register answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Waiting:
    """One thing that waits.

    Attributes:
        text: what is to be done, with how many.
        done: what counts as done.
        url: the one page to do it on.
        action: the words of the link.
        due: the day it is due, None where it has no date.
        late: whether that day is past.
    """

    text: str
    done: str
    url: str
    action: str
    due: date | None = None
    late: bool = False


@dataclass(frozen=True)
class Standing:
    """One line on how something stands, with nothing to be done: 2012 年度年报已报送.

    Attributes:
        text: the sentence.
        url: the page that says more.
        action: the words of the link.
    """

    text: str
    url: str
    action: str


# Each answers for one part of the register with at most one query: (user, as_of) → what waits. They are named,
# not imported: each of them is made of what stands above.
PARTS: list[str] = [
    "orgs.queries_branches.waiting_groups",
    "orgs.queries_leads.waiting_leads",
    "orgs.queries_reconciliation.waiting_findings",
    "orgs.queries_changes.changes_waiting",
    "orgs.queries_terms.waiting_terms",
    "orgs.queries_recommendations.waiting_recommendations",
]
# Each says how things stand of an account: (user) → lines.
STANDING: list[str] = []


def home_shows(*, waiting: str = "", standing: str = "") -> None:
    """Adds what an app above the register has for the first page; what is told twice counts once.

    Args:
        waiting: dotted name of a function (user, as_of) → list of Waiting.
        standing: dotted name of a function (user) → list of Standing.
    """
    for names, name in ((PARTS, waiting), (STANDING, standing)):
        if name and name not in names:
            names.append(name)


def standing_for(user) -> list[Standing]:
    """How things stand of an account, in the order of the apps.

    Args:
        user: the signed-in User.
    """
    parts: list[Callable[..., list[Standing]]] = [import_string(name) for name in STANDING]
    return [one for part in parts for one in part(user)]


def waiting_for(user, as_of: date) -> list[Waiting]:
    """What waits for an account in the register, in the order of its parts.

    Args:
        user: the signed-in User.
        as_of: the working date.
    """
    parts: list[Callable[..., list[Waiting]]] = [import_string(name) for name in PARTS]
    return [one for part in parts for one in part(user, as_of)]
