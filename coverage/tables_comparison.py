"""Columns of the comparison of two dates."""

from django.utils.html import format_html

from coverage.domain.comparison import BUILT, GAP, OUT, move_code
from coverage.domain.move_causes import Move
from coverage.filters import LINE_LABELS
from coverage.filters_comparison import ComparisonFilter
from coverage.models import STATE_COLUMNS, Span
from coverage.tags import NO_BADGE, Tag, tag_of
from orgs.models.organization import Kind
from quannan.base.listing import Listed
from quannan.base.tables import Column

MOVE_TAGS = {
    move_code(OUT, GAP): Tag("进入应建,未建", "▲", "late"),
    move_code(OUT, BUILT): Tag("进入应建,已建", "✓", "met"),
    move_code(GAP, OUT): Tag("退出应建", "–", "na"),
    move_code(BUILT, OUT): Tag("退出应建,原已建", "–", "due"),
    move_code(GAP, BUILT): Tag("新增已建", "✓", "met"),
    move_code(BUILT, GAP): Tag("不再已建", "▲", "late"),
}
BADGES = {
    tag.word: format_html(
        '<span class="tag tag-{}"><i aria-hidden="true">{}</i>{}</span>', tag.tone, tag.shape, tag.word
    )
    for tag in MOVE_TAGS.values()
}


def _state(span: Span | None, line: str) -> str:
    """A day's verdict in its word; an excluded organization has none, one not in the register either."""
    if span is None:
        return "不在册"
    return "剔除" if span.excluded else tag_of(getattr(span, STATE_COLUMNS[line])).word


def _unit(move: Move) -> str:
    span = move.now or move.was
    return span.unit.name if span else ""


COLUMNS = (
    Column(
        "name",
        "单位名称",
        lambda move: move.organization.name,
        ("sort_key", "pk", "move"),
        template="coverage/_moved_name.html",
        fixed=True,
    ),
    Column(
        "code",
        "统一社会信用代码",
        lambda move: move.organization.uscc or move.organization.old_code or "",
        ("uscc", "pk", "move"),
        css="code",
        optional=True,
    ),
    Column("unit", "主管党(工)委", _unit, css="nowrap"),
    Column("line", "条线", lambda move: LINE_LABELS[move.line], ("move", "sort_key", "pk"), css="nowrap"),
    Column(
        "change",
        "变动",
        lambda move: MOVE_TAGS[move.code].word,
        draw=lambda word: BADGES.get(word, NO_BADGE),
        css="nowrap",
    ),
    Column("was", "前期判定", lambda move: _state(move.was, move.line), css="nowrap", optional=True),
    Column("now", "后期判定", lambda move: _state(move.now, move.line), css="nowrap", optional=True),
    Column("kinds", "原因类别", lambda move: "、".join(dict.fromkeys(c.kind for c in move.causes)), optional=True),
    Column(
        "causes",
        "原因",
        lambda move: ";".join(cause.text for cause in move.causes),
        template="coverage/_moved_causes.html",
        css="wrap",
    ),
    Column("kind", "单位类别", lambda move: Kind(move.organization.kind).label, css="nowrap", optional=True),
)

COMPARISON = Listed(
    name="coverage-comparison",
    title="两期对比",
    noun="变动",
    counter="条",
    columns=COLUMNS,
    default_sort="name",
    filters=ComparisonFilter,
    empty=("两天之间没有变动", "应建和已建的家数、名单都没有变。可以换两个日期再看。"),
    template="coverage/comparison.html",
    days=("from", "to"),
)
