"""Where a figure opens: the address of the organizations that were counted."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse


def drill_address(**parameters: Any) -> str:
    """The address of the organizations behind a figure.

    Args:
        parameters: as_of (date), unit (code), own, population, line, measure; empty ones are left out.
    """
    said = {k: v for k, v in parameters.items() if v not in ("", None)}
    return f"{reverse('coverage-organizations')}?{urlencode(said)}"


def line_address(as_of: date, unit: str, line: str, measure: str, *, own: bool = False) -> str:
    """The organizations behind one number of a line over all organizations.

    Args:
        as_of: the date.
        unit: code of the unit, "" for all the account sees.
        line: a line code or "all".
        measure: a key of MEASURES.
        own: whether units below are left out.
    """
    return drill_address(
        as_of=as_of, unit=unit, own="1" if own else "", population="all", line=str(line), measure=measure
    )
