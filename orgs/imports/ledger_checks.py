"""The checks of one row of F1 or F2: one rule, one function. The words of a ledger on bodies become form and date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from orgs.domain import ledger
from orgs.domain.ledger import F1_ITEMS, F2_ITEMS, KIND_OF, Item, funds_apart, members_over
from orgs.imports.checks import figure_at, joint_name, known_organization
from orgs.imports.known import AFTER, BEFORE
from orgs.imports.ledger_cells import JOINT, OTHERWISE, OWN, THERE_IS, SaidReason
from orgs.imports.ledger_maps import LedgerMaps
from orgs.imports.maps import CodeLists, KnownMembership
from orgs.lines import Line
from orgs.models import BodyForm
from orgs.models.codes import CodeList
from orgs.models.ledger import LedgerForm
from quannan.base.workbook.cells import CLEAR, FAULTY, NONE, FuzzyDate
from quannan.base.workbook.declare import Problem, Row

HAS_LINES = (Line.UNION, Line.LEAGUE, Line.WOMEN)
_MEASURES = {
    Line.PARTY: ("full_members", "probationary_members"),
    Line.LEAGUE: ("league_members",),
    Line.WOMEN: ("women",),
    Line.UNION: ("employees",),
}


def composition_of(held: KnownMembership) -> str:
    """单独, 联合 or another way, of a body that the register has."""
    if held.composition == OWN:
        return OWN
    return JOINT if held.composition.startswith(JOINT) else OTHERWISE


def own_forms(lists: CodeLists, line: str) -> list[BodyForm]:
    """Forms of bodies of one organization, the plainest first."""
    return [form for form in lists.forms if form.line == line and form.is_body and not form.is_joint]


def plain_form(lists: CodeLists, line: str) -> BodyForm | None:
    """The line's plainest form: 党支部, 基层工会委员会, 团支部 …"""
    return next(iter(own_forms(lists, line)), None)


def level_of(lists: CodeLists, form: BodyForm) -> BodyForm:
    """类别 of a form: a joint one is of the plainest level of its line."""
    return (plain_form(lists, form.line) or form) if form.is_joint else form


def active_bodies(line: str, held: Iterable[KnownMembership], maps: LedgerMaps) -> Iterator[KnownMembership]:
    """The bodies of a line, work coverage apart, that cover an organization on the date."""
    for membership in held:
        if membership.line == line and membership.active_on(maps.as_of):
            form = maps.lists.form_by_id.get(membership.form_id or 0)
            if form is None or form.is_body:
                yield membership


def check_kind(row: Row, maps: LedgerMaps) -> Iterable[Problem]:
    known = known_organization(row, maps)
    if known is not None and known.kind != KIND_OF[maps.form]:
        label = maps.lists.label(CodeList.KIND, known.kind)
        other = next(form for form, kind in KIND_OF.items() if kind == known.kind)
        yield row.error(
            "name", "wrong_ledger", f"台账中这家是{label},请填在《{LedgerForm(other).label}》里,从本表删去这一行。"
        )


def check_party(row: Row, maps: LedgerMaps) -> Iterable[Problem]:
    """是否建立, 组建形式 and 类别 together say whether there is a body, and of which form."""
    built, level, composition, founded = (
        row[field] for field in ("party_built", "party_form", "party_composition", "party_date")
    )
    if FAULTY in (built, level, composition):
        row["party_form"] = FAULTY
        return
    says_none = built is False or NONE in (level, composition, founded)
    says_there_is = built is True or isinstance(level, BodyForm) or isinstance(composition, str)
    if says_none and (says_there_is or isinstance(founded, FuzzyDate)):
        row["party_form"] = FAULTY
        at = "party_built" if row.has_column("party_built") else "party_form"
        yield row.error(
            at, "built_and_not_built", "党组织既填了未建,又填了成立时间、形式或类别,请核对,只保留一种说法。"
        )
    elif says_none:
        row["party_form"], row["party_date"] = NONE, None
    elif says_there_is:
        yield from _party_form(row, maps, level if isinstance(level, BodyForm) else None, composition)


def _party_form(row: Row, maps: LedgerMaps, level: BodyForm | None, composition: str | None) -> Iterator[Problem]:
    lists = maps.lists
    held = _held_form(row, Line.PARTY, maps, level, composition)
    plain = plain_form(lists, Line.PARTY)
    if held is not None:
        row["party_form"] = held
    elif composition == OTHERWISE:
        row["party_form"], row["party_date"] = None, None
        yield row.warning(
            "party_composition", "body_not_taken", "挂靠、功能型的党组织请在党群组织页登记,这里没有导入。"
        )
    elif composition == OWN and level is not None and level.is_joint:
        row["party_form"] = FAULTY
        yield row.error("party_composition", "joint_and_own", f"类别是“{level.label}”,组建形式却是单独,请核对。")
    elif composition == JOINT and (level is None or level == plain):
        joint = next((form for form in lists.forms if form.line == Line.PARTY and form.is_joint), None)
        row["party_form"] = joint
    elif composition == JOINT and level is not None and not level.is_joint and joint_name(row, Line.PARTY) is None:
        row["party_form"] = FAULTY
        yield row.error(
            "party_composition",
            "joint_without_name",
            f"联合的“{level.label}”须加一列“联合组织名称”写明名称,才知道与哪几家是同一个。",
        )
    elif level is None:
        yield from _assume(row, Line.PARTY, maps)


def check_has(row: Row, maps: LedgerMaps) -> Iterable[Problem]:
    """有 means the body the register has; where it has none, the form that is usual for the size."""
    for line in HAS_LINES:
        if row[f"{line}_form"] != THERE_IS:
            continue
        known = known_organization(row, maps)
        held = _held_form(row, line, maps, None, None)
        if held is not None:
            row[f"{line}_form"] = held
        elif known and any(active_bodies(line, maps.memberships.get(known.id, ()), maps)):
            # There is one, of a form out of use: 有 says nothing new of it.
            row[f"{line}_form"] = row[f"{line}_date"] = None
        else:
            yield from _assume(row, line, maps)


def _held_form(
    row: Row, line: Line, maps: LedgerMaps, level: BodyForm | None, composition: str | None
) -> BodyForm | None:
    """The form of the register's own body where the row says nothing else of it."""
    known = known_organization(row, maps)
    founded = row[f"{line}_date"]
    fitting = []
    for held in active_bodies(line, maps.memberships.get(known.id, ()) if known else (), maps):
        form = maps.lists.form_by_id.get(held.form_id or 0)
        if form is None or (composition is not None and composition != composition_of(held)):
            continue
        if level is not None and level not in (form, level_of(maps.lists, form)):
            continue
        apart = isinstance(founded, FuzzyDate) and not held.may_mean(founded.first(), founded.last())
        fitting.append((apart, held.since, held.id, form))
    return min(fitting, key=lambda fit: fit[:3])[3] if fitting else None


def _assume(row: Row, line: Line, maps: LedgerMaps) -> Iterator[Problem]:
    """A body is said to be there without its form: what the head-count makes usual, else the plainest."""
    forms = own_forms(maps.lists, line)
    counts = [figure_at(row, maps, field) for field in _MEASURES[line]]
    size = None if counts[0] is None else sum(number for number in counts if isinstance(number, int))
    usual = [
        form
        for form in forms
        if size is not None
        and (form.min_count, form.max_count) != (None, None)
        and (form.min_count or 0) <= size
        and (form.max_count is None or size <= form.max_count)
    ]
    # Where two rungs overlap, the stronger form (domain.md, Establishment standards).
    form = max(usual, key=lambda form: form.min_count or 0) if usual else next(iter(forms), None)
    row[f"{line}_form"] = form
    if form is not None:
        why = f"按人数({size})" if usual else "人数定不了形式,"
        at = "party_built" if line == Line.PARTY and row.has_column("party_built") else f"{line}_form"
        yield row.warning(
            at, "form_assumed", f"只填了有、没有填组织形式,{why}记为“{form.label}”。不对的请写明组织形式。"
        )


def check_reason(row: Row, maps: LedgerMaps) -> Iterable[Problem]:
    reason = row["party_reason"]
    if isinstance(reason, SaidReason) and reason.guessed:
        yield row.warning("party_reason", "unknown_reason", f"代码表里没有这种未建原因,按“其他:{reason.note}”记下。")


def check_scale(row: Row, maps: LedgerMaps) -> Iterable[Problem]:
    """规模以上 is worked out (二(三)); what the cell says is compared and let go."""
    said = row["above_scale"]
    row["above_scale"] = None
    if not isinstance(said, bool):
        return
    revenue = figure_at(row, maps, "annual_revenue_yuan")
    found = maps.scale(figure_at(row, maps, "employees"), revenue if isinstance(revenue, Decimal) else None)
    if found is None:
        yield row.warning(
            "above_scale", "scale_unknown", "从业人员或年营业收入不掌握,算不出是否规模以上,这一项没有采用。"
        )
    elif found is not said:
        words = "规模以上" if found else "规模以下"
        yield row.warning(
            "above_scale", "scale_differs", f"按从业人员和年营业收入算是{words},与所填不同,以算出的为准。"
        )


def values_of(row: Row, items: tuple[Item, ...]) -> dict[str, object]:
    """The items that a row fills, as they are kept; what it clears is left out."""
    return {
        item.code: ledger.kept(item, value)
        for item in items
        if (value := row[item.code]) is not None and value is not CLEAR and value is not FAULTY
    }


def check_members(row: Row, maps: LedgerMaps) -> Iterable[Problem]:
    if maps.form == LedgerForm.ENTERPRISES:
        for label, part, whole in members_over(values_of(row, F1_ITEMS)):
            yield row.warning(
                "members_here",
                "parts_exceed_members",
                f"党员“{label}”({part})多于组织关系在本企业的人数({whole}),请核对。",
            )


def check_funds(row: Row, maps: LedgerMaps) -> Iterable[Problem]:
    if maps.form == LedgerForm.SOCIAL and (apart := funds_apart(values_of(row, F2_ITEMS))):
        yield row.warning(
            "funds", "funds_do_not_add_up", f"经费年总额{apart[0]}元与各来源之和{apart[1]}元不同,照原样保存,请核对。"
        )


LEDGER_CHECKS = (
    *BEFORE,
    check_kind,
    check_party,
    check_has,
    check_reason,
    check_scale,
    check_members,
    check_funds,
    *AFTER,
)
