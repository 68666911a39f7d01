"""台账事项 of one organization as its page shows them."""

from dataclasses import dataclass
from datetime import date

from orgs.domain.ledger import ITEMS, shown
from orgs.models import LedgerFacts, Organization, User
from orgs.models.codes import CodeList
from orgs.models.ledger import LedgerForm
from orgs.queries_list import code_labels


@dataclass(frozen=True)
class LedgerShown:
    """One ledger's facts in force on a day.

    Attributes:
        title: name of the form.
        as_of: the date of the facts.
        source: where they come from, in words.
        items: (item, value) in words, in the order of the form; what is not known is left out.
    """

    title: str
    as_of: date
    source: str
    items: list[tuple[str, str]]


def ledgers_of(organization: Organization, user: User, day: date) -> list[LedgerShown]:
    """The latest facts of each ledger up to a day; two queries.

    Args:
        organization: whose.
        user: who looks.
        day: inclusive.
    """
    rows = LedgerFacts.objects.visible_to(user, day).filter(organization=organization, as_of__lte=day)
    latest = list(rows.order_by("form", "-as_of").distinct("form"))
    sources = code_labels(CodeList.FIGURES_SOURCE).get(CodeList.FIGURES_SOURCE, {}) if latest else {}
    return [
        LedgerShown(
            LedgerForm(row.form).label,
            row.as_of,
            sources.get(row.source, row.source),
            [
                (item.words, shown(item, value))
                for item in ITEMS[row.form]
                if (value := row.values.get(item.code)) is not None
            ],
        )
        for row in latest
    ]
