"""Posts, and instructors with liaisons, in the layout of their forms: read back, they change nothing."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.utils import timezone

from orgs.domain.support_plan import INSTRUCTOR
from orgs.imports.maps import CodeLists
from orgs.imports.posts.form import FULL_TIME_WORDS, LINE_WORDS, posts_form
from orgs.imports.support.form import KIND_WORDS, support_form
from orgs.lines import Precision
from orgs.models import Appointment, BranchMembership, Instructor, Liaison, Organization, User
from orgs.models.codes import CodeList
from quannan.base.encryption import mask_phone
from quannan.base.workbook.declare import ImportForm
from quannan.base.workbook.template import template

_LINES = {line.value: word for word, line in LINE_WORDS.items()}
_KINDS = {kind: word for word, kind in KIND_WORDS.items()}
_FULL_TIME = {value: word for word, value in FULL_TIME_WORDS.items()}
ONE_DAY = dt.timedelta(days=1)


def posts_form_file(
    posts: Iterable[Appointment], *, whose: str, as_of: dt.date, by: User, now: dt.datetime
) -> IO[bytes]:
    """Posts as a filled 任职表; phones are masked, political status and workplace are left out.

    Args:
        posts: with person and branch, in the order of the rows; the caller has made sure that they may be seen.
        whose: whose posts these are, in words.
        as_of: the day they are held, inclusive.
        by: who asks; a joint body is named at one of its organizations in this account's sight.
        now: when, aware.
    """
    lists = CodeLists.load()
    rows = list(posts)
    members = (
        BranchMembership.objects.filter(
            branch__in={post.branch_id for post in rows},
            period__contains=as_of,
            organization__in=Organization.objects.visible_to(by, as_of),
        )
        .order_by("-organization__sort_key", "-organization_id")
        .select_related("organization")
    )
    at = {member.branch_id: member.organization for member in members}
    sources = {code.code: code.label for code in lists.codes if code.list_name == CodeList.LEADER_SOURCE}
    labels = {code.code: code.label for code in lists.codes if code.list_name == CodeList.POST}

    def values() -> Iterator[dict[str, Any]]:
        for post in rows:
            organization = at.get(post.branch_id)
            if organization is None:
                continue
            own = post.branch.composition == "own" or post.branch.is_provisional
            yield {
                **_place(organization),
                "line": _LINES[post.branch.line],
                "body": None if own else post.branch.name or None,
                "person": post.person.name,
                "post": labels.get(post.post, post.post),
                "from_": _since(post.period.lower, post.precision),
                "until": _last_day(post.period.upper),
                "source": sources.get(post.source),
                "full_time": None if post.is_full_time is None else _FULL_TIME[post.is_full_time],
                "phone": mask_phone(post.person.phone) or None,
                "reason": post.end_reason or None,
            }

    return _filled(posts_form(lists), values(), whose, as_of, by, now)


def support_form_file(
    instructors: Iterable[Instructor],
    liaisons: Iterable[Liaison],
    *,
    whose: str,
    as_of: dt.date,
    by: User,
    now: dt.datetime,
) -> IO[bytes]:
    """Instructors and liaisons as a filled 指导员和挂点表; phones are masked.

    Args:
        instructors, liaisons: with person and organization (and sent_by), in the order of the rows; the caller has made
            sure that they may be seen.
        whose: whose these are, in words.
        as_of: the day they stand, inclusive.
        by: who asks.
        now: when, aware.
    """
    lists = CodeLists.load()
    departments = {code.code: code.label for code in lists.codes if code.list_name == CodeList.LIAISON_DEPARTMENT}

    def values() -> Iterator[dict[str, Any]]:
        for sent in instructors:
            yield {
                **_place(sent.organization),
                **_term(sent),
                "kind": _KINDS[INSTRUCTOR],
                "person": sent.person.name,
                "sent_by": sent.sent_by.name,
                "phone": mask_phone(sent.person.phone) or None,
            }
        for tied in liaisons:
            yield {
                **_place(tied.organization),
                **_term(tied),
                "kind": _KINDS[tied.kind],
                "person": tied.person.name if tied.person else tied.unit_name,
                "workplace": departments.get(tied.department),
                "phone": (mask_phone(tied.person.phone) or None) if tied.person else None,
            }

    return _filled(support_form(lists), values(), whose, as_of, by, now)


def _place(organization: Organization) -> dict[str, Any]:
    return {"name": organization.name, "uscc": organization.uscc or organization.old_code}


def _term(row: Instructor | Liaison) -> dict[str, Any]:
    return {
        "from_": row.period.lower,
        "until": _last_day(row.period.upper),
        "reason": row.end_reason or None,
    }


def _last_day(until: dt.date | None) -> dt.date | None:
    return until - ONE_DAY if until is not None else None


def _since(day: dt.date, precision: str) -> dt.date | str | None:
    """A day as exactly as it is known; None, which keeps what is on record, where the form cannot say it."""
    if precision == Precision.YEAR:
        return f"{day.year}年"
    if precision == Precision.MONTH:
        return f"{day.year}年{day.month}月"
    return day if precision == Precision.DAY else None


def _filled(
    form: ImportForm, rows: Iterator[dict[str, Any]], whose: str, as_of: dt.date, by: User, now: dt.datetime
) -> IO[bytes]:
    out = io.BytesIO()
    made = f"由 {by.name or by.username} 于 {timezone.localtime(now):%Y-%m-%d %H:%M} 导出"
    numbered = ({**values, "ordinal": number} for number, values in enumerate(rows, 1))
    template(
        form,
        out,
        ([values.get(column.field) for column in form.printed] for values in numbered),
        sentence=f"截止日期:{as_of.year}年{as_of.month}月{as_of.day}日  {whose}  {made};联系电话已遮盖",
    )
    out.seek(0)
    return out
