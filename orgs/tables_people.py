"""Columns of 任职, 党群人才库, 职业党群干部 and 连续任职三年."""

from django.urls import reverse

from orgs.filters_people import EntryFilter, PostFilter, RunningFilter, WorkerFilter
from orgs.queries_posts import Post, Running
from orgs.queries_talent import Entry, Worker
from quannan.base.listing import Listed
from quannan.base.tables import Column

AWAITED = "待考核登记"


def full_time_word(value: bool | None) -> str:
    """专职 or 兼职, "" where nobody knows."""
    return "" if value is None else "专职" if value else "兼职"


def _holder(post: Post) -> str:
    return f"{reverse('person-detail', args=[post.row.person_id])}?as_of={post.body.as_of}"


def _body(post: Post) -> str:
    return f"{reverse('branch-detail', args=[post.row.branch_id])}?as_of={post.body.as_of}"


POSTS = Listed(
    name="appointment-list",
    title="任职",
    noun="任职",
    counter="条",
    columns=(
        Column("name", "姓名", lambda p: p.row.person.name, ("person__sort_key", "pk"), link=_holder, fixed=True),
        Column("body", "党群组织", lambda p: p.body.name, link=_body, css="wide"),
        Column(
            "line",
            "条线",
            lambda p: p.row.branch.get_line_display(),
            ("branch__line", "person__sort_key", "pk"),
            css="nowrap",
        ),
        Column("unit", "主管党(工)委", lambda p: p.body.units_word),
        Column("post", "职务", lambda p: p.title, ("post", "person__sort_key", "pk"), css="nowrap"),
        Column("from", "任职自", lambda p: p.row.period.lower, ("period", "pk"), css="nowrap"),
        Column("source", "来源", lambda p: p.source, ("source", "pk"), css="nowrap"),
        Column("full_time", "专职", lambda p: full_time_word(p.row.is_full_time), ("is_full_time", "pk"), css="nowrap"),
        Column("others", "兼任", lambda p: p.others),
    ),
    default_sort="name",
    filters=PostFilter,
    empty=("还没有登记任职", "点“登记任职”,先选党群组织,再填姓名和职务。"),
    template="orgs/appointment_list.html",
)


def _entry(entry: Entry) -> str:
    return reverse("person-detail", args=[entry.row.person_id])


ENTRIES = Listed(
    name="candidate-list",
    title="党群人才库",
    noun="人才",
    counter="人",
    columns=(
        Column("name", "姓名", lambda e: e.row.person.name, ("person__sort_key", "pk"), link=_entry, fixed=True),
        Column("place", "工作单位", lambda e: e.place, css="wide"),
        Column("lines", "适合的条线", lambda e: e.lines),
        Column("qualifications", "条件", lambda e: e.qualifications),
        Column("source", "来源", lambda e: e.source, ("source", "pk"), css="nowrap"),
        Column("status", "状态", lambda e: e.status, ("status_then", "person__sort_key", "pk"), css="nowrap"),
        Column("entered", "入库日期", lambda e: e.row.entered_on, ("entered_on", "pk"), css="nowrap"),
        Column("posts", "现任职务", lambda e: e.posts),
        Column("note", "说明", lambda e: e.row.note, optional=True),
    ),
    default_sort="name",
    filters=EntryFilter,
    empty=("人才库里还没有人", "点“列入人才库”录入第一位。"),
)


def _worker(worker: Worker) -> str:
    return reverse("person-detail", args=[worker.row.person_id])


WORKERS = Listed(
    name="professional-list",
    title="职业党群干部",
    noun="职业党群干部",
    counter="人",
    columns=(
        Column("name", "姓名", lambda w: w.row.person.name, ("person__sort_key", "pk"), link=_worker, fixed=True),
        Column("unit", "聘用单位", lambda w: w.row.unit.name, ("unit__order", "person__sort_key", "pk"), css="nowrap"),
        Column("organization", "派驻组织", lambda w: w.sent_to, css="wide"),
        Column("lines", "条线", lambda w: w.lines, css="nowrap"),
        Column("source", "来源", lambda w: w.source, ("source", "pk"), css="nowrap"),
        Column("from", "聘用自", lambda w: w.row.period.lower, ("period", "pk"), css="nowrap"),
        Column("place", "工作单位", lambda w: w.place, optional=True),
    ),
    default_sort="unit",
    filters=WorkerFilter,
    empty=("还没有职业党群干部", "聘用后由主管党(工)委或两新工委办公室登记。"),
)


def _running(row: Running) -> str:
    return reverse("person-detail", args=[row.person.pk])


RUNNING = Listed(
    name="tenure-list",
    title="连续任职三年",
    noun="连续任职满三年的负责人",
    counter="人",
    columns=(
        Column("name", "姓名", lambda r: r.person.name, ("sort_key", "pk"), link=_running, fixed=True),
        Column("posts", "现任", lambda r: r.words, css="wide"),
        Column("units", "主管党(工)委", lambda r: r.units),
        Column("since", "连续任职自", lambda r: r.since, ("since", "pk"), css="nowrap"),
        Column("years", "满年数", lambda r: r.years, ("-since", "pk"), True),
        Column("result", "考核结果", lambda r: AWAITED, css="nowrap"),
    ),
    default_sort="since",
    filters=RunningFilter,
    empty=("还没有连续任职满三年的负责人", "负责人的任职起止登记后,满三年的自动列出。"),
)
