"""The register in the layout of form F0: what is written reads back as what the register holds.

What the form cannot carry is left blank, which an import takes as "keep", and is listed with its reason on a sheet of
its own, so that nothing is lost without a word.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.domain.register_plan import FIGURE_FIELDS
from orgs.domain.units import UnitResolver
from orgs.imports.form import NOT_LATER_THAN, register_form
from orgs.imports.maps import CodeLists, KnownMembership, KnownOrganization, RegisterMaps, decrypted
from orgs.lines import LINES, Line, Precision
from orgs.models import BodyForm, User
from orgs.models.codes import CodeList
from orgs.validators import normalise_name, validate_old_code, validate_uscc
from quannan.base.encryption import mask_name, mask_phone
from quannan.base.workbook.cells import (
    EARLIEST_YEAR,
    GREATEST_COUNT,
    LATEST_YEAR,
    CellError,
    is_blank,
    is_clear,
    tidy,
)
from quannan.base.workbook.declare import Column, ImportForm
from quannan.base.workbook.template import ExtraSheet, template

CHUNK = 2_000
FORM_NAME = "摸底表"
LEFT_OUT_SHEET = "未能列入"
_LEFT_OUT_COLUMNS = ("组织", "代码", "哪一项", "台账中的内容", "没有列入的原因")
# Spreadsheets count days from 1900 on, and wrongly before March of that year.
_FIRST_SPREADSHEET_DAY = dt.date(1900, 3, 1)
# From here on a cell's number no longer keeps every digit of an amount.
_EXACT_YUAN = Decimal(10) ** 12
_WAN = Decimal(10_000)
_MASKS = {"contact_name": mask_name, "contact_phone": mask_phone}
_LISTS = {
    "kind": CodeList.KIND,
    "registration_type": CodeList.REGISTRATION_TYPE,
    "industry": CodeList.INDUSTRY,
}


def register_form_file(
    organization_ids: Iterable[int], *, whose: str, as_of: dt.date, by: User, now: dt.datetime
) -> IO[bytes]:
    """The organizations as a filled form F0; imported at the same date by the same account it changes nothing.

    Args:
        organization_ids: which ones, in the order of the rows; the caller has made sure that they may be seen.
        whose: whose organizations these are, in words, for the line under the title.
        as_of: the 截止日期, inclusive.
        by: who asks.
        now: when, aware.

    Returns:
        An .xlsx at its beginning. Contacts are masked; masked contacts are left alone by an import.
    """
    out = io.BytesIO()
    lists = CodeLists.load()
    filled = FilledForm(RegisterMaps(as_of, lists, UnitResolver.load()), all_columns(register_form(lists)))
    template(
        filled.form,
        out,
        filled.rows(organization_ids),
        sentence=(
            f"{as_of_words(as_of)}  填报范围:{whose}  {made_words(by, now)};"
            f"联系人和电话已遮盖,装不进本表的内容列在工作表“{LEFT_OUT_SHEET}”"
        ),
        extra=(filled.left_out_sheet(),),
    )
    out.seek(0)
    return out


def as_of_words(as_of: dt.date) -> str:
    """截止日期 as the line under a title begins with it: an import takes the first date that it finds there.

    Args:
        as_of: the date, inclusive.
    """
    return f"截止日期:{as_of.year}年{as_of.month}月{as_of.day}日"


def made_words(by: User, now: dt.datetime) -> str:
    """Who made a file and when.

    Args:
        by: who asks.
        now: when, aware.
    """
    return f"由 {by.name or by.username} 于 {timezone.localtime(now):%Y-%m-%d %H:%M} 导出"


class FilledForm:
    """The rows of one filled form, and what did not go into it."""

    def __init__(self, maps: RegisterMaps, form: ImportForm) -> None:
        """
        Args:
            maps: the register at the date of the form.
            form: the form, every column that is to be written printed.
        """
        self.as_of = maps.as_of
        self.maps = maps
        self.form = form
        self._columns: dict[str, Column] = self.form.by_field
        self._left_out: list[tuple[str, ...]] = []
        self._units: dict[int, str | None] = {}
        self._forms: dict[int, str | None] = {}
        self._known: KnownOrganization | None = None

    def rows(self, organization_ids: Iterable[int]) -> Iterator[list[Any]]:
        """A row an organization, in the order of the form's columns; four queries or a little more for every 2,000."""
        number = 0
        waiting = iter(organization_ids)
        while ids := list(islice(waiting, CHUNK)):
            for known in self._load(ids):
                values = self._row(known)
                if values is not None:
                    number += 1
                    values["ordinal"] = number
                    yield [values.get(column.field) for column in self.form.printed]

    def _load(self, ids: list[int]) -> list[KnownOrganization]:
        return self.maps.load_these(ids)

    def left_out_sheet(self) -> ExtraSheet:
        """What did not go into the rows, with its reason, on a sheet that imports pass over."""
        return ExtraSheet(LEFT_OUT_SHEET, _LEFT_OUT_COLUMNS, self.left_out())

    def left_out(self) -> Iterator[tuple[str, ...]]:
        """What did not go into the rows written so far."""
        yield from self._left_out or [("没有", "", "", "", "")]

    def _note(self, what: str, content: str, why: str) -> None:
        assert self._known is not None
        code = self._known.uscc or self._known.old_code or ""
        self._left_out.append((self._known.name, code, what, content, why))

    def _row(self, known: KnownOrganization) -> dict[str, Any] | None:
        self._known = known
        codes = self._codes(known)
        if not codes:
            self._note("整行", "", "没有可用的代码,导入时认不出是哪一家。请先在台账中补填统一社会信用代码。")
            return None
        placement = self.maps.placement(known.id)
        unit = self._unit(placement.unit_id) if placement else None
        if unit is None:
            self._note("整行", "", "截止日期这天没有在用的主管党(工)委,或名称与别的单位分不清。请先划转。")
            return None
        row: dict[str, Any] = {**codes, "name": known.name, "unit": unit}
        for field, which in _LISTS.items():
            row[field] = self._listed(field, which, getattr(known, field))
        row["registered_on"] = self._date("登记日期", known.registered_on, known.registered_precision)
        self._figures(known, row)
        memberships = self._memberships(known)
        for line in LINES:
            self._bodies(line, memberships.get(line, []), row)
        for field, mask in _MASKS.items():
            row[field] = mask(decrypted(field, getattr(known, field))) or None
        row["remark"] = self._remark(known.remark)
        return row

    def _codes(self, known: KnownOrganization) -> dict[str, str]:
        found = {}
        for field, value, rule in (
            ("uscc", known.uscc, validate_uscc),
            ("old_code", known.old_code, validate_old_code),
        ):
            if value:
                try:
                    rule(value)
                except ValidationError as error:
                    self._note("代码", value, f"{error.messages[0]}。")
                else:
                    found[field] = value
        return found

    def _unit(self, unit_id: int) -> str | None:
        """The name by which an import finds the unit."""
        if unit_id not in self._units:
            facts = self.maps.units.units.get(unit_id)
            found = self.maps.units.resolve(facts.name) if facts else None
            self._units[unit_id] = found.name if found is not None and found.id == unit_id else None
        return self._units[unit_id]

    def _listed(self, field: str, which: CodeList, value: str) -> str | None:
        if not value:
            return None
        text = self.maps.lists.label(which, value)
        column = self._columns[field]
        if column.clean(text) != value:
            self._note(column.label, text, "代码表中已没有这一项,或与另一项同名。")
            return None
        return text

    def _figures(self, known: KnownOrganization, row: dict[str, Any]) -> None:
        figures = self.maps.figures.get(known.id)
        if figures is None or figures.id is None:
            return
        for field, value in zip(FIGURE_FIELDS, figures.values, strict=True):
            column = self._columns.get(field)
            if value is None or column is None:
                continue
            shown: Any = value
            if isinstance(value, Decimal):
                # As text where a spreadsheet's number would lose the fen.
                shown = value / _WAN if value < _EXACT_YUAN else f"{value / _WAN:f}"
            if (isinstance(value, int) and value > GREATEST_COUNT) or not _reads_as(column, shown, value):
                self._note(column.label, str(value), "数字过大,请核对台账。")
                continue
            row[field] = shown

    def _date(self, what: str, day: dt.date, precision: str) -> dt.date | str | None:
        """A day as exactly as it is known; None where the form cannot say it."""
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            self._note(what, str(day), f"表中只能填{EARLIEST_YEAR}至{LATEST_YEAR}年的日期。")
            return None
        if precision == Precision.YEAR:
            return f"{day.year}年"
        if precision == Precision.MONTH:
            return f"{day.year}年{day.month}月"
        return day if day >= _FIRST_SPREADSHEET_DAY else day.isoformat()

    def _memberships(self, known: KnownOrganization) -> dict[str, list[KnownMembership]]:
        """What covers the organization on the date, by line: bodies before work coverage, the oldest first."""
        found: dict[str, list[KnownMembership]] = {}
        for held in self.maps.memberships.get(known.id, ()):
            if held.active_on(self.as_of):
                found.setdefault(held.line, []).append(held)
        for rows in found.values():
            rows.sort(key=lambda held: (not self._is_body(held), held.since, held.id))
        return found

    def _is_body(self, held: KnownMembership) -> bool:
        form = self.maps.lists.form_by_id.get(held.form_id or 0)
        return form is None or form.is_body

    def _bodies(self, line: str, held: list[KnownMembership], row: dict[str, Any]) -> None:
        date_field = f"{line}_date"
        if not held:
            row[date_field if line == Line.MECHANISM else f"{line}_form"] = "无"
            return
        label = Line(line).label
        written = False
        for one in held:
            if written:
                self._note(label, self._words(one), "同一条线还有更早的组织,一行只能填一个。")
                continue
            cells = self._cells(line, one)
            if cells is None:
                self._note(label, self._words(one), "组织形式已停用或没有名称可填,请在党群组织页核对。")
                continue
            row.update(cells)
            written = True

    def _cells(self, line: str, held: KnownMembership) -> dict[str, Any] | None:
        """The cells that say of a body what the register says; None where an import would read another."""
        name: str | None = None
        if held.joint and held.name:
            name = tidy(held.name)
            if normalise_name(name) != held.name_key or line == Line.MECHANISM or self._reads_no_name(line, name):
                return None
        form = self._form_label(line, held.form_id)
        if form is None:
            return None
        since = self._since(line, held)
        if since is None:
            return None
        if line == Line.MECHANISM:
            return {f"{line}_date": since}
        return {f"{line}_form": form, f"{line}_date": since, f"{line}_name": name}

    def _reads_no_name(self, line: str, name: str) -> bool:
        return is_blank(name) or is_clear(name) or self._columns[f"{line}_name"].clean(name) is None

    def _form_label(self, line: str, form_id: int | None) -> str | None:
        if form_id is None:
            return None
        if form_id not in self._forms:
            self._forms[form_id] = self._wording(line, self.maps.lists.form_by_id.get(form_id))
        return self._forms[form_id]

    def _wording(self, line: str, form: BodyForm | None) -> str | None:
        """A wording of the form that no other form of the line goes by."""
        if form is None:
            return None
        if line == Line.MECHANISM:
            first = next(other for other in self.maps.lists.forms if other.line == line)
            return form.label if first.pk == form.pk else None
        for name in (form.label, *form.aliases):
            if self._columns[f"{line}_form"].clean(name) is form:
                return name
        return None

    def _since(self, line: str, held: KnownMembership) -> dt.date | str | None:
        shown = self._date(f"{Line(line).label}成立时间", held.since, held.precision)
        if held.precision == Precision.BY and shown is not None:
            return f"{NOT_LATER_THAN}{held.since.isoformat()}"
        return shown

    def _words(self, held: KnownMembership) -> str:
        form = self.maps.lists.form_by_id.get(held.form_id or 0)
        return f"{held.name or (form.label if form else Line(held.line).label)}({held.since})"

    def _remark(self, remark: str) -> str | None:
        text = tidy(remark)
        if not text:
            return None
        if len(text) > 2000 or is_clear(text) or (text[0] == "#" and text.endswith(("!", "?", "A"))):
            self._note("备注", text, "过长,或会被当作清空标记、出错的公式。")
            return None
        return text


def all_columns(form: ImportForm) -> ImportForm:
    """The form with every column printed, those too that the official one leaves out."""
    return replace(form, columns=tuple(replace(column, printed=True) for column in form.columns))


def _reads_as(column: Column, shown: Any, value: Any) -> bool:
    try:
        return bool(column.clean(float(shown) if isinstance(shown, Decimal) else shown) == value)
    except CellError:
        return False
