"""The gate: open from the first day to midnight of the last in Asia/Shanghai, and what is still taken afterwards."""

from datetime import UTC, date, datetime

import pytest

from evaluation.domain.gate import Closed, closed_sentence, filing_gate, require_filing
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
# Shanghai is eight hours ahead.
LAST_SECOND = datetime(2012, 11, 30, 15, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2012, 11, 30, 16, 0, tzinfo=UTC)


@pytest.fixture
def row():
    return make.report(factories.organization(), make.round_())


def test_it_is_open_to_the_last_second_in_shanghai_and_closed_at_midnight(row):
    assert filing_gate(row.round, row, LAST_SECOND).open
    gate = filing_gate(row.round, row, MIDNIGHT)
    assert (gate.open, gate.sentence) == (False, closed_sentence(row.round))


def test_before_the_first_day_and_before_opening_it_is_closed(row):
    assert "从 2012-10-15 起填报" in filing_gate(row.round, row, datetime(2012, 10, 14, 15, 59, tzinfo=UTC)).sentence
    row.round.opened_at = None
    assert "还没有启动" in filing_gate(row.round, row, NOW).sentence


def test_a_returned_report_is_taken_until_its_day_also_after_the_deadline(row):
    make.returned(row, LAST_SECOND)
    assert filing_gate(row.round, row, datetime(2012, 12, 7, 15, 59, tzinfo=UTC)).open
    assert not filing_gate(row.round, row, datetime(2012, 12, 7, 16, 0, tzinfo=UTC)).open


def test_leave_to_file_late_opens_it_and_earlier_years_go_first(row):
    row.late_until = date(2012, 12, 31)
    assert filing_gate(row.round, row, MIDNIGHT).late
    waiting = filing_gate(row.round, row, MIDNIGHT, oldest_open_year=2010)
    assert (waiting.open, waiting.sentence) == (False, "请先补报 2010 年度,再补报 2012 年度。")


@pytest.mark.parametrize(
    ("stage", "sentence"),
    [
        (make.submitted, "这份年报已报送。要修改,请先撤回。"),
        (make.opened, "这份年报正在审核,不能修改。要改的,请联系审核人退回。"),
        (make.accepted, "这份年报已审核通过。要修改,请办理更正。"),
    ],
)
def test_a_filed_report_is_not_written(row, stage, sentence):
    stage(row)
    with pytest.raises(Closed) as caught:
        require_filing(row.round, row, NOW)
    assert caught.value.sentence == sentence
