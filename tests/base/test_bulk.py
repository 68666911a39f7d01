"""Rows written by COPY say what they said before."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from orgs.models import Figures, Organization
from quannan.base.bulk import copy_rows
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
