"""The checks of one row of the register form: one rule, one function; each names every fault it finds."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from orgs.domain.register_plan import FIGURE_FIELDS
from orgs.imports.maps import KnownOrganization, RegisterMaps, decrypted
from orgs.lines import LINES, Line, stored_range
from orgs.models import BodyForm
from orgs.models.codes import CodeList
from orgs.validators import validate_old_code, validate_uscc
from quannan.base.encryption import MASK, mask_name, mask_phone
from quannan.base.workbook.cells import CLEAR, FAULTY, NONE, FuzzyDate, normal
from quannan.base.workbook.choices import Unlisted
from quannan.base.workbook.declare import Problem, Row

FORM_LINES = tuple(line for line in LINES if line != Line.MECHANISM)
# The fields of each line; 一会三组 has a date alone.
FORM_FIELDS = {line: f"{line}_form" for line in FORM_LINES}
DATE_FIELDS = {line: f"{line}_date" for line in LINES}
NAME_FIELDS = {line: f"{line}_name" for line in FORM_LINES}
PREDECESSOR_WORDS = ("改制", "转制", "前身", "更名")

LARGE_CHANGE_FROM = 20


def row_codes(row: Row) -> list[str]:
    """The codes by which the row's organization is known: the unified one, then the old one."""
    return [value for field in ("uscc", "old_code") if isinstance(value := row[field], str)]


def known_organization(row: Row, maps: RegisterMaps) -> KnownOrganization | None:
    """The registered organization that the row speaks of."""
    # A dozen checks ask in turn, and no check changes a row's codes.
    if maps.asked is not row:
        maps.asked = row
        maps.answered = maps.matched.get(row.number) or next(
            (known for code in row_codes(row) if (known := maps.organization(code))), None
        )
    return maps.answered


def figure_at(row: Row, maps: RegisterMaps, field: str) -> Any:
    """The figure as it will stand after the import: the cell's, or for a blank cell the register's."""
    value = row[field]
    if value is CLEAR or value is FAULTY:
        return None
    if value is None:
        known = known_organization(row, maps)
        figures = maps.figures.get(known.id) if known else None
        return figures.values[FIGURE_FIELDS.index(field)] if figures and figures.id else None
    return value


def check_code(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    if row.known("uscc"):
        try:
            validate_uscc(row["uscc"])
        except ValidationError as error:
            yield row.error("uscc", "bad_uscc", f"{error.message}。")
    elif row["uscc"] is None and not row.known("old_code"):
        yield row.error("uscc", "missing_code", "没有填统一社会信用代码,请对照登记证照填写18位代码。")
    if row.known("old_code"):
        try:
            validate_old_code(row["old_code"])
        except ValidationError as error:
            yield row.error("old_code", "bad_old_code", f"{error.message}。")
    found = {known.id for code in row_codes(row) if (known := maps.organization(code))}
    if len(found) > 1:
        yield row.error("old_code", "codes_of_two", "台账中这两个代码属于两家组织,请对照登记证照核对。")
    elif found and row.known("uscc"):
        known = known_organization(row, maps)
        if known is not None and known.uscc is not None and maps.organization(row["uscc"]) is None:
            yield row.error("old_code", "codes_of_two", "台账中这个旧代码属于另一家组织,请对照登记证照核对。")


def check_duplicate(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    codes = row_codes(row)
    known = known_organization(row, maps)
    keys: list[str | int] = [known.id] if known else [*codes]
    found = next((found for key in keys if (found := maps.seen.earlier(key, row))), None)
    if found is None:
        return
    earlier, differs = found
    yield row.error(
        "uscc",
        "duplicate",
        f"与第{earlier.number}行是同一个代码,以第{earlier.number}行为准。请删去多余的一行。",
    )
    if differs:
        message = f"与第{row.number}行不一致,请核对"
        earlier.report(earlier.warning("uscc", "differs_from_later", message, shown=codes[0]))


def check_unit(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    if not row.known("unit"):
        return
    unit = maps.units.resolve(row["unit"])
    if unit is None:
        near = maps.units.nearest(row["unit"])
        hint = f"是否“{near}”?" if near else ""
        yield row.error(
            "unit", "unknown_unit", f"系统里没有这个主管党(工)委。{hint}请填写系统中的单位名称,或请管理员补充别名。"
        )
        return
    row["unit"] = unit
    known = known_organization(row, maps)
    if maps.scope is not None and not maps.scope.county:
        if not unit.path.startswith(maps.scope.unit_paths or ("?",)):
            yield row.error("unit", "out_of_scope", "这个主管党(工)委不在您的管理范围,请由其所属单位导入。")
        elif known is not None:
            placement = maps.placement(known.id)
            held = maps.units.units.get(placement.unit_id) if placement else None
            if held is None or not held.path.startswith(maps.scope.unit_paths):
                yield row.error("unit", "out_of_scope", "台账中这家组织不在您的管理范围,请先由两新工委办公室划转。")


def check_identity(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    """A new organization needs kind and registration date; the code's first figure tells the kind."""
    known = known_organization(row, maps)
    code = row["uscc"] if row.known("uscc") else ""
    by_code = {"9": "enterprise", "5": "social"}.get(code[:1])
    kind = row["kind"]
    if isinstance(kind, Unlisted):
        row["kind"] = None
        if by_code or known:
            yield row.warning(
                "kind", "unknown_kind", "没有这种单位类别,已按代码或台账判断。请填“非公有制企业”或“社会组织”。"
            )
        else:
            yield row.error("kind", "unknown_kind", "没有这种单位类别,请填“非公有制企业”或“社会组织”。")
    elif kind is not None and kind is not FAULTY and by_code and kind != by_code:
        label = maps.lists.label(CodeList.KIND, kind)
        yield row.warning("kind", "code_does_not_fit_kind", f"代码的首位与单位类别“{label}”不相符,请对照登记证照核对。")
    if row["kind"] is None and known is None:
        if by_code:
            row["kind"] = by_code
        elif kind is None and not row.has_column("uscc"):
            yield row.error("kind", "missing_kind", "新增的组织须填单位类别。")
        elif kind is None and code:
            yield row.error("kind", "missing_kind", "由代码看不出单位类别,请填“非公有制企业”或“社会组织”。")
    if known is None and row["registered_on"] is None:
        column = "" if row.has_column("registered_on") else "表中没有“登记日期”一列,请补上。"
        yield row.error(
            "registered_on", "missing_registration_date", f"新增的组织须填登记日期(只知年月的写年月)。{column}"
        )
    if known is not None and known.closed_on is not None and known.closed_on <= maps.as_of:
        yield row.warning(
            "name", "organization_closed", f"台账中这家组织已于{known.closed_on}注销或迁出,请核对是否仍应填报。"
        )
    if known is not None and known.closed_on is not None and row.known("registered_on"):
        if row["registered_on"].first() >= known.closed_on:
            yield row.error("registered_on", "registered_after_closing", "登记日期晚于台账中的注销或迁出日期,请核对。")


def check_unlisted(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    known = known_organization(row, maps)
    for field, label in (("industry", "行业"), ("registration_type", "登记类型")):
        if isinstance(row[field], Unlisted):
            kept = known is not None and row[field] == getattr(known, field)
            row[field] = None
            if kept:
                continue
            yield row.warning(
                field, f"unknown_{field}", f"没有这种{label},这一项没有导入。请改用代码表中的名称,或请管理员补充。"
            )


_PARTS = (
    ("women", "women_exceed_employees", "女性"),
    ("league_members", "league_exceed_employees", "团员"),
    ("full_members", "members_exceed_employees", "正式党员"),
)


def check_parts(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    employees = figure_at(row, maps, "employees")
    if employees is None:
        return
    for field, code, label in _PARTS:
        part = figure_at(row, maps, field)
        if part is not None and part > employees:
            at = field if row.has_column(field) and row[field] is not None else "employees"
            kept = any(row[name] is None for name in (field, "employees"))
            note = "(空白处沿用台账的数)" if kept else ""
            yield row.error(at, code, f"{label}人数({part})不能多于从业人员数({employees}){note},请核对两个数字。")


_DATES = ("registered_on", *DATE_FIELDS.values())


def check_dates(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    for field in _DATES:
        value = row[field]
        if isinstance(value, FuzzyDate) and value.first() > maps.as_of:
            yield row.error(
                field, "date_after_survey", f"日期晚于本表的截止日期{maps.as_of},请核对日期,或改用更晚的截止日期。"
            )


def check_form_and_date(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    for line in FORM_LINES:
        form, founded = row[FORM_FIELDS[line]], row[DATE_FIELDS[line]]
        if form is None and founded is None:
            continue
        if isinstance(form, BodyForm):
            if founded is None and row.has_column(f"{line}_date"):
                yield row.error(
                    f"{line}_date", "form_without_date", f"填了组织形式“{form.label}”却没有成立时间,请补填成立时间。"
                )
        elif isinstance(founded, FuzzyDate) and form is not FAULTY and row.has_column(f"{line}_form"):
            yield row.error(
                f"{line}_form", "date_without_form", "填了成立时间却没有组织形式,请补填组织形式,或删去成立时间。"
            )
        elif isinstance(founded, FuzzyDate) and not row.has_column(f"{line}_form"):
            yield row.warning(f"{line}_date", "date_without_form", "表中没有组织形式一列,这个成立时间没有导入。")


def is_joint(row: Row, line: str) -> bool:
    """Whether the row's body of the line is one of several organizations."""
    form = row[FORM_FIELDS[line]] if line in FORM_FIELDS else None
    return (isinstance(form, BodyForm) and form.is_joint) or isinstance(joint_name(row, line), str)


def joint_name(row: Row, line: str) -> str | None:
    """The joint body the row names on this line."""
    if line not in NAME_FIELDS:
        return None
    name = row[NAME_FIELDS[line]]
    return name if isinstance(name, str) else None


def check_founded_after_registration(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    """Only a certain contradiction counts: a month that could still be later passes."""
    registered = row["registered_on"]
    if not isinstance(registered, FuzzyDate):
        return
    remark = row["remark"] if isinstance(row["remark"], str) else ""
    known = known_organization(row, maps)
    for line in LINES:
        founded = row[DATE_FIELDS[line]]
        if not isinstance(founded, FuzzyDate) or is_joint(row, line):
            continue
        if line in FORM_FIELDS and not isinstance(row[FORM_FIELDS[line]], BodyForm):
            # Without a form it is not known to be a body of this organization alone.
            continue
        if founded.last() < registered.first():
            if known is not None and _registered_so(known, registered, line, founded, maps):
                continue
            if any(word in remark for word in PREDECESSOR_WORDS):
                yield row.warning(
                    f"{line}_date", "founded_by_predecessor", "成立时间早于单位登记日期,备注说明为改制前成立,请核对。"
                )
            else:
                yield row.error(
                    f"{line}_date",
                    "body_before_registration",
                    f"成立时间早于单位登记日期({registered}),请核对两个日期;改制前成立的请在备注中写明“改制”。",
                )


def _registered_so(
    known: KnownOrganization, registered: FuzzyDate, line: str, founded: FuzzyDate, maps: RegisterMaps
) -> bool:
    """Whether the register already holds both dates: what it holds is not asked again."""
    first, last = stored_range(known.registered_on, known.registered_precision)
    return (first <= registered.last() and registered.first() <= last) and any(
        held.line == line and held.may_mean(founded.first(), founded.last())
        for held in maps.memberships.get(known.id, ())
    )


def check_masked(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    """An export masks contacts: what comes back masked is no news, whatever the register has by now."""
    known = known_organization(row, maps)
    for field, mask in (("contact_name", mask_name), ("contact_phone", mask_phone)):
        value = row[field]
        if not isinstance(value, str) or MASK not in value:
            continue
        row[field] = None
        if known is None or normal(mask(decrypted(field, getattr(known, field)))) != normal(value):
            yield row.warning(field, "masked_contact", "这是遮盖后的内容,没有导入。需要更正的请填写完整的内容。")


_MEASURES = {
    Line.PARTY: ("full_members", "probationary_members"),
    Line.LEAGUE: ("league_members",),
    Line.WOMEN: ("women",),
    Line.UNION: ("employees",),
    Line.WOMEN_WORKERS: ("women",),
}


def check_size(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    """A form that does not fit the size is a hint, never an error."""
    for line, fields in _MEASURES.items():
        form = row[FORM_FIELDS[line]]
        if not isinstance(form, BodyForm) or form.is_joint or (form.min_count is None and form.max_count is None):
            continue
        counts = [figure_at(row, maps, field) for field in fields]
        if counts[0] is None:
            continue
        size = sum(number for number in counts if number is not None)
        if (form.min_count is not None and size < form.min_count) or (
            form.max_count is not None and size > form.max_count
        ):
            yield row.warning(
                f"{line}_form", "form_does_not_fit_size", f"“{form.label}”与人数({size})不相称,请核对组织形式或人数。"
            )


def check_women_workers_need_union(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    form = row[f"{Line.WOMEN_WORKERS}_form"]
    if not isinstance(form, BodyForm) or not form.is_body:
        return
    union = row[f"{Line.UNION}_form"]
    if isinstance(union, BodyForm) and union.is_body:
        return
    known = known_organization(row, maps)
    if union is not NONE and known is not None:
        for held in maps.memberships.get(known.id, ()):
            if held.line == Line.UNION and (held.until is None or held.until > maps.as_of):
                return
    yield row.warning(
        f"{Line.WOMEN_WORKERS}_form", "women_workers_without_union", "有女工委员会却没有工会,请核对工会一栏。"
    )


def check_large_change(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    known = known_organization(row, maps)
    figures = maps.figures.get(known.id) if known else None
    if figures is None or figures.as_of is None or not row.known("employees"):
        return
    before, after = figures.values[FIGURE_FIELDS.index("employees")], row["employees"]
    if before is None or abs(after - before) < LARGE_CHANGE_FROM:
        return
    if after > before * 2 or after * 2 < before:
        yield row.warning("employees", "large_change", f"从业人员由{before}变为{after},变化较大,请核对。")


def check_money_fits(row: Row, maps: RegisterMaps) -> Iterable[Problem]:
    """Revenue of a thousandth of what the register has is most often yuan taken for 万元, or the reverse."""
    known = known_organization(row, maps)
    figures = maps.figures.get(known.id) if known else None
    after = row["annual_revenue_yuan"]
    if figures is None or figures.as_of is None or not isinstance(after, Decimal) or not after:
        return
    before = figures.values[FIGURE_FIELDS.index("annual_revenue_yuan")]
    if before and not Decimal("0.001") < after / before < Decimal(1000):
        yield row.warning(
            "annual_revenue_yuan", "large_change", "年营业收入与上次相差千倍以上,请核对单位是“万元”还是“元”。"
        )


ROW_CHECKS = (
    check_code,
    check_unit,
    check_identity,
    check_unlisted,
    check_masked,
    check_parts,
    check_dates,
    check_form_and_date,
    check_founded_after_registration,
    check_size,
    check_women_workers_need_union,
    check_large_change,
    check_money_fits,
    # Last: it compares what the other checks have made of both rows.
    check_duplicate,
)
