"""Columns of instructors, liaisons, 推优 and 排查."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from orgs.filters_support import (
    AssignFilter,
    CountFilter,
    InstructorFilter,
    LiaisonFilter,
    RecommendationFilter,
    SearchFilter,
)
from orgs.lines import Line
from orgs.models.support import LiaisonKind, RecommendationStage
from orgs.queries import codes
from orgs.queries_support import last_day
from quannan.base.listing import Listed
from quannan.base.tables import Column


def _address(pk: int, on: Any, tab: str = "people") -> str:
    return f"{reverse('organization-detail', args=[pk])}?{urlencode({'as_of': on.isoformat(), 'tab': tab})}"


def _organization(row: Any) -> str:
    return _address(row.organization_id, row.on)


def _yes(flag: bool) -> str:
    return "有" if flag else "无"


def _department(code: str) -> str:
    return codes("liaison_department").get(code, code)


BY_NAME = ("organization__sort_key", "organization_id", "id")
ORGANIZATION = Column(
    "organization", "单位名称", lambda r: r.organization.name, BY_NAME, link=_organization, fixed=True, css="wide"
)
UNIT = Column("unit", "主管党(工)委", lambda r: r.unit_at, ("unit_at", *BY_NAME), css="nowrap")
FROM = Column("from", "自", lambda r: r.period.lower, ("period", "id"), css="nowrap")
UNTIL = Column("until", "至", last_day, ("period__endswith", "id"), optional=True, css="nowrap")


def with_acts(listed: Listed, template: str) -> Listed:
    """The list with a last column of links to what can be done with a row; exports never have it.

    Args:
        listed: the list.
        template: draws the links of one row.
    """
    acts = Column("acts", "操作", lambda r: "", template=template, fixed=True, css="nowrap no-print")
    return replace(listed, columns=(*listed.columns, acts))


INSTRUCTORS = Listed(
    name="instructor-list",
    title="党建工作指导员",
    noun="指导员",
    counter="人次",
    columns=(
        Column("person", "姓名", lambda r: r.person.name, ("person__sort_key", "person_id", "id"), fixed=True),
        ORGANIZATION,
        UNIT,
        Column("party", "党组织", lambda r: _yes(r.has_party), ("has_party", *BY_NAME), css="nowrap"),
        Column("sent_by", "选派单位", lambda r: r.sent_by.name, ("sent_by__order", "sent_by__code", "id")),
        Column("workplace", "工作单位", lambda r: r.person.workplace, ("person__workplace", "id"), optional=True),
        FROM,
        UNTIL,
    ),
    default_sort="person",
    filters=InstructorFilter,
    empty=("这一天没有在岗的指导员", "还没有党组织的组织,可以先派指导员;派出之日起计入工作覆盖。"),
    template="orgs/instructor_list.html",
)

ASSIGNABLE = Listed(
    name="instructor-assign",
    title="选派指导员",
    noun="组织",
    counter="家",
    columns=(
        Column(
            "name", "单位名称", lambda r: r.name, ("sort_key", "id"), link=lambda r: _address(r.pk, r.on), fixed=True
        ),
        Column("unit", "主管党(工)委", lambda r: r.unit_at, ("unit_at", "sort_key", "id"), css="nowrap"),
        Column("kind", "单位类别", lambda r: r.get_kind_display(), ("kind", "sort_key", "id"), css="nowrap"),
        Column("party", "党组织", lambda r: _yes(r.has_party), ("has_party", "sort_key", "id"), css="nowrap"),
        Column("instructors", "现有指导员", lambda r: "、".join(r.instructor_names)),
    ),
    default_sort="name",
    filters=AssignFilter,
    empty=("这一天没有在册的组织", "换一个截至日期,或先在组织台账里新增组织。"),
    template="orgs/instructor_assign.html",
)

LIAISONS = Listed(
    name="liaison-list",
    title="挂点联系",
    noun="挂点联系",
    counter="条",
    columns=(
        Column(
            "who",
            "挂点领导或单位",
            lambda r: r.person.name if r.person else r.unit_name,
            ("kind", "person__sort_key", "unit_name", "id"),
            fixed=True,
        ),
        Column("kind", "类别", lambda r: LiaisonKind(r.kind).label, ("kind", "id"), css="nowrap"),
        Column(
            "department",
            "部门",
            lambda r: _department(r.department),
            ("department", "person__sort_key", "id"),
            css="nowrap",
        ),
        ORGANIZATION,
        UNIT,
        FROM,
        UNTIL,
    ),
    default_sort="who",
    filters=LiaisonFilter,
    empty=("这一天没有挂点联系", "组织部、总工会、团县委、妇联的领导班子成员每人挂点联系一家薄弱企业。"),
    template="orgs/liaison_list.html",
)

RECOMMENDATIONS = Listed(
    name="recommendation-list",
    title="推优",
    noun="推优人选",
    counter="人",
    columns=(
        Column("name", "姓名", lambda r: r.name, fixed=True),
        ORGANIZATION,
        UNIT,
        Column("line", "推荐条线", lambda r: r.get_line_display(), ("line", "-recommended_on", "id"), css="nowrap"),
        Column("branch", "推荐组织", lambda r: str(r.branch or ""), optional=True),
        Column(
            "stage",
            "阶段",
            lambda r: RecommendationStage(r.stage_at).label,
            ("stage_at", "-recommended_on", "id"),
            css="nowrap",
        ),
        Column("recommended", "推荐日期", lambda r: r.recommended_on, ("recommended_on", "id"), css="nowrap"),
        Column("accepted", "接收日期", lambda r: _by(r.accepted_on, r.on), ("accepted_on", "id"), css="nowrap"),
        Column("filed", "备案日期", lambda r: _by(r.filed_on, r.on), ("filed_on", "id"), css="nowrap"),
        Column(
            "declined",
            "未接收日期",
            lambda r: _by(r.declined_on, r.on),
            ("declined_on", "id"),
            optional=True,
            css="nowrap",
        ),
        Column(
            "reason",
            "未接收理由",
            lambda r: r.declined_reason if _by(r.declined_on, r.on) else "",
            optional=True,
        ),
        Column("by", "登记人", lambda r: r.recommended_by.name, optional=True),
    ),
    default_sort="-recommended",
    filters=RecommendationFilter,
    empty=("还没有可以看到姓名的推优", "由工会、共青团、妇联推荐入党积极分子人选,党组织接收后备案。"),
    template="orgs/recommendation_list.html",
)


def _by(day: Any, on: Any) -> Any:
    """A day that had come by the working date."""
    return day if day and day <= on else None


COUNTED = Listed(
    name="recommendation-counts",
    title="推优人数",
    noun="推优人数",
    counter="行",
    columns=(
        Column(
            "organization",
            "单位名称",
            lambda r: r["organization__name"],
            ("organization__sort_key", "organization_id", "line"),
            link=lambda r: _address(r["organization_id"], r["on"]),
            fixed=True,
        ),
        Column(
            "unit", "主管党(工)委", lambda r: r["unit_at"], ("unit_at", "organization__sort_key", "organization_id")
        ),
        Column(
            "line", "推荐条线", lambda r: Line(r["line"]).label, ("line", "organization__sort_key", "organization_id")
        ),
        *(
            Column(
                stage,
                str(RecommendationStage(stage).label),
                lambda r, stage=stage: r[stage],
                (stage, "organization__sort_key", "organization_id", "line"),
                True,
            )
            for stage in RecommendationStage.values
        ),
        Column(
            "total", "合计", lambda r: r["total"], ("total", "organization__sort_key", "organization_id", "line"), True
        ),
    ),
    default_sort="organization",
    filters=CountFilter,
    empty=("还没有推优", "由工会、共青团、妇联推荐入党积极分子人选,党组织接收后备案。"),
    template="orgs/recommendation_list.html",
)

SEARCHES = Listed(
    name="search-list",
    title="党员排查",
    noun="排查记录",
    counter="条",
    columns=(
        ORGANIZATION,
        UNIT,
        Column("kind", "类别", lambda r: r.get_kind_display(), ("kind", *BY_NAME), css="nowrap"),
        Column("visited", "排查日期", lambda r: r.visited_on, ("visited_on", "id"), css="nowrap"),
        Column("found", "找到", lambda r: r.found, ("found", "id"), True),
        Column("contacted", "已联系", lambda r: r.contacted, ("contacted", "id"), True),
        Column("transferred", "已转入", lambda r: r.transferred, ("transferred", "id"), True),
        Column("recorded_by", "记录单位", lambda r: r.unit.name, ("unit__order", "unit__code", "id")),
    ),
    default_sort="-visited",
    filters=SearchFilter,
    empty=("还没有排查记录", "走访后只记人数:找到、已联系、已转入组织关系各几人,不记姓名。"),
    template="orgs/search_list.html",
)
