"""Reminders: made on set days for whoever has something to do, once a day each, and e-mailed where that is configured.

One statement for each kind and round. A filer with several organizations gets one reminder that names them.
"""

import logging
from datetime import date, datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from evaluation.domain.keeping import require_rounds
from evaluation.models import Reminder, ReminderKind, Round, RoundChange, RoundState
from orgs.domain.acting import acting, day_of, label_of
from quannan.base.domain import audit
from quannan.base.errors import Refused

logger = logging.getLogger("quannan.reports")

# A report sent back is recalled so many days before it must be back, a reviewer every so many days.
RETURNED_AHEAD = timedelta(days=2)
REVIEW_EVERY = 7
# A letter that could not be sent for so long tells nothing new.
MAILED_WITHIN = timedelta(days=3)
LENGTH = 300
NOTHING_TO_REMIND = "这个批次还没有启动,或还没有到开始填报的日期,现在没有可提醒的。"


def make_reminders(*, now: datetime) -> int:
    """Each morning: what is due today in every opened round; a second run of the day makes nothing.

    Args:
        now: the clock.

    Returns:
        How many reminders were made.
    """
    today, made = day_of(now), 0
    for row in Round.objects.filter(opened_at__isnull=False, opens_on__lte=today).order_by("year", "pk"):
        left = (row.closes_on - today).days
        if left in row.reminder_days or left == -1:
            made += _remind_filers(row, today, now)
        made += _remind_returned(row, today, now)
        if (today - row.opens_on).days % REVIEW_EVERY == 0 and today > row.opens_on:
            made += _remind_reviewers(row, today, now)
    return made


def remind_now(*, round_: Round, by: Any, now: datetime) -> int:
    """Reminds everybody who has not filed at once; whoever was reminded today already is left alone.

    Args:
        round_: an opened round.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        How many accounts were reminded.

    Raises:
        NotAllowed: no role gives the act.
        Refused: nobody can file yet.
    """
    require_rounds(by)
    today = day_of(now)
    if round_.state_on(today) in (RoundState.PLANNED, RoundState.WAITING):
        raise Refused(NOTHING_TO_REMIND)
    with acting(by):
        made = _remind_filers(round_, today, now)
        audit.record(action="round.remind", by=by, now=now, obj=round_, detail={"reminders": made})
    return made


def announce_changes(round_: Round, now: datetime) -> int:
    """Tells everybody in a round which of its days were moved today; a second move of the day joins the first.

    Args:
        round_: as it stands now, its changes stored.
        now: the clock.

    Returns:
        How many accounts are told.
    """
    today = day_of(now)
    start = timezone.make_aware(datetime.combine(today, datetime.min.time()))
    changes = list(RoundChange.objects.filter(round=round_, changed_at__gte=start).order_by("changed_at", "pk"))
    said = ";".join(f"{label_of(Round, c.field)}由 {c.before} 改为 {c.after}" for c in changes)
    reasons = ";".join(dict.fromkeys(c.reason for c in changes))
    given = {
        "text": f"“{round_.name}”{said}。理由:{reasons}"[:LENGTH],
        "url": reverse("round-detail", args=[round_.pk]),
    }
    return _executed(_CHANGED, _given(round_, ReminderKind.CHANGED, today, now) | given)


def unread_for(user: Any) -> QuerySet[Reminder]:
    """An account's reminders not yet read, the latest first.

    Args:
        user: the signed-in User.
    """
    return Reminder.objects.filter(user=user, read_at=None).select_related("round").order_by("-day", "-pk")


def mark_read(*, reminders: QuerySet[Reminder], by: Any, now: datetime) -> int:
    """Marks reminders of the account itself as read.

    Args:
        reminders: any; those of other accounts are left alone.
        by: the signed-in User.
        now: the clock.
    """
    return reminders.filter(user=by, read_at=None).update(read_at=now)


def send_mails(*, now: datetime) -> tuple[int, int]:
    """E-mails what has been made and not sent; each failure is kept on its reminder.

    Args:
        now: the clock.

    Returns:
        How many were sent, how many were not; nothing is tried where no mail server is configured.
    """
    if not settings.EMAIL_HOST:
        return 0, 0
    waiting = list(
        Reminder.objects.filter(emailed_at=None, email_failure="", day__gte=day_of(now) - MAILED_WITHIN)
        .exclude(user__email="")
        .filter(user__is_active=True)
        .select_related("user")
        .order_by("pk")
    )
    if not waiting:
        return 0, 0
    mailer = get_connection()
    try:
        mailer.open()
    except (SMTPException, OSError) as trouble:
        failure = _failure(trouble)
        logger.warning("no mail server: %s", failure)
        Reminder.objects.filter(pk__in=[row.pk for row in waiting]).update(email_failure=failure)
        return 0, len(waiting)
    sent = 0
    try:
        for row in waiting:
            letter = EmailMessage("年检年报提醒", row.text, to=[row.user.email], connection=mailer)
            try:
                letter.send()
            except (SMTPException, OSError) as trouble:
                row.email_failure = _failure(trouble)
            else:
                row.emailed_at, sent = now, sent + 1
            row.save(update_fields=["emailed_at", "email_failure"])
    finally:
        mailer.close()
    return sent, len(waiting) - sent


def _failure(trouble: Exception) -> str:
    return (str(trouble) or type(trouble).__name__)[:200]


def _given(row: Round, kind: str, today: date, now: datetime) -> dict[str, Any]:
    return {"round": row.pk, "kind": str(kind), "day": today, "now": now, "length": LENGTH}


def _executed(statement: str, given: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return int(cursor.rowcount)


def _remind_filers(row: Round, today: date, now: datetime) -> int:
    """Whoever has not filed: before the deadline how many days are left, after it what can still be done."""
    left = (row.closes_on - today).days
    if left >= 0:
        kind = ReminderKind.CLOSING
        days = f"还有 {left} 天" if left else "今天是最后一天"
        head, tail = f"“{row.name}”于 {row.closes_on} 24时截止,{days}。还没有报送:", "。"
    else:
        kind = ReminderKind.LATE
        head = f"“{row.name}”已于 {row.closes_on} 24时截止。还没有报送:"
        tail = "。确需补报的,请联系主管党(工)委办理“准许补报”。"
    given = {"head": head, "tail": tail, "state": "draft", "answer_by": None, "url": reverse("my-report-list")}
    return _executed(_TO_FILERS, _given(row, kind, today, now) | given)


def _remind_returned(row: Round, today: date, now: datetime) -> int:
    due = today + RETURNED_AHEAD
    head, tail = f"“{row.name}”里退回修改的年报,请于 {due} 24时以前改好报回:", "。"
    given = {"head": head, "tail": tail, "state": "returned", "answer_by": due, "url": reverse("my-report-list")}
    return _executed(_TO_FILERS, _given(row, ReminderKind.RETURNED, today, now) | given)


def _remind_reviewers(row: Round, today: date, now: datetime) -> int:
    given = {
        "placed": row.unit_day(today),
        "name": row.name,
        "unit_due": f";单位审核截止 {row.unit_due_on}。",
        "county_due": f";县审核截止 {row.county_due_on}。",
        "url": reverse("review-queue"),
    }
    return _executed(_TO_REVIEWERS, _given(row, ReminderKind.REVIEW, today, now) | given)


_INSERT = "INSERT INTO evaluation_reminder (round_id, user_id, kind, day, text, url, made_at, email_failure)"
# An account files for an organization by its filing account, or by a role given for it.
_FILERS = """
    filers AS (
        SELECT f.organization_id, f.user_id FROM evaluation_filingaccess f WHERE f.period @> %(day)s::date
        UNION
        SELECT a.organization_id, a.user_id
        FROM orgs_roleassignment a JOIN orgs_role r ON r.id = a.role_id
        WHERE a.organization_id IS NOT NULL AND r.scope = 'organization' AND 'reports.file' = ANY(r.capabilities)
    )
"""
_TO_FILERS = f"""
    WITH {_FILERS}
    {_INSERT}
    SELECT %(round)s, u.id, %(kind)s, %(day)s,
           left(
               %(head)s || array_to_string((array_agg(o.name ORDER BY o.sort_key, o.id))[1:3], '、')
               || CASE WHEN count(*) > 3 THEN ' 等 ' || count(*) || ' 家' ELSE '' END || %(tail)s,
               %(length)s
           ),
           %(url)s, %(now)s, ''
    FROM evaluation_annualreport p
    JOIN filers f ON f.organization_id = p.organization_id
    JOIN orgs_user u ON u.id = f.user_id AND u.is_active
    JOIN orgs_organization o ON o.id = p.organization_id AND o.merged_into_id IS NULL
    WHERE p.round_id = %(round)s AND p.state = %(state)s AND p.correcting_since IS NULL
      AND (%(answer_by)s::date IS NULL OR p.answer_by = %(answer_by)s::date)
    GROUP BY u.id
    ORDER BY u.id
    ON CONFLICT (round_id, user_id, kind, day) DO NOTHING
"""  # noqa: S608 - our own words
_TO_REVIEWERS = f"""
    WITH waiting AS (
        SELECT p.id, p.state, p.submitted_at, n.path
        FROM evaluation_annualreport p
        JOIN orgs_placement l ON l.organization_id = p.organization_id AND l.period @> %(placed)s::date
        JOIN orgs_unit n ON n.id = l.unit_id
        WHERE p.round_id = %(round)s AND p.state IN ('submitted', 'unit_accepted')
    ), found AS (
        SELECT a.user_id, count(DISTINCT w.id) AS reports, min(w.submitted_at) AS since, %(unit_due)s AS due
        FROM orgs_roleassignment a
        JOIN orgs_role r ON r.id = a.role_id AND r.scope = 'unit' AND 'reports.review_unit' = ANY(r.capabilities)
        JOIN orgs_unit mine ON mine.id = a.unit_id
        JOIN waiting w ON w.state = 'submitted' AND starts_with(w.path, mine.path)
        GROUP BY a.user_id
        UNION ALL
        SELECT a.user_id, count(DISTINCT w.id), min(w.submitted_at), %(county_due)s
        FROM orgs_roleassignment a
        JOIN orgs_role r ON r.id = a.role_id AND r.scope = 'county' AND 'reports.review_county' = ANY(r.capabilities)
        JOIN waiting w ON w.state = 'unit_accepted'
        GROUP BY a.user_id
    )
    {_INSERT}
    SELECT %(round)s, u.id, %(kind)s, %(day)s,
           left(
               '“' || %(name)s || '”有 ' || sum(found.reports) || ' 份年报等您审核,最早的 '
               || to_char(min(found.since) AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') || ' 报送' || min(found.due),
               %(length)s
           ),
           %(url)s, %(now)s, ''
    FROM found JOIN orgs_user u ON u.id = found.user_id AND u.is_active
    GROUP BY u.id
    ORDER BY u.id
    ON CONFLICT (round_id, user_id, kind, day) DO NOTHING
"""  # noqa: S608 - our own words
_CHANGED = f"""
    WITH {_FILERS}
    {_INSERT}
    SELECT %(round)s, told.id, %(kind)s, %(day)s, %(text)s, %(url)s, %(now)s, ''
    FROM (
        SELECT u.id
        FROM evaluation_annualreport p
        JOIN filers f ON f.organization_id = p.organization_id
        JOIN orgs_user u ON u.id = f.user_id AND u.is_active
        WHERE p.round_id = %(round)s
        UNION
        SELECT u.id
        FROM orgs_roleassignment a
        JOIN orgs_role r ON r.id = a.role_id AND r.capabilities && ARRAY['reports.review_unit', 'reports.review_county']::varchar[]
        JOIN orgs_user u ON u.id = a.user_id AND u.is_active
    ) told
    ORDER BY told.id
    ON CONFLICT (round_id, user_id, kind, day) DO UPDATE
    SET text = excluded.text, made_at = excluded.made_at, read_at = NULL, emailed_at = NULL, email_failure = ''
"""  # noqa: S608 - our own words
