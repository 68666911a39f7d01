"""Cells that name one of a list."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from .cells import NEGATIVE_WORDS, NONE, CellError, Raw, fold, shown, tidy


class Choice:
    """One of a list, by any of its names.

    ``names``: every accepted wording → value. ``error``: code of the fault when none fits.
    ``what``: the word for the thing in the sentence (组织形式, 单位类别). ``negatives``: 无, 未建, 否
    and 没有 return ``NONE``. ``keep_unknown``: an unknown wording is returned as ``Unlisted``
    instead of refused, for columns where it is only a warning. ``offered``: the wordings the
    sentence lists, all names where left out.
    """

    def __init__(
        self,
        names: Mapping[str, Any],
        error: str,
        what: str,
        negatives: bool = False,
        keep_unknown: bool = False,
        offered: tuple[str, ...] = (),
    ) -> None:
        self.names = names
        self.error = error
        self.what = what
        self.negatives = negatives
        self.keep_unknown = keep_unknown
        self.offered = offered or tuple(dict.fromkeys(names))
        self._folded = {fold(name): value for name, value in names.items()}
        self._seen: dict[str, Any] = {}

    def __call__(self, raw: Raw) -> Any:
        text = raw if isinstance(raw, str) else shown(raw)
        try:
            return self._seen[text]
        except KeyError:
            value = self._read(text)
        if len(self._seen) < 10_000:
            self._seen[text] = value
        return value

    def _read(self, text: str) -> Any:
        key = fold(text)
        if key in self._folded:
            return self._folded[key]
        if self.negatives and key in NEGATIVE_WORDS:
            return NONE
        if self.keep_unknown:
            return Unlisted(tidy(text))
        raise CellError(self.error, self.sentence(text))

    def sentence(self, text: str) -> str:
        """What is wrong with a wording that is not listed, with the nearest that is."""
        near = difflib.get_close_matches(tidy(text), list(self.names), n=1, cutoff=0.5)
        hint = f"是否“{near[0]}”?" if near else ""
        listed = "、".join(self.offered[:12])
        return f"没有这种{self.what}。{hint}可填:{listed}。"


class Unlisted(str):
    """A wording that its code list does not have, kept as written."""

    __slots__ = ()


def choice(
    names: Mapping[str, Any] | Iterable[str],
    *,
    error: str,
    what: str,
    negatives: bool = False,
    keep_unknown: bool = False,
) -> Choice:
    """A ``Choice`` from a mapping of wordings, or from a plain list of accepted values."""
    if not isinstance(names, Mapping):
        names = {name: name for name in names}
    return Choice(names, error, what, negatives, keep_unknown)
