"""Registers of 市场监管, 民政, 统计 and 招商, declared: their columns with the names such exports give them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError

from orgs.domain.reconciliation_known import known_register
from orgs.domain.reconciliation_plan import Claim, Comparison, RegisterRow, compare
from orgs.domain.units import UnitFacts, UnitResolver
from orgs.imports.maps import CodeLists
from orgs.models import Unit
from orgs.models.codes import CodeList
from orgs.models.organization import Kind
from orgs.validators import OLD_CODE_SHAPE, normalise_name, validate_old_code, validate_uscc
from quannan.base.domain.import_files import Report
from quannan.base.workbook.cells import FuzzyDate, Raw, Text, code, count, date, normal, shown
from quannan.base.workbook.check import Checked, check_workbook
from quannan.base.workbook.choices import Choice, Unlisted, choice
from quannan.base.workbook.declare import Column, ImportForm, Problem, Row, SeenBefore

FORM_CODE = "R1"
USCC_LENGTH = 18

# Words of other registers for the operating states of ours, beyond those of the code list itself.
STATE_WORDS = {
    "normal": (
        "存续",
        "在业",
        "开业",
        "在营",
        "正常",
        "登记成立",
        "存续(在营、开业、在册)",
        "在营(开业)企业",
        "登记存续",
        "迁入",
    ),
    "deregistered": ("注销", "已注销", "注销登记", "注销企业", "吊销,已注销", "吊销已注销"),
    "revoked": ("吊销", "已吊销", "吊销未注销", "吊销,未注销", "吊销企业", "撤销", "撤销登记", "已撤销"),
    "moved_out": ("迁出", "已迁出", "迁往市外", "迁出登记"),
    "suspended": ("停业", "歇业", "停产", "责令停业"),
}
# The states of which a register says that the organization is not there any more.
GONE = ("deregistered", "revoked", "moved_out")
_AFTER_BRACKET = re.compile(r"[((\[【].*$")
_SECTION = re.compile(r"([A-Ta-t])(?:$|\d{1,4}$|[\s\-—.、::]+.*$|[^A-Za-z\d].*$)")


class Loosely:
    """A word of a code list as other registers write it: with more in brackets, or a code before it.

    Args:
        listed: the list's own wordings.
        section: whether the first letter may be the code, as in C3312 or C 制造业.
    """

    def __init__(self, listed: Choice, section: bool = False) -> None:
        self.listed = listed
        self.section = section

    def __call__(self, raw: Raw) -> str:
        text = normal(raw if isinstance(raw, str) else shown(raw))
        found: str = self.listed(text)
        if not isinstance(found, Unlisted):
            return found
        if self.section and (letter := _SECTION.match(text)):
            return str(self.listed(letter[1].upper()))
        return str(self.listed(_AFTER_BRACKET.sub("", text))) if _AFTER_BRACKET.search(text) else found


@dataclass
class RegisterContext:
    """What the checks of a row ask for."""

    as_of: dt.date
    seen: SeenBefore = field(default_factory=SeenBefore)


def check_codes(row: Row, context: RegisterContext) -> Iterable[Problem]:
    """A column of unified codes may hold old registration numbers; else both kinds follow their own rules."""
    if row.known("uscc") and len(row["uscc"]) != USCC_LENGTH and OLD_CODE_SHAPE.match(row["uscc"]):
        if row["old_code"] is None:
            row["old_code"] = row["uscc"]
        row["uscc"] = None
    if row.known("uscc"):
        try:
            validate_uscc(row["uscc"])
        except ValidationError as error:
            yield row.error("uscc", "bad_uscc", f"{error.message}。")
    if row.known("old_code"):
        try:
            validate_old_code(row["old_code"])
        except ValidationError:
            # Numbers of other kinds stand in such columns as well; one that is none of ours identifies nothing.
            row["old_code"] = None


def check_dates(row: Row, context: RegisterContext) -> Iterable[Problem]:
    for name in ("registered_on", "ended_on"):
        value = row[name]
        if isinstance(value, FuzzyDate) and value.first() > context.as_of:
            yield row.error(
                name, "date_after_register", f"日期晚于名册的截至日期{context.as_of},请核对日期或名册的截至日期。"
            )


def check_words(row: Row, context: RegisterContext) -> Iterable[Problem]:
    for name, label in (("registration_type", "登记类型"), ("industry", "行业"), ("kind", "单位类别")):
        if isinstance(row[name], Unlisted):
            yield row.warning(name, f"unknown_{name}", f"代码表里没有这种{label},这一项没有比对。")
            row[name] = None
    if isinstance(row["state"], Unlisted):
        yield row.warning("state", "unknown_state", "认不出这种登记状态,按存续比对。可写:存续、注销、吊销、迁出。")
        row["state"] = None


def check_twice(row: Row, context: RegisterContext) -> Iterable[Problem]:
    if row.known("uscc") and (found := context.seen.earlier(row["uscc"], row)):
        number = found[0].number
        yield row.error("uscc", "duplicate", f"与第{number}行是同一个代码,以第{number}行为准。请删去多余的一行。")


ROW_CHECKS = (check_codes, check_dates, check_words, check_twice)


def register_list_form(lists: CodeLists) -> ImportForm:
    """The form with the code lists as they stand.

    Args:
        lists: codes in use, for reading wordings and for the template's lists.
    """
    types = lists.names_of(CodeList.REGISTRATION_TYPE)
    industries = lists.names_of(CodeList.INDUSTRY)
    labels = {which: tuple(r.label for r in lists.codes if r.list_name == which) for which in CodeList}
    for one in lists.codes:
        if one.list_name == CodeList.INDUSTRY:
            industries.setdefault(one.code, one.code)
    states = {word: state for state, words in STATE_WORDS.items() for word in words}
    states |= lists.names_of(CodeList.OPERATING_STATE)

    def listed(names: dict[str, str], field: str, what: str) -> Choice:
        return choice(names, error=f"unknown_{field}", what=what, keep_unknown=True)

    return ImportForm(
        code=FORM_CODE,
        name="登记名册",
        columns=(
            Column("ordinal", "序号", Text(20), names=("编号", "No")),
            Column(
                "name",
                "单位名称",
                Text(120),
                names=(
                    "名称",
                    "企业名称",
                    "主体名称",
                    "市场主体名称",
                    "企业(机构)名称",
                    "社会组织名称",
                    "组织名称",
                    "机构名称",
                    "单位详细名称",
                    "项目单位",
                ),
                required=True,
                blank=("missing_name", "没有填名称,请按登记证照补填全称。"),
                clearable=False,
            ),
            Column(
                "uscc",
                "统一社会信用代码",
                code,
                names=("社会信用代码", "信用代码", "统一代码", "统一社会信用代码/注册号", "统一社会信用代码(注册号)"),
                clearable=False,
                kind="code",
                note="18位,请把整列设为文本格式后再粘贴。",
            ),
            Column(
                "old_code",
                "注册号",
                code,
                names=("工商注册号", "登记证号", "组织机构代码", "旧代码", "原注册号"),
                clearable=False,
                kind="code",
                note="还没有统一代码的,填注册号或组织机构代码。",
            ),
            Column(
                "kind",
                "单位类别",
                listed(lists.names_of(CodeList.KIND), "kind", "单位类别"),
                names=("组织类别",),
                clearable=False,
                printed=False,
            ),
            Column(
                "registration_type",
                "登记类型",
                Loosely(listed(types, "registration_type", "登记类型")),
                names=(
                    "类型",
                    "企业类型",
                    "主体类型",
                    "市场主体类型",
                    "社会组织类型",
                    "社会组织类别",
                    "登记注册类型",
                    "企业(机构)类型",
                ),
                clearable=False,
                options=labels[CodeList.REGISTRATION_TYPE],
            ),
            Column(
                "industry",
                "行业门类",
                Loosely(listed(industries, "industry", "行业"), section=True),
                names=("行业", "所属行业", "行业代码", "行业类别", "国民经济行业", "所属行业门类"),
                clearable=False,
                options=labels[CodeList.INDUSTRY],
            ),
            Column(
                "registered_on",
                "成立日期",
                date,
                names=("登记日期", "注册日期", "成立时间", "登记时间", "注册时间", "成立登记日期", "签约日期"),
                clearable=False,
                kind="date",
            ),
            Column(
                "state",
                "登记状态",
                listed(states, "state", "登记状态"),
                names=("经营状态", "企业状态", "主体状态", "存续状态", "状态", "法人状态"),
                clearable=False,
                options=("存续", "注销", "吊销", "迁出"),
            ),
            Column(
                "ended_on",
                "注销日期",
                date,
                names=("吊销日期", "迁出日期", "注销时间", "注(吊)销日期", "注吊销日期", "注销/吊销日期"),
                clearable=False,
                kind="date",
            ),
            Column(
                "unit",
                "所属乡镇",
                Text(64),
                names=("管辖单位", "主管党(工)委", "所属乡镇(园区)", "乡镇", "所在乡镇", "辖区", "属地", "所属辖区"),
                clearable=False,
            ),
            Column(
                "employees",
                "从业人员",
                count,
                names=("从业人数", "从业人员数", "期末从业人员", "职工人数", "员工人数", "用工人数"),
                clearable=False,
                kind="count",
            ),
        ),
        row_checks=ROW_CHECKS,
        key_fields=("name", "uscc"),
        ordinal="ordinal",
        notes=(
            "这张表用来与台账比对,比对不改动台账;每一条差异由您采纳或不采纳。",
            "统一社会信用代码整列请设为文本格式,否则 Excel 会丢失末位数字。",
            "没有统一代码的填注册号或组织机构代码;都没有的,只按名称比对,重名的不自动认定。",
            "法定代表人、联系人、电话、住所等列不用填;填了也不读入差异。",
            "登记状态写存续(在业)、注销、吊销或迁出;空白按存续比对。",
        ),
    )


@dataclass
class CheckedRegister:
    """A register as read and compared."""

    checked: Checked
    comparison: Comparison

    def summary(self) -> dict[str, int]:
        """rows, rejected, skipped, warnings: the file's own rows."""
        rows = self.checked.rows
        return {
            "rows": len(rows),
            "rejected": sum(not row.accepted for row in rows),
            "warnings": sum(row.accepted and bool(row.problems) for row in rows),
            "skipped": len(self.checked.skipped),
        }


def check_register(
    path: Path | str,
    *,
    claim: Claim,
    today: dt.date,
    default_kind: str,
    default_unit: Unit | None = None,
    progress: Report | None = None,
) -> CheckedRegister:
    """Reads a register and compares it with ours; writes nothing.

    Args:
        path: the file.
        claim: what it claims to hold all of, and how far the account may see.
        today: the day whose units decide what the account may see.
        default_kind: code of `Kind` of rows that do not say theirs.
        default_unit: the unit of rows that name none that is known.
        progress: called with (done, total, step in Chinese); whatever it raises ends the work.

    Raises:
        WorkbookRefused: the file as a whole cannot be read.
    """
    lists, units = CodeLists.load(), UnitResolver.load()
    context = RegisterContext(claim.as_of)
    default = units.units.get(default_unit.pk) if default_unit is not None else None
    kinds = {r.code: str(r.data.get("kind", "")) for r in lists.codes if r.list_name == CodeList.REGISTRATION_TYPE}
    rows: list[RegisterRow] = []

    def take(_: RegisterContext, batch: list[Row]) -> None:
        for row in batch:
            rows.append(_register_row(row, units, default, kinds, default_kind))
            row.label = rows[-1].name

    def step(done: int, total: int) -> None:
        if progress is not None:
            progress(done, total, "检查各行")

    checked = check_workbook(path, register_list_form(lists), context, after=take, progress=step)
    if progress is not None:
        progress(len(rows), len(rows), "与台账比对")
    return CheckedRegister(checked, compare(rows, known_register(as_of=claim.as_of, today=today), claim))


def _register_row(
    row: Row, units: UnitResolver, default: UnitFacts | None, kinds: dict[str, str], default_kind: str
) -> RegisterRow:
    """A row of the file as the comparison reads it."""

    def said(name: str) -> str:
        value = row[name]
        return value if isinstance(value, str) else ""

    uscc, words, state = said("uscc"), said("unit"), said("state")
    by_code = {"9": Kind.ENTERPRISE.value, "5": Kind.SOCIAL.value}.get(uscc[:1], "")
    kind = said("kind") or kinds.get(said("registration_type"), "") or by_code
    unit = (units.resolve(words) if words else None) or default
    name = said("name")
    employees = row["employees"]
    return RegisterRow(
        number=row.number,
        name=name,
        name_key=normalise_name(name),
        uscc=uscc,
        old_code=said("old_code"),
        kind=kind or default_kind,
        kind_stated=bool(kind),
        registration_type=said("registration_type"),
        industry=said("industry"),
        registered_on=_words(row["registered_on"]),
        state=state,
        gone=state in GONE,
        ended_on=_words(row["ended_on"]),
        unit_id=unit.id if unit else None,
        unit_path=unit.path if unit else "",
        unit_words=words,
        employees=employees if isinstance(employees, int) else None,
        good=row.accepted,
    )


def _words(value: object) -> str:
    return str(value) if isinstance(value, FuzzyDate) else ""
