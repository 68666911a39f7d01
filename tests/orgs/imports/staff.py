"""任职表, 指导员和挂点表 and 经费表 made row by row, checked and written."""

from django.utils import timezone
from openpyxl import Workbook

from quannan.base.domain import import_files
from quannan.base.import_jobs import row_results
from quannan.base.imports import import_kind

HEADER = {
    "POSTS": {
        "name": "单位名称",
        "uscc": "统一社会信用代码",
        "line": "条线",
        "body": "组织名称",
        "person": "姓名",
        "post": "职务",
        "from_": "任职日期",
        "until": "至",
        "source": "来源",
        "full_time": "专职/兼职",
        "phone": "联系电话",
        "workplace": "工作单位",
        "political_status": "政治面貌",
        "reason": "离任原因",
    },
    "SUPPORT": {
        "kind": "类别",
        "name": "单位名称",
        "uscc": "统一社会信用代码",
        "person": "姓名/挂点单位名称",
        "workplace": "工作单位/部门",
        "sent_by": "选派单位",
        "from_": "起日",
        "until": "至",
        "phone": "联系电话",
        "reason": "结束原因",
    },
    "FUND": {
        "uscc": "统一社会信用代码",
        "name": "组织名称",
        "line": "条线",
        "direction": "收支",
        "source": "来源",
        "purpose": "用途",
        "occurred": "日期",
        "amount": "金额(元)",
        "voucher": "凭证号",
        "note": "备注",
    },
}


class Staff:
    """One kind of form: ``check`` and ``write`` take rows as field → cell."""

    def __init__(self, code, folder):
        self.kind, self.header, self.folder = import_kind(code), HEADER[code], folder
        self._made = 0

    def file(self, *rows):
        """The rows as a workbook with one header row; the first row of data is row 2."""
        book = Workbook()
        book.active.append(list(self.header.values()))
        for row in rows:
            assert set(row) <= set(self.header), row
            book.active.append([row.get(field) for field in self.header])
        self._made += 1
        path = self.folder / f"staff-{self._made}.xlsx"
        book.save(path)
        return path

    def check(self, *rows, by=None):
        return import_files.check_file(self.kind, self.file(*rows), by=by)

    def write(self, *rows, by=None):
        """Writes the good rows; gives (created, updated, unchanged) and the result."""
        result, counts = import_files.write_file(self.kind, self.file(*rows), mode="valid", by=by, now=timezone.now())
        return (counts["created"], counts["updated"], counts["unchanged"]), result


def faults(result, severity="error"):
    """(cell, code) of every problem of that severity."""
    return [(p.cell, p.code) for p in result.checked.problems() if p.severity == severity]


def warnings(result):
    """(cell, code) of every warning."""
    return faults(result, "warning")


def told(result):
    """Everything that is kept of the rows and shown, as one text."""
    return str([(row.label, row.messages) for row in row_results(result)])
