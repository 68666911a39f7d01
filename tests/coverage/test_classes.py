"""The class of an organization: the condition of the list and the reasons of the page say the same."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from coverage.domain.classes import class_condition, guidance_of, with_class
from coverage.domain.spans import drain_marks
from coverage.models import Span
from orgs.models import Appointment, Election, Person
from tests import factories as make

DAY = date(2011, 6, 30)
HELD = date(2010, 5, 1)
pytestmark = pytest.mark.usefixtures("rules")


def led(branch, row, *, from_=HELD, until=None, head=True):
    person = Person.objects.create(name="赖某某", organization=row)
    post = "party.secretary" if head else "party.member"
    return Appointment.objects.create(
        person=person, branch=branch, post=post, is_head=head, period=DateRange(from_, until)
    )


def elected(branch, held_on=HELD, due_on=date(2013, 5, 1), **more):
    return Election.objects.create(branch=branch, held_on=held_on, term_years=3, due_on=due_on, **more)


def classes(day=DAY) -> dict[str, str]:
    drain_marks()
    spans = Span.objects.at(day)
    by_case = {s.organization.name: s.guidance for s in with_class(spans, day).order_by("organization")}
    told = {}
    for span in spans.order_by("organization"):
        found = guidance_of(span.organization, day, span)
        told[span.organization.name] = found.letter if found else ""
    by_filter = dict.fromkeys(by_case, "")
    for letter in "ABC":
        for span in spans.filter(class_condition(letter, day)).order_by("organization"):
            assert by_filter[span.organization.name] == ""
            by_filter[span.organization.name] = letter
    assert by_case == told == by_filter
    return by_case


def full(name: str):
    row = make.organization(name)
    branch = make.covered(row)
    elected(branch)
    led(branch, row)
    return row, branch


def test_class_of_each_kind_of_organization():
    full("齐全")
    row = make.organization("待确认")
    branch = make.covered(row, confirmed=False)
    elected(branch)
    led(branch, row)
    row = make.organization("无选举")
    led(make.covered(row), row)
    row, branch = make.organization("逾期"), None
    branch = make.covered(row)
    elected(branch, due_on=date(2011, 6, 29))
    led(branch, row)
    row = make.organization("无书记")
    branch = make.covered(row)
    elected(branch)
    led(branch, row, until=DAY)
    led(branch, row, head=False)
    make.organization("未建")
    make.covered(make.organization("只有工会"), line="union")
    away, _ = full("剔除")
    make.excluded(away)
    assert classes() == {
        "齐全": "A",
        "待确认": "B",
        "无选举": "B",
        "逾期": "B",
        "无书记": "B",
        "未建": "C",
        "只有工会": "C",
        "剔除": "",
    }


def test_reasons_name_what_is_wanting():
    row = make.organization("缺三样")
    make.covered(row, confirmed=False)
    drain_marks()
    found = guidance_of(row, DAY, Span.objects.at(DAY).get())
    assert found.reasons == ("党组织待确认", "没有换届选举记录", "没有登记在任的书记")
    assert found.clause == "三(一)1"


def test_last_day_of_a_term_is_still_in_order_and_the_next_is_not():
    full("到期")
    assert classes(date(2013, 5, 1)) == {"到期": "A"}
    assert classes(date(2013, 5, 2)) == {"到期": "B"}


def test_an_extension_counts_from_its_approval():
    _, branch = full("延期")
    Election.objects.update(
        extended_to=date(2013, 12, 31), extended_on=date(2013, 6, 1), extension_approver="县委", extension_reason="改制"
    )
    assert classes(date(2013, 5, 20)) == {"延期": "B"}
    assert classes(date(2013, 6, 1)) == {"延期": "A"}
    assert classes(date(2014, 1, 1)) == {"延期": "B"}


def test_the_better_of_two_bodies_decides():
    row, _ = full("两个")
    make.covered(row, make.organization("另一家"), form="party_joint")
    assert classes() == {"两个": "A", "另一家": "B"}


def test_a_later_election_not_yet_held_changes_nothing():
    _, branch = full("将换届")
    elected(branch, held_on=date(2012, 1, 1), due_on=date(2015, 1, 1))
    assert classes() == {"将换届": "A"}
