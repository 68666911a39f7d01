"""Amounts of money as the pages of funds show them."""

from django import template

from funding.queries_check import yuan as worded

register = template.Library()


@register.filter
def yuan(value):
    """Yuan with thousands and cents, “—” where not known."""
    return "—" if value is None else worded(value)
