"""What published figures cost: seconds of freezing, digest, comparing, causes and export, at several sizes."""

import argparse
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import register
from coverage.domain import spans
from coverage.domain.causes import find_causes
from coverage.domain.differences import compare
from coverage.domain.publications import check_digest, freeze
from coverage.domain.published_figures import published_report
from coverage.exports_publications import publication_file
from coverage.queries_dashboard import dashboard
from coverage.queries_publications import published_note
from orgs.models import Figures, Role, RoleAssignment

SIZES = [20_000]
DAY = date(2012, 11, 7)
EARLIER = date(2011, 6, 30)


def timed(words: str, act: Callable[[], Any]) -> Any:
    """Does something once and prints its seconds and queries."""
    start = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        found = act()
    print(f"{words:34} {time.perf_counter() - start:7.2f} s {len(asked):4} queries")
    return found


def main(words: list[str]) -> None:
    """Measures the sizes named."""
    parser = argparse.ArgumentParser(prog="bench/publications", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="N", help="organizations, one run each")
    print(register.machine())
    for size in parser.parse_args(words).sizes:
        register.make(size)
        spans.rebuild()
        measure(size)


def measure(size: int) -> None:
    """One size: freezing twice, with 1 % corrected between, then everything moved."""
    print(f"--- {size:,} organizations")
    user, _ = get_user_model().objects.get_or_create(username="bench-owner", defaults={"name": "owner"})
    RoleAssignment.objects.get_or_create(user=user, role=Role.objects.get(code="owner_office"))

    def frozen(day: date) -> Any:
        return freeze(as_of=day, title="上报", addressed_to="市", by=user, now=timezone.now())

    def compared(old: Any, new: Any) -> int:
        found = compare(old, new, user=user)
        find_causes(found, user=user)
        unknown = sum(not d.causes for d in found.differences)
        print(f"    {len(found.differences):,} differ, {unknown} without a cause")
        return len(found.differences)

    first = timed("freezing", lambda: frozen(DAY))
    timed("digest worked out again", lambda: check_digest(first))
    timed("figures told again", lambda: published_report(first, user=user))
    timed("comparing, nothing moved", lambda: compared(first, None))
    some = Figures.objects.filter(organization_id__in=list(_some(size // 100)))
    some.update(women=1)
    spans.drain_marks()
    timed("comparing, 1 % corrected", lambda: compared(first, None))
    found = timed("dashboard", lambda: dashboard(user=user, as_of=DAY, unit=None, line=""))
    timed("its note", lambda: published_note(found.report, user=user, unit=None))
    june = timed("freezing another day", lambda: frozen(EARLIER))
    timed("comparing two days", lambda: compared(first, june))
    timed("workbook", lambda: publication_file(first, user=user, unit=None, now=timezone.now()))


def _some(number: int) -> Any:
    return Figures.objects.order_by("organization_id").values_list("organization_id", flat=True).distinct()[:number]
