"""Rows written by COPY say what they said before."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from orgs.models import Figures, Organization
from quannan.base.bulk import copy_rows, made_ahead
from tests import factories

pytestmark = pytest.mark.django_db

AWKWARD = 'a\tb\nc\rd\\N\\t "e" 全\u3000南 {f,g}'


def organizations(rows, same):
    return copy_rows(
        Organization,
        ("name", "name_key", "remark", "former_names"),
        rows,
        {
            "registration_type": "",
            "industry": "",
            "registered_on": dt.date(2005, 3, 8),
            "registered_precision": "day",
            "closed_precision": "",
            "closed_state": "",
            "contact_name": "",
            "contact_phone": "",
            "search_text": "",
            "sort_key": "",
            "is_demo": False,
            "version": 1,
            "created_at": timezone.now(),
            "updated_at": timezone.now(),
            **same,
        },
    )


def test_copied_text_keeps_tabs_line_breaks_backslashes_and_quotes():
    assert organizations([("甲", AWKWARD, AWKWARD, [AWKWARD, "乙"])], {"kind": AWKWARD[:16]}) == 1
    found = Organization.objects.get()
    assert (found.name_key, found.remark, found.former_names) == (AWKWARD, AWKWARD, [AWKWARD, "乙"])
    assert found.kind == AWKWARD[:16]


def test_copied_text_loses_the_null_character_that_no_database_text_holds():
    organizations([("甲", "甲\x00乙", "", [])], {"kind": "social"})
    assert Organization.objects.get().name_key == "甲乙"


def test_copied_rows_longer_than_a_piece_arrive_whole():
    long = "全南" * 60_000
    assert organizations([(str(n), "", long, []) for n in range(3)], {"kind": "social"}) == 3
    assert [found.remark == long for found in Organization.objects.order_by("name")] == [True, True, True]


def test_copied_numbers_dates_and_blanks_are_what_they_were():
    factories.reference()
    organization = factories.organization()
    copy_rows(
        Figures,
        ("organization", "as_of", "employees", "women", "annual_revenue_yuan"),
        [(organization.pk, dt.date(2011, 6, 30), 40, None, Decimal("1602800.50"))],
        {"as_of_precision": "day", "source": "F0", "note": "", "created_at": timezone.now()},
    )
    found = Figures.objects.get(organization=organization)
    assert (found.as_of, found.employees, found.women, found.annual_revenue_yuan) == (
        dt.date(2011, 6, 30),
        40,
        None,
        Decimal("1602800.50"),
    )


def test_copying_no_rows_writes_nothing():
    assert organizations([], {"kind": "social"}) == 0
    assert not Organization.objects.exists()


def test_rows_made_ahead_come_in_order_and_all_of_them():
    with made_ahead((number, str(number)) for number in range(50_123)) as rows:
        assert list(rows) == [(number, str(number)) for number in range(50_123)]


def test_what_making_rows_ahead_raises_is_raised_where_they_are_taken():
    def rows():
        yield from ((number,) for number in range(120))
        raise ValueError("第121行")

    with made_ahead(rows()) as made:
        taken = []
        with pytest.raises(ValueError, match="第121行"):
            for row in made:
                taken.append(row)
    assert taken[:100] == [(number,) for number in range(100)]


def test_leaving_rows_made_ahead_untaken_ends_their_thread():
    before = threading.active_count()
    with made_ahead((number,) for number in range(10_000_000)) as rows:
        assert next(rows) == (0,)
    assert threading.active_count() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ((None, "2011-01-01"), ("2011-01-01", None), False),
        ((None, "2011-01-02"), ("2011-01-01", None), True),
        (("2010-01-01", "2010-02-01"), ("2010-01-31", "2010-03-01"), True),
        (("2010-01-01", "2010-02-01"), ("2010-02-01", "2010-03-01"), False),
        ((None, None), ("9999-12-31", None), True),
        (("0001-01-01", "0001-01-02"), (None, None), True),
    ],
)
def test_boxes_meet_where_periods_of_the_same_key_do(one, other, meet):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT span_box(7, a) && span_box(7, b), span_box(7, a) && span_box(8, b), a && b"
            " FROM (SELECT daterange(%s, %s) AS a, daterange(%s, %s) AS b) d",
            [*one, *other],
        )
        assert cursor.fetchone() == (meet, False, meet)
