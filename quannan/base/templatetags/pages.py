"""Small parts that every template uses: icons, rates, bars, numbers."""

from datetime import date
from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join

register = template.Library()

BAR_WIDTH = 100
# A mark at 100 % would lie outside the bar.
LAST_MARK = 99.2


@register.simple_tag
def icon(name: str):
    """One icon of the project's own set, hidden from screen readers (the words stand beside it).

    Args:
        name: id of a symbol in static/img/icons.svg.
    """
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.filter
def known(value):
    """A count with thousands separated, “—” where it is not known (null is not zero)."""
    if value is None or value == "":
        return "—"
    if isinstance(value, int):
        return f"{value:,}"
    return value


@register.filter
def shown(value):
    """A list's cell in words: dates as YYYY-MM-DD, 是 and 否, “—” where nothing is known."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    return known(value)


@register.filter
def wan(value):
    """Yuan as 万元 with thousands separated and no idle zeros, “—” where not known."""
    if value is None:
        return "—"
    text = f"{Decimal(value) / 10000:,.6f}".rstrip("0").rstrip(".")
    return text or "0"


@register.filter
def percent(value):
    """A stored rate with its one decimal, “—” where there is no base."""
    return "—" if value is None else f"{value:.1f}"


@register.filter
def day(value):
    """A date as YYYY-MM-DD, “—” where there is none."""
    return "—" if value is None else value.strftime("%Y-%m-%d")


@register.simple_tag
def bar(rate, marks=(), mini: bool = False):
    """A bar of a rate, drawn as SVG attributes so that no style attribute is needed.

    Args:
        rate: percent 0–100, or None.
        marks: percents of milestones; the first is drawn strongest.
        mini: the small form beside a figure in a table.
    """
    width = min(max(float(rate or 0), 0), BAR_WIDTH)
    ticks = format_html_join(
        "",
        '<rect class="{}" x="{}" y="0" width="0.8" height="12"/>',
        (("mark-next" if i else "mark", f"{min(float(mark), LAST_MARK):g}") for i, mark in enumerate(marks)),
    )
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" x="0" y="3" width="100" height="6"/>'
        '<rect class="value" x="0" y="3" width="{}" height="6"/>{}</svg>',
        " bar-mini" if mini else "",
        f"{width:g}",
        ticks,
    )
