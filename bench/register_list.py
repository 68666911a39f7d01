"""The register's list for a township with years of history: queries, milliseconds and the plan of a search."""

import argparse
import statistics
import sys
import time
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import register
from coverage.domain import spans
from orgs.models import Role, RoleAssignment, Unit

SMALL, LARGE = 200, 20_000
DAY = "2012-11-07"
MOST_QUERIES = 12
# What is aimed at: milliseconds of the list, how many times the same page of the small register, and of a search.
LIST_MS, TIMES_SMALL, SEARCH_MS = 60, 1.3, 100
RUNS = 15
SECONDS = 4
INDEX = "orgs_organization_search_trgm"
# Two characters that every made-up name has, and two that few have.
COMMON, RARE = "组织", "龙源"
ORGANIZATIONS = "/organizations/"
PAGES = [
    ("组织台账", ORGANIZATIONS, {}),
    ("组织台账 第 3 页", ORGANIZATIONS, {"page": "3"}),
    (f"检索 {COMMON}", ORGANIZATIONS, {"q": COMMON}),
    (f"检索 {RARE}", ORGANIZATIONS, {"q": RARE}),
    ("党群组织", "/branches/", {}),
    ("党群组织 按名称", "/branches/", {"sort": "name"}),
    ("党群组织 提示", "/branches/", {"size": "1"}),
    ("换届", "/terms/", {}),
    ("任职", "/people/appointments/", {}),
    ("组建计划", "/plans/", {}),
]


def clients() -> dict[str, Client]:
    """A signed-in client for one township, and one for the county beside it."""
    found = {}
    for code in ("unit_office", "leader"):
        user, _ = get_user_model().objects.get_or_create(username=f"bench-{code}", defaults={"name": code})
        unit = Unit.objects.exclude(parent=None).order_by("code").first() if code == "unit_office" else None
        RoleAssignment.objects.get_or_create(user=user, role=Role.objects.get(code=code), unit=unit)
        found[code] = Client(headers={"host": "localhost"})
        found[code].force_login(user)
    return found


class Measured:
    """One page asked for many times: milliseconds of the whole answer by Django's test client, and the queries."""

    def __init__(self, client: Client, address: str) -> None:
        for _ in range(2):
            self.status = client.get(address).status_code
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        self.statements = [str(query["sql"]) for query in captured.captured_queries]
        self.in_database = sum(float(query["time"]) for query in captured.captured_queries) * 1000
        times = []
        while len(times) < RUNS and sum(times) < SECONDS:
            began = time.perf_counter()
            client.get(address)
            times.append(time.perf_counter() - began)
        self.milliseconds = statistics.median(times) * 1000


def plan_of(statements: list[str]) -> list[str]:
    """The lines of EXPLAIN that name an index or a scan of the organizations, of the statement that searches."""
    lines = []
    for statement in statements:
        if "search_text" in statement and " COUNT(*)" in statement:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {statement}")
                lines += [line for (line,) in cursor.fetchall()]
    return [line.strip() for line in lines if "orgs_organization" in line or "search_text" in line]


def fill(size: int) -> None:
    """The register of a size with its history and verdicts; one name in two hundred has the rare pair."""
    register.make(size, history=True)
    register.psql(
        f"UPDATE orgs_organization SET search_text = search_text || '{RARE} ' WHERE id % 200 = 7;"
        "ANALYZE orgs_organization;",
        superuser=True,
    )
    spans.rebuild()


def main(words: list[str]) -> None:
    """Measures both sizes; exits with 1 where a page asks too much or the search passes its index by, never by time."""
    parser = argparse.ArgumentParser(prog="bench/register_list", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[SMALL, LARGE], metavar="N", help="organizations")
    settings.ALLOWED_HOSTS = ["localhost"]
    print(f"p50 of up to {RUNS} answers in ms, the whole request through Django's test client, after three to warm up")
    print(f"aimed at: list {LIST_MS} ms and {TIMES_SMALL} x the small register, search {SEARCH_MS} ms")
    kept, small = True, {}
    for size in parser.parse_args(words).sizes:
        fill(size)
        print(f"\n{size:,} organizations; {register.machine()}")
        for code, client in clients().items():
            for title, address, query in PAGES:
                found = Measured(client, f"{address}?{urlencode({'as_of': DAY, **query})}")
                first = small.setdefault((code, title), found.milliseconds)
                fits = found.status == 200 and (address != ORGANIZATIONS or len(found.statements) <= MOST_QUERIES)
                print(
                    f"  {code:12} {len(found.statements):3} queries {'' if fits else 'TOO MANY '}"
                    f"{found.milliseconds:8.1f} ms, {found.in_database:7.1f} in queries,"
                    f" {found.milliseconds / first:5.2f} x  {title}"
                )
                kept &= fits
                if query.get("q") == RARE and size >= LARGE:
                    plan = plan_of(found.statements)
                    print("\n".join(f"      {line}" for line in plan))
                    kept &= any(INDEX in line for line in plan)
    if not kept:
        sys.exit(1)
