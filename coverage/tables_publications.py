"""Columns of the publications, of the organizations behind them, and of what differs."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from coverage.domain.differences import Difference
from coverage.filters_publications import DifferenceFilter, PublicationFilter, PublishedFilter
from coverage.queries_publications import FrozenRow
from coverage.tables import SHORT
from coverage.tags import verdict_badge
from orgs.lines import LINES, Line
from orgs.models.organization import Kind
from quannan.base.listing import Listed
from quannan.base.tables import Column


def _moment(value) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


PUBLICATIONS = Listed(
    name="publication-list",
    title="上报数字",
    noun="定稿",
    counter="份",
    columns=(
        Column(
            "title",
            "标题",
            lambda r: r.publication.title,
            ("title", "pk"),
            link=lambda r: reverse("publication-detail", args=[r.pk]),
            fixed=True,
        ),
        Column("as_of", "截至", lambda r: r.publication.as_of, ("as_of", "frozen_at", "pk"), css="nowrap"),
        Column("addressed_to", "报送对象", lambda r: r.publication.addressed_to, ("addressed_to", "pk")),
        Column("organizations", "正常经营", lambda r: r.organizations, numeric=True),
        Column("excluded", "剔除", lambda r: r.excluded, numeric=True),
        Column(
            "all",
            "群团全建(已建/应建)",
            lambda r: f"{r.counts.covered}/{r.counts.eligible}",
            numeric=True,
        ),
        Column("rate", "群团全建 %", lambda r: r.counts.rate, numeric=True),
        Column(
            "frozen_at",
            "定稿时间",
            lambda r: _moment(r.publication.frozen_at),
            ("frozen_at", "pk"),
            css="nowrap",
        ),
        Column("frozen_by", "定稿人", lambda r: r.publication.frozen_by_name, ("frozen_by_name", "pk"), css="nowrap"),
        Column(
            "state",
            "状态",
            lambda r: r.tag.word,
            ("withdrawn_at", "pk"),
            template="coverage/_publication_state.html",
            css="nowrap",
        ),
        Column("reason", "作废理由", lambda r: r.publication.withdrawn_reason, optional=True),
        Column("digest", "摘要", lambda r: r.publication.digest, optional=True, css="code"),
    ),
    default_sort="-as_of",
    filters=PublicationFilter,
    empty=("还没有定稿的上报数字", "定稿之后,当时的数字、名单和规则都照原样留存,以后的改动另列差异。"),
    template="coverage/publication_list.html",
)


def _frozen(name: str):
    return lambda r: getattr(r.row, name)


def _page(r: FrozenRow) -> str:
    if not r.live:
        return ""
    query = urlencode({"as_of": r.row.publication.as_of.isoformat()})
    return f"{reverse('organization-detail', args=[r.row.organization_id])}?{query}"


def _number(name: str, title: str, optional: bool = False) -> Column:
    # The women's line has the plain key.
    key = "women_count" if name == "women" else name
    return Column(key, title, _frozen(name), (name, "sort_key", "pk"), True, optional=optional)


def _verdict(line: str, title: str, optional: bool = False) -> Column:
    return Column(
        line,
        title,
        lambda r: r.verdict_word(line),
        (f"{line}_state", "sort_key", "pk"),
        draw=verdict_badge,
        optional=optional,
    )


def _bodies(line: str) -> Column:
    return Column(f"{line}_bodies", f"{Line(line).label}名称", lambda r: r.bodies(line), optional=True)


def _wan(r: FrozenRow):
    value = r.row.annual_revenue_yuan
    return None if value is None else value / 10000


PUBLISHED = Listed(
    name="published-organizations",
    title="定稿名单",
    noun="组织",
    counter="家",
    columns=(
        Column("name", "单位名称", _frozen("name"), ("sort_key", "pk"), link=_page, fixed=True),
        Column("code", "统一社会信用代码", _frozen("code"), ("code", "pk"), css="code"),
        Column("unit", "主管党(工)委", _frozen("unit_name"), ("unit_name", "sort_key", "pk"), css="nowrap"),
        _number("employees", "从业"),
        _number("women", "女性"),
        _number("league_members", "团员", optional=True),
        _number("full_members", "正式党员", optional=True),
        _number("probationary_members", "预备党员", optional=True),
        _number("union_members", "工会会员", optional=True),
        Column(
            "annual_revenue_yuan",
            "营收(万元)",
            _wan,
            ("annual_revenue_yuan", "sort_key", "pk"),
            True,
            draw=lambda v: "—" if v is None else f"{v:,.6f}".rstrip("0").rstrip("."),
        ),
        *(_verdict(line, title) for line, title in SHORT.items()),
        *(_verdict(line, Line(line).label, optional=True) for line in (Line.WOMEN_WORKERS, Line.MECHANISM)),
        Column("kind", "单位类别", lambda r: Kind(r.row.kind).label, ("kind", "sort_key", "pk"), optional=True),
        Column("scale", "规模", lambda r: r.scale_word, ("scale", "sort_key", "pk"), css="nowrap", optional=True),
        Column(
            "figures_as_of", "数字截至", _frozen("figures_as_of"), ("figures_as_of", "pk"), css="nowrap", optional=True
        ),
        Column("assumed", "数字前推", _frozen("assumed"), optional=True),
        Column("work", "工作覆盖", _frozen("work"), optional=True),
        Column(
            "registered_on", "登记日期", _frozen("registered_on"), ("registered_on", "pk"), css="nowrap", optional=True
        ),
        Column("exclusion", "剔除依据", lambda r: r.exclusion_words, optional=True),
        *(_bodies(line) for line in LINES),
    ),
    default_sort="name",
    filters=PublishedFilter,
    empty=("这份定稿里没有您范围内的组织", "定稿时不在您的范围内的组织不列出。"),
    template="coverage/published_list.html",
    kept=("publication",),
)


def _moved(r: Difference) -> str:
    return ";".join(part.sentence for part in r.parts)


def _why(r: Difference) -> str:
    return (
        ";".join(
            f"{c.label}:{c.words}" + (f"({c.who} {_moment(c.at)}{f',{c.why}' if c.why else ''})" if c.at else "")
            for c in r.causes
        )
        or "原因不明"
    )


DIFFERENCES = Listed(
    name="publication-differences",
    title="数字差异",
    noun="有变化的组织",
    counter="家",
    columns=(
        Column(
            "name",
            "单位名称",
            lambda r: r.name,
            ("sort_key", "pk"),
            link=lambda r: f"{reverse('organization-detail', args=[r.pk])}?tab=changes" if r.live else "",
            fixed=True,
        ),
        Column("code", "统一社会信用代码", lambda r: r.code, ("code", "pk"), css="code", optional=True),
        Column("unit", "主管党(工)委", lambda r: r.unit_name, ("unit_name", "sort_key", "pk"), css="nowrap"),
        Column("moved", "变化", _moved, template="coverage/_difference_moves.html", css="wrap roomy"),
        Column("cause", "原因", _why, template="coverage/_difference_causes.html", css="wrap roomy"),
    ),
    default_sort="name",
    filters=DifferenceFilter,
    empty=("两边的数字和名单完全相同", "没有组织进出、数字或结论的变化。"),
    template="coverage/publication_differences.html",
    kept=("publication", "against"),
)
