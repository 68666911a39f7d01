"""What an activity has to satisfy, in plain values: page, workbook and API say the same sentences."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef, Q, QuerySet

from activities.models import Activity, ActivityKind, Programme
from orgs.lines import Line
from orgs.models import Branch, BranchForm, BranchMembership
from orgs.permissions import first_day_after
from orgs.validators import validate_head_count

NO_EDIT = "您的角色不能登记活动。如工作需要,请联系系统管理员调整角色。"
NOT_YOUR_LINE = "您的角色不登记{}的活动,请由该条线的部门、主管党(工)委或本组织登记。"
MEMBERS_TOO_MANY = "其中党员不能多于参加人数,请核对两个数字。"
TWICE = "这家组织的这条线在这一天已登记同名的活动(编号 {}),请更正原有的一条。"
ITSELF = "共同参加的组织里不用再写主办的组织,请删去“{}”。"
NOT_IN_REACH = "“{}”不在您能查看的范围内,也不由所选的党群组织覆盖,不能列为共同参加。"


def standing_fault(name: str, registered_on: date, closed_on: date | None, days: tuple[date, date]) -> str:
    """Why an organization cannot have taken part in an activity, "" where it can.

    Args:
        name: of the organization.
        registered_on: its first day.
        closed_on: the first day on which it no longer counts, None while it stands.
        days: first and last day on which the activity can have been held.
    """
    if days[1] < registered_on:
        return f"“{name}”{registered_on}才登记,开展日期不能更早,请核对。"
    if closed_on is not None and days[0] >= closed_on:
        return f"“{name}”已于{closed_on}注销或迁出,开展日期应早于这一天。"
    return ""


def day_fault(days: tuple[date, date], last_on: date | None, today: date) -> dict[str, str]:
    """What is wrong with the days, by field.

    Args:
        days: first and last day on which the activity can have begun.
        last_on: its last day, None where it was over the same day.
        today: nothing held is later.
    """
    found = {}
    if days[0] > today:
        found["held_on"] = f"开展日期不能晚于今天({today}),请核对。"
    if last_on is not None and last_on > today:
        found["last_on"] = f"结束日期不能晚于今天({today}),请核对。"
    elif last_on is not None and last_on < days[0]:
        found["last_on"] = "结束日期不能早于开展日期,请核对。"
    return found


def number_faults(attendees: object, members: object) -> dict[str, str]:
    """What is wrong with the numbers of people, by field.

    Args:
        attendees: how many took part, None where it is not known.
        members: of them party members, None where it is not known.
    """
    found = {}
    for field, value, label in (("attendees", attendees, "参加人数"), ("members", members, "其中党员")):
        try:
            validate_head_count(value, label)
        except ValidationError as error:
            found[field] = str(error.messages[0])
    if not found and isinstance(attendees, int) and isinstance(members, int) and members > attendees:
        found["members"] = MEMBERS_TOO_MANY
    return found


def entry_fault(entry: ActivityKind | Programme, days: tuple[date, date], noun: str) -> str:
    """Why a kind or a programme cannot be named for a day, "" where it can.

    Args:
        entry: the kind or programme.
        days: first and last day on which the activity can have been held.
        noun: 类别 or 活动载体.
    """
    since, until = entry.period.lower, entry.period.upper
    if since is not None and days[1] < since:
        return f"{noun}“{entry.name}”自{since}起使用,请另选,或核对开展日期。"
    if until is not None and days[0] >= until:
        return f"{noun}“{entry.name}”用到{entry.last_day}为止,请另选,或核对开展日期。"
    return ""


def line_fault(programme: Programme, line: str) -> str:
    """Why a programme does not fit a line, "" where it does.

    Args:
        programme: the 活动载体.
        line: code of `Line`.
    """
    if programme.line in ("", line):
        return ""
    return f"活动载体“{programme.name}”属于{programme.line_word},与条线{Line(line).label}不符,请改其中一项。"


def members_then(branch_id: Any, days: tuple[date, date]) -> QuerySet[BranchMembership]:
    """Whom a body covered on one of the days.

    Args:
        branch_id: its key, or an expression.
        days: first and last day, both included.
    """
    period = DateRange(days[0], first_day_after(days[1]))
    return BranchMembership.objects.filter(branch_id=branch_id, period__overlap=period)


def covering_bodies(organization_id: int, line: str, days: tuple[date, date]) -> QuerySet[Branch]:
    """Bodies of a line that stood on one of the days and covered an organization.

    Args:
        organization_id: its key.
        line: code of `Line`.
        days: first and last day, both included.
    """
    covers = members_then(OuterRef("pk"), days).filter(organization_id=organization_id)
    return Branch.objects.filter(
        Q(dissolved_on=None) | Q(dissolved_on__gt=days[0]), Exists(covers), line=line, founded_on__lte=days[1]
    )


def missing_body(organization_id: int, line: str, days: tuple[date, date]) -> str:
    """The remark where no body of the line covered the host: no refusal, C 类 organizations learn too (三(一)1).

    Args:
        organization_id: key of the host.
        line: code of `Line`.
        days: first and last day on which the activity can have been held.

    Returns:
        The sentence, "" where there was a body.
    """
    period = DateRange(days[0], first_day_after(days[1]))
    form = BranchForm.objects.filter(branch=OuterRef("pk"), period__overlap=period, form__is_body=True)
    if covering_bodies(organization_id, line, days).filter(Exists(form)).exists():
        return ""
    return no_body_words(line)


def no_body_words(line: str) -> str:
    """What is said where the host had no body of the line.

    Args:
        line: code of `Line`.
    """
    label = Line(line).label
    return f"台账里这家组织当时没有{label}。活动照样登记,但不计入“有{label}的组织”的开展情况;已建立的请补录台账。"


def twin_of(*, organization_id: int, line: str, held_on: date, title_key: str, but: int | None) -> Activity | None:
    """Another activity of the same organization, line, day and title that was not cancelled.

    Args:
        organization_id: key of the host.
        line: code of `Line`.
        held_on: the stored day.
        title_key: as `title_key_of` gives it.
        but: key of the activity itself, None of a new one.
    """
    rows = Activity.objects.held().filter(
        organization_id=organization_id, line=line, held_on=held_on, title_key=title_key
    )
    return rows.exclude(pk=but).order_by("pk").first()


def gathered(faults: Iterable[Mapping[str, str]]) -> dict[str, ValidationError]:
    """Sentences by field as errors of a form, the first of a field.

    Args:
        faults: field → sentence; blank ones are none.
    """
    errors: dict[str, ValidationError] = {}
    for found in faults:
        for field, sentence in found.items():
            if sentence:
                errors.setdefault(field, ValidationError(sentence, code="refused"))
    return errors
