"""The verdict in three ways at once: a word, a shape and a tone, so that colour never stands alone."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from coverage.domain.verdicts import WORDS
from coverage.models import State


@dataclass(frozen=True)
class Tag:
    """How a verdict is shown.

    Attributes:
        word: what the user reads.
        shape: one character that tells it apart without colour.
        tone: met, due, late or na; the style sheet knows them.
    """

    word: str
    shape: str
    tone: str


TAGS = {state: Tag(*words) for state, words in WORDS.items()}
NO_SPAN = Tag("未计算", "?", "due")
NO_BADGE = mark_safe('<span class="muted">—</span>')
# Drawn once: a list shows hundreds of them.
BADGES = {
    tag.word: format_html(
        '<span class="tag tag-{}"><i aria-hidden="true">{}</i>{}</span>', tag.tone, tag.shape, tag.word
    )
    for tag in (*TAGS.values(), NO_SPAN)
}


def verdict_badge(word: str) -> SafeString:
    """A verdict by its word, with shape and tone; a dash where the organization has none.

    Args:
        word: the word of a Tag.
    """
    return BADGES.get(word, NO_BADGE)


def tag_of(state: int | None) -> Tag:
    """The tag of a stored state; a state not worked out yet says so.

    Args:
        state: a State value, or None.
    """
    return NO_SPAN if state is None else TAGS[State(state)]


# The verdicts a list can be filtered by, as (value in the address, label, states).
VERDICTS: tuple[tuple[str, str, tuple[State, ...]], ...] = (
    ("gap", "应建未建", (State.GAP,)),
    ("covered", "已建", (State.COVERED, State.COVERED_UNCONFIRMED)),
    ("voluntary", "自愿已建", (State.VOLUNTARY, State.VOLUNTARY_UNCONFIRMED)),
    ("permitted", "可建", (State.PERMITTED,)),
    ("not_yet", "暂不具备", (State.NOT_YET,)),
    ("not_applicable", "不适用", (State.NOT_APPLICABLE,)),
    ("unknown", "数据不足", (State.UNKNOWN, State.UNKNOWN_BUILT)),
    ("unconfirmed", "已建待确认", (State.COVERED_UNCONFIRMED, State.VOLUNTARY_UNCONFIRMED)),
)
VERDICT_STATES = {code: states for code, _, states in VERDICTS}
VERDICT_CHOICES = [(code, label) for code, label, _ in VERDICTS]
