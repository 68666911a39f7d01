"""更正: both versions stay, what was accepted counts until the new one is, and a dropped one leaves all as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from evaluation.domain.corrections import drop_correction, start_correction
from evaluation.domain.gate import Closed, filing_gate
from evaluation.domain.reviewing import accept_at_county, accept_at_unit, open_for_review
from evaluation.models import AnnualReport, ReportState, ReportStep, StepKind
from orgs.domain.refusals import NotAllowed
from orgs.models import Figures
from quannan.base.errors import Refused
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)
# Accepted on 2012-11-05; thirty days on is 12-05, to midnight in Shanghai.
LAST_SECOND = datetime(2012, 12, 5, 15, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2012, 12, 5, 16, 0, tzinfo=UTC)


@pytest.fixture
def row():
    return make.accepted(make.report(factories.organization(), make.round_()))


@pytest.fixture
def filer(row):
    return factories.account("filer", organization=row.organization)


def facts(row):
    skip = {"_state", "version"}
    return {name: value for name, value in AnnualReport.objects.get(pk=row.pk).__dict__.items() if name not in skip}


def test_it_is_the_filers_to_write_again_with_the_answers_as_accepted(row, filer):
    opened = start_correction(report=row, reason="从业人员填少了", by=filer, now=LATER)
    assert (opened.state, opened.submission, opened.accepted_at) == (ReportState.DRAFT, None, None)
    assert opened.accepted_submission_id == row.accepted_submission_id
    assert opened.answers["employees"] == 48
    assert filing_gate(opened.round, opened, LATER).open


@pytest.mark.parametrize(("now", "taken"), [(LAST_SECOND, True), (MIDNIGHT, False)])
def test_the_days_end_at_midnight_in_shanghai(row, filer, now, taken):
    if taken:
        assert start_correction(report=row, reason="填错", by=filer, now=now).correcting_since == now
    else:
        with pytest.raises(Closed) as caught:
            start_correction(report=row, reason="填错", by=filer, now=now)
        assert "2012-12-05 24时以前" in caught.value.sentence


def test_only_an_accepted_one_is_corrected_and_not_without_a_reason(filer, row):
    with pytest.raises(ValidationError):
        start_correction(report=row, reason=" ", by=filer, now=LATER)
    AnnualReport.objects.filter(pk=row.pk).update(state="unit_accepted", accepted_at=None, accepted_by_name="")
    with pytest.raises(Closed):
        start_correction(report=row, reason="填错", by=filer, now=LATER)


def test_who_may(row):
    for stranger in (
        factories.account("filer", organization=factories.organization()),
        factories.township(factories.PARK),
        factories.account("leader"),
    ):
        with pytest.raises(NotAllowed):
            start_correction(report=row, reason="填错", by=stranger, now=LATER)
    assert start_correction(report=row, reason="填错", by=factories.township(), now=LATER).correcting_since == LATER


def test_dropping_it_restores_the_acceptance_as_it_was(row, filer):
    before = facts(row)
    opened = start_correction(report=row, reason="填错", by=filer, now=LATER)
    opened.answers["employees"] = 99
    opened.save()
    drop_correction(report=opened, by=filer, now=LATER + timedelta(days=1))
    assert facts(row) == before
    kinds = list(ReportStep.objects.filter(report=row).values_list("kind", flat=True))
    assert kinds[-2:] == [StepKind.CORRECTING, StepKind.CORRECTION_DROPPED]
    with pytest.raises(ValidationError):
        drop_correction(report=row, by=filer, now=LATER)


def test_one_that_lies_with_a_reviewer_is_not_dropped(row, filer):
    opened = start_correction(report=row, reason="填错", by=filer, now=LATER)
    make.submitted(opened, by=filer, now=LATER, employees=50)
    with pytest.raises(Refused) as caught:
        drop_correction(report=opened, by=filer, now=LATER)
    assert "先撤回" in caught.value.sentence


def test_both_versions_stay_and_the_register_follows_the_second(row, filer):
    first = row.accepted_submission
    opened = start_correction(report=row, reason="从业人员填少了", by=filer, now=LATER)
    second = make.submitted(opened, by=filer, now=LATER, employees=50)
    assert (second.is_correction, second.changed) == (True, ["employees"])
    township = factories.township()
    open_for_review(report=opened, by=township, now=LATER)
    accept_at_unit(report=opened, by=township, now=LATER)
    done = accept_at_county(report=opened, by=factories.owner(), now=LATER)
    assert (done.accepted_submission, done.correcting_since, done.correction_reason) == (second, None, "")
    assert list(done.submissions.order_by("number")) == [first, second]
    assert Figures.objects.get(organization=row.organization).employees == 50
