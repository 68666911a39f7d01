"""The demo county's activities of 2010 and 2011: made up, and the same every time."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from activities.models import Activity, ActivityKind, ActivitySource, Participation, Programme, title_key_of
from orgs.lines import Line
from orgs.models import BranchMembership
from quannan.base.events import subscribe

SEED = 360729_07
FIRST, LAST = date(2010, 3, 1), date(2011, 6, 25)
# Of a hundred bodies: how many have held anything.
ACTIVE = {"party": 72, "union": 58, "league": 50, "women": 44, "women_workers": 30, "mechanism": 55}
MOST = 3
NOT_KNOWN, OF_A_MONTH, CANCELLED = 18, 10, 2
# kind's code, programme's code, title
TITLES: dict[str, tuple[tuple[str, str, str], ...]] = {
    Line.PARTY: (
        ("theme_day", "cxzy", "“创先争优”主题党日"),
        ("party_lesson", "lddk", "流动党课:学习党的十七届五中全会精神"),
        ("general_meeting", "", "支部党员大会:讨论发展党员"),
        ("organization_life", "sfwsmy", "“三服务三满意”专题组织生活会"),
        ("appraisal", "", "年度民主评议党员"),
        ("training", "zrq", "党员责任区划分和岗前学习"),
    ),
    Line.UNION: (
        ("contest", "jsbw", "缝纫岗位技术比武"),
        ("contest", "ldjs", "“安全生产月”劳动竞赛"),
        ("training", "union_training", "新进员工安全生产培训"),
        ("rights", "wq", "工资集体协商座谈"),
        ("culture", "", "职工篮球赛"),
    ),
    Line.LEAGUE: (
        ("volunteering", "zyfw", "敬老院志愿服务"),
        ("contest", "league_jnjs", "青年岗位技能竞赛"),
        ("training", "qnjxjd", "青年见习基地带徒学习"),
        ("culture", "qnwmh", "“青年文明号”创建动员"),
    ),
    Line.WOMEN: (
        ("culture", "jgsfg", "“三八”妇女节趣味活动"),
        ("rights", "ngwq", "女工权益保护讲座"),
        ("training", "jgsfg", "巾帼文明示范岗业务学习"),
    ),
    Line.WOMEN_WORKERS: (
        ("rights", "", "女职工特殊保护座谈"),
        ("culture", "", "女职工手工比赛"),
    ),
    Line.MECHANISM: (
        ("joint_meeting", "", "一会三组联席会议"),
        ("joint_meeting", "", "联席会议:研究生产安全和后勤"),
    ),
}
PLACES = ("会议室", "党员活动室", "职工之家", "车间", "园区党群活动中心", "")


@subscribe("demo.load")
def load_demo_activities(*, now: datetime, **payload: object) -> None:
    """Writes the demo's activities, once.

    Args:
        now: the clock.
        payload: what else is announced.
    """
    if Activity.objects.filter(organization__is_demo=True).exists():
        return
    kinds = {row.code: row for row in ActivityKind.objects.exclude(code="")}
    programmes = {row.code: row for row in Programme.objects.exclude(code="")}
    rng = Random(SEED)  # noqa: S311 - made up, the same every time
    made: list[Activity] = []
    shared: list[list[int]] = []
    for members in _bodies():
        host, others = members[0], [one.organization_id for one in members[1:]]
        for one in _held(host, rng):
            kind, programme, title = one.pop("told")
            made.append(
                Activity(
                    organization_id=host.organization_id,
                    line=host.branch.line,
                    branch=host.branch,
                    kind=kinds[kind],
                    programme=programmes.get(programme),
                    title=title,
                    title_key=title_key_of(title),
                    source=ActivitySource.PAGE,
                    created_at=now,
                    updated_at=now,
                    **one,
                )
            )
            shared.append(others)
            if rng.randrange(100) < CANCELLED:
                made[-1].cancelled_at, made[-1].cancelled_by_name = now, "两新工委办公室"
                made[-1].cancel_reason = "核对时发现重复登记。"
    rows = Activity.objects.bulk_create(made, 500)
    Participation.objects.bulk_create(
        [
            Participation(activity=row, organization_id=other)
            for row, others in zip(rows, shared, strict=True)
            for other in others
        ],
        500,
    )


def _bodies() -> Iterator[list[BranchMembership]]:
    """The members of every body of demo organizations that stood by the last day, bodies of several in one list."""
    found = (
        BranchMembership.objects.filter(
            organization__is_demo=True,
            branch__is_demo=True,
            branch__dissolved_on=None,
            branch__refused_at=None,
            period__upper_inf=True,
            period__startswith__lt=LAST,
            organization__closed_on=None,
            organization__merged_into=None,
        )
        .select_related("branch", "organization")
        .order_by("branch_id", "organization_id")
    )
    members: list[BranchMembership] = []
    for row in found:
        if members and members[0].branch_id != row.branch_id:
            yield members
            members = []
        members.append(row)
    if members:
        yield members


def _held(host: BranchMembership, rng: Random) -> Iterator[dict[str, Any]]:
    line = host.branch.line
    since = max(FIRST, host.period.lower, host.branch.founded_on, host.organization.registered_on)
    days = (LAST - since).days
    if rng.randrange(100) >= ACTIVE[line] or days < 1:
        return
    titles = list(TITLES[Line(line)])
    for told in rng.sample(titles, min(len(titles), rng.randrange(1, MOST + 1))):
        held_on, precision = since + timedelta(days=rng.randrange(days)), "day"
        if rng.randrange(100) < OF_A_MONTH and held_on.replace(day=1) >= since:
            held_on, precision = held_on.replace(day=1), "month"
        attendees = None if rng.randrange(100) < NOT_KNOWN else rng.randrange(6, 60)
        known = attendees is not None and line == Line.PARTY and rng.randrange(100) >= NOT_KNOWN
        yield {
            "told": told,
            "held_on": held_on,
            "held_precision": precision,
            "place": rng.choice(PLACES),
            "attendees": attendees,
            "members": min(attendees or 0, rng.randrange(3, 20)) if known else None,
        }
