"""What the database itself holds of funds: truth tables, one broken condition each."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from funding.models import FundEntry, FundStandard
from tests import factories as f
from tests import makers_funds as make

pytestmark = pytest.mark.django_db


def refused_by(row, **facts) -> str:
    """The constraint that refuses the row with these facts, "" where it is taken."""
    try:
        with transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**facts)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return str(error.__cause__.diag.constraint_name)
    return ""


@pytest.mark.parametrize(
    ("direction", "source", "purpose", "lawful"),
    [
        ("receipt", "dues", "", True),
        ("receipt", "dues", "activity", False),
        ("receipt", "", "", False),
        ("receipt", "", "activity", False),
        ("spending", "", "activity", True),
        ("spending", "", "allowance", True),
        ("spending", "dues", "activity", False),
        ("spending", "", "", False),
        ("spending", "dues", "", False),
        ("transfer", "dues", "", False),
    ],
)
def test_an_entry_has_a_source_or_a_purpose(direction, source, purpose, lawful):
    row = make.receipt(f.organization())
    refused = refused_by(row, direction=direction, source=source, purpose=purpose)
    assert refused == ("" if lawful else "funding_fundentry_source_or_purpose")


@pytest.mark.parametrize(("yuan", "lawful"), [("0.01", True), ("0.00", False), ("-1.00", False)])
def test_an_amount_is_above_zero(yuan, lawful):
    refused = refused_by(make.receipt(f.organization()), amount_yuan=Decimal(yuan))
    assert refused == ("" if lawful else "funding_fundentry_amount_above_zero")


@pytest.mark.parametrize(
    ("at", "reason", "lawful"),
    [(None, "", True), (f.NOW, "登错组织", True), (f.NOW, "", False), (None, "登错组织", False)],
)
def test_a_cancelled_entry_says_when_and_why(at, reason, lawful):
    refused = refused_by(make.receipt(f.organization()), cancelled_at=at, cancel_reason=reason)
    assert refused == ("" if lawful else "funding_fundentry_cancelled_with_reason")


@pytest.mark.parametrize(("precision", "lawful"), [("day", True), ("month", True), ("year", True), ("by", False)])
def test_an_entry_belongs_to_a_year(precision, lawful):
    refused = refused_by(make.receipt(f.organization()), occurred_precision=precision)
    assert refused == ("" if lawful else "funding_fundentry_day_in_a_year")


def test_two_equal_payments_are_both_kept():
    row = f.organization()
    make.receipt(row)
    make.receipt(row)
    assert FundEntry.objects.filter(organization=row).count() == 2


def standard(from_: date | None = date(2011, 1, 24), until: date | None = None, **facts) -> FundStandard:
    facts = {"yearly_yuan_per_member": Decimal("100.00"), "clause": "四(三)"} | facts
    return FundStandard.objects.create(period=DateRange(from_, until), **facts)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"yearly_yuan_per_member": Decimal("0.01")}, ""),
        ({"yearly_yuan_per_member": Decimal(0)}, "above_zero"),
        ({"clause": ""}, "has_clause"),
        ({"period": DateRange(None, None)}, "has_beginning"),
        ({"period": DateRange(date(2011, 1, 1), date(2011, 1, 1))}, "has_beginning"),
    ],
)
def test_a_standard_has_a_beginning_a_clause_and_a_number(facts, constraint):
    refused = refused_by(standard(), **facts)
    assert refused == (f"funding_fundstandard_{constraint}" if constraint else "")


@pytest.mark.parametrize(("from_", "lawful"), [(date(2012, 1, 1), True), (date(2011, 12, 31), False)])
def test_standards_do_not_overlap(from_, lawful):
    standard(until=date(2012, 1, 1))
    if lawful:
        standard(from_)
        return
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        standard(from_)
    assert caught.value.__cause__.diag.constraint_name == "funding_fundstandard_one_at_a_time"
