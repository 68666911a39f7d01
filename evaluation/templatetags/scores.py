"""Points on pages."""

from decimal import Decimal

from django import template

from evaluation.domain.scoring import plain

register = template.Library()


@register.filter
def points(value: Decimal | None) -> str:
    """Points as people write them: 7.5, 40; “—” where there are none."""
    return plain(value) or "—"
