"""Closed is closed: the one place that says whether a report may be written now, for page, workbook and API alike."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from evaluation.models import EDITABLE, AnnualReport, ReportState, Round
from orgs.domain.acting import day_of
from quannan.base.errors import Refused


class Closed(Refused):
    """The round does not take this act now."""


@dataclass(frozen=True)
class Gate:
    """The answer of the gate.

    Attributes:
        open: whether the act may be done.
        sentence: why not, "" where it may.
        late: whether it would be a late filing (补报).
        until: the last day on which it may be done, None where it may not or there is none.
    """

    open: bool
    sentence: str = ""
    late: bool = False
    until: date | None = None


def filing_gate(
    round_: Round, report: AnnualReport | None, now: datetime, *, oldest_open_year: int | None = None
) -> Gate:
    """Whether answers may be saved, signed and withdrawn now.

    The days are inclusive and end at midnight in Asia/Shanghai. After the deadline three things are still taken: a
    report returned by a reviewer until its day, one whose late filing was granted until its day, and a correction
    of an accepted one; earlier years that are granted go first.

    Args:
        round_: the round.
        report: the organization's report; None asks for the round alone.
        now: the clock.
        oldest_open_year: the earliest year the organization still owes with leave to file late, None where it owes
            none; a later year's late filing waits for it.
    """
    today = day_of(now)
    if round_.opened_at is None:
        return Gate(False, f"“{round_.name}”还没有启动,启动后才能填报。")
    if today < round_.opens_on:
        return Gate(False, f"“{round_.name}”从 {round_.opens_on} 起填报,现在还不能填。")
    if report is not None and report.state not in EDITABLE:
        return Gate(False, _sentence_of_state(report))
    if report is not None and report.correcting_since is not None:
        last = day_of(report.correcting_since) + timedelta(days=round_.correction_days)
        if today <= last:
            return Gate(True, until=last)
        return Gate(False, f"更正应在 {last} 24时以前报回,现已过期。要再更正,请联系主管党(工)委。")
    if today <= round_.closes_on:
        return Gate(True, until=round_.closes_on)
    if report is not None and report.state == ReportState.RETURNED and report.answer_by and today <= report.answer_by:
        return Gate(True, until=report.answer_by)
    if report is not None and report.late_until and today <= report.late_until:
        if oldest_open_year is not None and oldest_open_year < report.year:
            return Gate(False, f"请先补报 {oldest_open_year} 年度,再补报 {report.year} 年度。")
        return Gate(True, late=True, until=report.late_until)
    return Gate(False, closed_sentence(round_))


def closed_sentence(round_: Round) -> str:
    """What everybody reads after the deadline, whichever way they come.

    Args:
        round_: the round.
    """
    return f"“{round_.name}”已于 {round_.closes_on} 24时截止,不能再填报。确需补报的,请联系主管党(工)委办理“准许补报”。"


def require_filing(
    round_: Round, report: AnnualReport | None, now: datetime, *, oldest_open_year: int | None = None
) -> Gate:
    """The gate's answer where the act may be done.

    Args:
        round_: the round.
        report: the organization's report.
        now: the clock.
        oldest_open_year: see `filing_gate`.

    Raises:
        Closed: with the gate's sentence.
    """
    gate = filing_gate(round_, report, now, oldest_open_year=oldest_open_year)
    if not gate.open:
        raise Closed(gate.sentence)
    return gate


def correction_gate(round_: Round, report: AnnualReport, now: datetime) -> Gate:
    """Whether a correction of an accepted report may be begun now: so many days after its acceptance, inclusive.

    Args:
        round_: the round.
        report: the organization's report.
        now: the clock.
    """
    if report.state != ReportState.ACCEPTED or report.accepted_at is None:
        return Gate(False, "只有审核通过的年报可以更正。")
    last = day_of(report.accepted_at) + timedelta(days=round_.correction_days)
    if day_of(now) <= last:
        return Gate(True, until=last)
    return Gate(False, f"这份年报的更正应在 {last} 24时以前提出,现已过期。确需更正的,请联系两新工委办公室。")


def require_correction(round_: Round, report: AnnualReport, now: datetime) -> Gate:
    """The gate's answer where a correction may be begun.

    Args:
        round_: the round.
        report: the organization's report.
        now: the clock.

    Raises:
        Closed: with the gate's sentence.
    """
    gate = correction_gate(round_, report, now)
    if not gate.open:
        raise Closed(gate.sentence)
    return gate


def _sentence_of_state(report: AnnualReport) -> str:
    if report.state == ReportState.SUBMITTED and report.opened_at is None:
        return "这份年报已报送。要修改,请先撤回。"
    if report.state == ReportState.ACCEPTED:
        return "这份年报已审核通过。要修改,请办理更正。"
    return "这份年报正在审核,不能修改。要改的,请联系审核人退回。"
