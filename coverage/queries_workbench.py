"""What waits for an account: each item says what is to be done, by when, and what counts as done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from coverage.queries_dashboard import LABELS, Dashboard
from coverage.queries_drill import drill_address
from coverage.queries_gaps_shown import waiting_gaps
from coverage.queries_milestones import OwnShare
from coverage.tags import Tag
from orgs.models import Unit
from orgs.permissions import may_confirm_line, may_edit_register
from orgs.queries_waiting import waiting_for
from quannan.base.models import Job, JobState

JOBS_SHOWN = 5


@dataclass(frozen=True)
class Task:
    """One thing that waits.

    Attributes:
        due: the day it is due, None where it has no date.
        tag: how urgent, in word and shape.
        text: what is to be done.
        done: what counts as done.
        url: the one page to do it on.
        action: the words of the link.
    """

    due: date | None
    tag: Tag
    text: str
    done: str
    url: str
    action: str


OPEN = Tag("待办", "○", "na")
LATE = Tag("逾期", "▲", "late")
DATA = Tag("数据", "?", "due")


def _drill(as_of: date, unit: Unit | None, **parameters: str) -> str:
    return drill_address(as_of=as_of, unit=unit.code if unit else "", **parameters)


def _job_tasks(user, now: datetime) -> list[Task]:
    found = []
    for job in Job.objects.filter(created_by=user).unfinished().order_by("-created_at")[:JOBS_SHOWN]:
        state = job.shown_state(now)
        interrupted = state == JobState.INTERRUPTED
        found.append(
            Task(
                None,
                Tag(state.label, "▲" if interrupted else "●", "late" if interrupted else "due"),
                job.title,
                "点“继续”接着做完,或点“放弃”" if interrupted else "完成后会显示结果",
                reverse("job-detail", args=[job.pk]),
                "处理" if interrupted else "查看进度",
            )
        )
    return found


def _data_tasks(user, found: Dashboard, unit: Unit | None) -> list[Task]:
    base, as_of = found.report.base, found.report.as_of
    rows = (
        (base.unknown_figures, "unknown_figures", "家组织没有年度数字", "补录任一份年度数字"),
        (base.unknown_scale, "unknown_scale", "家组织规模不明", "补填年营业收入或从业人员"),
    )
    action = "去补填" if may_edit_register(user) else "查看"
    return [
        Task(None, DATA, f"{n} {text}", done, _drill(as_of, unit, measure=measure), action)
        for n, measure, text, done in rows
        if n
    ]


def _milestone_tasks(found: Dashboard, unit: Unit | None) -> list[Task]:
    tasks = []
    for row in found.milestones:
        if row.figures.met is not False:
            continue
        worst = max(row.lines, key=lambda line: line.lacking)
        population = row.milestone.population
        tasks.append(
            Task(
                row.milestone.due_on,
                row.tag,
                f"{row.milestone.name}:目标 {row.target}%,{row.lacking or '按准确数未达'}",
                "各条线都达到目标",
                _drill(found.report.as_of, unit, population=population, line=worst.line, measure="gap"),
                f"看{worst.label}缺口",
            )
        )
    return tasks


def _confirm_tasks(user, found: Dashboard, unit: Unit | None) -> list[Task]:
    tasks = []
    for line, counts in found.report.populations["all"].lines.items():
        if counts.unconfirmed and line in LABELS and line != "all" and may_confirm_line(user, line):
            tasks.append(
                Task(
                    None,
                    OPEN,
                    f"{LABELS[line]}:{counts.unconfirmed} 家已建待确认",
                    "逐个确认,或写明理由不予确认",
                    _drill(found.report.as_of, unit, population="all", line=line, measure="unconfirmed"),
                    "查看名单",
                )
            )
    return tasks


def _share_tasks(found: Dashboard, unit: Unit | None, shares: Iterable[OwnShare]) -> list[Task]:
    as_of = found.report.as_of
    return [
        Task(
            one.milestone.due_on,
            LATE if one.milestone.due_on < as_of else OPEN,
            f"分解任务 · {one.milestone.name}:{one.label} {one.progress}",
            f"{one.label}净增 {one.count} 家",
            _drill(as_of, unit, population=one.milestone.population, line=one.line, measure="gap"),
            f"看{one.label}缺口",
        )
        for one in shares
        if not one.done
    ]


def tasks_for(
    user, found: Dashboard | None, *, unit: Unit | None, now: datetime, shares: Iterable[OwnShare] = ()
) -> list[Task]:
    """What waits for an account: its jobs first, then by deadline, then what has no date.

    Args:
        user: the signed-in User.
        found: the account's figures, None for accounts that see no register.
        unit: the working unit.
        now: the clock, aware.
        shares: what the units in sight were given of milestones.
    """
    tasks = _job_tasks(user, now)
    if found is not None:
        as_of = found.report.as_of
        waiting = [
            Task(one.due, LATE if one.late else OPEN, one.text, one.done, one.url, one.action)
            for one in (*waiting_gaps(user, as_of), *waiting_for(user, as_of))
        ]
        dated = _milestone_tasks(found, unit) + _share_tasks(found, unit, shares) + waiting
        tasks += sorted(dated, key=lambda task: task.due or date.max)
        tasks += _data_tasks(user, found, unit)
        tasks += _confirm_tasks(user, found, unit)
    return tasks
