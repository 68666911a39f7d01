"""The checks of one row of 考核打分表: which sheet it means, and what the page would ask of every value."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from decimal import Decimal

from evaluation.domain.assessments import CONFIRMED, NOT_YOUR_INDICATOR, Rating, ScoreWrite
from evaluation.domain.scoring import fault_of, raw_shown
from evaluation.imports.scores_form import RATER_WORDS, ScoreColumn, YesNo
from evaluation.imports.scores_maps import Held, PlannedScores, ScoreMaps, Sheet
from evaluation.models import Indicator, Rater, Rule
from orgs.domain.acting import UNIT_OUT_OF_SCOPE
from quannan.base.imports import CREATED, UPDATED, Change
from quannan.base.workbook.cells import CLEAR, fold
from quannan.base.workbook.declare import ERROR, Problem, Row

OWN_UNIT = "单位的自评只由本单位的账号填,上级和县级不代填。"
NO_SCHEME = "现在没有评分中的考核方案,请先由两新工委办公室启动方案。"


def check_row(row: Row, maps: ScoreMaps) -> Iterator[Problem]:
    """Every fault of a row; one without any is planned."""
    problems: list[Problem] = []
    rater = row["rater"] if isinstance(row["rater"], str) else ""
    if rater and rater not in maps.raters:
        allowed = "、".join(one.label for one in maps.raters)
        problems.append(row.error("rater", "not_your_rater", f"您只能作为{allowed}评分。"))
        rater = ""
    schemes, about = _schemes(row, maps)
    problems += about
    sheet: Sheet | None = None
    if schemes and rater:
        sheet, about = _sheet(row, maps, rater, schemes)
        problems += about
    scheme = sheet.scheme_id if sheet else schemes[0] if len(schemes) == 1 else None
    planned = PlannedScores(row.number, _label(row, maps))
    problems += _values(row, maps, rater, scheme, sheet, planned)
    if sheet and rater:
        problems += _whole(row, maps, rater, sheet, planned)
    yield from problems
    if row.accepted and all(problem.severity != ERROR for problem in problems) and sheet:
        maps.seen[sheet.id, rater] = row.number
        maps.cases[row.number] = planned


def _label(row: Row, maps: ScoreMaps) -> str:
    name = row["name"] if isinstance(row["name"], str) else row["uscc"] if isinstance(row["uscc"], str) else ""
    word = Rater(row["rater"]).label if isinstance(row["rater"], str) else ""
    return f"{name} {word}".strip()


def _schemes(row: Row, maps: ScoreMaps) -> tuple[list[int], list[Problem]]:
    """Keys of the open schemes that 年度 and 方案 leave over."""
    reads = maps.schemes.reads
    if not reads:
        return [], [row.error("scheme", "no_open_scheme", NO_SCHEME)]
    keys = list(reads)
    if isinstance(row["year"], int):
        keys = [key for key in keys if reads[key].scheme.year == row["year"]]
        if not keys:
            years = "、".join(str(one) for one in sorted({read.scheme.year for read in reads.values()}))
            return [], [row.error("year", "unknown_year", f"这个年度没有评分中的方案,评分中的是 {years} 年度。")]
    text = row["scheme"]
    if isinstance(text, str):
        fitting = [key for key in keys if fold(reads[key].scheme.name) == fold(text)]
        if not fitting:
            names = [reads[key].scheme.name for key in keys]
            near = difflib.get_close_matches(text, names, n=1, cutoff=0.3)
            hint = f"是否“{near[0]}”?" if near else ""
            listed = "、".join(names)
            return [], [row.error("scheme", "unknown_scheme", f"没有这个评分中的方案。{hint}可填:{listed}。")]
        keys = fitting
    return keys, []


def _sheet(row: Row, maps: ScoreMaps, rater: str, keys: list[int]) -> tuple[Sheet | None, list[Problem]]:
    """The one sheet of the row's subject under these schemes."""
    reads = maps.schemes.reads
    of_units = [key for key in keys if reads[key].scheme.of_units]
    name = row["name"]
    unit = maps.units.resolve(name) if isinstance(name, str) and row["uscc"] is None and of_units else None
    if unit is not None:
        if not maps.unit_within(unit.id, unit.path, rater):
            return None, [row.error("name", "out_of_scope", OWN_UNIT if rater == Rater.SELF else UNIT_OUT_OF_SCOPE)]
        if rater == Rater.UNIT:
            return None, [row.error("rater", "no_such_rater", "单位由本单位自评、县级评分,没有主管党委评分。")]
        return _one_of(row, maps, maps.sheets("unit", unit.id), keys)
    if len(of_units) == len(keys):
        near = maps.units.nearest(name) if isinstance(name, str) else None
        hint = f"是否“{near}”?" if near else ""
        return None, [row.error("name", "unknown_unit", f"系统里没有这个单位。{hint}请填写系统中的单位名称。")]
    known, problems = maps.organizations.of_row(row, maps.scopes[Rater(rater)])
    if known is None or problems:
        return None, [_with_nearest(row, maps, rater, problem) for problem in problems]
    return _one_of(row, maps, maps.sheets("organization", known.id), keys)


def _with_nearest(row: Row, maps: ScoreMaps, rater: str, problem: Problem) -> Problem:
    name = row["name"]
    if problem.code != "unknown_organization" or problem.field != "name" or not isinstance(name, str):
        return problem
    near = maps.nearest(name, rater)
    hint = f"是否“{near}”?" if near else ""
    return row.error("name", problem.code, f"{hint}{problem.message}")


def _one_of(row: Row, maps: ScoreMaps, sheets: list[Sheet], keys: list[int]) -> tuple[Sheet | None, list[Problem]]:
    found = [sheet for sheet in sheets if sheet.scheme_id in keys]
    if len(found) == 1:
        return found[0], []
    if found:
        names = "、".join(maps.schemes.reads[sheet.scheme_id].scheme.name for sheet in found)
        return None, [row.error("scheme", "ambiguous_scheme", f"有{len(found)}个方案适用,请填方案:{names}。")]
    sentence = "不在这个方案的考核名单里,请核对方案和名称;启动以后新登记的组织不在名单里。"
    return None, [row.error("name", "not_assessed", sentence)]


def _values(
    row: Row, maps: ScoreMaps, rater: str, scheme: int | None, sheet: Sheet | None, planned: PlannedScores
) -> Iterator[Problem]:
    held = maps.held(sheet, rater) if sheet and rater else {}
    note = row["note"] if isinstance(row["note"], str) else None
    given = 0
    mine = maps.mine[sheet.scheme_id, rater] if sheet and rater else set()
    # A note belongs to what changes, or to the one value that the row gives.
    filled = [
        indicator.pk
        for column in maps.schemes.columns
        if (row[column.field] is CLEAR or isinstance(row[column.field], Decimal))
        and (indicator := column.of_scheme.get(sheet.scheme_id if sheet else 0)) is not None
        and indicator.pk in mine
    ]
    changes: list[Change] = []
    for column in maps.schemes.columns:
        value = row[column.field]
        if not (value is CLEAR or isinstance(value, Decimal)):
            continue
        given += 1
        indicator = column.of_scheme.get(scheme) if scheme is not None else column.any
        if indicator is None:
            yield row.error(column.field, "other_scheme", _other_scheme(maps, column))
            continue
        if value is not CLEAR:
            fault = _fault(indicator, value)
            if fault:
                yield row.error(column.field, "bad_score", fault)
                continue
            yield from _tiny(row, column.field, indicator, value)
        if sheet is None:
            continue
        before = held.get(indicator.pk)
        raw = Decimal(value) if isinstance(value, Decimal) else None
        noted = raw != (before.raw if before else None) or filled == [indicator.pk]
        write = _write(sheet, indicator, rater, raw, note if noted else None, before)
        if write is None:
            continue
        if indicator.pk not in mine:
            yield row.error(column.field, "not_yours", NOT_YOUR_INDICATOR)
            continue
        changes.append(
            Change(
                column.heading,
                _told(indicator, before.raw if before else None, before.note if before else ""),
                _told(indicator, write.rating.raw, write.rating.note),
            )
        )
        planned.scores.append(write)
    if note and not given:
        yield row.error("note", "note_alone", "说明要和评分写在同一行,请至少填一项指标。")
    planned.changes = tuple(changes)
    if planned.scores:
        planned.outcome = UPDATED if held else CREATED


def _other_scheme(maps: ScoreMaps, column: ScoreColumn) -> str:
    names = "、".join(maps.schemes.reads[key].scheme.name for key in column.of_scheme)
    return f"这一列是“{names}”的指标,不属于本行的方案,请清空或改填方案。"


def _fault(indicator: Indicator, value: Decimal) -> str:
    if isinstance(value, YesNo) and indicator.rule != Rule.VETO:
        return "这项指标请填数字;只有一票否决的指标填“是”或“否”。"
    return fault_of(indicator, value)


def _tiny(row: Row, field: str, indicator: Indicator, value: Decimal) -> Iterator[Problem]:
    """A cell formatted as percent arrives as its hundredth."""
    if indicator.rule in (Rule.STEPS, Rule.RATIO) and 0 < value < 1:
        shown = raw_shown(indicator, value)
        yield row.warning(field, "tiny_percent", f"按{shown}%计;单元格设为百分比格式的,请改填百分数,如 15%填15。")


def _write(
    sheet: Sheet, indicator: Indicator, rater: str, raw: Decimal | None, note: str | None, before: Held | None
) -> ScoreWrite | None:
    """The score to be written, None where the register says it already."""
    if before is None:
        if raw is None:
            return None
        return ScoreWrite(sheet.id, indicator, rater, Rating(raw, note or ""))
    kept = before.note if note is None else note
    if (raw, kept) == (before.raw, before.note):
        return None
    return ScoreWrite(sheet.id, indicator, rater, Rating(raw, kept, before.evidence), (before.id, before.version))


def _told(indicator: Indicator, raw: Decimal | None, note: str) -> str:
    shown = raw_shown(indicator, raw) or "未评"
    return f"{shown}({note})" if note else shown if raw is not None or note else ""


def _whole(row: Row, maps: ScoreMaps, rater: str, sheet: Sheet, planned: PlannedScores) -> Iterator[Problem]:
    earlier = maps.seen.get((sheet.id, rater))
    if earlier is not None:
        word = next(word for word, value in RATER_WORDS.items() if value == rater)
        yield row.error("name", "twice", f"第{earlier}行已是这个对象的{word},同一方只填一行,请合并。")
    if planned.scores and sheet.confirmed:
        yield row.error("name", "confirmed", CONFIRMED)
