"""What opening a round costs at several sizes, with last year's accepted reports to prefill from, and the queue."""

import argparse
import sys
import time
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench import register
from evaluation.domain.rounds import start_opening
from evaluation.domain.sheet import read_form, sheet_of
from evaluation.domain.submissions import Signing, turn_over, version_as_filed
from evaluation.models import AnnualReport, ReportForm, Round, Submission
from orgs.models import Role, RoleAssignment, User
from quannan.base.domain.job_running import run_job
from quannan.base.events import announce

OPENING_LIMIT = 10.0
OPENING_SIZE = 3_000
QUEUE_LIMIT = 12
ROUNDS = 3
PAGES = ("review-queue", "report-list", "report-late-list", "report-completeness", "report-burden", "round-list")


def filed(row: Round) -> None:
    """Files every report of a round as it is known, so that the next has a year to prefill from and the queue rows.

    Args:
        row: an opened round.
    """
    read, now = read_form(row.form), timezone.now()
    reports = list(AnnualReport.objects.filter(round=row).select_related("organization"))
    versions = []
    for report in reports:
        report.answers = {code: told["v"] for code, told in report.known.items()} | {
            "activities": 3,
            "funds_total": "600",
        }
        versions.append(
            version_as_filed(
                report=report, sheet=sheet_of(report, read), flags=[], signing=Signing("测量"), number=1, late=False,
                by=None, now=now,
            )
        )  # fmt: skip
    for report, version in zip(reports, Submission.objects.bulk_create(versions, 500), strict=True):
        turn_over(report, version)
    AnnualReport.objects.bulk_update(
        reports,
        ["answers", "submission", "state", "submitted_at", "submitted_by_name", "first_submitted_at", "started_at"],
        500,
    )


def planned(year: int) -> Round:
    """A round that is open today.

    Args:
        year: its year.
    """
    today = timezone.localdate()
    return Round.objects.create(
        year=year, name=f"{year} 年度", form=ReportForm.objects.get(code="2011"), of_kinds=["enterprise", "social"],
        as_of=today - timedelta(days=1), opens_on=today, closes_on=today + timedelta(days=20),
        unit_due_on=today + timedelta(days=30), county_due_on=today + timedelta(days=40),
    )  # fmt: skip


def measure(organizations: int) -> bool:
    """Makes the register, opens three rounds one after the other by their jobs, and reads the pages.

    Args:
        organizations: how many.

    Returns:
        Whether every promise is kept.
    """
    announce("reference.load")
    seconds = register.make(organizations)
    print(f"\n{organizations:,} organizations (made in {seconds:.1f} s)", flush=True)
    user = User.objects.create(username="bench", name="测量")
    RoleAssignment.objects.create(user=user, role=Role.objects.get(code="owner_office"))
    kept, year = True, timezone.localdate().year
    for number in range(ROUNDS):
        row = planned(year - ROUNDS + 1 + number)
        began = time.perf_counter()
        job = start_opening(round_=row, by=user, now=timezone.now())
        run_job(job_id=job.pk, attempt=job.attempt, worker="bench", now=timezone.now())
        took = time.perf_counter() - began
        promised = organizations <= OPENING_SIZE
        kept = kept and (not promised or took <= OPENING_LIMIT)
        verdict = f"≤ {OPENING_LIMIT:.0f} s: {'kept' if took <= OPENING_LIMIT else 'MISSED'}" if promised else ""
        job.refresh_from_db()
        reports = job.result["reports"]
        print(f"  the job opening {row.name}: {reports:,} reports, {took:6.2f} s, {job.done:,} told as done  {verdict}")
        row.refresh_from_db()
        filed(row)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    for name in PAGES:
        query = {"stage": "unit"} if name == "review-queue" else {}
        client.get(reverse(name), query)
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse(name), query)
        took = (time.perf_counter() - began) * 1000
        within = name != "review-queue" or len(queries) <= QUEUE_LIMIT
        kept = kept and within and answer.status_code == 200
        verdict = f"≤ {QUEUE_LIMIT} queries: {'kept' if within else 'MISSED'}" if name == "review-queue" else ""
        print(
            f"  {name:22} {answer.status_code} {took:8.1f} ms {len(queries):4} queries  {verdict}".rstrip(), flush=True
        )
    return kept


def main(words: list[str]) -> None:
    """Measures the sizes named, prints the figures, and exits with 1 when a promise is missed."""
    parser = argparse.ArgumentParser(prog="bench/reports", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[OPENING_SIZE], metavar="N", help="organizations")
    sizes = parser.parse_args(words).sizes
    print(register.machine())
    kept = [measure(size) for size in sizes]
    if not all(kept):
        sys.exit(1)
