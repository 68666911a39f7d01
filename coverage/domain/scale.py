"""规模以上 (二(三)) of one organization whose figures are at hand; the spans work the same rule out in SQL."""

from datetime import date
from decimal import Decimal

from coverage.models import ScaleRule
from orgs.domain.ledger import ScaleOf


def scale_rule_on(day: date) -> ScaleOf:
    """The rule in force on a day; one query.

    Args:
        day: the day asked for.
    """
    rule = ScaleRule.objects.filter(period__contains=day).first()

    def scale_of(employees: int | None, revenue_yuan: Decimal | None) -> bool | None:
        if rule is None or employees is None:
            return None
        if employees >= rule.employees_alone:
            return True
        if employees < rule.employees_with_revenue:
            return False
        return None if revenue_yuan is None else revenue_yuan >= rule.revenue_yuan

    return scale_of
