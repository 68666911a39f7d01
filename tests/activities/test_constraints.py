"""What the database itself refuses of activities, programmes and kinds: each constraint as a truth table."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from activities.models import ActivityKind, Participation, Programme
from tests import factories as f
from tests.activities import making

pytestmark = pytest.mark.django_db


def broken(write) -> str:
    """The name of the constraint that refuses the write, "" when it passes."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        return error.__cause__.diag.constraint_name
    return ""


def test_every_constraint_says_its_sentence_in_chinese():
    silent = {"activities_programme_code_once", "activities_activitykind_code_once"}
    for model in apps.get_app_config("activities").get_models():
        for constraint in model._meta.constraints:
            if constraint.name not in silent:
                message = str(constraint.violation_error_message)
                assert "一" <= message[0] <= "鿿", constraint.name
                assert message.endswith("。"), constraint.name


@pytest.mark.parametrize("at", [None, f.NOW])
@pytest.mark.parametrize("who", ["", "钟主任"])
@pytest.mark.parametrize("why", ["", "重复登记"])
def test_a_cancellation_has_its_time_its_actor_and_its_reason_or_none_of_them(at, who, why):
    host = f.organization()
    lawful = (at is None, who == "", why == "") in {(True, True, True), (False, False, False)}
    found = broken(
        lambda: making.activity(host, cancelled_at=at, cancelled_by_name=who, cancel_reason=why),
    )
    assert found == ("" if lawful else "activities_activity_cancelled_with_reason")


@pytest.mark.parametrize(
    ("attendees", "members", "refused"),
    [(None, None, False), (None, 3, False), (3, None, False), (3, 3, False), (3, 0, False), (3, 4, True)],
)
def test_party_members_are_among_those_who_attended(attendees, members, refused):
    host = f.organization()
    found = broken(lambda: making.activity(host, attendees=attendees, members=members))
    assert found == ("activities_activity_members_among_attendees" if refused else "")


@pytest.mark.parametrize(
    ("last_on", "refused"),
    [(None, False), (date(2011, 3, 5), False), (date(2011, 3, 6), False), (date(2011, 3, 4), True)],
)
def test_an_activity_does_not_end_before_it_begins(last_on, refused):
    host = f.organization()
    found = broken(lambda: making.activity(host, last_on=last_on))
    assert found == ("activities_activity_ends_after_beginning" if refused else "")


@pytest.mark.parametrize(
    ("held_on", "precision", "refused"),
    [
        (date(2011, 3, 5), "day", False),
        (date(2011, 3, 1), "month", False),
        (date(2011, 3, 5), "month", True),
        (date(2011, 1, 1), "year", False),
        (date(2011, 3, 1), "year", True),
        (date(2011, 3, 1), "by", True),
    ],
)
def test_an_inexact_day_is_the_first_it_can_be(held_on, precision, refused):
    host = f.organization()
    found = broken(lambda: making.activity(host, held_on=held_on, held_precision=precision))
    assert found == ("activities_activity_inexact_from_first_day" if refused else "")


def test_the_same_activity_stands_once_and_again_after_it_was_cancelled():
    host, other = f.organization(), f.organization()
    making.activity(host, title="主题 党日")
    assert broken(lambda: making.activity(host, title="主题党日")) == "activities_activity_once"
    assert broken(lambda: making.activity(host, title="主题党日", line="union")) == ""
    assert broken(lambda: making.activity(host, title="主题党日", held_on=date(2011, 3, 6))) == ""
    assert broken(lambda: making.activity(other, title="主题党日")) == ""
    gone = {"cancelled_at": f.NOW, "cancelled_by_name": "钟主任", "cancel_reason": "重复登记"}
    assert broken(lambda: making.activity(host, title="主题党日", **gone)) == ""


def test_an_activity_has_a_title():
    host = f.organization()
    assert broken(lambda: making.activity(host, title="")) == "activities_activity_titled"


def test_an_organization_takes_part_once():
    host, other = f.organization(), f.organization()
    row = making.activity(host, other)
    again = broken(lambda: Participation.objects.create(activity=row, organization=other))
    assert again == "activities_participation_once"


@pytest.mark.parametrize("model", [Programme, ActivityKind])
def test_a_name_stands_once_at_a_time(model):
    name = model._meta.model_name
    early, late, always = DateRange(None, date(2011, 1, 1)), DateRange(date(2011, 1, 1), None), DateRange(None, None)
    model.objects.create(name="读书月", period=early)
    assert broken(lambda: model.objects.create(name="读书月", period=late)) == ""
    assert broken(lambda: model.objects.create(name="读书月", period=always)) == f"activities_{name}_one_name_at_a_time"
    assert broken(lambda: model.objects.create(name="", period=late)) == f"activities_{name}_named"
    empty = DateRange(date(2011, 1, 1), date(2011, 1, 1))
    assert broken(lambda: model.objects.create(name="短", period=empty)) == f"activities_{name}_named"


def test_the_same_programme_name_may_stand_in_two_lines():
    Programme.objects.create(name="读书月", line="party", period=DateRange(None, None))
    assert broken(lambda: Programme.objects.create(name="读书月", line="union", period=DateRange(None, None))) == ""
