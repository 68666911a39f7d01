"""manage.py import_register FILE: a county's register form into the register."""

import argparse
import datetime as dt
import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from orgs.imports import CheckResult, check_file, write_file
from quannan.base.workbook.cells import CellError, date
from quannan.base.workbook.source import WorkbookRefused

_NOTHING = {"created": 0, "updated": 0, "unchanged": 0}


def _day(text: str) -> dt.date:
    try:
        return date(text).last()
    except CellError as error:
        raise argparse.ArgumentTypeError(f"“{text}”{error.message}") from error


class Command(BaseCommand):
    help = "导入摸底表(F0)。退出码:0 没有拒绝的行或已指定 --accept-valid;1 有拒绝的行,没有写入;2 文件读不出。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", help="表格文件:.xlsx、.xls、.et 或 .csv")
        parser.add_argument("--as-of", type=_day, help="数字的截止日期;不给则读表头中的“截止日期”")
        parser.add_argument("--dry-run", action="store_true", help="只检查,不写入")
        parser.add_argument("--accept-valid", action="store_true", help="有拒绝的行时,其余各行照常写入")
        parser.add_argument("--json", action="store_true", help="标准输出只打印 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result, written = self._run(options)
        except WorkbookRefused as refusal:
            if options["json"]:
                self._print_json({"error": str(refusal), "code": refusal.code})
            self.stderr.write(str(refusal))
            sys.exit(2)
        report = self._report(result, written)
        if options["json"]:
            self._print_json(report)
        else:
            self._print(report, options["dry_run"])
        if result.rejected_rows and not options["accept_valid"]:
            sys.exit(1)

    def _run(self, options: dict[str, Any]) -> tuple[CheckResult, dict[str, int]]:
        if options["dry_run"]:
            result = check_file(options["file"], options["as_of"], progress=self._progress())
            counts = result.counts()
            if result.rejected_rows and not options["accept_valid"]:
                return result, _NOTHING
            return result, {outcome: counts[outcome] for outcome in _NOTHING}
        return write_file(
            options["file"],
            options["as_of"],
            mode="valid" if options["accept_valid"] else "all",
            by=None,
            now=timezone.now(),
            progress=self._progress(),
        )

    def _progress(self) -> Any:
        last = [time.monotonic(), ""]

        def report(done: int, total: int, step: str) -> None:
            if step != last[1] or time.monotonic() - float(last[0]) > 2:
                last[:] = [time.monotonic(), step]
                self.stderr.write(f"{step} {done}/{total}")

        return report

    def _report(self, result: CheckResult, written: dict[str, int]) -> dict[str, Any]:
        counts = result.counts()
        return {
            "as_of": result.as_of.isoformat(),
            "rows": counts["rows"],
            "accepted": counts["accepted"],
            "rejected": [
                {"row": fault.row, "cell": fault.cell, "code": fault.code, "message": fault.message}
                for fault in result.checked.errors()
            ],
            "skipped": counts["skipped"],
            "warnings": counts["warnings"],
            **written,
            "warned": [
                {"row": fault.row, "cell": fault.cell, "code": fault.code, "message": fault.message}
                for fault in result.checked.warnings()
            ],
        }

    def _print_json(self, content: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(content, ensure_ascii=False, indent=1))

    def _print(self, report: dict[str, Any], dry_run: bool) -> None:
        for fault in report["rejected"]:
            self.stdout.write(f"拒绝 {fault['cell']}:{fault['message']}")
        for fault in report["warned"]:
            self.stdout.write(f"提醒 {fault['cell']}:{fault['message']}")
        rejected = report["rows"] - report["accepted"]
        self.stdout.write(
            f"截止日期{report['as_of']}:共{report['rows']}行,可导入{report['accepted']}行,拒绝{rejected}行,"
            f"跳过{report['skipped']}行(小计、合计、签字等)。"
        )
        verb = "将" if dry_run else "已"
        self.stdout.write(
            f"{verb}新增{report['created']}家,{verb}更新{report['updated']}家,无变化{report['unchanged']}家。"
        )
