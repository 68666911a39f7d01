"""Text as an official document writes it and a file of Word can hold it."""

import re

from quannan.base.workbook.write import safe_text

# Halves of characters, and the two that are none: XML knows them as little as control characters.
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
_FULL_WIDTH = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_STOP = re.compile(r"(?<![\x00-\x7f])[,;:?!]|[,;:?!](?![\x00-\x7f])")
_WIDE = re.compile(r"[^\x00-\x7f]")
_WIDE_BRACKETS = str.maketrans("()", "（）")


def plain_text(text: object) -> str:
    """Text without anything that would make the file unreadable; line breaks stay."""
    return _NO_CHARACTER.sub("", safe_text(text))


def official_punctuation(text: str) -> str:
    """Punctuation in full width beside Chinese text (GB/T 15834); between digits and letters it stays as it is.

    Brackets are wide throughout a text with Chinese in it: a line may then end before one, as it may not in 37.0%(249/673).
    """
    if not _WIDE.search(text):
        return text
    return _STOP.sub(lambda found: _FULL_WIDTH[found.group()], text.translate(_WIDE_BRACKETS))
