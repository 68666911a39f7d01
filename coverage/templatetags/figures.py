"""Every figure on a page is a link to the organizations behind it."""

from datetime import timedelta
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from coverage.queries_drill import drill_address
from orgs.lines import Line

register = template.Library()


@register.simple_tag
def drill(**parameters):
    """The address of the organizations behind a figure.

    Args:
        parameters: as_of (date), unit (code), own, population, line, measure; empty ones are left out.
    """
    return drill_address(**parameters)


@register.simple_tag
def basis_drill(basis, which, line="", **parameters):
    """The address of the organizations behind a number of any base.

    Args:
        basis: a Basis.
        which: n, d, base, gap, unknown.
        line: a line code, "all" or "work".
        parameters: as_of (date), unit (code), own.
    """
    if line == "work":
        measure, line = (basis.work_measure if which == "n" else basis.base_measure), ""
    else:
        measure = {"n": basis.numerator_measure, "d": basis.denominator_measure, "base": basis.base_measure}.get(
            which, which
        )
    if which == "base" or (which == "d" and not basis.owed):
        line = ""
    return drill(line=line, measure=measure, population=basis.population if basis.owed else "", **parameters)


@register.simple_tag
def compared(**parameters):
    """The address of the comparison of two dates.

    Args:
        parameters: start and end (date), unit (code), population, line, change; empty ones are left out.
    """
    names = {"start": "from", "end": "to"}
    said = {names.get(k, k): v for k, v in parameters.items() if v not in ("", None)}
    return f"{reverse('coverage-comparison')}?{urlencode(said)}"


@register.filter
def with_sign(value):
    """A change of a count with its sign: +3, −2, 0."""
    return f"{value:+,d}".replace("-", "−") if value else "0"


@register.filter
def line_of(counts, line):
    """One line's counts out of a population's or unit's counts.

    Args:
        counts: Counts.
        line: a line code or "all".
    """
    return counts.lines[line]


@register.filter
def at_key(mapping, key):
    """A mapping's value.

    Args:
        mapping: any mapping that has the key.
        key: its key.
    """
    return mapping[key]


@register.filter
def signed(value):
    """A change of a rate with its sign, in points."""
    return f"{value:+.1f}"


@register.filter
def last_day_of(row):
    """至: the last day a dated row is valid, None while it goes on."""
    end = row.period.upper
    return end - timedelta(days=1) if end else None


@register.filter
def line_words(codes):
    """Labels of some lines, joined."""
    return "、".join(Line(code).label for code in codes)


@register.filter
def plus(value):
    """A change of a count with its sign."""
    return f"{value:+,}"
