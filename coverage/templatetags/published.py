"""Every published figure is a link to the frozen organizations behind it."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

from coverage.queries_dashboard import LABELS

register = template.Library()


@register.simple_tag
def frozen(**parameters):
    """The address of the frozen organizations behind a published figure.

    Args:
        parameters: publication (key), unit (code), own, population, line, measure; empty ones are left out.
    """
    said = {k: v for k, v in parameters.items() if v not in ("", None)}
    return f"{reverse('published-organizations')}?{urlencode(said)}"


@register.simple_tag
def side(publication, day, **parameters):
    """The organizations behind a figure of one side of a comparison: frozen ones, or the register's of a day.

    Args:
        publication: of that side, None for the register.
        day: the date of that side.
        parameters: unit, population, line, measure.
    """
    if publication is not None:
        return frozen(publication=publication.pk, **parameters)
    said = {k: v for k, v in parameters.items() if v not in ("", None)}
    return f"{reverse('coverage-organizations')}?{urlencode({'as_of': day.isoformat(), **said})}"


@register.filter
def line_word(code):
    """The label of a line or of 群团全建.

    Args:
        code: a line code or "all".
    """
    return LABELS[code]


@register.filter
def of(mapping, key):
    """One value out of a mapping.

    Args:
        mapping: any.
        key: which one; it is there.
    """
    return mapping[key]
