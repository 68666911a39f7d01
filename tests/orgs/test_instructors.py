"""党建工作指导员: sent and recalled; what that does to 工作覆盖."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from coverage.domain import spans
from coverage.domain.figures import report
from orgs.domain.instructors import recall_instructor, send_instructor
from orgs.domain.people import Newcomer
from orgs.domain.refusals import NotAllowed
from orgs.models import Instructor, Person
from quannan.base.events import announce
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_support as m
from tests.coverage import naive

pytestmark = pytest.mark.django_db

FROM = date(2011, 3, 1)
LAST = date(2011, 8, 31)


def send(*rows, **changes):
    act = {"organizations": rows, "from_": FROM, "by": f.owner(), "now": f.NOW}
    act.setdefault("person", None)
    act |= changes
    act["person"] = act["person"] or m.person()
    return send_instructor(**({"sent_by": f.unit()} | act))


def recall(row, **changes):
    act = {"last_day": LAST, "reason": "任务完成", "by": f.owner(), "now": f.NOW}
    return recall_instructor(instructor=row, **(act | changes))


def test_a_person_on_record_is_sent():
    organization, person = f.organization(), m.person()

    (row,) = send(organization, person=person)

    row.refresh_from_db()
    assert (row.person, row.organization, row.period, row.sent_by.code) == (
        person, organization, DateRange(FROM, None), f.CHENGXIANG,
    )  # fmt: skip
    assert AuditEntry.objects.get().action == "instructor.send"


def test_somebody_typed_anew_is_entered_in_the_same_act():
    send(f.organization(), person=Newcomer(name="赖青禾", unit=f.unit(), workplace="镇党政办", phone="0797-0123456"))

    assert (Person.objects.get().name, Instructor.objects.get().person.workplace) == ("赖青禾", "镇党政办")


def test_a_refused_act_enters_nobody():
    with pytest.raises(ValidationError):
        send(f.organization(), person=Newcomer(name="赖青禾", unit=f.unit()), from_=date(2009, 1, 1))

    assert not Person.objects.exists()


def test_one_instructor_is_sent_to_several():
    rows = [f.organization() for _ in range(3)]

    assert len(send(*rows)) == 3
    assert AuditEntry.objects.filter(action="instructor.send").count() == 3


def test_whoever_is_there_already_is_named():
    there, new, person = f.organization("先有的厂"), f.organization(), m.person()
    m.instructor(there, person)

    with pytest.raises(ValidationError) as error:
        send(there, new, person=person, from_=date(2012, 1, 1))

    assert "先有的厂" in str(error.value)
    assert Instructor.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"from_": date(2009, 2, 28)}, "from_"), ({"from_": f.TODAY + timedelta(1)}, "from_")],
)
def test_sending_is_refused(changes, field):
    with pytest.raises(ValidationError) as error:
        send(f.organization(), **changes)

    assert list(error.value.error_dict) == [field]


def test_sending_nowhere_and_to_a_closed_one_is_refused():
    with pytest.raises(ValidationError):
        send()
    with pytest.raises(ValidationError) as error:
        send(f.organization("关了的厂", closed_on=date(2011, 1, 1), closed_state="cancelled"))
    assert "关了的厂" in str(error.value)


@pytest.mark.parametrize("role", ["line_department", "leader", "secretary", "filer", "auditor", "technician"])
def test_other_roles_send_nobody(role):
    row = f.organization()
    scope = {"organization": row} if role in ("secretary", "filer") else {}

    with pytest.raises(NotAllowed):
        send(row, by=f.account(role, **scope))


def test_a_township_sends_within_its_scope_alone():
    township, mine, theirs = f.township(), f.organization(), f.organization(under=f.unit(f.PARK))
    send(mine, by=township)
    with pytest.raises(NotAllowed):
        send(theirs, by=township)
    with pytest.raises(NotAllowed):
        send(mine, by=township, sent_by=f.unit(f.PARK))
    with pytest.raises(NotAllowed):
        send(mine, by=township, person=m.person(unit=f.unit(f.PARK)))
    with pytest.raises(NotAllowed):
        recall(m.instructor(theirs), by=township)


def test_recalling_keeps_the_last_day_and_the_reason():
    row = recall(m.instructor(f.organization()))

    row.refresh_from_db()
    assert (row.period.upper, row.end_reason) == (date(2011, 9, 1), "任务完成")
    with pytest.raises(ValidationError, match="已经召回"):
        recall(row)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": date(2011, 2, 28)}, "last_day"),
        ({"last_day": f.TODAY + timedelta(1)}, "last_day"),
        ({"reason": " "}, "reason"),
    ],
)
def test_recalling_is_refused(changes, field):
    with pytest.raises(ValidationError) as error:
        recall(m.instructor(f.organization()), **changes)

    assert list(error.value.error_dict) == [field]


@pytest.mark.parametrize("missing", ["person_id", "organization_id", "sent_by_id", "period"])
def test_the_table_refuses_a_row_that_lacks(missing):
    row = m.instructor(f.organization())
    with pytest.raises(IntegrityError), transaction.atomic():
        Instructor.objects.filter(pk=row.pk).update(**{missing: None})


def test_the_table_refuses_no_beginning_and_two_at_a_time():
    row = m.instructor(f.organization())
    for period in (DateRange(None, None), DateRange(FROM, FROM)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Instructor.objects.filter(pk=row.pk).update(period=period)
    with pytest.raises(IntegrityError), transaction.atomic():
        m.instructor(row.organization, row.person, from_=date(2012, 1, 1))


def test_work_coverage_rises_with_the_first_day_and_falls_after_the_last():
    announce("reference.load")
    organization = f.organization()
    f.figures(organization, date(2010, 12, 31), employees=12, women=2, league_members=0, full_members=1)
    days = (FROM - timedelta(1), FROM, LAST, LAST + timedelta(1))

    def work():
        spans.drain_marks()
        register = naive.Register()
        found = [report(user=None, as_of=day).populations["all"].work for day in days]
        assert found == [naive.evaluate(day, register)["populations"]["all"]["work"] for day in days]
        return found

    assert work() == [0, 0, 0, 0]
    (row,) = send(organization)
    assert work() == [0, 1, 1, 1]
    recall(row)
    assert work() == [0, 1, 1, 0]
    assert spans.verify().differences == []
