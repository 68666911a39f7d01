"""Rounds, reports and what became of them, written directly; answers are those of an organization without bodies."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from evaluation.domain.reference import load_reference
from evaluation.domain.sheet import FormRead, Sheet, read_form, sheet_of
from evaluation.domain.submissions import Signing, store_submission
from evaluation.models import (
    AnnualReport,
    FilerRole,
    FilingAccess,
    ReportForm,
    ReportState,
    Round,
    Submission,
)
from orgs.models import Organization, User
from tests.factories import NOW, reference

AT = date(2012, 10, 31)
# What every organization of the seed form can answer.
ANSWERS: dict[str, Any] = {
    "name": "",
    "registration_type": "private",
    "industry": "C",
    "operating_state": "normal",
    "employees": 48,
    "women": 12,
    "league_members": 5,
    "union_members": 0,
    "annual_revenue": "3000000",
    "full_members": 2,
    "probationary_members": 0,
    "party_has": "no",
    "no_party_reason": "under_three",
    "union_has": "no",
    "league_has": "no",
    "women_has": "no",
    "women_workers_has": "no",
    "mechanism_has": "no",
    "activities": 2,
    "venue": "no",
    "funds_total": "0",
}


def form() -> ReportForm:
    """The seed form."""
    reference()
    load_reference()
    return ReportForm.objects.get(code="2011")


def round_(year: int = 2012, **facts: Any) -> Round:
    """An opened round that is open on TODAY: 10-15 to 11-30, reviewed by 12-10 and 12-20.

    Args:
        year: its year; the days lie in that year.
        facts: other columns of Round; opened_at=None for one that is only planned.
    """
    facts = {
        "name": f"{year} 年度年检年报",
        "form": facts.pop("form", None) or form(),
        "of_kinds": ["enterprise", "social"],
        "as_of": date(year, 10, 31),
        "opens_on": date(year, 10, 15),
        "closes_on": date(year, 11, 30),
        "unit_due_on": date(year, 12, 10),
        "county_due_on": date(year, 12, 20),
        "reminder_days": [7, 3, 1],
        "opened_at": NOW,
    } | facts
    facts.setdefault("opened_by_name", "系统" if facts["opened_at"] else "")
    return Round.objects.create(year=year, **facts)


def report(organization: Organization, in_: Round, **facts: Any) -> AnnualReport:
    """A report nobody has begun: what is known is the name alone unless told.

    Args:
        organization: whose.
        in_: the round.
        facts: other columns of AnnualReport.
    """
    facts = {"known": known(name=organization.name)} | facts
    return AnnualReport.objects.create(organization=organization, round=in_, year=in_.year, created_at=NOW, **facts)


def known(*, day: str = "2011-06-30", words: str = "台账年度数字", **values: Any) -> dict[str, dict[str, Any]]:
    """Known values as the opening of a round writes them.

    Args:
        day: their date.
        words: where they come from.
        values: question's code → value.
    """
    return {code: {"v": value, "w": words, "d": day} for code, value in values.items()}


def answered(row: AnnualReport, **answers: Any) -> AnnualReport:
    """The same report with every required question answered.

    Args:
        row: the report.
        answers: in place of ANSWERS.
    """
    row.answers = ANSWERS | {"name": row.organization.name} | answers
    row.started_at = row.started_at or NOW - timedelta(minutes=5)
    row.saved_at = NOW
    row.saved_by_name = "测试"
    row.save()
    return row


def sheet(row: AnnualReport, read: FormRead | None = None) -> Sheet:
    """The report under its form."""
    return sheet_of(row, read or read_form(row.round.form))


def submitted(
    row: AnnualReport, *, by: User | None = None, now: datetime = NOW, late: bool = False, **answers: Any
) -> Submission:
    """Files the report with complete answers, unless it has some."""
    if not row.answers or answers:
        answered(row, **answers)
    return store_submission(
        report=row, sheet=sheet(row), flags=[], signing=Signing("钟书记", "书记"), late=late, by=by, now=now
    )


def opened(row: AnnualReport, now: datetime = NOW) -> AnnualReport:
    """A filed report that the unit has opened."""
    if row.submission is None:
        submitted(row, now=now)
    row.opened_at, row.opened_by_name = now, "城厢镇党委"
    row.save()
    return row


def returned(row: AnnualReport, now: datetime = NOW, comment: str = "请核对从业人员") -> AnnualReport:
    """A report sent back with a comment, to be answered in a week."""
    opened(row, now)
    row.state = ReportState.RETURNED
    row.returned_at, row.returned_by_name, row.return_comment = now, "城厢镇党委", comment
    row.answer_by = (now + timedelta(days=7)).date()
    row.save()
    return row


def unit_accepted(row: AnnualReport, now: datetime = NOW) -> AnnualReport:
    """A report the unit has accepted."""
    opened(row, now)
    row.state = ReportState.UNIT_ACCEPTED
    row.unit_accepted_at, row.unit_accepted_by_name = now, "城厢镇党委"
    row.save()
    return row


def accepted(row: AnnualReport, now: datetime = NOW) -> AnnualReport:
    """A report the county has accepted; the register is not written."""
    unit_accepted(row, now)
    row.state = ReportState.ACCEPTED
    row.accepted_at, row.accepted_by_name, row.accepted_submission = now, "两新工委办公室", row.submission
    row.save()
    return row


def access(organization: Organization, user: User, role: str = FilerRole.FILER, **facts: Any) -> FilingAccess:
    """The account that files for an organization since 2012."""
    facts = {"period": DateRange(date(2012, 1, 1), None), "issued_at": NOW, "issued_by_name": "城厢镇党委"} | facts
    return FilingAccess.objects.create(organization=organization, user=user, role=role, **facts)
