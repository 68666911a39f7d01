"""What coverage costs at several sizes, each act beside the same work as bare SQL in psql, in the same run."""

import argparse
import sys
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import F

from bench import register
from coverage.domain import spans
from coverage.domain.figures import report, trend
from coverage.domain.span_sql import SPAN_COLUMNS
from coverage.models import DELTA_COLUMNS
from coverage.queries import month_ends
from orgs.models import Figures

DAY = date(2012, 11, 7)
FIVE_YEARS = month_ends(date(2007, 12, 1), DAY)
SIZES = [2_000, 20_000, 200_000]
ROUNDS = {2_000: 5, 20_000: 3}
# Below that, a few milliseconds of statements and of counting in Python weigh more than the work itself.
PROMISED_FROM = 20_000


@dataclass
class Cost:
    """One act at one size.

    Attributes:
        act: what is done.
        ours: milliseconds of the program.
        bare: milliseconds of the bare SQL beside it.
        limit: what the program may take at most, in words, "" where nothing is promised.
        kept: whether it stays within the limit.
    """

    act: str
    ours: float
    bare: float
    limit: str
    kept: bool

    def __str__(self) -> str:
        verdict = f"{self.limit}: {'kept' if self.kept else 'MISSED'}" if self.limit else ""
        times = f"{self.ours:11.1f} ms   bare SQL {self.bare:11.1f} ms   × {self.ours / self.bare:5.2f}"
        return f"  {self.act:26} {times}   {verdict}".rstrip()


def measure(organizations: int) -> list[Cost]:
    """Makes the register and measures every act.

    Args:
        organizations: how many.
    """
    seconds = register.make(organizations)
    register.psql(register.text_of("tables.sql"))
    print(f"\n{organizations:,} organizations (made in {seconds:.1f} s)", flush=True)
    times = ROUNDS.get(organizations, 1)
    costs = [rebuild(times, organizations)]
    same_rows()
    costs += [one_date(times, organizations), five_years(times, organizations), one_change()]
    same_rows()
    for cost in costs:
        print(cost, flush=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM coverage_span), (SELECT count(*) FROM coverage_delta)")
        print("  {:,} spans, {:,} deltas; equal to the bare SQL's, row for row".format(*cursor.fetchone()), flush=True)
    return costs


def rebuild(rounds: int, organizations: int) -> Cost:
    """Spans and deltas of everybody."""
    text = register.text_of("rebuild.sql")
    ours, bare = register.beside(spans.rebuild, text, rounds, everybody="TRUE", one=0)
    return Cost("rebuild", ours, bare, "≤ 1.5 ×" if organizations >= PROMISED_FROM else "", ours <= 1.5 * bare)


def one_date(rounds: int, organizations: int) -> Cost:
    """Every figure of one date: base, populations, units, milestones."""
    text = register.text_of("at.sql")
    ours, bare = register.beside(lambda: report(user=None, as_of=DAY), text, rounds, times=3, day=DAY)
    return Cost("one date", ours, bare, "≤ 2 ×" if organizations >= PROMISED_FROM else "", ours <= 2 * bare)


def five_years(rounds: int, organizations: int) -> Cost:
    """Sixty ends of months of every line."""
    text = register.text_of("trend.sql")
    ours, bare = register.beside(lambda: trend(user=None, days=FIVE_YEARS), text, rounds, times=3, day=DAY)
    return Cost("trend of 60 months", ours, bare, "≤ 500 ms" if organizations <= 200_000 else "", ours <= 500)


def one_change() -> Cost:
    """A head-count of one organization changes, and its spans and the deltas are brought up to date."""
    some = Figures.objects.filter(employees__gt=30).order_by("organization_id", "-as_of")
    one = some.values_list("organization_id", flat=True)[0]
    row = Figures.objects.filter(organization=one).latest("as_of")

    def change() -> None:
        Figures.objects.filter(pk=row.pk).update(employees=F("employees") + 1)
        spans.drain_marks()

    text = register.text_of("one.sql")
    ours = register.program(change, 20)
    bare = register.bare(text, 20, everybody="FALSE", one=one, more=1)
    # Each has moved the figure on without the other's tables: now both follow what stands.
    spans.refresh([one])
    register.psql(text, everybody="FALSE", one=one, more=0)
    return Cost("one organization changed", ours, bare, "≤ 50 ms", ours <= 50)


def same_rows() -> None:
    """Stops unless the bare statements gave the program's rows, one for one."""
    some = " OR ".join(f"{c} <> 0" for c in DELTA_COLUMNS)
    cells = ", ".join(("day", "unit_id", "kind", "scale", "is_key", *DELTA_COLUMNS))
    pairs = [
        ("coverage_span", "bare_span", ", ".join(SPAN_COLUMNS), "TRUE"),
        ("coverage_delta", "bare_delta", cells, some),
    ]
    with connection.cursor() as cursor:
        for mine, other, columns, where in pairs:
            for left, right in ((mine, other), (other, mine)):
                rows = f"SELECT {columns} FROM {{}} WHERE {where}"
                cursor.execute(f"{rows.format(left)} EXCEPT ALL {rows.format(right)} LIMIT 3")
                differing = cursor.fetchall()
                if differing:
                    raise SystemExit(f"{left} and {right} differ: {differing}")


def growth(all_costs: dict[int, list[Cost]]) -> None:
    """By how much each act grew between two sizes, beside how much the register grew."""
    sizes = sorted(all_costs)
    for small, large in zip(sizes, sizes[1:], strict=False):
        said = ", ".join(
            f"{b.act} × {b.ours / a.ours:.1f}" for a, b in zip(all_costs[small], all_costs[large], strict=True)
        )
        print(f"{small:,} → {large:,} (× {large / small:g}): {said}")


def main(words: list[str]) -> None:
    """Measures the sizes named, prints the figures, and exits with 1 when a promise is missed."""
    parser = argparse.ArgumentParser(prog="bench/coverage", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="N", help="organizations, one run each")
    sizes = parser.parse_args(words).sizes
    print(register.machine())
    costs = {size: measure(size) for size in sizes}
    print()
    growth(costs)
    if not all(cost.kept for found in costs.values() for cost in found if cost.limit):
        sys.exit(1)
