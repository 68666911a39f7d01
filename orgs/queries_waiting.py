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


# Each answers for one part of the register with at most one query: (user, as_of) → what waits. They are named,
# not imported: each of them is made of what stands above.
PARTS: tuple[str, ...] = (
    "orgs.queries_branches.waiting_groups",
    "orgs.queries_leads.waiting_leads",
    "orgs.queries_reconciliation.waiting_findings",
    "orgs.queries_changes.changes_waiting",
    "orgs.queries_terms.waiting_terms",
    "orgs.queries_recommendations.waiting_recommendations",
)


def waiting_for(user, as_of: date) -> list[Waiting]:
    """What waits for an account in the register, in the order of its parts.

    Args:
        user: the signed-in User.
        as_of: the working date.
    """
    parts: list[Callable[..., list[Waiting]]] = [import_string(name) for name in PARTS]
    return [one for part in parts for one in part(user, as_of)]
