"""Reminders on their days, once a day, to whoever has something to do, and the letters where there is a mail server."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from evaluation.domain.reminders import make_reminders, mark_read, remind_now, send_mails, unread_for
from evaluation.models import Reminder
from orgs.domain.refusals import NotAllowed
from quannan.base.errors import Refused
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def morning(month, day):
    """Eight o'clock in Asia/Shanghai."""
    return datetime(2012, month, day, 0, 0, tzinfo=UTC)


def told(kind):
    return dict(Reminder.objects.filter(kind=kind).values_list("user", "text"))


@pytest.fixture
def round_():
    return make.round_()


def filer_of(*rows):
    """An account that files for the organizations: for the first by its role, for the others by a filing account."""
    user = factories.account("filer", organization=rows[0])
    for row in rows[1:]:
        make.access(row, user)
    return user


def test_filers_are_reminded_on_the_set_days_and_the_day_after_once(round_):
    row = factories.organization("甲厂")
    make.report(row, round_)
    user = filer_of(row)
    made = {day: make_reminders(now=morning(11, day)) for day in range(20, 31)}
    assert {day for day, n in made.items() if n} == {23, 27, 29}
    assert make_reminders(now=morning(11, 29)) == 0
    assert Reminder.objects.get(day=date(2012, 11, 27)).text == (
        "“2012 年度年检年报”于 2012-11-30 24时截止,还有 3 天。还没有报送:甲厂。"
    )
    assert make_reminders(now=morning(12, 1)) == 1
    assert make_reminders(now=morning(12, 2)) == 0
    assert "已于 2012-11-30 24时截止" in told("late")[user.pk]


def test_whoever_has_filed_or_cannot_sign_in_is_left_alone_and_one_account_gets_one_reminder(round_):
    rows = [factories.organization(f"{i}厂") for i in range(5)]
    reports = [make.report(row, round_) for row in rows]
    several = filer_of(*rows)
    filed = filer_of(done := factories.organization("已报厂"))
    make.submitted(make.report(done, round_))
    gone = filer_of(rows[0])
    gone.is_active = False
    gone.save()
    ended = factories.account("filer", organization=factories.organization())
    make.access(factories.organization(), ended)
    assert make_reminders(now=morning(11, 23)) == 1
    assert "还没有报送:0厂、1厂、2厂 等 5 家。" in told("closing")[several.pk]
    assert filed.pk not in told("closing")
    assert reports[0].state == "draft"


def test_a_returned_report_is_recalled_two_days_before_its_day(round_):
    row = factories.organization("甲厂")
    user = filer_of(row)
    make.returned(make.report(row, round_), NOW)
    assert make_reminders(now=morning(11, 9)) == 0
    assert make_reminders(now=morning(11, 10)) == 1
    assert told("returned")[user.pk] == "“2012 年度年检年报”里退回修改的年报,请于 2012-11-12 24时以前改好报回:甲厂。"


def test_reviewers_with_something_waiting_are_reminded_every_week_each_of_the_own(round_):
    here, there = factories.township(), factories.township(factories.PARK)
    owner, idle = factories.owner(), factories.account("leader")
    for _ in range(2):
        make.submitted(make.report(factories.organization(), round_), now=NOW - timedelta(days=8))
    make.unit_accepted(make.report(factories.organization(under=factories.unit(factories.PARK)), round_))
    make.report(factories.organization(under=factories.unit(factories.PARK)), round_)
    assert make_reminders(now=morning(11, 4)) == 0
    assert make_reminders(now=morning(11, 5)) == 2
    assert told("review") == {
        here.pk: "“2012 年度年检年报”有 2 份年报等您审核,最早的 2012-10-28 报送;单位审核截止 2012-12-10。",
        owner.pk: "“2012 年度年检年报”有 1 份年报等您审核,最早的 2012-11-05 报送;县审核截止 2012-12-20。",
    }
    assert there.pk not in told("review") and idle.pk not in told("review")


def test_reminding_at_once_tells_all_who_have_not_filed_and_is_the_owner_offices(round_):
    row = factories.organization()
    make.report(row, round_)
    filer_of(row)
    with pytest.raises(NotAllowed):
        remind_now(round_=round_, by=factories.township(), now=NOW)
    assert remind_now(round_=round_, by=factories.owner(), now=NOW) == 1
    assert remind_now(round_=round_, by=None, now=NOW) == 0
    with pytest.raises(Refused):
        remind_now(round_=make.round_(2013, opened_at=None), by=None, now=NOW)


def test_the_statements_of_a_morning_do_not_grow(round_, django_assert_num_queries):
    for n in (1, 20):
        for _ in range(n):
            row = factories.organization()
            make.report(row, round_)
            filer_of(row)
        with django_assert_num_queries(3):
            make_reminders(now=morning(11, 23 if n == 1 else 27))


def test_reading_is_ones_own(round_):
    row = factories.organization()
    make.report(row, round_)
    first, second = filer_of(row), filer_of(row)
    make_reminders(now=morning(11, 23))
    assert mark_read(reminders=Reminder.objects.all(), by=first, now=NOW) == 1
    assert (unread_for(first).count(), unread_for(second).count()) == (0, 1)


@pytest.fixture
def waiting(round_):
    """Two reminders, of accounts with and without an address."""
    for address in ("lianluoyuan@example.org", ""):
        row = factories.organization()
        make.report(row, round_)
        user = filer_of(row)
        user.email = address
        user.save()
    make_reminders(now=morning(11, 23))
    return Reminder.objects.get(user__email="lianluoyuan@example.org")


def test_no_letter_without_a_mail_server(waiting, settings):
    settings.EMAIL_HOST = ""
    assert send_mails(now=morning(11, 23)) == (0, 0)
    assert mail.outbox == []


def test_letters_go_once_to_those_who_have_an_address(waiting, settings):
    settings.EMAIL_HOST = "mail.example.org"
    assert send_mails(now=morning(11, 23)) == (1, 0)
    assert send_mails(now=morning(11, 23)) == (0, 0)
    [letter] = mail.outbox
    assert (letter.to, letter.body) == (["lianluoyuan@example.org"], waiting.text)
    waiting.refresh_from_db()
    assert waiting.emailed_at == morning(11, 23)


def test_a_letter_that_cannot_be_sent_says_why_on_its_reminder(waiting, settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert send_mails(now=morning(11, 23)) == (0, 1)
    waiting.refresh_from_db()
    assert waiting.emailed_at is None and "refused" in waiting.email_failure
