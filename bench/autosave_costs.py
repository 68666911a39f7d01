"""Many filers save at once: the web server under a steady load of autosaves, the generator on the same machine.

Latency counts from the moment a save was due, not from when a connection was free, so that a server that falls behind
is not flattered. Afterwards every draft is compared with the last save that was answered.
"""

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.cached_db import SessionStore
from django.middleware.csrf import _get_new_csrf_string
from django.urls import reverse
from django.utils import timezone

from bench import register
from evaluation.models import AnnualReport, ReportForm, Round
from orgs.models import Organization, Role, RoleAssignment, User
from quannan.base.events import announce

LIMIT_MS = 800
PASSWORD = "bench-autosave-2011"
LOGINS = 30
# Numbers and text, as a filer goes down the form.
TYPED = ("employees", "women", "league_members", "union_members", "full_members", "activities", "problems")


@dataclass
class Filer:
    """One signed-in filer.

    Attributes:
        report: key of the report.
        cookie: the Cookie header.
        token: the CSRF token.
        acknowledged: code → value of the last save answered with 200.
    """

    report: int
    cookie: str
    token: str
    acknowledged: dict[str, str] = field(default_factory=dict)


@dataclass
class Seen:
    """What was measured."""

    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def make_filers(count: int) -> list[Filer]:
    """A register, an open round with a report each, an account each, and sessions that are already signed in.

    Args:
        count: how many.
    """
    announce("reference.load")
    register.make(max(count, 1_000))
    today = timezone.localdate()
    form = ReportForm.objects.get(code="2011")
    row = Round.objects.create(
        year=today.year, name="测量", form=form, of_kinds=["enterprise", "social"], as_of=today, opens_on=today,
        closes_on=today + timedelta(days=20), unit_due_on=today + timedelta(days=30),
        county_due_on=today + timedelta(days=40), opened_at=timezone.now(), opened_by_name="测量",
    )  # fmt: skip
    organizations = list(Organization.objects.order_by("pk")[:count])
    now = timezone.now()
    reports = AnnualReport.objects.bulk_create(
        AnnualReport(organization=one, round=row, year=row.year, created_at=now) for one in organizations
    )
    password, role = make_password(PASSWORD), Role.objects.get(code="filer")
    users = User.objects.bulk_create(
        User(username=f"bench{i}", name=f"联络员{i}", password=password) for i in range(count)
    )
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, role=role, organization=one) for user, one in zip(users, organizations, strict=True)
    )
    return [_signed_in(user, report) for user, report in zip(users, reports, strict=True)]


def _signed_in(user: User, report: AnnualReport) -> Filer:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    token = _get_new_csrf_string()
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={token}"
    return Filer(report.pk, cookie, token)


async def send(port: int, filer: Filer, path: str, body: bytes) -> tuple[int, bytes]:
    """One POST on a connection of its own, as browsers behind a proxy that keeps none.

    Args:
        port: the server's.
        filer: whose cookies.
        path: address.
        body: JSON.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {filer.cookie}\r\nX-CSRFToken: {filer.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    status, _, rest = answer.partition(b"\r\n")
    return int(status.split()[1]), rest.partition(b"\r\n\r\n")[2]


async def one_filer(port: int, filer: Filer, first: float, every: float, saves: int, seen: Seen) -> None:
    """Saves again and again, each at its due moment.

    Args:
        port: the server's.
        filer: who.
        first: moment of the first save, by the loop's clock.
        every: seconds between two.
        saves: how many.
        seen: where the figures go.
    """
    loop = asyncio.get_running_loop()
    path = reverse("report-save", args=[filer.report])
    for turn in range(saves):
        due = first + turn * every
        await asyncio.sleep(max(0.0, due - loop.time()))
        code = TYPED[turn % len(TYPED)]
        value = f"第{turn}次写下的问题" if code == "problems" else str(100 + turn)
        try:
            status, text = await send(
                port, filer, path, json.dumps({"typed": {code: value}, "seen": {}, "remarks": {}}).encode()
            )
        except OSError as error:
            seen.errors.append(repr(error))
            continue
        seen.waits.append((loop.time() - due) * 1000)
        if status != 200 or json.loads(text).get("errors"):
            seen.errors.append(f"{status} {text[:200]!r}")
        else:
            filer.acknowledged[code] = value


async def load(port: int, filers: list[Filer], seconds: int, every: float) -> Seen:
    """The steady load.

    Args:
        port: the server's.
        filers: who saves.
        seconds: for how long.
        every: seconds between two saves of one filer.
    """
    seen, loop = Seen(), asyncio.get_running_loop()
    begin = loop.time() + 1
    await asyncio.gather(
        *(
            one_filer(port, filer, begin + i * every / len(filers), every, int(seconds / every), seen)
            for i, filer in enumerate(filers)
        )
    )
    return seen


def lost(filers: list[Filer]) -> int:
    """How many acknowledged values the drafts do not hold.

    Args:
        filers: after the load.
    """
    answers = dict(AnnualReport.objects.values_list("pk", "answers"))
    return sum(
        str(answers[filer.report].get(code, "")) != value
        for filer in filers
        for code, value in filer.acknowledged.items()
    )


def logins(port: int, accounts: int) -> list[float]:
    """Milliseconds of some logins one after the other, the form and its answer.

    Args:
        port: the server's.
        accounts: how many there are.
    """
    costs = []
    address = f"http://127.0.0.1:{port}{reverse('login')}"
    opener = urllib.request.build_opener(_NoRedirect)
    for i in range(min(LOGINS, accounts)):
        began = time.perf_counter()
        with opener.open(address) as page:
            jar = SimpleCookie(page.headers["Set-Cookie"])
        token = jar[settings.CSRF_COOKIE_NAME].value
        form = urlencode({"username": f"bench{i}", "password": PASSWORD, "csrfmiddlewaretoken": token}).encode()
        request = urllib.request.Request(address, form, {"Cookie": f"{settings.CSRF_COOKIE_NAME}={token}"})
        try:
            opener.open(request)
            raise RuntimeError(f"the login of bench{i} was not answered with a redirect")
        except urllib.error.HTTPError as answer:
            if answer.code != 302:
                raise
        costs.append((time.perf_counter() - began) * 1000)
    return costs


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(port: int) -> subprocess.Popen[bytes]:
    """The web server as bin/start runs it.

    Args:
        port: where.
    """
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "python:quannan.web_server", "quannan.wsgi"],
        env={**os.environ, "PORT": str(port)},
        stderr=subprocess.DEVNULL,
    )
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return server
        except OSError:
            time.sleep(0.2)
    server.terminate()
    raise RuntimeError("the web server did not start")


def main(words: list[str]) -> None:
    """Measures, prints, and exits with 1 when a promise is missed."""
    parser = argparse.ArgumentParser(prog="bench/autosave", description=__doc__)
    parser.add_argument("--sessions", type=int, default=300)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two saves of one filer")
    chosen = parser.parse_args(words)
    print(register.machine())
    filers = make_filers(chosen.sessions)
    port = free_port()
    server = serve(port)
    try:
        costs = logins(port, len(filers))
        words_of = f"median {statistics.median(costs):.0f} ms, most {max(costs):.0f} ms"
        print(f"{len(costs)} logins, one after the other: {words_of}")
        began = time.perf_counter()
        seen = asyncio.run(load(port, filers, chosen.seconds, chosen.every))
        took = time.perf_counter() - began
    finally:
        server.terminate()
        server.wait(20)
    waits = sorted(seen.waits)
    p50, p95, p99 = (waits[int(len(waits) * share)] for share in (0.50, 0.95, 0.99))
    gone = lost(filers)
    print(
        f"{len(waits):,} saves of {chosen.sessions} sessions in {took:.0f} s ({len(waits) / took:.1f} a second):"
        f" p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms, most {waits[-1]:.0f} ms;"
        f" {len(seen.errors)} errors, {gone} values lost; load {os.getloadavg()[0]:.1f}; {timezone.localdate()}"
    )
    for text in seen.errors[:5]:
        print(f"  {text}")
    met = p95 <= LIMIT_MS and not seen.errors and not gone
    print(f"p95 ≤ {LIMIT_MS} ms, no error, nothing lost: {'met' if met else 'NOT MET'}")
    if not met:
        sys.exit(1)
