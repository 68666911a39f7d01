"""One step of bench/workbooks in a process of its own, so that its peak of memory is its own: prints JSON.

``python -m bench.workbook_step ACT WORDS``; the last line of its output is what it measured.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from psycopg2.extensions import cursor as plain_cursor


class CountingCursor(plain_cursor):
    """Counts every statement that is sent, COPY and batches of values included."""

    sent = 0

    def execute(self, *words: Any, **named: Any) -> Any:
        CountingCursor.sent += 1
        return super().execute(*words, **named)

    def copy_expert(self, *words: Any, **named: Any) -> Any:
        CountingCursor.sent += 1
        return super().copy_expert(*words, **named)


def peak_mib(*, fresh: bool = False) -> float:
    """The most memory that this process held, in MiB; ``fresh`` begins the count anew afterwards."""
    with open("/proc/self/status", encoding="ascii") as lines:
        found = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    if fresh:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return found / 1024


def spent() -> float:
    """CPU seconds of this process and of its server process: on a shared machine they say more than the clock."""
    from django.db import connection

    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text(encoding="ascii")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def begin() -> None:
    """Django ready and the connection counting."""
    django.setup()
    from django.db import connection

    connection.ensure_connection()
    connection.connection.cursor_factory = CountingCursor


def make(folder: str, count: str, spoilt: str, fewer: str, few: str) -> dict[str, Any]:
    """The workbooks of a size, in rows: lawful, faulty, plain for its default mode, plain and faulty."""
    from bench import workbooks

    place = Path(folder)
    workbooks.make(place / "form.xlsx", int(count))
    for rows in {count, fewer}:
        workbooks.make(place / f"plain-{rows}.xlsx", int(rows), plain=True)
    faulty = workbooks.make(place / "faulty.xlsx", int(spoilt), faulty=True)
    plain = workbooks.make(place / "plain-faulty.xlsx", int(few), faulty=True, plain=True)
    (place / "faults.json").write_text(json.dumps(sorted(faulty.faults)), encoding="utf-8")
    (place / "plain-faults.json").write_text(json.dumps(sorted(plain.faults)), encoding="utf-8")
    return {"faults": len(faulty.faults)}


def _told(listed: set[tuple[int, str]], expected: Path) -> dict[str, Any]:
    wanted = {(row, name) for row, name in json.loads(expected.read_text(encoding="utf-8"))}
    return {"listed": len(listed), "unlisted": len(wanted - listed), "more": len(listed - wanted)}


def check(form: str, faults: str = "", problems: str = "") -> dict[str, Any]:
    """check_file; with ``faults`` says whether it lists them all, and leaves in ``problems`` what the marking needs."""
    from orgs.imports import check_file

    sent = CountingCursor.sent
    cpu, began = spent(), time.perf_counter()
    result = check_file(form)
    measured = {
        "seconds": time.perf_counter() - began,
        "cpu": spent() - cpu,
        "mib": peak_mib(),
        "queries": CountingCursor.sent - sent,
        "rows": len(result.checked.rows),
        "rejected": result.rejected_rows,
    }
    if faults:
        measured |= _told({(problem.row, problem.field) for problem in result.checked.errors()}, Path(faults))
        found = [problem.as_dict() for problem in result.checked.problems()]
        content = {"reading": result.checked.reading.as_dict(), "problems": found}
        Path(problems).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return measured


def write(form: str) -> dict[str, Any]:
    """write_file as a whole, and the part of it that writes, from the end of its check to the commit."""
    from django.utils import timezone

    from orgs.imports import write_file

    turn: dict[str, float] = {}

    def progress(done: int, total: int, step: str) -> None:
        if step == "写入台账" and not turn:
            turn.update(at=time.perf_counter(), cpu=spent(), sent=CountingCursor.sent, mib=peak_mib(fresh=True))

    sent = CountingCursor.sent
    cpu, began = spent(), time.perf_counter()
    _, counts = write_file(form, mode="all", by=None, now=timezone.now(), progress=progress)
    ended, cpu_ended = time.perf_counter(), spent()
    part = peak_mib()
    return {
        "seconds": ended - began,
        "cpu": cpu_ended - cpu,
        "mib": max(part, turn["mib"]),
        "queries": CountingCursor.sent - sent,
        "part_seconds": ended - turn["at"],
        "part_cpu": cpu_ended - turn["cpu"],
        "part_mib": part,
        "part_queries": CountingCursor.sent - int(turn["sent"]),
        **counts,
    }


def marked(form: str, problems: str, out: str) -> dict[str, Any]:
    """The marked copy, as the program's own process makes it: without Django."""
    from quannan.base.workbook.marked import main

    cpu, began = time.process_time(), time.perf_counter()
    code = main([form, problems, out])
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "cpu": time.process_time() - cpu, "mib": peak_mib(), "code": code}


def export(out: str) -> dict[str, Any]:
    """Every organization in the form's layout."""
    from django.utils import timezone

    from bench.workbooks import AS_OF
    from orgs.exports import register_form_file
    from orgs.models import Organization, User

    ids = list(Organization.objects.values_list("pk", flat=True))
    sent = CountingCursor.sent
    cpu, began = spent(), time.perf_counter()
    made = register_form_file(ids, whose="全县", as_of=AS_OF, by=User(username="bench"), now=timezone.now())
    measured = {
        "seconds": time.perf_counter() - began,
        "cpu": spent() - cpu,
        "mib": peak_mib(),
        "queries": CountingCursor.sent - sent,
    }
    Path(out).write_bytes(made.read())
    return {**measured, "rows": len(ids)}


def beside(form: str, mode: str, act: str, faults: str = "") -> dict[str, Any]:
    """django-import-export on a plain workbook; ``mode`` default or bulk, ``act`` preview or import."""
    from bench.workbook_beside import load

    sent = CountingCursor.sent
    cpu, began = spent(), time.perf_counter()
    totals, listed = load(Path(form), bulk=mode == "bulk", dry_run=act == "preview")
    measured = {
        "seconds": time.perf_counter() - began,
        "cpu": spent() - cpu,
        "mib": peak_mib(),
        "queries": CountingCursor.sent - sent,
        "created": totals["new"],
    }
    return measured | (_told(listed, Path(faults)) if faults else {})


ACTS: dict[str, Callable[..., dict[str, Any]]] = {
    "make": make,
    "check": check,
    "write": write,
    "marked": marked,
    "export": export,
    "beside": beside,
}

if __name__ == "__main__":
    if sys.argv[1] != "marked":
        begin()
    print(json.dumps(ACTS[sys.argv[1]](*sys.argv[2:])))
