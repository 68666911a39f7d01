"""年度数字表 and 党群组织表: parts of the register on a form of their own, for organizations that it has."""

from __future__ import annotations

from dataclasses import replace

from orgs.imports.form import body_columns, figure_columns
from orgs.imports.known import HOW_FOUND, KNOWN_CHECKS, naming_columns, register_fields
from orgs.imports.maps import CodeLists
from quannan.base.workbook.declare import Column, ImportForm

FIGURES_CODE = "FIG"
BODIES_CODE = "BODY"


def figures_form(lists: CodeLists) -> ImportForm:
    """年度数字表: every count and amount of a date.

    Args:
        lists: codes in use.
    """
    return _form(
        FIGURES_CODE,
        "“两新”组织年度数字表",
        lists,
        figure_columns(),
        "人数不掌握的请留空,不要填 0;确实没有的填 0。",
    )


def bodies_form(lists: CodeLists) -> ImportForm:
    """党群组织表: form, founding date and joint name of every line.

    Args:
        lists: forms in use.
    """
    return _form(
        BODIES_CODE,
        "“两新”组织党群组织表",
        lists,
        body_columns(lists),
        "日期可写 2010-06-15、2010年6月 或 2010;只知年月的就写年月。",
        "组织形式与成立时间要么都填,要么都不填;没有这种组织的填“无”或“未建”。",
        "几家联合成立的组织,各行“联合组织名称”写同一个名称。",
    )


def _form(
    code: str, name: str, lists: CodeLists, columns: list[Column] | tuple[Column, ...], *notes: str
) -> ImportForm:
    shown = [replace(column, printed=True) for column in columns]
    return ImportForm(
        code=code,
        name=name,
        columns=(*naming_columns(lists), *shown),
        row_checks=KNOWN_CHECKS,
        key_fields=("name", "uscc"),
        ordinal="ordinal",
        notes=(HOW_FOUND, *notes),
        extra=register_fields(lists),
    )
