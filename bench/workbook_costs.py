"""What the import of the register form costs: rows a second, memory and statements, beside django-import-export.

Every figure comes of a process of its own, one after the other in the same run; what writes begins with an empty
register. CPU: the seconds of the process and of its server process. The marked copy is made without Django, as the
program makes it.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import register
from quannan.base.events import announce

SIZES = [1_000, 20_000, 100_000]
# Faults are listed in the same way whatever the size: django-import-export shows it on so many rows.
FEW_ROWS = 1_000
# Seconds and MiB that hold for so many rows, and how many times the row rate of django-import-export.
AIMED_ROWS, AIMED_TIMES = 20_000, 10
CEILINGS = {"check": (25, 300), "write": (15, 300), "marked": (None, 400)}
# With its headings the longest form of which the marked copy is the whole file; a longer one gives its faulty rows alone.
WHOLE_ROWS = 19_990
ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / ".bench-packages"
REGISTER = (
    "orgs_organizationevent, orgs_placementevent, orgs_figuresevent, orgs_branchevent, orgs_branchformevent,"
    " orgs_branchmembershipevent, coverage_dirtymark"
)
MODES = {"default": "一行一存(默认)", "bulk": "use_bulk"}


@dataclass
class Line:
    """One line of the table. ``rate``: rows a second."""

    what: str
    rows: int
    measured: dict[str, Any]
    load: float

    @property
    def rate(self) -> float:
        return self.rows / self.measured["seconds"]

    def text(self, times: str = "") -> str:
        found = self.measured
        queries = f"{found['queries']:9,}" if "queries" in found else " " * 9
        return (
            f"{self.rows:8,}  {self.what:34} {self.rate:9,.0f} {found['seconds']:9.2f} {found['cpu']:7.2f}"
            f" {found['mib']:7.0f} {queries}"
            f" {times:>8} {self.load:5.1f}"
        )


def main(words: list[str]) -> None:
    """Measures the sizes named; exits with 1 when an aim is missed or a fault is not listed."""
    parser = argparse.ArgumentParser(prog="bench/workbooks", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="N", help="rows of the form, one run each")
    parser.add_argument(
        "--default-most",
        type=int,
        default=AIMED_ROWS,
        metavar="N",
        help="the most rows that the default mode of django-import-export is given; its time grows with the rows alone",
    )
    chosen = parser.parse_args(words)
    _install()
    announce("reference.load")
    print(register.machine())
    kept = True
    for size in chosen.sizes:
        with TemporaryDirectory() as folder:
            kept &= _Size(size, Path(folder), chosen.default_most).measure()
    if not kept:
        sys.exit(1)


class _Size:
    """All the measures of one size."""

    def __init__(self, rows: int, folder: Path, default_most: int) -> None:
        self.rows, self.folder = rows, folder
        self.faulty = WHOLE_ROWS if WHOLE_ROWS < rows <= AIMED_ROWS else rows
        self.given = {"default": min(rows, default_most), "bulk": rows}
        self.kept = True

    def measure(self) -> bool:
        counts = (self.rows, self.faulty, self.given["default"], FEW_ROWS)
        made = self._step("make", str(self.folder), *map(str, counts))
        print(
            f"\n{self.rows:,} rows × 29 columns, {made['faults']:,} faulty in the faulty form; load of the last minute"
        )
        print(
            f"{'rows':>8}  {'what':34} {'rows/s':>9} {'seconds':>9} {'CPU':>7} {'MiB':>7} {'queries':>9}"
            f" {'ours ×':>8} {'load':>5}"
        )
        check = self._ours("check_file", "check", "form.xlsx")
        faulty = self._ours(
            "check_file, 2 % faulty", "check", "faulty.xlsx", "faults.json", "problems.json", rows=self.faulty
        )
        self._lists("check_file", faulty.measured)
        what = f"marked copy, {'whole' if self.faulty <= WHOLE_ROWS else 'faulty rows'}"
        marked = self._ours(what, "marked", "faulty.xlsx", "problems.json", "out.xlsx", rows=self.faulty)
        self._empty()
        write = self._ours("write_file whole (checks again)", "write", "form.xlsx")
        alone = {name.removeprefix("part_"): v for name, v in write.measured.items() if name.startswith("part_")}
        print(Line("  of it the writing alone", self.rows, alone, write.load).text())
        self._ours("check_file, all rows known", "check", "form.xlsx")
        self._ours("export in the form's layout", "export", "export.xlsx")
        if write.measured["created"] != self.rows:
            self._aim(f"all {self.rows:,} rows written", False)
        both = _together("check and write both", [check, write])
        print(both.text("1.0"))
        theirs = dict(self._beside(both))
        if self.rows == AIMED_ROWS:
            self._aims({"check": check, "write": write, "marked": marked}, theirs, both)
        return self.kept

    def _beside(self, ours: Line) -> Iterator[tuple[str, Line]]:
        """(mode, preview and import together) of django-import-export, each line of the table printed."""
        for mode, rows in self.given.items():
            name = f"import-export {mode}"
            lines = []
            for act in ("preview", "import"):
                self._empty()
                lines.append(self._run(f"{name}: {act}", "beside", f"plain-{rows}.xlsx", mode, act, rows=rows))
                print(lines[-1].text(), flush=True)
                if lines[-1].measured["created"] != rows:
                    self._aim(f"{name}: all {rows:,} rows written", False)
            both = _together(f"{name}: both", lines)
            print(both.text(f"{ours.rate / both.rate:.1f}"), flush=True)
            self._empty()
            self._lists(
                name, self._run("", "beside", "plain-faulty.xlsx", mode, "preview", "plain-faults.json").measured
            )
            yield mode, both

    def _aims(self, measured: dict[str, Line], theirs: dict[str, Line], ours: Line) -> None:
        for mode, line in theirs.items():
            times = ours.rate / line.rate
            words = f"check and write ≥ {AIMED_TIMES} × import-export {mode} ({MODES[mode]}): {times:.1f} ×"
            # Both modes list the faults of the cells; the default mode alone lists, with its row, what the database refuses.
            if mode == "default":
                self._aim(words, times >= AIMED_TIMES)
            else:
                print(f"  {words}, shown beside it")
        for name, (seconds, mib) in CEILINGS.items():
            found = measured[name].measured
            if seconds is not None:
                self._aim(f"{name} ≤ {seconds} s: {found['seconds']:.1f} s", found["seconds"] <= seconds)
            self._aim(f"{name} ≤ {mib} MiB: {found['mib']:.0f} MiB", found["mib"] <= mib)

    def _aim(self, words: str, met: bool) -> None:
        self.kept &= met
        print(f"  {words}: {'met' if met else 'NOT MET'}")

    def _lists(self, who: str, found: dict[str, Any]) -> None:
        words = f"{who} lists {found['listed']:,} faults, {found['unlisted']} left out, {found['more']} too many"
        self._aim(words, not found["unlisted"] and not found["more"])

    def _ours(self, what: str, *words: str, rows: int = 0) -> Line:
        line = self._run(what, *words, rows=rows)
        print(line.text(), flush=True)
        return line

    def _run(self, what: str, act: str, *words: str, rows: int = 0) -> Line:
        measured = self._step(act, *self._paths(*words))
        return Line(what, rows or self.rows, measured, os.getloadavg()[0])

    def _path(self, name: str) -> str:
        return str(self.folder / name)

    def _paths(self, *words: str) -> list[str]:
        return [self._path(word) if "." in word else word for word in words]

    def _step(self, act: str, *words: str) -> dict[str, Any]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(PACKAGES)])}
        done = subprocess.run(
            [sys.executable, "-m", "bench.workbook_step", act, *words],
            capture_output=True,
            text=True,
            env=environment,
            cwd=ROOT,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def _empty(self) -> None:
        register.psql(
            f"TRUNCATE orgs_organization, orgs_branch CASCADE; TRUNCATE {REGISTER};"
            " VACUUM ANALYZE orgs_organization, orgs_placement, orgs_figures, orgs_branch, orgs_branchform;"
            " VACUUM ANALYZE orgs_branchmembership; CHECKPOINT;",
            superuser=True,
        )


def _together(what: str, lines: list[Line]) -> Line:
    """Several acts on the same rows as one: their seconds and statements added, the greater of their peaks."""
    measured = {name: sum(line.measured[name] for line in lines) for name in ("seconds", "cpu", "queries")}
    return Line(what, lines[0].rows, {**measured, "mib": max(line.measured["mib"] for line in lines)}, lines[-1].load)


def _install() -> None:
    """Puts the packages of requirements.txt into a folder of their own, once."""
    wanted = Path(__file__).with_name("requirements.txt")
    stamp = PACKAGES / "requirements.txt"
    if stamp.exists() and stamp.read_bytes() == wanted.read_bytes():
        return
    words = ["install", "--quiet", "--no-deps", "--upgrade", "--target", str(PACKAGES), "--requirement", str(wanted)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True)
    stamp.write_bytes(wanted.read_bytes())
