"""The registered name that looks most like a written one: to be offered, never taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from orgs.validators import normalise_name

# Below this likeness (shared pairs of characters, 0 to 1) nothing is offered.
_ALIKE_FROM = 0.4
# A pair of characters that more names have than this tells nothing of any one: 有限, 公司.
_MOST_NAMES_OF_A_PAIR = 2_000


class NearestName:
    """Names by the pairs of characters in them, so that thousands of look-ups cost little."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(names)
        self._pairs: list[int] = []
        self._having: dict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(self._names):
            pairs = _pairs_of(name)
            self._pairs.append(len(pairs))
            for pair in pairs:
                self._having[pair].append(at)

    def to(self, text: str) -> str | None:
        """The name most like the text; None when nothing is like it.

        Args:
            text: a name as written.
        """
        pairs = _pairs_of(text)
        shared: Counter[int] = Counter()
        # The rarest pairs first; common ones only where no rarer one is known.
        for pair in sorted(pairs, key=lambda pair: len(self._having.get(pair, ()))):
            having = self._having.get(pair, ())
            if len(having) > _MOST_NAMES_OF_A_PAIR and shared:
                break
            shared.update(having[:_MOST_NAMES_OF_A_PAIR])
        likeness, at = max(
            ((2 * number / (len(pairs) + self._pairs[at]), -at) for at, number in shared.items()), default=(0.0, 0)
        )
        return self._names[-at] if likeness >= _ALIKE_FROM else None


def _pairs_of(name: str) -> set[str]:
    key = normalise_name(name)
    return {key[at : at + 2] for at in range(len(key) - 1)} or {key}
