"""Filing on behalf of many organizations by one workbook: a row each, through the very acts of the pages.

A check does all of it and takes it back, so that what it says is what a write would do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from openpyxl.utils import get_column_letter

from evaluation.domain.check_context import context_of
from evaluation.domain.checks import check_sheet
from evaluation.domain.filing import NotReady, save_answers, submit_report
from evaluation.domain.sheet import FormRead, read_form, sheet_of
from evaluation.domain.submissions import Signing
from evaluation.domain.values import typed_form, words_of
from evaluation.models import AnnualReport, Question, Round, SecondCertifier
from evaluation.permissions import may_file_for_others
from orgs.domain.refusals import NotAllowed
from orgs.models import Organization
from orgs.permissions import scope_for
from orgs.validators import normalise_code, normalise_name
from quannan.base.attachments import attachment_permission
from quannan.base.domain.attachments import store_attachment
from quannan.base.domain.jobs import start_job
from quannan.base.errors import Refused
from quannan.base.models import Attachment, Job
from quannan.base.workbook.cells import fold, is_blank, shown
from quannan.base.workbook.source import Sheet, open_source

BEHALF, PURPOSE = "evaluation.behalf", "reports.behalf"
CHECK, GOOD, ALL = "check", "good", "all"
ENDINGS = {"xlsx", "xls", "et", "csv"}
MOST_ROWS = 3_000
HEAD_ROWS, HEAD_CELLS = 30, 4
CODE, SIGNER, POST, SECOND, SECOND_ROLE, REMARK = (
    "统一社会信用代码", "签署人", "签署人职务", "第二签署人", "第二签署人身份", "说明",
)  # fmt: skip
FIXED = (CODE, SIGNER, POST, SECOND, SECOND_ROLE, REMARK)
NO_BEHALF = "您的角色不能代报年报。代报由主管党(工)委或两新工委办公室办理。"
NO_HEADER = "没有找到表头:应有“统一社会信用代码”“签署人”和年报表的问题。请用本页下载的模板填写。"
Progress = Callable[[int], None]


@dataclass
class Fault:
    """One thing wrong with a row: the column's letter and heading, "" for the row as a whole, and the sentence."""

    column: str
    header: str
    sentence: str


@dataclass
class BehalfRow:
    """What became of one row.

    Attributes:
        number: as Excel numbers it.
        label: the organization's name, or what the row says.
        faults: why it is not filed, all of them.
        receipt: of the version filed; "" while nothing is.
    """

    number: int
    label: str
    faults: list[Fault] = field(default_factory=list)
    receipt: str = ""


@attachment_permission(PURPOSE)
def _may_read(user: Any, attachment: Attachment) -> bool:
    return attachment.uploaded_by_id == user.pk


def start_check(*, file: File, name: str, round_: Round, by: Any, now: datetime) -> Job:
    """Keeps a workbook as handed over and queues its check; nothing is filed.

    Args:
        file: the workbook as uploaded.
        name: the user's own file name.
        round_: the round its rows are of.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        ValidationError: by field: file.
    """
    _require(by)
    try:
        attachment = store_attachment(
            file=file, name=name, purpose=PURPOSE, allowed=ENDINGS, max_bytes=settings.UPLOAD_MAX_BYTES, by=by, now=now
        )
    except ValidationError as error:
        raise ValidationError({"file": error}) from error
    params = {"round": round_.pk, "attachment": str(attachment.pk), "mode": CHECK}
    return start_job(kind=BEHALF, title=f"检查代报表 {attachment.original_name}"[:200], params=params, by=by, now=now)


def start_write(*, checked: Job, mode: str, by: Any, now: datetime) -> Job:
    """Queues the filing of a workbook that was checked.

    Args:
        checked: the finished job of the check, the actor's own.
        mode: GOOD files the rows without a fault, ALL files nothing unless every row is without one.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or somebody else's check.
    """
    _require(by)
    if checked.created_by_id != by.pk or mode not in (GOOD, ALL):
        raise NotAllowed(NO_BEHALF)
    return start_job(
        kind=BEHALF,
        title=checked.title.replace("检查", "写入", 1),
        params=checked.params | {"mode": mode},
        by=by,
        now=now,
    )


def file_rows(
    *, path: Path, round_: Round, mode: str, by: Any, now: datetime, progress: Progress | None = None
) -> list[BehalfRow]:
    """Files each row, or tries to: about thirty statements a row.

    Args:
        path: the workbook.
        round_: the round.
        mode: CHECK takes everything back, GOOD keeps the rows without a fault, ALL keeps all or nothing.
        by: the acting User, who files for others.
        now: the clock.
        progress: told how many rows are done.

    Raises:
        NotAllowed: no role gives the act.
        Refused: no header is found, or too many rows.
        WorkbookRefused: the file cannot be read.
    """
    _require(by)
    read = read_form(round_.form)
    known = _Known(round_, by)
    found: list[BehalfRow] = []
    with transaction.atomic():
        for number, cells in _data_rows(open_source(path).sheets(), read):
            found.append(_file(number, cells, read, known, mode, by, now))
            if len(found) > MOST_ROWS:
                raise Refused(f"一次最多代报 {MOST_ROWS:,} 家,请按主管党(工)委拆成几个文件。")
            if progress:
                progress(len(found))
        if not found:
            raise Refused("表里没有一行数据,请填写后再上传。")
        if mode == ALL and any(row.faults for row in found):
            transaction.set_rollback(True)
            for row in found:
                row.receipt = ""
    return found


def template_rows(round_: Round, read: FormRead, by: Any) -> tuple[list[str], list[list[str]]]:
    """Headings and prefilled rows of the template: the organizations in reach that have not filed.

    Args:
        round_: the round.
        read: its form.
        by: the acting User.
    """
    questions = [q for _, asked in read.sections for q in asked]
    rows = []
    reports = (
        _reach(round_, by).to_file().select_related("organization", "round").order_by("organization__sort_key", "pk")
    )
    for report in reports:
        sheet = sheet_of(report, read)
        values = [_typed(question, sheet.shown(question.code), read) for question in questions]
        rows.append([report.organization.uscc or "", *values, "", "", "", "", ""])
    return [CODE, *(q.label for q in questions), *FIXED[1:]], rows


def _typed(question: Question, value: Any, read: FormRead) -> str:
    if question.kind in ("choice", "yes_no", "many"):
        return words_of(question, value, read.choices) if value else ""
    return typed_form(question, value)


def _require(by: Any) -> None:
    if by is None or not may_file_for_others(by):
        raise NotAllowed(NO_BEHALF)


def _reach(round_: Round, by: Any) -> Any:
    organizations = Organization.objects.standing().filter(scope_for(by, "reports.file_for").organizations_q())
    return AnnualReport.objects.filter(round=round_, organization__in=organizations)


class _Known:
    """The reports of the round in the actor's reach, by code and by name: two queries."""

    def __init__(self, round_: Round, by: Any) -> None:
        self.codes: dict[str, AnnualReport] = {}
        self.names: dict[str, list[AnnualReport]] = {}
        self.taken: dict[int, int] = {}
        for report in _reach(round_, by).select_related("organization"):
            if report.organization.uscc:
                self.codes[report.organization.uscc] = report
            self.names.setdefault(normalise_name(report.organization.name), []).append(report)

    def find(self, code: str, name: str) -> tuple[AnnualReport | None, str]:
        """The report a row means, or the sentence why none.

        Args:
            code: as typed, "" for none.
            name: likewise.
        """
        if code:
            report = self.codes.get(normalise_code(code))
            return report, "" if report else f"本批次您的范围内没有代码为“{code}”的组织,请核对。"
        alike = self.names.get(normalise_name(name), []) if name else []
        if len(alike) == 1:
            return alike[0], ""
        if alike:
            return None, f"有 {len(alike)} 家组织叫“{name}”,请填写统一社会信用代码。"
        return None, f"本批次您的范围内没有“{name}”这家组织,请核对。" if name else "请填写统一社会信用代码或单位名称。"


def _data_rows(sheets: Iterator[Sheet], read: FormRead) -> Iterator[tuple[int, dict[str, tuple[str, str, str]]]]:
    """Rows below the first header found: heading's key → (column letter, heading, text)."""
    keys = {fold(word): word for word in FIXED} | {fold(q.label): code for code, q in read.by_code.items()}
    keys |= {fold(code): code for code in read.by_code}
    for sheet in sheets:
        columns: dict[int, tuple[str, str]] = {}
        for number, row in sheet.rows():
            texts = [shown(cell).strip() if not is_blank(cell) else "" for cell in row]
            if not columns:
                named = {i: (keys[fold(text)], text) for i, text in enumerate(texts) if text and fold(text) in keys}
                if len(named) >= HEAD_CELLS:
                    columns = named
                elif number >= HEAD_ROWS:
                    break
                continue
            cells = {
                key: (get_column_letter(i + 1), header, texts[i])
                for i, (key, header) in columns.items()
                if i < len(texts) and texts[i]
            }
            if cells:
                yield number, cells
        if columns:
            return
    raise Refused(NO_HEADER)


def _file(
    number: int,
    cells: dict[str, tuple[str, str, str]],
    read: FormRead,
    known: _Known,
    mode: str,
    by: Any,
    now: datetime,
) -> BehalfRow:
    text = {key: cell[2] for key, cell in cells.items()}
    report, sentence = known.find(text.get(CODE, ""), text.get("name", ""))
    row = BehalfRow(number, report.organization.name if report else text.get("name", "") or text.get(CODE, ""))
    if report is None:
        row.faults.append(Fault("", "", sentence))
        return row
    if earlier := known.taken.get(report.pk):
        row.faults.append(Fault("", "", f"和第 {earlier} 行是同一家组织,请只留一行。"))
        return row
    known.taken[report.pk] = number
    with transaction.atomic():
        try:
            _file_one(report, row, cells, text, read, by, now)
        except NotReady as error:
            row.faults += [_at(cells, read, one.question, one.sentence) for one in error.problems]
        except ValidationError as error:
            row.faults += [Fault("", "", message) for message in error.messages]
        except Refused as refusal:
            row.faults.append(Fault("", "", refusal.sentence))
        if row.faults or mode == CHECK:
            transaction.set_rollback(True)
            row.receipt = ""
    return row


def _file_one(
    report: AnnualReport,
    row: BehalfRow,
    cells: dict[str, tuple[str, str, str]],
    text: dict[str, str],
    read: FormRead,
    by: Any,
    now: datetime,
) -> None:
    typed = {code: text[code] for code in read.by_code if code in text}
    saved = save_answers(report=report, typed=typed, by=by, now=now)
    row.faults += [_at(cells, read, code, said) for code, said in saved.errors.items()]
    stored = AnnualReport.objects.select_related("round__form", "organization").get(pk=report.pk)
    sheet = sheet_of(stored, read)
    findings = check_sheet(sheet, context_of(stored, now))
    if text.get(REMARK):
        soft = {one.key: text[REMARK] for one in findings if not one.hard}
        save_answers(report=report, typed={}, remarks=soft, by=by, now=now)
    if row.faults:
        return
    roles = {str(label): str(code) for code, label in SecondCertifier.choices}
    role = text.get(SECOND_ROLE, "")
    signing = Signing(text.get(SIGNER, ""), text.get(POST, ""), text.get(SECOND, ""), roles.get(role, role))
    row.receipt = submit_report(report=report, signing=signing, by=by, now=now).receipt


def _at(cells: dict[str, tuple[str, str, str]], read: FormRead, code: str, sentence: str) -> Fault:
    column, header, _ = cells.get(code, ("", read.by_code[code].label if code in read.by_code else "", ""))
    return Fault(column, header, sentence)
