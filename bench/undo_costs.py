"""What taking back an import of N rows costs, in seconds and megabytes, beside the import itself."""

import argparse
import os
import resource
import time
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory

import pghistory
from django.apps import apps
from django.db import connection
from django.utils import timezone
from openpyxl import Workbook
from pghistory.models import Event

from bench import register
from coverage.domain import spans
from orgs.imports import write_file
from orgs.imports.undo_rules import REGISTER_UNDO
from orgs.validators import subject_check_character, uscc_check_character
from quannan.base.domain.undoing import perform_undo, preview_undo
from quannan.base.events import announce

AS_OF, LATER = "2011年6月30日", "2012年6月30日"
HEADER = (
    "单位名称", "统一社会信用代码", "主管党(工)委", "单位类别", "登记日期", "从业人员数", "其中:女性", "正式党员数",
    "党组织组织形式", "党组织成立时间", "党组织联合组织名称", "工会组织形式", "工会成立时间", "联系人", "联系电话",
)  # fmt: skip


def workbook(path: Path, as_of: str, rows: int, *, more: int) -> None:
    """A form with so many organizations; ``more`` is added to every head-count, and a later one moves every tenth."""
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.append([f"摸底表 截止日期:{as_of}"])
    page.append(HEADER)
    for n in range(1, rows + 1):
        first = "91360729" + f"{n:08d}"
        first += subject_check_character(first[8:])
        unit = "工业园区" if more and n % 10 == 0 else "城厢镇"
        joint = ["联合党支部", "2009-07-01", f"第{n // 20}联合党支部"] if n % 2 else [None, None, None]
        page.append(
            [
                f"全南县第{n}号竹木厂", first + uscc_check_character(first), unit, "非公有制企业", "2005-03-08",
                40 + more, 9, 1, *joint, "基层工会委员会", "2009-04-19", f"王小{n}", f"0797-26{n % 100000:05d}",
            ]
        )  # fmt: skip
    book.save(path)


def tables() -> dict[str, str]:
    """A digest of every table of the register without its history and versions."""
    found = {}
    for model in apps.get_app_config("orgs").get_models():
        if not issubclass(model, Event):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT md5(coalesce(string_agg((to_jsonb(t) - 'version')::text, chr(10) ORDER BY id::text), ''))"
                    f" FROM {model._meta.db_table} t"
                )
                found[model._meta.label] = cursor.fetchone()[0]
    return found


def timed(what: str, act):
    """Runs a call and prints its seconds and the most memory the process has had so far."""
    began, worked = time.perf_counter(), processor()
    given = act()
    seconds, worked = time.perf_counter() - began, processor() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {what}: {seconds:.1f} s, {worked:.1f} s of them at work, peak so far {peak:.0f} MiB")
    return given


def processor() -> float:
    """Seconds of processor time that this process and its database session have used: what a shared machine slows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return time.process_time() + sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def import_as_job(path: Path) -> str:
    number = str(uuid.uuid4())
    with pghistory.context(job=number, user=None):
        _, counts = write_file(path, mode="valid", by=None, now=timezone.now())
    print(f"    {counts}")
    return number


def taken_back(number: str) -> None:
    told = timed("preview of the undo", lambda: preview_undo(number, REGISTER_UNDO))
    print(f"    {len(told.undone)} rows go, {len(told.refused)} stay; deleted {told.deleted}, restored {told.restored}")
    timed("undo", lambda: perform_undo(number, REGISTER_UNDO, by=None, now=timezone.now()))
    timed("spans after it", spans.drain_marks)


def main(words: list[str]) -> None:
    """Imports N organizations into an empty register, then again a year later, and takes both back."""
    parser = argparse.ArgumentParser(prog="bench/undo", description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=20_000, metavar="N")
    rows = parser.parse_args(words).rows
    print(register.machine())
    announce("reference.load")
    spans.rebuild()
    with TemporaryDirectory() as folder:
        first, second = Path(folder, "first.xlsx"), Path(folder, "second.xlsx")
        workbook(first, AS_OF, rows, more=0)
        workbook(second, LATER, rows, more=3)
        empty = tables()
        one = timed("import into an empty register", lambda: import_as_job(first))
        spans.drain_marks()
        between = tables()
        other = timed("import over it, a year later", lambda: import_as_job(second))
        spans.drain_marks()
        taken_back(other)
        same = tables() == between
        taken_back(one)
        whole = same and tables() == empty and spans.verify().differences == []
    print(f"  every table as before each import, spans verified: {'yes' if whole else 'NO'}")
    raise SystemExit(0 if whole else 1)
