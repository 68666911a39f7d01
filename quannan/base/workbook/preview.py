"""A workbook's first rows as a person sees them who puts the reading of its header right."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .declare import ImportForm
from .headers import MOST_HEADER_ROWS, SEARCHED_ROWS, Heading, find_header, headings
from .source import open_source

SAMPLES = 3
_PHONE = re.compile(r"(?:\+?86-?)?1\d{10}|0\d{2,3}-?\d{7,8}")


@dataclass(frozen=True)
class HeaderView:
    """One sheet with the header rows looked at.

    ``sheets``: every visible sheet. ``header_rows``: first and last looked at, as the spreadsheet
    numbers them. ``headings``: the columns with samples. ``fields``: column letters → field that the
    column is read as by now. ``rows``: how many rows can be chosen from.
    """

    sheets: tuple[str, ...]
    sheet: str
    header_rows: tuple[int, int]
    headings: tuple[Heading, ...]
    fields: Mapping[str, str]
    rows: int


def view_of(
    path: Path | str, form: ImportForm, reading: Mapping[str, Any], *, sheet: str = "", first: int = 0, last: int = 0
) -> HeaderView:
    """Open a file and show one sheet's columns under the header rows asked for.

    ``reading``: as ``Reading.as_dict`` gave it, empty where nothing was recognised. ``sheet``,
    ``first``, ``last``: what to look at; where left out, what was read, else what would be.
    Raises ``WorkbookRefused`` when the file cannot be opened.
    """
    source = open_source(path)
    names = tuple(source.sheet_names)
    chosen = sheet if sheet in names else reading.get("sheet", "")
    chosen = chosen if chosen in names else names[0]
    opened = source.sheet(chosen)
    top = [row for _, row in itertools.islice(opened.rows(), SEARCHED_ROWS + MOST_HEADER_ROWS)]
    rows = max(1, min(len(top), SEARCHED_ROWS))
    read = chosen == reading.get("sheet")
    found = None if read else find_header(top, opened.merges, form)
    if not first:
        first, last = reading["header_rows"] if read else (found.first + 1, found.last + 1) if found else (1, 1)
    first = min(max(first, 1), rows)
    last = min(max(last, first), first + MOST_HEADER_ROWS - 1, rows)
    if read and [first, last] == list(reading["header_rows"]):
        fields = {place["letters"]: place["field"] for place in reading["places"]}
    else:
        narrow = find_header(top[:last], opened.merges, form)
        fields = {place.letters: place.field for place in narrow.places} if narrow else {}
    found_here = headings(top, opened.merges, first, last, SAMPLES)
    shown_here = tuple(_masked(heading, form, fields) for heading in found_here)
    return HeaderView(names, chosen, (first, last), shown_here, fields, rows)


def _masked(heading: Heading, form: ImportForm, fields: Mapping[str, str]) -> Heading:
    """A heading whose samples show no contact: neither one that the form knows, nor what looks like a telephone."""
    column = form.by_field.get(fields.get(heading.letters, ""))
    if column is not None and column.masked:
        return replace(heading, samples=tuple("(已遮盖)" if sample else "" for sample in heading.samples))
    return replace(heading, samples=tuple(_PHONE.sub("(号码已遮盖)", sample) for sample in heading.samples))
