"""The life of a report, as the database holds it: dates in order, nothing without its word, one report a year."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from evaluation.models import AnnualReport, ReportState, Submission
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(days=1)


@pytest.fixture
def accepted():
    return make.accepted(make.report(factories.organization(), make.round_()))


def refuses(row, constraint, **facts):
    """Whether the constraint, and no other, refuses the row with these facts."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**facts)
    return caught.value.__cause__.diag.constraint_name == f"evaluation_{constraint}"


def test_a_lawful_life_is_taken(accepted):
    assert AnnualReport.objects.get(pk=accepted.pk).state == ReportState.ACCEPTED


def test_an_organization_files_once_a_year(accepted):
    other = make.round_(name="又一批")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make.report(accepted.organization, other)
    assert caught.value.__cause__.diag.constraint_name == "evaluation_annualreport_one_a_year"


def test_the_year_of_a_report_is_that_of_its_round(accepted):
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualReport.objects.filter(pk=accepted.pk).update(year=2011)
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"opened_at": EARLIER}, "annualreport_opened_after_submitted"),
        ({"unit_accepted_at": EARLIER}, "annualreport_unit_after_opened"),
        ({"accepted_at": EARLIER}, "annualreport_county_after_unit"),
        ({"accepted_by_name": ""}, "annualreport_accepted_by_somebody"),
        ({"unit_accepted_by_name": ""}, "annualreport_unit_by_somebody"),
        ({"opened_by_name": ""}, "annualreport_opened_by_somebody"),
        ({"submitted_by_name": ""}, "annualreport_submitted_by_somebody"),
        ({"saved_at": EARLIER}, "annualreport_saved_after_started"),
        ({"submission": None}, "annualreport_submitted_as_a_version"),
        ({"accepted_submission": None}, "annualreport_county_after_unit"),
        ({"late_until": date(2012, 12, 1)}, "annualreport_late_with_reason"),
        ({"correction_reason": "改数字"}, "annualreport_corrects_an_accepted_one"),
    ],
)
def test_an_accepted_report_with_one_thing_wrong_is_refused(accepted, facts, constraint):
    assert refuses(accepted, constraint, **facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "accepted"},
        {"state": "accepted", "accepted_at": LATER, "accepted_by_name": "县"},
        {"state": "unit_accepted"},
        {"state": "returned"},
        {"state": "draft"},
        {"unit_accepted_at": LATER, "unit_accepted_by_name": "镇"},
    ],
)
def test_no_state_without_its_dates(facts):
    row = make.opened(make.report(factories.organization(), make.round_()))
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualReport.objects.filter(pk=row.pk).update(**facts)


def test_nothing_is_accepted_that_no_reviewer_opened():
    row = make.report(factories.organization(), make.round_())
    make.submitted(row)
    unit = {"state": "unit_accepted", "unit_accepted_at": LATER, "unit_accepted_by_name": "镇"}
    assert refuses(row, "annualreport_unit_after_opened", **unit)


def test_nothing_is_returned_without_a_comment():
    row = make.opened(make.report(factories.organization(), make.round_()))
    facts = {"state": "returned", "returned_at": LATER, "returned_by_name": "镇"}
    assert refuses(row, "annualreport_returned_with_comment", **facts)


@pytest.mark.parametrize(
    ("field", "day", "constraint"),
    [
        ("closes_on", date(2012, 10, 1), "round_closes_after_opening"),
        ("unit_due_on", date(2012, 11, 1), "round_unit_after_closing"),
        ("county_due_on", date(2012, 12, 1), "round_county_after_unit"),
        ("as_of", date(2012, 12, 1), "round_figures_before_closing"),
    ],
)
def test_the_days_of_a_round_stand_in_order(field, day, constraint):
    row = make.round_()
    facts = {field: day} | ({"as_of": date(2012, 9, 30)} if field == "closes_on" else {})
    assert refuses(row, constraint, **facts)


def test_a_version_cannot_be_changed_afterwards(accepted):
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Submission.objects.filter(report=accepted).update(answers={})
    assert Submission.objects.get(report=accepted).answers["employees"] == 48
