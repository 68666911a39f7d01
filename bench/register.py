"""A register of any size for measuring, and the hand-written SQL that is measured beside the program."""

import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from coverage.models import DELTA_COLUMNS
from quannan.base.embedded import postgres_programs
from quannan.base.var import Var

SQL = Path(__file__).resolve().parent / "sql"
TIME = re.compile(r"^Time: ([\d.]+) ms", re.MULTILINE)


def text_of(name: str) -> str:
    """A file of sql/, with the files it includes, and with the delta columns where it only repeats them."""
    text = (SQL / name).read_text(encoding="utf-8")
    text = re.sub(r"^\\i (\S+)$", lambda found: text_of(found.group(1)).rstrip(), text, flags=re.MULTILINE)
    sums = ", ".join(f"{c} = d.{c} + excluded.{c}" for c in DELTA_COLUMNS)
    return text.replace("{delta_columns}", ", ".join(DELTA_COLUMNS)).replace("{delta_sums}", sums)


def psql(text: str, *, superuser: bool = False, **values: object) -> str:
    """Runs text through psql and returns what it printed.

    Args:
        text: statements and psql commands.
        superuser: as the embedded server's superuser, without triggers and foreign keys.
        values: psql variables.

    Raises:
        RuntimeError: with psql's words when a statement failed.
    """
    var = Var.from_environment()
    words = [str(postgres_programs() / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
    environment = {**os.environ, "PGHOST": str(var.sockets), "PGDATABASE": connection.settings_dict["NAME"]}
    if superuser:
        environment |= {
            "PGUSER": "postgres",
            "PGPASSWORD": var.secret("database-superuser-password"),
            "PGOPTIONS": "-c session_replication_role=replica",
        }
    else:
        environment |= {"PGUSER": "quannan", "PGPASSWORD": var.secret("database-password")}
    for name, value in values.items():
        words += ["-v", f"{name}={value}"]
    done = subprocess.run(words, input=text, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return done.stdout


def make(organizations: int, *, history: bool = False) -> float:
    """Fills the register with so many organizations and returns the seconds it took; what was there goes.

    Args:
        organizations: how many.
        history: whether fifteen years of keeping them are made up as well: figures, terms, heads and events.
    """
    began = time.perf_counter()
    psql(text_of("make.sql"), superuser=True, n=organizations)
    if history:
        psql(text_of("history.sql"), superuser=True)
    return time.perf_counter() - began


def bare(text: str, times: int, **values: object) -> float:
    """Milliseconds of the fastest of several runs in one session of psql, by its own \\timing, after one to warm up.

    Args:
        text: statements; all of them count.
        times: how many runs are counted.
        values: psql variables.
    """
    run = f"\\timing on\n\\o /dev/null\n{text}\n\\echo -- run\n"
    printed = psql(run * (times + 1), **values).split("-- run")[1:-1]
    return min(sum(float(t) for t in TIME.findall(part)) for part in printed)


def program(act: Callable[[], object], times: int) -> float:
    """Milliseconds of the fastest of several runs of a call, after one to warm up."""
    runs = []
    for _ in range(times + 1):
        began = time.perf_counter()
        act()
        runs.append((time.perf_counter() - began) * 1000)
    return min(runs[1:])


def beside(act: Callable[[], object], text: str, rounds: int, times: int = 1, **values: object) -> tuple[float, float]:
    """Milliseconds of the program and of bare SQL, the best of each, taken in turns so that both meet the same weather.

    Args:
        act: the program's call.
        text: the bare statements.
        rounds: how many turns each gets.
        times: counted runs in a turn, after one to warm up.
        values: psql variables.
    """
    turns = [(program(act, times), bare(text, times, **values)) for _ in range(rounds)]
    return min(ours for ours, _ in turns), min(plain for _, plain in turns)


def machine() -> str:
    """What was measured on: processors, memory, PostgreSQL and how it is set."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('shared_buffers'), current_setting('work_mem'),"
            " current_setting('fsync'), current_setting('max_parallel_workers_per_gather')"
        )
        version, buffers, work, fsync, parallel = cursor.fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB memory, load {os.getloadavg()[0]:.1f}; PostgreSQL {version},"
        f" shared_buffers {buffers}, work_mem {work}, fsync {fsync}, parallel workers {parallel}"
    )
