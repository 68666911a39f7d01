"""The columns derived from an organization's names and codes: comparison, search and order."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from pypinyin import lazy_pinyin
from pypinyin.core import Pinyin

from orgs.validators import normalise_name

SORT_KEY_LENGTH = 400
# Writing a name out (㈱ → (株)) may make it longer than the name itself.
NAME_LENGTH = 120

_words = Pinyin()


@lru_cache(maxsize=50_000)
def _syllables(word: str) -> tuple[str, ...]:
    # pypinyin takes a list back from the handler, which its annotation leaves out.
    apart: Any = list
    return tuple(lazy_pinyin(word, errors=apart))


def syllables_of(text: str) -> list[str]:
    """The pinyin of a text, a syllable a character; other characters stand for themselves.

    Word by word, so that a reading depends on the word it stands in (重庆) and words that thousands of names share are
    looked up once.

    Args:
        text: any text.
    """
    return [syllable for word in _words.seg(text) for syllable in _syllables(word)]


def naming_fields(name: str, former_names: Iterable[str], uscc: str | None, old_code: str | None) -> dict[str, str]:
    """The derived columns of an organization, for single and for bulk writes.

    Args:
        name: 单位名称 as it is stored.
        former_names: 曾用名, any order.
        uscc: unified social credit code or None.
        old_code: old code or None.

    Returns:
        name_key: the name as it is compared (`normalise_name`), cut at 120 characters.
        search_text: lower case; names, codes, the name's full pinyin and its initials, then every pair of
            neighbouring characters of names and initials as a word of its own. PostgreSQL takes no trigram from
            '%全南%'; a pair that stands alone between spaces gives three, so that two characters are found through
            the index too (`orgs.queries.search_condition`).
        sort_key: the name in pinyin, syllables separated by spaces, cut at 400 characters.
    """
    key = normalise_name(name)
    former = [text for text in (normalise_name(other) for other in former_names) if text]
    syllables = syllables_of(key)
    spoken = [syllable for syllable in syllables if syllable.isalnum()]
    initials = "".join(syllable[:1] for syllable in spoken)
    texts = [key, *former, (uscc or "").lower(), (old_code or "").lower(), "".join(spoken), initials]
    pairs = dict.fromkeys(pair for text in (key, *former, initials) for pair in _pairs(text))
    return {
        "name_key": key[:NAME_LENGTH],
        "search_text": f" {' '.join([*(text for text in texts if text), *pairs])} ",
        "sort_key": " ".join(syllables)[:SORT_KEY_LENGTH],
    }


def _pairs(text: str) -> Iterable[str]:
    return (text[i : i + 2] for i in range(len(text) - 1))
