"""What an official document consists of, apart from whether it becomes a page or a file of Word.

A page and a file are drawn from the same parts, so that they cannot say different things.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True)
class Heading:
    """一、……: the title of a section."""

    text: str
    kind: ClassVar[str] = "heading"

    def reworded(self, change: Callable[[str], str]) -> "Heading":
        """The same part with every text changed."""
        return replace(self, text=change(self.text))


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the text; a note is set smaller, without indent.

    Attributes:
        text: one or more sentences.
        note: whether it explains what stands above it.
        opens: (words, address) of the lists behind its numbers, for a page; a file has none of them.
    """

    text: str
    note: bool = False
    opens: Sequence[tuple[str, str]] = ()
    kind: ClassVar[str] = "paragraph"

    def reworded(self, change: Callable[[str], str]) -> "Paragraph":
        """The same part with every text changed."""
        return replace(self, text=change(self.text))


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        label: its heading.
        width: millimetres on A4 paper.
        number: whether its cells are numbers, which stand at the right.
        whole: whether a page never breaks its cells, as dates are.
    """

    label: str
    width: float
    number: bool = True
    whole: bool = False


@dataclass(frozen=True)
class Table:
    """A table under its caption, which names base and as-of date.

    Attributes:
        caption: stands above it.
        columns: from left to right; the first names the row.
        rows: cells as they are read; a line break separates what stands below one another.
        has_sum: whether the last row sums up the others.
        empty: the sentence that stands there when no row does.
        links: where cells lead on a page, as many as `rows` has, "" for nowhere; a file has none of them.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    has_sum: bool = False
    empty: str = ""
    links: Sequence[Sequence[str]] = ()
    kind: ClassVar[str] = "table"

    @property
    def cells(self) -> list[list[tuple[Column, str, str]]]:
        """Each row's cells beside their columns, and where they lead."""
        nowhere = [""] * len(self.columns)
        links = self.links or [nowhere] * len(self.rows)
        return [list(zip(self.columns, row, leads, strict=True)) for row, leads in zip(self.rows, links, strict=True)]

    def reworded(self, change: Callable[[str], str]) -> "Table":
        """The same part with every text changed."""
        return replace(
            self,
            caption=change(self.caption),
            columns=[replace(column, label=change(column.label)) for column in self.columns],
            rows=[[change(text) for text in row] for row in self.rows],
            empty=change(self.empty),
        )


@dataclass(frozen=True)
class Series:
    """One row of values of a chart.

    Attributes:
        name: stands in the legend.
        values: one per category, None where there is none.
        colour: RRGGBB.
    """

    name: str
    values: Sequence[float | None]
    colour: str


@dataclass(frozen=True)
class Chart:
    """A chart of percentages; its numbers stand in a table of the same document.

    Attributes:
        key: names it on a page.
        form: "columns", "bars" (lying, the first category on top) or "lines".
        caption: stands below it; names base and as-of date.
        categories: what the values belong to.
        series: one for columns and bars.
        colours: of the single bars, RRGGBB; the series' own where empty.
        told: what it shows, for who cannot see it.
    """

    key: str
    form: str
    caption: str
    categories: Sequence[str]
    series: Sequence[Series]
    told: str
    colours: Sequence[str] = ()
    kind: ClassVar[str] = "chart"

    def reworded(self, change: Callable[[str], str]) -> "Chart":
        """The same part with every text changed."""
        return replace(
            self,
            caption=change(self.caption),
            categories=[change(text) for text in self.categories],
            series=[replace(row, name=change(row.name)) for row in self.series],
            told=change(self.told),
        )

    @property
    def data(self) -> dict[str, Any]:
        """What the script of the page draws."""
        return {
            "form": self.form,
            "categories": list(self.categories),
            "colours": [f"#{colour}" for colour in self.colours],
            "series": [{"name": s.name, "values": list(s.values), "colour": f"#{s.colour}"} for s in self.series],
        }


Part = Heading | Paragraph | Table | Chart


@dataclass(frozen=True)
class Document:
    """A whole document.

    Attributes:
        heads: the red lines on top.
        number: the blank for the document's number.
        dated: the as-of date, beside the number.
        parts: what it says, in order.
        signature: blanks to be filled by hand, beside one another.
        copies: the blank for who gets a copy.
        foot: as-of date, author and time, at the foot of every page beside its number.
        author: who made it.
        made_at: when, aware.
    """

    heads: Sequence[str]
    number: str
    dated: str
    parts: Sequence[Part]
    signature: Sequence[str]
    copies: str
    foot: str
    author: str
    made_at: datetime

    @property
    def title(self) -> str:
        return "".join(self.heads)
