"""Filters of lists: what they share, and the chips and the sentence in which they read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import QueryDict

from quannan.base.scope import EARLIEST_YEAR, LATEST_YEAR
from quannan.base.tables import with_parameters

_WRONG_YEAR = f"年份应在 {EARLIEST_YEAR} 至 {LATEST_YEAR} 之间,请核对。"
# A day of no register: its neighbours could not be reckoned with, nor would it find anything.
YEARS_KNOWN = (
    MinValueValidator(date(EARLIEST_YEAR, 1, 1), _WRONG_YEAR),
    MaxValueValidator(date(LATEST_YEAR, 12, 31), _WRONG_YEAR),
)
Choices = Sequence[tuple[str, str]]


def select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def choice_filter(label: str, choices: Choices = (), method: str | None = None, **kwargs: Any):
    """A filter with one value of a list, “不限” first.

    Args:
        label: what the user reads; it becomes part of the sentence.
        choices: (value, label) pairs; those known only on the request are given to `ListFilter`.
        method: name of the FilterSet's method, where the filter is more than a comparison.
        kwargs: further arguments of ChoiceFilter, such as field_name.
    """
    if method:
        kwargs["method"] = method
    return django_filters.ChoiceFilter(label=label, choices=choices, empty_label="不限", widget=select(), **kwargs)


def text_filter(label: str, method: str):
    """A filter with a line of text.

    Args:
        label: what the user reads.
        method: name of the FilterSet's method.
    """
    widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
    return django_filters.CharFilter(label=label, method=method, widget=widget)


def date_filter(label: str, field_name: str, lookup: str):
    """A filter with a day.

    Args:
        label: what the user reads, such as “到期不早于”.
        field_name: the date column.
        lookup: gte or lte.
    """
    widget = forms.DateInput(attrs={"class": "form-control", "type": "date"})
    return django_filters.DateFilter(
        label=label, field_name=field_name, lookup_expr=lookup, widget=widget, validators=YEARS_KNOWN
    )


class ListFilter(django_filters.FilterSet):
    """Filters of one list; a value that cannot be read finds nothing, and the page says which one it was."""

    def __init__(
        self,
        data: Mapping[str, Any],
        queryset: QuerySet,
        *,
        as_of: date,
        choices: Mapping[str, Choices] | None = None,
        **more: Any,
    ) -> None:
        """Makes the filters for one request.

        Args:
            data: parameters of the address.
            queryset: the rows, limited to what the account may see.
            as_of: the working date.
            choices: values of filters that are known only now, by filter name.
            more: kept as `self.more` for the filter's own methods.
        """
        self.as_of = as_of
        self.more = more
        super().__init__(data, queryset)
        for name, pairs in (choices or {}).items():
            if name in self.filters:
                self.filters[name].extra["choices"] = pairs

    @property
    def qs(self):
        """The rows; none at all when a value could not be read, never more than were asked for."""
        return self.queryset.none() if self.errors else super().qs

    def value(self, name: str) -> Any:
        """The cleaned value of one filter, "" where it is not used or could not be read."""
        return "" if self.errors else self.form.cleaned_data.get(name, "") or ""

    def unreadable(self) -> str:
        """Which filters could not be read, as one sentence."""
        labels = "、".join(str(self.form.fields[name].label) for name in self.errors if name in self.form.fields)
        return f"“{labels}”的值不在可选范围内,请到“筛选”里重新选择。" if labels else ""

    def keep(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """A parameter that another filter reads."""
        return rows


@dataclass(frozen=True)
class Chip:
    """One applied filter: its label, its value in words, and the address without it."""

    label: str
    value: str
    removed: str | None
    name: str = ""


def chips_of(filters: ListFilter, query: QueryDict) -> list[Chip]:
    """The applied filters as removable chips, in the order of the filters.

    Args:
        filters: the filters of the request; ones that could not be read give no chip.
        query: the address they came from.
    """
    chips = []
    for name, bound in filters.form.fields.items():
        value = filters.value(name)
        if value:
            word = dict(getattr(bound, "choices", ())).get(value, value)
            chips.append(Chip(str(bound.label), str(word), with_parameters(query, **{name: None}), name))
    return chips


def sentence_of(chips: Iterable[Chip], scope_word: str, noun: str) -> str:
    """The applied filters as one sentence; the same heads the page, the export and the print.

    Args:
        chips: as `chips_of` gives them.
        scope_word: whose rows, such as 全县 or 城厢镇.
        noun: what a row is, such as 组织.
    """
    said = "、".join(f"{c.label}为{c.value}" for c in chips)
    return f"{scope_word}内、{said}的{noun}" if said else f"{scope_word}的全部{noun}"
