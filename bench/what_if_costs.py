"""What a scenario costs at several sizes: ticks alone, another standard, both, and the preview of a version."""

import argparse
import sys
from datetime import date

from django.utils import timezone

from bench import register
from coverage.domain import spans
from coverage.domain.assumptions import Assumptions
from coverage.domain.figures import report
from coverage.domain.standards import preview_version, version_of
from coverage.domain.what_if import what_if
from coverage.models import Span, State

DAY = date(2012, 11, 7)
TICKS = 500
PROMISED_FROM = 20_000
# Milliseconds at 20,000 organizations.
TICKS_LIMIT, STANDARD_LIMIT = 200, 2_000
LOWER = Assumptions(standards={"union": {"obliged_from": 20}})
FACTS = {
    "measure": "employees",
    "obliged_from": 20,
    "permitted_from": 1,
    "zero_state": State.NOT_YET,
    "own_body_from": None,
    "clause": "bench",
    "reading": "",
    "rungs": [],
}


def measure(organizations: int) -> bool:
    """Makes the register and measures every act.

    Args:
        organizations: how many.

    Returns:
        Whether every promise is kept.
    """
    seconds = register.make(organizations)
    spans.rebuild()
    print(f"\n{organizations:,} organizations (made in {seconds:.1f} s)", flush=True)
    gaps = Span.objects.at(DAY).in_base().filter(union_state=State.GAP).order_by("organization_id")
    pairs = [(key, "union") for key in gaps.values_list("organization_id", flat=True)[:TICKS]]
    version = version_of(line="union", from_=DAY, facts=FACTS)
    now = timezone.now()
    acts = (
        ("figures as they are", lambda: report(user=None, as_of=DAY), 0),
        (f"{len(pairs)} ticks", lambda: what_if(user=None, as_of=DAY, ticks=pairs), TICKS_LIMIT),
        ("another standard", lambda: what_if(user=None, as_of=DAY, assumptions=LOWER), STANDARD_LIMIT),
        (
            "both together",
            lambda: what_if(user=None, as_of=DAY, ticks=pairs, assumptions=LOWER),
            STANDARD_LIMIT,
        ),
        ("preview of a past version", lambda: preview_version(new=version, as_of=DAY, by=None, now=now), 0),
    )
    kept = True
    for name, act, limit in acts:
        cost = register.program(act, 3)
        promised = limit if limit and organizations <= PROMISED_FROM else 0
        kept = kept and (not promised or cost <= promised)
        verdict = f"≤ {promised:,} ms: {'kept' if cost <= promised else 'MISSED'}" if promised else ""
        print(f"  {name:28} {cost:10.1f} ms   {verdict}".rstrip(), flush=True)
    return kept


def main(words: list[str]) -> None:
    """Measures the sizes named, prints the figures, and exits with 1 when a promise is missed."""
    parser = argparse.ArgumentParser(prog="bench/what_if", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[2_000, 20_000], metavar="N", help="organizations")
    sizes = parser.parse_args(words).sizes
    print(register.machine())
    kept = [measure(size) for size in sizes]
    if not all(kept):
        sys.exit(1)
