"""Loaded by the real worker beside the jobs of the register: it dies when an import has done so much of its work.

What is counted are the job's own reports of progress, the same on every machine: each part of the rows checked, each
step of the writing, each part of the row results kept. ``ORDERS`` names a file in which the test writes whom to kill and
when; the worker writes what it counted into the file named there as ``told``.
"""

import json
import os
import signal
from pathlib import Path

from quannan.base import import_jobs
from quannan.base.jobs import job_handler, job_kind
from quannan.base.workbook import check

ORDERS = "IMPORT_PROBE_ORDERS"
ROW_RESULTS = "row results"
PART = 20  # rows between two reports: a test's workbook is small


class Counter:
    """Counts what a job reports; ends the worker, as kill -9 does, at the count ordered."""

    def __init__(self, run, orders):
        self.deadly, self.told = orders.get(run.job.kind, 0), Path(orders["told"])
        self.count, self.step = 0, ""
        self.report, self.keep_rows = run.progress, run.add_rows
        run.progress, run.add_rows = self.progress, self.add_rows

    def tick(self, step):
        self.count, self.step = self.count + 1, step
        self.told.write_text(json.dumps({"count": self.count, "step": step}), encoding="utf-8")
        if self.count == self.deadly:
            # The worker and its pool process are a group of their own.
            os.killpg(os.getpgrp(), signal.SIGKILL)

    def progress(self, done, total=None, phase=None):
        self.report(done, total, phase)
        self.tick(phase or self.step)

    def add_rows(self, rows):
        return self.keep_rows(self._counted(rows))

    def _counted(self, rows):
        for number, row in enumerate(rows, 1):
            yield row
            if number % PART == 0:
                self.tick(ROW_RESULTS)


def watched(handler):
    def run_watched(run):
        Counter(run, json.loads(Path(os.environ[ORDERS]).read_text(encoding="utf-8")))
        return handler(run)

    return run_watched


if ORDERS in os.environ:
    check.PROGRESS_EVERY = PART
    for kind, handler in {
        "base.import_check": import_jobs.check_import,
        "base.import_write": import_jobs.write_import,
    }.items():
        job_handler(kind, result_url=job_kind(kind).result_url)(watched(handler))
