"""What an import of a ledger form asks the register for besides: its own facts, and why there is no party body."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from orgs.imports.known import KnownMaps
from orgs.imports.maps import KnownOrganization
from orgs.lines import Line
from orgs.models import EstablishmentPlan, LedgerFacts


class KnownFacts(NamedTuple):
    """台账事项 in force on the date of the form."""

    id: int
    as_of: dt.date
    values: dict[str, Any]


@dataclass
class LedgerMaps(KnownMaps):
    """The register as a ledger form needs it.

    ``form``: F1 or F2. ``scale``: whether (employees, yuan) is 规模以上. ``facts``, ``reasons``: by organization.
    """

    form: str = ""
    scale: Callable[[int | None, Decimal | None], bool | None] = lambda employees, revenue: None
    facts: dict[int, KnownFacts] = field(default_factory=dict)
    reasons: dict[int, list[EstablishmentPlan]] = field(default_factory=dict)

    def load_these(self, ids: list[int]) -> list[KnownOrganization]:
        """Two queries more than the register's: six."""
        found = super().load_these(ids)
        rows = LedgerFacts.objects.filter(organization__in=ids, form=self.form, as_of__lte=self.as_of)
        latest = rows.order_by("organization_id", "-as_of").distinct("organization_id")
        self.facts = {
            organization: KnownFacts(identity, as_of, values)
            for organization, identity, as_of, values in latest.values_list("organization_id", "pk", "as_of", "values")
        }
        reasons = defaultdict(list)
        for plan in EstablishmentPlan.objects.filter(organization__in=ids, line=Line.PARTY).order_by("pk"):
            reasons[plan.organization_id].append(plan)
        self.reasons = dict(reasons)
        return found

    def reason_on_date(self, organization_id: int) -> EstablishmentPlan | None:
        """Why there is no party body, as recorded for the date of the form."""
        return next((plan for plan in self.reasons.get(organization_id, ()) if self.as_of in plan.period), None)
