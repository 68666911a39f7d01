"""What a template says of itself: for which form it was made, and in which version.

Columns are found by their names whatever the version, so a template of years ago is still read; the mark tells a file
that was handed in as another form than it was made for.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from .cells import shown, tidy
from .source import Source

NOTES_SHEET = "填表说明"
VERSION_LABEL = "模板版本"
FORM_LABEL = "表式"
# The sheet of faulty rows that a marked copy carries beside the user's own sheets.
FAULTY_SHEET = "问题行"


@dataclass(frozen=True)
class TemplateMark:
    """``code`` and ``version`` of the form; ``name``: its title, empty in templates that did not say it yet."""

    code: str
    version: str
    name: str = ""

    @property
    def words(self) -> str:
        """What the page shows: F0-1."""
        return f"{self.code}-{self.version}"


def mark_of(source: Source) -> TemplateMark | None:
    """The mark of the template that a file was made from; None for a file of one's own.

    Raises ``WorkbookRefused`` when the sheet of notes is broken.
    """
    if NOTES_SHEET not in source.sheet_names or source.kind == "csv":
        return None
    said = {}
    for _, row in itertools.islice(source.sheet(NOTES_SHEET).rows(), 5):
        texts = [tidy(shown(cell)) for cell in row[:2]]
        if len(texts) == 2:
            said[texts[0]] = texts[1]
    code, dash, version = said.get(VERSION_LABEL, "").rpartition("-")
    return TemplateMark(code, version, said.get(FORM_LABEL, "")) if dash and code else None
