"""F1 and F2 filled from the register at a date, in their official layout, with the cross-checks printed beside.

Imported at the same date it changes nothing. What does not add up is said with its row and never mended.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import IO, Any

from orgs.domain.ledger import AREA, ITEMS, MONEY, YES_NO, Item, funds_apart, kept, members_over, scale_on
from orgs.domain.plans import OTHER
from orgs.domain.register_plan import FIGURE_FIELDS
from orgs.exports import FilledForm, as_of_words, made_words
from orgs.imports.ledger_cells import THERE_IS
from orgs.imports.ledger_checks import HAS_LINES, composition_of, level_of
from orgs.imports.ledger_form import enterprise_ledger, social_ledger
from orgs.imports.ledger_maps import LedgerMaps
from orgs.imports.maps import CodeLists, KnownMembership, KnownOrganization, decrypted
from orgs.lines import Line
from orgs.models import Organization, User
from orgs.models.codes import CodeList
from orgs.models.ledger import LedgerForm
from orgs.validators import normalise_name
from quannan.base.encryption import mask_phone
from quannan.base.workbook.cells import NONE, CellError, is_blank, is_clear, tidy
from quannan.base.workbook.declare import ImportForm
from quannan.base.workbook.template import ExtraSheet, depth_of, template

CHECK_SHEET = "核对"
_CHECK_COLUMNS = ("核对项", "结果", "第几行", "组织", "情况")
_FOOTER = "填报人:                    负责人:                    报出时间:      年    月    日"
_FORMS: dict[str, Callable[[CodeLists], ImportForm]] = {
    LedgerForm.ENTERPRISES.value: enterprise_ledger,
    LedgerForm.SOCIAL.value: social_ledger,
}
_COMPOSITIONS = {"own": "单独", "attached": "挂靠", "functional": "临时/功能型"}
_BODIES = "党组织:有 = 单独 + 联合"
_MEMBERS = "党员:各项不多于组织关系在本企业人数"
_FUNDS = "经费:年总额 = 财政 + 党费 + 管理费 + 其他"
_EXACT_AMOUNT = Decimal(10) ** 12


def ledger_file(
    form: str, organization_ids: Iterable[int], *, whose: str, as_of: dt.date, by: User, now: dt.datetime
) -> IO[bytes]:
    """The organizations as a filled ledger; imported at the same date by the same account it changes nothing.

    Args:
        form: code of `LedgerForm`.
        organization_ids: which ones, of the form's kind, in the order of the rows; the caller has made sure that they
            may be seen.
        whose: whose organizations these are, in words, for 填报单位.
        as_of: the 截止日期, inclusive.
        by: who asks.
        now: when, aware.

    Returns:
        An .xlsx at its beginning. Phones are masked; a masked phone is left alone by an import.
    """
    lists = CodeLists.load()
    maps = LedgerMaps.open(as_of, lists, None, form=form, scale=scale_on(as_of))
    assert isinstance(maps, LedgerMaps)
    filled = FilledLedger(maps, _FORMS[form](lists))
    out = io.BytesIO()
    template(
        filled.form,
        out,
        filled.rows(organization_ids),
        sentence=f"{as_of_words(as_of)}  填报单位:{whose}  {made_words(by, now)};电话已遮盖,核对结果见工作表“{CHECK_SHEET}”",
        footer=_FOOTER,
        extra=(ExtraSheet(CHECK_SHEET, _CHECK_COLUMNS, filled.checks()), filled.left_out_sheet()),
    )
    out.seek(0)
    return out


class FilledLedger(FilledForm):
    """The rows of one filled ledger, and what in them does not add up."""

    maps: LedgerMaps

    def __init__(self, maps: LedgerMaps, form: ImportForm) -> None:
        super().__init__(maps, form)
        self.items = ITEMS[maps.form]
        self._tally: Counter[str] = Counter()
        self._differing: dict[str, list[tuple[int, str, str]]] = {}
        self._first_row = 3 + depth_of(form.printed)
        self._written = 0
        self._shared: set[str] = set()

    def _load(self, ids: list[int]) -> list[KnownOrganization]:
        """One query more: which names an import could not tell apart."""
        found = self.maps.load_these(ids)
        keys = {normalise_name(known.name) for known in found}
        bearing: Counter[str] = Counter(
            Organization.objects.filter(name_key__in=keys).order_by().values_list("name_key", flat=True)
        )
        for key in keys:
            bearing[key] += len(self.maps.former.get(key, ()))
        self._shared = {key for key, number in bearing.items() if number > 1}
        return found

    def _row(self, known: KnownOrganization) -> dict[str, Any] | None:
        self._known = known
        codes = self._codes(known)
        if "uscc" not in codes and normalise_name(known.name) in self._shared:
            self._note(
                "整行", "", "没有可用的统一社会信用代码,又有同名的组织,导入时认不出是哪一家。请先在台账中补填代码。"
            )
            return None
        row: dict[str, Any] = {"name": known.name, "uscc": codes.get("uscc")}
        row["registration_type"] = self._listed(
            "registration_type", CodeList.REGISTRATION_TYPE, known.registration_type
        )
        row["contact_phone"] = mask_phone(decrypted("contact_phone", known.contact_phone)) or None
        self._figures(known, row)
        facts = self.maps.facts.get(known.id)
        values = facts.values if facts else {}
        for item in self.items:
            row[item.code] = self._item(item, values.get(item.code))
        self._written += 1
        self._tally["rows"] += 1
        if self.maps.form == LedgerForm.ENTERPRISES:
            self._enterprise(known, row, values)
        else:
            self._party(known, row, "party_form")
            self._funds(known, values)
        return row

    def _enterprise(self, known: KnownOrganization, row: dict[str, Any], values: dict[str, Any]) -> None:
        self._scale(known, row)
        self._party(known, row, "party_built")
        memberships = self._memberships(known)
        for line in HAS_LINES:
            bodies = [one for one in memberships.get(line, []) if self._is_body(one)]
            unknown = [one for one in bodies if one.form_id not in self.maps.lists.form_by_id]
            if unknown:
                self._note(Line(line).label, self._words(unknown[0]), "组织形式已停用,请在党群组织页核对。")
            else:
                row[f"{line}_form"] = THERE_IS if bodies else NONE.value
        for label, part, whole in members_over(values):
            self._differ(_MEMBERS, known, f"{label}{part}人,多于{whole}人。")

    def _scale(self, known: KnownOrganization, row: dict[str, Any]) -> None:
        """规模以上 as the rule of the date has it, blank where it cannot be told."""
        figures = self.maps.figures.get(known.id)
        values = dict(zip(FIGURE_FIELDS, figures.values, strict=True)) if figures and figures.id else {}
        found = self.maps.scale(values.get("employees"), values.get("annual_revenue_yuan"))
        self._tally[f"scale {found}"] += 1
        row["above_scale"] = None if found is None else "是" if found else "否"

    def _party(self, known: KnownOrganization, row: dict[str, Any], none_at: str) -> None:
        bodies = [one for one in self._memberships(known).get(Line.PARTY, []) if self._is_body(one)]
        label = Line.PARTY.label
        if not bodies:
            row[none_at] = "否" if none_at == "party_built" else "无"
            if none_at == "party_built":
                row["party_reason"] = self._reason(known)
            self._tally["none"] += 1
            return
        self._tally["there"] += 1
        self._tally[f"body {composition_of(bodies[0])}"] += 1
        if composition_of(bodies[0]) not in ("own", "joint"):
            way = _COMPOSITIONS[bodies[0].composition]
            self._differ(_BODIES, known, f"组建形式是{way},既不是单独也不是联合。")
        cells = self._party_cells(bodies[0])
        if cells is None:
            self._note(label, self._words(bodies[0]), "组织形式已停用,或成立时间表中填不了,请在党群组织页核对。")
            return
        row.update(cells)
        if none_at == "party_built":
            row["party_built"] = "是"
        for other in bodies[1:]:
            self._note(label, self._words(other), "同一条线还有更早的组织,一行只能填一个。")

    def _party_cells(self, held: KnownMembership) -> dict[str, Any] | None:
        form = self.maps.lists.form_by_id.get(held.form_id or 0)
        level = level_of(self.maps.lists, form) if form else None
        shown = self._form_label(Line.PARTY, level.pk) if level else None
        since = self._since(Line.PARTY, held)
        if shown is None or since is None:
            return None
        composition = _COMPOSITIONS.get(held.composition, "联合")
        return {"party_form": shown, "party_date": since, "party_composition": composition}

    def _reason(self, known: KnownOrganization) -> str | None:
        plan = self.maps.reason_on_date(known.id)
        if plan is None:
            return None
        label = self.maps.lists.label(CodeList.NO_PARTY_REASON, plan.reason)
        text = f"其他:{tidy(plan.reason_note)}" if plan.reason == OTHER else label
        said = self._columns["party_reason"].clean(text)
        if said is None or said.code != plan.reason or said.guessed:
            self._note("未建原因", text, "代码表中已没有这一项。")
            return None
        return text

    def _item(self, item: Item, value: Any) -> Any:
        """A cell that an import reads as the very value; None, and noted, where there is no such cell."""
        if value is None:
            return None
        cell: Any = value
        if item.kind in (MONEY, AREA):
            amount = Decimal(value)
            cell = amount if amount < _EXACT_AMOUNT else f"{amount:f}"
        elif item.kind == YES_NO:
            cell = "是" if value else "否"
        if self._comes_back(item, cell, value):
            return cell
        self._note(item.words, str(value), "内容过长、过大,或会被当作清空标记、出错的公式。")
        return None

    def _comes_back(self, item: Item, cell: Any, value: Any) -> bool:
        if isinstance(cell, str) and (is_blank(cell) or is_clear(cell) or (cell[0] == "#" and cell[-1] in "!?A")):
            return False
        try:
            read = self._columns[item.code].clean(float(cell) if isinstance(cell, Decimal) else cell)
        except CellError:
            return False
        return bool(kept(item, read) == value)

    def _funds(self, known: KnownOrganization, values: dict[str, Any]) -> None:
        apart = funds_apart(values)
        if apart:
            self._differ(_FUNDS, known, f"年总额{apart[0]}元,各来源之和{apart[1]}元。")
        if values.get("funds") is not None:
            self._tally["funds"] += 1

    def _differ(self, check: str, known: KnownOrganization, words: str) -> None:
        row = self._first_row + self._written - 1
        self._differing.setdefault(check, []).append((row, known.name, words))

    def checks(self) -> Iterator[tuple[Any, ...]]:
        """Every cross-check of the rows written so far, then each row that does not add up."""
        tally = self._tally
        own, joint = tally["body own"], tally["body joint"]
        yield self._result(_BODIES, f"有{tally['there']}家,单独{own}家,联合{joint}家;未建{tally['none']}家")
        if self.maps.form == LedgerForm.ENTERPRISES:
            above, below, unknown = (tally[f"scale {found}"] for found in (True, False, None))
            words = f"规模以上{above}家,规模以下{below}家,算不出{unknown}家"
            yield ("规模以上", "由系统按标准计算", "", "", words)
            yield self._result(_MEMBERS, f"共{tally['rows']}家")
        else:
            yield self._result(_FUNDS, f"填了年总额的{tally['funds']}家,来源有空白的不核对")
        for check, found in self._differing.items():
            for row, name, words in found:
                yield (check, "不符", str(row), name, words)

    def _result(self, check: str, words: str) -> tuple[str, ...]:
        differing = len(self._differing.get(check, ()))
        return (check, f"不符{differing}家" if differing else "相符", "", "", words)
