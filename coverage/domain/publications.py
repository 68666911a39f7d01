"""Freezing a date's figures as 上报: everything that was counted, with its rules, sealed by a digest; and withdrawing.

One transaction settles what waits, keeps writers of the register away for its few seconds, and writes the rows by
INSERT … SELECT. What is written later in the register is told from what was known by the position in each history table.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from coverage.domain.figures import Report, report
from coverage.domain.snapshot_sql import CELL, COLUMNS, due_days, freeze_cells, freeze_organizations
from coverage.domain.span_sql import deltas_insert, spans_select
from coverage.domain.spans import SPAN_LOCK, drain_marks
from coverage.models import (
    DELTA_COLUMNS,
    Milestone,
    Publication,
    PublishedCell,
    PublishedOrganization,
    ScaleRule,
    Standard,
)
from orgs.domain.acting import refuse_future, require_text
from orgs.domain.refusals import NotAllowed
from orgs.models import BodyForm, Unit
from orgs.permissions import may_freeze_figures
from quannan.base.domain import audit
from quannan.base.errors import Refused

# The tables that figures are worked out from, all of them with a history.
SOURCES = (
    "orgs.Organization",
    "orgs.Placement",
    "orgs.Figures",
    "orgs.Exclusion",
    "orgs.Branch",
    "orgs.BranchForm",
    "orgs.BranchMembership",
    "orgs.Instructor",
    "orgs.OrganizationMerge",
    "coverage.Standard",
    "coverage.ScaleRule",
)
TITLE_LENGTH = 120
NOTE_LENGTH = 2000
# A writer that waits for us is never kept so long that PostgreSQL would look for a deadlock (1 s).
LOCK_WAIT_MS = 500
LOCK_TRIES = 40
PAUSE_SECONDS = 0.25
NO_FREEZE = "您的角色不能定稿上报数字。如工作需要,请联系系统管理员调整角色。"
BUSY = "台账正在写入(如导入表格),暂时不能定稿。请等它完成后再定稿。"
MOVED = "您看过之后台账有变动,数字已不是刚才显示的,所以没有定稿。请再核对下面的数字,确认后再定稿。"
FROZEN_TWICE = (
    "这份数字刚才({at:%H:%M})已经定稿,没有重复定稿。请到“上报数字”查看;确需再定一份的,请换一个标题或稍后再做。"
)
TWICE = timedelta(minutes=2)
EMPTY = "这一天没有在册的组织,没有数字可以定稿。请换一个截至日期。"

FORMULA = (
    ("基数", "截至当日已登记、未注销或迁出、不在剔除期内的组织", "二(三)"),
    ("年度数字", "取截至日期不晚于当日的最近一份;第一份之前沿用第一份,另计为“数字前推”", ""),
    ("应建", "该条线组建标准所看的人数达到标准(含本数);人数不明的计为“数据不足”,既不算应建也不算已建", "三(一)3"),
    ("已建", "当日有该条线的组织覆盖;联合组织覆盖的每一家都计,同一条线有几个组织只计一家", "三(一)3"),
    ("覆盖率", "应建中已建 ÷ 应建 × 100,四舍五入到一位小数;未全建不写100.0,已有建成不写0.0;应建为零不算率", ""),
    ("群团全建", "工会、团组织、妇女组织中应建的都已建;有一项应建未建即不算", "二(三)"),
    ("规上且有党组织", "规模以上且有党组织覆盖,不论党组织是否应建", "二(三)"),
    ("工作覆盖", "有党组织,或有指导员,或有工会、团、妇女组织(含组织员)", ""),
    ("目标节点", "计量的每条线按准确数达到目标才算已达,不按四舍五入后的百分比", "二(三)、三(四)"),
)

audit.name_actions({"publication.freeze": "定稿上报数字", "publication.withdraw": "作废上报数字"})


class FiguresMoved(Refused):
    """The figures are no longer those the actor has looked at."""

    def __init__(self) -> None:
        super().__init__(MOVED)


@dataclass(frozen=True)
class DigestCheck:
    """What recomputing a digest found.

    Attributes:
        found: the digest of the rows as they are stored now.
        agrees: whether it is the one set at the freezing.
    """

    found: str
    agrees: bool


def method_version() -> str:
    """The statements that count, in short: another method has another version."""
    text = spans_select() + deltas_insert() + freeze_organizations() + freeze_cells()
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:12]


def rules_now() -> dict[str, Any]:
    """Standards, rules of scale, milestones in use and forms of bodies as JSON; four queries.

    Returns:
        Lists `standards`, `scale_rules`, `milestones` and `forms`; a period is told by `from` and `until`, the first
        day it no longer holds, each null where open.
    """
    return {
        "standards": [
            {
                "line": row.line,
                "measure": row.measure,
                "obliged_from": row.obliged_from,
                "permitted_from": row.permitted_from,
                "zero_state": row.zero_state,
                "own_body_from": row.own_body_from,
                "rungs": row.rungs,
                **_validity(row),
            }
            for row in Standard.objects.order_by("line", "period")
        ],
        "scale_rules": [
            {
                "employees_with_revenue": row.employees_with_revenue,
                "revenue_yuan": str(row.revenue_yuan),
                "employees_alone": row.employees_alone,
                **_validity(row),
            }
            for row in ScaleRule.objects.order_by("period")
        ],
        "milestones": [
            {
                "code": row.code,
                "name": row.name,
                "due_on": row.due_on.isoformat(),
                "target": str(row.target),
                "population": row.population,
                "lines": list(row.lines),
                "event": row.event,
                "clause": row.clause,
                "reading": row.reading,
            }
            for row in Milestone.objects.filter(is_active=True).order_by("due_on", "code")
        ],
        "forms": [
            {"code": row.code, "line": row.line, "label": row.label, "is_body": row.is_body}
            for row in BodyForm.objects.order_by("line", "code")
        ],
    }


def _validity(row: Any) -> dict[str, Any]:
    first, until = row.period.lower, row.period.upper
    return {
        "from": first and first.isoformat(),
        "until": until and until.isoformat(),
        "clause": row.clause,
        "reading": row.reading,
    }


def seen_mark(found: Report) -> str:
    """What a page has shown of figures, in short: other figures have another mark.

    Args:
        found: the figures of the whole county.
    """
    return hashlib.sha256(_canonical(found.as_json()).encode()).hexdigest()


def freeze(
    *,
    as_of: date,
    title: str,
    addressed_to: str,
    note: str = "",
    seen: str = "",
    by: Any,
    now: datetime,
    is_demo: bool = False,
) -> Publication:
    """Freezes the county's figures of a date.

    Args:
        as_of: the date, today or earlier.
        title: of the publication.
        addressed_to: 报送对象, to whom or for what it is reported.
        note: anything to be said of it.
        seen: `seen_mark` of the figures the actor has looked at; "" skips the comparison.
        by: the acting User, None for the system.
        now: the clock.
        is_demo: whether it belongs to the demo county and may be removed with it.

    Raises:
        NotAllowed: no role gives the act.
        ValidationError: by field: a day to come, no title, no receiver, texts too long.
        FiguresMoved: the figures are not those seen.
        Refused: the register is being written for too long, or has no organization on the day.
    """
    if by is not None and not may_freeze_figures(by):
        raise NotAllowed(NO_FREEZE)
    refuse_future(as_of, "as_of", "截至日期", now)
    title = require_text(title, "title", "请写明标题。", TITLE_LENGTH)
    addressed_to = require_text(addressed_to, "addressed_to", "请写明报送对象。", TITLE_LENGTH)
    if len(note.strip()) > NOTE_LENGTH:
        sentence = f"最多写{NOTE_LENGTH}个字,现有{len(note.strip())}个,请缩短。"
        raise ValidationError({"note": ValidationError(sentence, code="too_long")})
    with transaction.atomic():
        _hold_writers()
        drain_marks()
        if seen and seen != seen_mark(report(user=None, as_of=as_of)):
            raise FiguresMoved
        rules = rules_now()
        # What a demo account freezes belongs to the demo county as well, and goes with it.
        is_demo = is_demo or bool(by is not None and by.is_demo)
        before = Publication.objects.filter(as_of=as_of, is_demo=is_demo)
        # A button pressed twice must not leave a second copy behind: none could ever be deleted.
        twin = before.filter(title=title, frozen_by=by, frozen_at__gt=now - TWICE).order_by("-frozen_at").first()
        if by is not None and twin is not None and twin.marks == history_marks():
            raise Refused(FROZEN_TWICE.format(at=timezone.localtime(twin.frozen_at)))
        row = Publication.objects.create(
            as_of=as_of,
            title=title,
            addressed_to=addressed_to,
            note=note.strip(),
            frozen_at=now,
            frozen_by=by,
            frozen_by_name=(by.name or by.username) if by is not None else "系统",
            previous=before.order_by("-frozen_at", "-pk").first(),
            formula=[list(part) for part in FORMULA],
            method=method_version(),
            rules=rules,
            units=_units(),
            marks=history_marks(),
            is_demo=is_demo,
        )
        days = due_days(as_of, [date.fromisoformat(m["due_on"]) for m in rules["milestones"]])
        with connection.cursor() as cursor:
            cursor.execute(freeze_organizations(), {"publication": row.pk, "day": as_of})
            row.organizations = cursor.rowcount
            if not row.organizations:
                raise Refused(EMPTY)
            cursor.execute(freeze_cells(), {"publication": row.pk, "days": days})
        row.digest = digest_of(row)
        row.save(update_fields=["organizations", "digest"])
        audit.record(
            action="publication.freeze",
            by=by,
            now=now,
            obj=row,
            detail={"as_of": str(as_of), "organizations": row.organizations, "digest": row.digest},
        )
    return row


def withdraw(*, publication: Publication, reason: str, by: Any, now: datetime) -> Publication:
    """Marks a publication 作废: it stays as it was, with the reason.

    Args:
        publication: one that stands.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        ValidationError: no reason, or withdrawn already.
    """
    if by is not None and not may_freeze_figures(by):
        raise NotAllowed(NO_FREEZE)
    reason = require_text(reason, "reason", "请写明作废的理由。")
    with transaction.atomic():
        row = Publication.objects.select_for_update(of=("self",)).get(pk=publication.pk)
        if row.withdrawn_at is not None:
            raise ValidationError("这份定稿已经作废,不用再作废。", code="withdrawn")
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = now, by, reason
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        audit.record(action="publication.withdraw", by=by, now=now, obj=row, detail={"reason": reason})
    return row


def check_digest(publication: Publication) -> DigestCheck:
    """Works the digest out again from what is stored now.

    Args:
        publication: which one.
    """
    found = digest_of(publication)
    return DigestCheck(found, found == publication.digest)


def digest_of(publication: Publication) -> str:
    """SHA-256 over everything frozen, line by line: the head, the cells, the organizations, each as JSON in a fixed order.

    Args:
        publication: whose rows are written.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for line in _lines_of(publication):
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _lines_of(publication: Publication) -> Iterator[str]:
    p = publication
    yield _canonical(
        {
            "as_of": p.as_of,
            "title": p.title,
            "addressed_to": p.addressed_to,
            "note": p.note,
            "frozen_at": p.frozen_at.astimezone(UTC).isoformat(),
            "frozen_by": p.frozen_by_name,
            "previous": p.previous_id,
            "formula": p.formula,
            "method": p.method,
            "rules": p.rules,
            "units": p.units,
            "marks": p.marks,
            "organizations": p.organizations,
        }
    )
    cells = PublishedCell.objects.filter(publication=p).order_by("day", *CELL)
    yield from _rows(cells.values_list("day", *CELL, *DELTA_COLUMNS).iterator())
    organizations = PublishedOrganization.objects.filter(publication=p).order_by("organization_id")
    yield from _rows(organizations.values_list(*COLUMNS).iterator())


def _rows(rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    for row in rows:
        yield _canonical(row)


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(f"{type(value)} has no canonical form")


def _units() -> list[dict[str, Any]]:
    return [
        {"id": u.pk, "code": u.code, "name": u.name, "parent": u.parent_id, "path": u.path, "order": u.order}
        for u in Unit.objects.order_by("order", "code")
    ]


def history_of(label: str) -> Any:
    """The model of the history rows of a table.

    Args:
        label: one of SOURCES.
    """
    app, name = label.split(".")
    return apps.get_model(app, f"{name}Event")


def history_marks() -> dict[str, int]:
    """The number of the last history row of every table that figures come from: one query."""
    parts = [f"SELECT '{s}', coalesce(max(pgh_id), 0) FROM {history_of(s)._meta.db_table}" for s in SOURCES]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def _hold_writers() -> None:
    """Waits until nobody writes the register, and keeps everybody from it until the commit; reading goes on.

    So every history row numbered so far is in the figures, and every later one is not. What cannot be had at once is
    given back and tried again, so that two who wait for one another never stand still.

    Raises:
        Refused: somebody writes for longer than ten seconds or more.
    """
    tables = ", ".join(apps.get_model(label)._meta.db_table for label in SOURCES)
    for attempt in range(LOCK_TRIES):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT_MS}ms'")
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SPAN_LOCK])
                cursor.execute(f"LOCK TABLE {tables} IN SHARE MODE")
                cursor.execute("SET LOCAL lock_timeout = DEFAULT")
                return
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != "55P03":
                raise
    raise Refused(BUSY)
