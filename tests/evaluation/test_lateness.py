"""Who has not filed, to the second of midnight in Asia/Shanghai, and leave to file after it."""

import os
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from evaluation.domain.gate import filing_gate
from evaluation.domain.lateness import (
    accepted_by,
    end_of,
    filed_at,
    filed_late_by,
    grant_late,
    late_reports,
    oldest_open_year,
    owed_years,
    plan_late_grants,
    unfiled_reports,
)
from evaluation.domain.submissions import add_step
from evaluation.models import AnnualReport, ReportStep, StepKind
from orgs.domain.refusals import NotAllowed
from quannan.base.models import AuditEntry
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LAST_SECOND = datetime(2012, 11, 30, 15, 59, 59, tzinfo=UTC)
MIDNIGHT = LAST_SECOND + timedelta(seconds=1)
AFTER = datetime(2012, 12, 3, 4, 0, tzinfo=UTC)
UNTIL = date(2012, 12, 31)


@pytest.fixture
def row():
    return make.report(factories.organization(), make.round_())


@pytest.fixture(params=["UTC", "America/Los_Angeles"])
def elsewhere(request, settings, monkeypatch):
    """A server whose clock and settings stand in another zone."""
    monkeypatch.setitem(os.environ, "TZ", request.param)
    time.tzset()
    with timezone.override(request.param):
        yield
    monkeypatch.undo()
    time.tzset()


def late(row, now):
    return row in late_reports(row.round, now)


def test_nobody_is_late_to_the_last_second_and_everybody_from_midnight(row):
    assert (late(row, LAST_SECOND), late(row, MIDNIGHT)) == (False, True)
    assert row in unfiled_reports(row.round, LAST_SECOND)


def test_midnight_is_the_countys_wherever_the_server_stands(row, elsewhere):
    assert end_of(date(2012, 11, 30)) == MIDNIGHT
    assert (late(row, LAST_SECOND), late(row, MIDNIGHT)) == (False, True)


def test_filed_in_the_last_second_is_in_time_and_a_second_later_is_not(row):
    make.submitted(row, now=LAST_SECOND)
    assert not late(row, MIDNIGHT)
    other = make.report(factories.organization(), row.round)
    make.submitted(other, now=MIDNIGHT, late=True)
    assert late(other, MIDNIGHT)
    assert not late(other, MIDNIGHT + timedelta(seconds=1))
    assert other in AnnualReport.objects.filter(filed_late_by(AFTER))


def test_what_was_withdrawn_is_not_filed(row):
    make.submitted(row, now=NOW)
    add_step(row, StepKind.WITHDRAWN, by=None, now=NOW + timedelta(hours=1))
    filed = AnnualReport.objects.filter(filed_at(NOW + timedelta(minutes=30)))
    assert row in filed
    assert late(row, MIDNIGHT)


def test_an_accepted_report_stays_filed(row):
    make.accepted(row)
    assert row in AnnualReport.objects.filter(accepted_by(AFTER))
    assert row not in AnnualReport.objects.filter(accepted_by(NOW))
    assert not late(row, AFTER)


def grant(*rows, by=None, until=UNTIL, reason="停电", now=AFTER):
    return grant_late(reports=[one.pk for one in rows], until=until, reason=reason, by=by, now=now)


def test_leave_is_written_with_its_reason_its_step_and_the_gate_opens(row):
    by = factories.township()
    (done,) = grant(row, by=by)
    row.refresh_from_db()
    assert done.writes
    assert (row.late_until, row.late_reason, row.late_granted_by_name) == (UNTIL, "停电", by.name)
    step = ReportStep.objects.get(report=row)
    assert (step.kind, step.text, step.detail) == (StepKind.LATE_GRANTED, "停电", {"until": "2012-12-31"})
    assert filing_gate(row.round, row, AFTER).late
    assert AuditEntry.objects.filter(action="report.grant_late").count() == 1


def test_a_preview_writes_nothing(row):
    (planned,) = plan_late_grants(reports=[row.pk], until=UNTIL, reason="停电", by=None, now=AFTER)
    row.refresh_from_db()
    assert planned.writes
    assert row.late_until is None


def test_before_the_deadline_there_is_nothing_to_give_leave_for(row):
    (refused,) = grant(row, now=LAST_SECOND)
    assert "24时才截止" in refused.sentence


@pytest.mark.parametrize("stage", [make.submitted, make.unit_accepted, make.accepted])
def test_what_is_filed_needs_no_leave(row, stage):
    stage(row)
    assert grant(row)[0].sentence == "这份年报已报送,不用补报。"


def test_a_returned_report_needs_leave_once_its_own_day_has_passed(row):
    make.returned(row, LAST_SECOND)
    assert "可以直接改好报回" in grant(row)[0].sentence
    assert grant(row, now=datetime(2012, 12, 10, 4, tzinfo=UTC))[0].writes


def test_one_gives_leave_in_ones_own_scope_only(row):
    foreign = make.report(factories.organization(under=factories.unit(factories.PARK)), row.round)
    done = grant(row, foreign, by=factories.township())
    assert [one.writes for one in done] == [True, False]
    assert done[1].report is None
    foreign.refresh_from_db()
    assert foreign.late_until is None


@pytest.mark.parametrize("role", ["leader", "line_department", "filer"])
def test_who_does_not_file_for_others_gives_no_leave(row, role):
    with pytest.raises(NotAllowed):
        grant(row, by=factories.account(role))


def test_the_scope_of_a_role_that_only_reads_gives_no_leave(row):
    by = factories.township(factories.PARK)
    from orgs.models import Role, RoleAssignment

    RoleAssignment.objects.create(user=by, role=Role.objects.get(code="leader"))
    assert not grant(row, by=by)[0].writes


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"until": date(2012, 12, 2)}, "until"), ({"until": date(2014, 1, 1)}, "until"), ({"reason": " "}, "reason")],
)
def test_leave_needs_a_day_to_come_and_a_reason(row, facts, field):
    with pytest.raises(ValidationError) as caught:
        grant(row, **facts)
    assert set(caught.value.error_dict) == {field}


def test_earlier_years_with_leave_are_owed_first(row):
    earlier = make.report(row.organization, make.round_(2010))
    assert oldest_open_year(row.organization, AFTER) is None
    grant(row, earlier)
    assert owed_years(row.organization, AFTER) == [2010, 2012]
    row.refresh_from_db()
    gate = filing_gate(row.round, row, AFTER, oldest_open_year=oldest_open_year(row.organization, AFTER))
    assert gate.sentence == "请先补报 2010 年度,再补报 2012 年度。"
    make.submitted(earlier, now=AFTER, late=True)
    assert owed_years(row.organization, AFTER + timedelta(minutes=1)) == [2012]
    assert owed_years(row.organization, datetime(2013, 1, 1, tzinfo=UTC)) == []
