"""What the pages cost for the least privileged roles: queries and milliseconds, at several sizes."""

import argparse
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
from orgs.models import Organization, Role, RoleAssignment, Unit

SIZES = [20_000]
DAY = "2012-11-07"
MOST_QUERIES = 15
MOST_OF_A_LIST = 12
MOST_OF_A_COMPARISON = 22
# address, parameters, how many queries are promised at most
PAGES = [
    ("工作台", "/", {"as_of": DAY}, 0),
    ("进度总览", "/coverage/", {"as_of": DAY}, MOST_QUERIES),
    ("走势", "/coverage/trend.json", {"as_of": DAY}, 0),
    ("组织台账", "/organizations/", {"as_of": DAY}, MOST_OF_A_LIST),
    ("组织台账 第 3 页", "/organizations/", {"as_of": DAY, "page": "3"}, MOST_OF_A_LIST),
    ("检索 两个字", "/organizations/", {"as_of": DAY, "q": "组织"}, MOST_OF_A_LIST),
    ("明细", "/coverage/organizations/", {"as_of": DAY, "population": "all", "line": "union", "measure": "gap"}, 0),
    ("两期对比", "/coverage/comparison/", {"as_of": DAY}, MOST_OF_A_COMPARISON),
    ("两期对比 两年", "/coverage/comparison/", {"from": "2010-11-07", "to": DAY}, MOST_OF_A_COMPARISON),
]
ROLES = {"secretary": "one organization", "unit_office": "one unit", "leader": "the county"}


def accounts() -> dict[str, Client]:
    """A signed-in client per role, the narrowest scope first."""
    found = {}
    for code in ROLES:
        user, _ = get_user_model().objects.get_or_create(username=f"bench-{code}", defaults={"name": code})
        scope = {
            "secretary": {"organization": Organization.objects.order_by("pk").first()},
            "unit_office": {"unit": Unit.objects.exclude(parent=None).order_by("code").first()},
            "leader": {},
        }[code]
        RoleAssignment.objects.get_or_create(user=user, role=Role.objects.get(code=code), **scope)
        client = Client(headers={"host": "localhost"})
        client.force_login(user)
        found[code] = client
    return found


def main(words: list[str]) -> None:
    """Measures the sizes named; exits with 1 when a page needs more queries than promised or does not answer."""
    parser = argparse.ArgumentParser(prog="bench/dashboard", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="N", help="organizations, one run each")
    print(register.machine())
    settings.ALLOWED_HOSTS = ["localhost"]
    kept = True
    for size in parser.parse_args(words).sizes:
        register.make(size)
        spans.rebuild()
        for code, client in accounts().items():
            print(f"\n{size:,} organizations, {code} ({ROLES[code]})")
            for title, address, query, most in PAGES:
                kept &= measured(client, title, f"{address}?{urlencode(query)}", most)
    if not kept:
        sys.exit(1)


def measured(client: Client, title: str, address: str, most: int) -> bool:
    """Opens a page a few times, prints what it cost, and says whether it kept what is promised."""
    milliseconds, queries = [], 0
    for _ in range(4):
        with CaptureQueriesContext(connection) as captured:
            began = time.perf_counter()
            response = client.get(address)
            milliseconds.append((time.perf_counter() - began) * 1000)
        queries = len(captured)
    promise = f"≤ {most}: {'kept' if queries <= most else 'MISSED'}" if most else ""
    print(
        f"  {title:14} {queries:3} queries {min(milliseconds[1:]):8.1f} ms  {response.status_code} {promise}".rstrip()
    )
    return response.status_code == 200 and (not most or queries <= most)
