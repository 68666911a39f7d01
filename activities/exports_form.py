"""Activities in the layout of 活动表: read back, they change nothing."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from django.utils import timezone

from activities.imports.form import LINE_WORDS, activity_form
from activities.models import Activity, ActivityKind, Programme
from orgs.lines import Precision
from orgs.models import Organization
from quannan.base.workbook.template import template

_LINES = {line: word for word, line in LINE_WORDS.items()}


def activity_form_file(
    activities: Iterable[Activity], others: Mapping[int, list[Organization]], *, whose: str, by: Any, now: dt.datetime
) -> IO[bytes]:
    """Activities as a filled 活动表; cancelled ones are left out, since the form knows none.

    Args:
        activities: with organization, kind and programme, in the order of the rows; the caller has made sure that they
            may be seen.
        others: by key of the activity who took part, as far as the account may see them; the form read back keeps the
            others, so it does not speak of them.
        whose: whose activities these are, in words.
        by: the User who asks.
        now: when, aware.
    """
    form = activity_form(ActivityKind.objects.all(), Programme.objects.all())
    rows = [row for row in activities if not row.is_cancelled]

    def values() -> Iterator[dict[str, Any]]:
        for number, row in enumerate(rows, 1):
            yield {
                "ordinal": number,
                "uscc": row.organization.uscc or row.organization.old_code,
                "name": row.organization.name,
                "line": _LINES[row.line],
                "kind": row.kind.name,
                "programme": row.programme.name if row.programme else None,
                "title": row.title,
                "held": row.held_on if row.held_precision == Precision.DAY else row.held_word,
                "last": row.last_on,
                "place": row.place or None,
                "attendees": row.attendees,
                "members": row.members,
                "others": "、".join(map(_named, others.get(row.pk, ()))) or None,
                "content": row.content or None,
                "note": row.note or None,
            }

    today = timezone.localdate(now)
    made = f"由 {by.name or by.username} 于 {timezone.localtime(now):%Y-%m-%d %H:%M} 导出"
    out = io.BytesIO()
    template(
        form,
        out,
        ([one.get(column.field) for column in form.printed] for one in values()),
        sentence=f"截止日期:{today.year}年{today.month}月{today.day}日  {whose}  {made}",
    )
    out.seek(0)
    return out


def _named(organization: Organization) -> str:
    """The name, and the code that tells it from a namesake."""
    code = organization.uscc or organization.old_code
    return f"{organization.name}({code})" if code else str(organization.name)
