"""Reads that only the API asks for."""

from datetime import date

from django.db.models import Q, QuerySet

from coverage.models import Span
from coverage.queries_pages import spans_at
from orgs.validators import USCC_SHAPE, normalise_code


def organization_by_key(user, as_of: date, key: str) -> QuerySet[Span]:
    """The span of one organization at a date, no row where it does not exist, is closed or out of scope.

    Args:
        user: the signed-in User.
        as_of: the date, inclusive.
        key: its unified social credit code, or its id.
    """
    code = normalise_code(key)
    if USCC_SHAPE.match(code):
        return spans_at(user, as_of).filter(organization__uscc=code)
    known = code.isascii() and code.isdigit() and len(code) <= 18
    return spans_at(user, as_of).filter(Q(organization=int(code)) if known else Q(pk__in=()))
