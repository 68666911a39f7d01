"""Checks of a sheet: hard ones cannot be true, soft ones are unlikely and ask for a sentence that the reviewer reads.

What is not known takes part in no comparison: unknown is not zero.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from evaluation.domain.sheet import NOTHING, Sheet
from evaluation.domain.values import Stored, day_of_answer, number_of
from evaluation.models import AnswerType, Question
from orgs.lines import LINES, Line
from orgs.models.bodies import Composition

# 四(三): 党群活动经费 per member and year, in yuan.
YUAN_A_MEMBER = 100
# A 党支部 has at least three full members (党章).
BRANCH_FROM = 3
IDLE_FROM = 50
REMARK_FROM = 4

PARTS = ("women", "league_members", "full_members", "union_members")
AGES = ("members_under_36", "members_36_50", "members_51_60", "members_over_60")
FUNDS = ("funds_dues", "funds_superior", "funds_business", "funds_fiscal", "funds_other")
HEADS = ("party_head", "union_head", "league_head", "women_head")
# Which head-counts the size of a line's forms is measured by.
MEASURES = {
    Line.PARTY: ("full_members", "probationary_members"),
    Line.LEAGUE: ("league_members",),
    Line.WOMEN: ("women",),
}


@dataclass(frozen=True)
class Finding:
    """What a check says.

    Attributes:
        key: the check's name and, where it speaks of several things, the question: "change.employees".
        question: code of the question it stands at.
        sections: codes of the sections it touches.
        sentence: what is wrong or unlikely, and what to do.
        hard: whether it must be mended; a soft one is explained in the report's remarks under its key.
    """

    key: str
    question: str
    sections: tuple[str, ...]
    sentence: str
    hard: bool


@dataclass(frozen=True)
class FormSize:
    """A form of bodies, as far as the checks need it.

    Attributes:
        line: code of `Line`.
        label: its name.
        joint: whether it covers several organizations.
        body: whether it counts as a body.
        least: fewest people it is meant for, None for any.
        most: the most, None for any.
    """

    line: str
    label: str
    joint: bool = False
    body: bool = True
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class OpenDifference:
    """One unanswered finding of another authority's register about the organization.

    Attributes:
        kind: "changed", or "gone" where a complete register lacks it.
        field: what differs: name, registration_type, industry; "" for "gone".
        theirs: what the other register says, as stored.
        source: the register's name in words.
        as_of: its day.
    """

    kind: str
    field: str
    theirs: str
    source: str
    as_of: date


@dataclass(frozen=True)
class Context:
    """What the checks compare a sheet with.

    Attributes:
        registered_on: the organization's registration.
        as_of: the day the round's figures stand for.
        today: today in Asia/Shanghai.
        differences: open findings of other registers.
        compositions: line → 组建方式 in the register, for bodies whose composition is not answered.
        forms: form's code → its size.
        own_from: line → from how many employees a body of its own is due.
        last: last year's answers.
        last_year: their year, None where there are none.
    """

    registered_on: date | None
    as_of: date
    today: date
    differences: tuple[OpenDifference, ...] = ()
    compositions: dict[str, str] = field(default_factory=dict)
    forms: dict[str, FormSize] = field(default_factory=dict)
    own_from: dict[str, int] = field(default_factory=dict)
    last: dict[str, Stored] = field(default_factory=dict)
    last_year: int | None = None


@dataclass(frozen=True)
class Given:
    """The answers that count: those to questions asked as the answers stand."""

    sheet: Sheet
    asked: dict[str, Question]
    values: dict[str, Stored]

    def number(self, code: str) -> Decimal | None:
        """The number answered, None where nothing is, or 不清楚."""
        return number_of(self.values.get(code))

    def label(self, code: str) -> str:
        """What the question is called, without the words that hang it under another one."""
        return self.sheet.read.by_code[code].label.removeprefix("其中:").removeprefix("党员:")

    def words(self, code: str, value: Stored) -> str:
        """A value in words, “空” where there is nothing."""
        return self.sheet.words(code, value) or "空"


# (code of the question, other questions it touches, sentence); the check's own name is put before the key.
Said = tuple[str, tuple[str, ...], str]
Check = Callable[[Given, Context], Iterator[Said]]


def check_name(given: Given, context: Context) -> Iterator[Said]:
    """An organization has a name."""
    if "name" in given.values and given.values["name"] in NOTHING:
        yield "name", (), "单位名称不能为空,请填写登记的全称。"


def check_parts(given: Given, context: Context) -> Iterator[Said]:
    """三(一)3: women, league, party and union members are among the employees."""
    whole = given.number("employees")
    for code in PARTS:
        part = given.number(code)
        if whole is not None and part is not None and part > whole:
            sentence = f"{given.label(code)}({part})不能多于从业人员({whole}),请核对两个数字。"
            yield code, ("employees",), sentence


def check_ages(given: Given, context: Context) -> Iterator[Said]:
    """F3: the members' ages add up to full and probationary members."""
    total = _total(given, ("full_members", "probationary_members"))
    yield from _adds_up(given, AGES, total, "各年龄段的党员", "正式党员加预备党员", ("full_members",))


def check_funds(given: Given, context: Context) -> Iterator[Said]:
    """F3: the sources of the funds add up to their total."""
    total = given.number("funds_total")
    yield from _adds_up(given, FUNDS, total, "各项来源的经费", "经费总额", ("funds_total",), "元")


def check_future(given: Given, context: Context) -> Iterator[Said]:
    """No date is still to come."""
    for code, day in _days(given):
        if day > context.today:
            yield code, (), f"{given.label(code)}({day})还没有到,请核对。"


def check_after_as_of(given: Given, context: Context) -> Iterator[Said]:
    """The report tells the state of its day: what came later belongs to next year's."""
    for code, day in _days(given):
        if context.as_of < day <= context.today:
            sentence = f"{given.label(code)}({day})晚于本表的截至日期({context.as_of})。截至日期以后的变动,明年填报。"
            yield code, (), sentence


def check_before_registration(given: Given, context: Context) -> Iterator[Said]:
    """A body of the organization's own is not older than the organization; joint and attached ones may be."""
    for line in LINES:
        code = f"{line}_founded_on"
        day = day_of_answer(given.values.get(code))
        composition = given.values.get(f"{line}_composition") or context.compositions.get(line, "")
        if day and context.registered_on and composition == Composition.OWN and day < context.registered_on:
            sentence = f"{given.label(code)}({day})早于单位登记日期({context.registered_on}),请核对;联合组建或挂靠的,请改组建方式。"
            yield code, (f"{line}_composition",), sentence


def check_line_of_form(given: Given, context: Context) -> Iterator[Said]:
    """A body has a form of its own line."""
    for line in LINES:
        form = context.forms.get(str(given.values.get(f"{line}_form", "")))
        if form is not None and form.line != line:
            yield f"{line}_form", (), f"“{form.label}”不是{Line(line).label}的形式,请从列表里另选。"


def check_change(given: Given, context: Context) -> Iterator[Said]:
    """A figure that moved further than the form takes without a word, against what is known or last year's."""
    for code, question in given.asked.items():
        after = given.number(code)
        before, whence = _before(given, context, code)
        if question.soft_percent is None or after is None or before is None:
            continue
        moved = abs(after - before)
        if not moved or moved < (question.soft_floor or 0) or moved * 100 <= before * question.soft_percent:
            continue
        grown = "增加" if after > before else "减少"
        share = f",{grown} {moved * 100 / before:.0f}%" if before else ""
        old, new = given.words(code, _text(before)), given.words(code, given.values[code])
        yield code, (), f"{given.label(code)}由 {old}({whence})变为 {new}{share},变动较大,请说明原因。"


def check_unknown(given: Given, context: Context) -> Iterator[Said]:
    """Known before, and 不清楚 now."""
    for code in given.asked:
        known = given.sheet.known_value(code)
        if code in given.values and given.values[code] is None and known is not None and known not in NOTHING:
            sentence = f"{given.label(code)}原来掌握(现有 {given.words(code, known)}),这次填了不清楚,请说明原因。"
            yield code, (), sentence


def check_gone(given: Given, context: Context) -> Iterator[Said]:
    """登记为已建,表中为无."""
    for line in LINES:
        code = f"{line}_has"
        if given.values.get(code) == "no" and given.sheet.known_value(code) == "yes":
            yield code, (), f"{Line(line).label}登记为已建,表中为无,请说明何时、因何撤销。"


def check_too_small(given: Given, context: Context) -> Iterator[Said]:
    """Too few employees for the body of its own that is said to stand; as it was known, it is not asked again."""
    employees = given.number("employees")
    for line, least in context.own_from.items():
        own = given.values.get(f"{line}_has") == "yes" and given.values.get(f"{line}_composition") == Composition.OWN
        form = context.forms.get(str(given.values.get(f"{line}_form", "")))
        if _as_known(given, ("employees", f"{line}_has", f"{line}_composition")):
            continue
        if own and employees is not None and employees < least and (form is None or form.body):
            sentence = f"从业人员 {employees} 人,不到应建{Line(line).label}的 {least} 人,填的是单独组建,请核对或说明。"
            yield f"{line}_composition", ("employees",), sentence


def check_branch_without_three(given: Given, context: Context) -> Iterator[Said]:
    """A 党支部 of its own whose full members fell below three (党章)."""
    members = given.number("full_members")
    if given.values.get("party_form") == "party_branch" and members is not None and members < BRANCH_FROM:
        sentence = (
            f"正式党员 {members} 人,不足 {BRANCH_FROM} 人,填的是党支部,请说明(如组织关系正在转入,或拟改建联合党支部)。"
        )
        yield "party_form", ("full_members",), sentence


def check_registers(given: Given, context: Context) -> Iterator[Said]:
    """三(一)2: the register of another authority says otherwise, and nobody has answered that yet."""
    for one in context.differences:
        code = "operating_state" if one.kind == "gone" else one.field
        if code not in given.values or given.values[code] in NOTHING:
            continue
        told = given.values[code]
        if one.kind == "gone" and told == "normal":
            yield code, (), f"{one.source}的名册({one.as_of})里已没有这家单位,填的是正常经营,请说明。"
        elif one.kind != "gone" and told != one.theirs:
            theirs, mine = given.words(code, one.theirs), given.words(code, told)
            sentence = (
                f"{one.source}的名册({one.as_of})里,{given.label(code)}是“{theirs}”,填的是“{mine}”,请核对或说明。"
            )
            yield code, (), sentence


def check_idle(given: Given, context: Context) -> Iterator[Said]:
    """No revenue with many employees."""
    employees = given.number("employees")
    for code in ("annual_revenue", "annual_income"):
        if given.number(code) == 0 and employees is not None and employees >= IDLE_FROM:
            sentence = f"从业人员 {employees} 人,{given.label(code)}为 0,请核对;不掌握的请选不清楚,不要填 0。"
            yield code, ("employees",), sentence


def check_heads(given: Given, context: Context) -> Iterator[Said]:
    """三(二): the head of a body changed."""
    for code in HEADS:
        before = given.sheet.known_value(code)
        if code in given.values and before and given.values[code] != before:
            now = given.values[code]
            told = f"由 {before} 变为 {now}" if now else f"原为 {before},现在空缺"
            yield code, (), f"{given.label(code).removesuffix('姓名')}{told},请说明何时、因何调整。"


def check_funds_a_member(given: Given, context: Context) -> Iterator[Said]:
    """四(三): not less than 100 yuan a member and year; with members or funds unknown nothing is said."""
    members, funds = _total(given, ("full_members", "probationary_members")), given.number("funds_total")
    if members and funds is not None and funds < members * YUAN_A_MEMBER:
        sentence = f"党员 {members} 人,活动经费 {given.words('funds_total', _text(funds))},人均不到 {YUAN_A_MEMBER} 元(四(三)),请说明。"
        yield "funds_total", ("full_members", "probationary_members"), sentence


def check_size_of_form(given: Given, context: Context) -> Iterator[Said]:
    """A form that does not fit the size is a hint, never an error; as it was known, it is not asked again."""
    for line, measures in MEASURES.items():
        code = f"{line}_form"
        form = context.forms.get(str(given.values.get(code, "")))
        size = _total(given, measures)
        if form is None or form.joint or form.line != line or size is None or _as_known(given, (code, *measures)):
            continue
        if given.values[code] == "party_branch" and size < BRANCH_FROM:
            continue  # check_branch_without_three has said so
        if (form.least is not None and size < form.least) or (form.most is not None and size > form.most):
            sentence = f"“{form.label}”与人数({size})不相称,请核对形式或人数;确实如此的,请说明。"
            yield code, measures, sentence


HARD: dict[str, Check] = {
    "name_empty": check_name,
    "part_over_whole": check_parts,
    "ages": check_ages,
    "funds": check_funds,
    "future": check_future,
    "after_as_of": check_after_as_of,
    "before_registration": check_before_registration,
    "form_of_other_line": check_line_of_form,
}
SOFT: dict[str, Check] = {
    "change": check_change,
    "unknown": check_unknown,
    "gone": check_gone,
    "too_small": check_too_small,
    "branch_without_three": check_branch_without_three,
    "register": check_registers,
    "idle": check_idle,
    "head": check_heads,
    "funds_a_member": check_funds_a_member,
    "size_of_form": check_size_of_form,
}


def check_sheet(sheet: Sheet, context: Context) -> list[Finding]:
    """Everything the checks say of a sheet, hard ones first, each in the order of its check.

    Args:
        sheet: a report's answers under its form.
        context: what they are compared with.
    """
    given = given_in(sheet)
    section_of = {question.code: section.code for section, questions in sheet.read.sections for question in questions}
    found = []
    for checks, hard in ((HARD, True), (SOFT, False)):
        for name, check in checks.items():
            for code, touched, sentence in check(given, context):
                codes = [one for one in (code, *touched) if one in section_of]
                sections = tuple(dict.fromkeys(section_of[one] for one in codes))
                found.append(Finding(f"{name}.{code}", code, sections, sentence, hard))
    return found


def given_in(sheet: Sheet) -> Given:
    """The answers of a sheet that count.

    Args:
        sheet: a report's answers under its form.
    """
    asked = {question.code: question for question in sheet.asked()}
    return Given(sheet, asked, {code: sheet.answers[code] for code in asked if code in sheet.answers})


def explained(finding: Finding, remarks: dict[str, str]) -> bool:
    """Whether a soft finding has its sentence.

    Args:
        finding: a soft one.
        remarks: the report's, check's key → sentence.
    """
    return len(remarks.get(finding.key, "").strip()) >= REMARK_FROM


def _as_known(given: Given, codes: tuple[str, ...]) -> bool:
    """Whether all of it stands as it was known when the round opened."""
    return all(code in given.sheet.known and given.values.get(code) == given.sheet.known_value(code) for code in codes)


def _total(given: Given, codes: tuple[str, ...]) -> Decimal | None:
    numbers = [given.number(code) for code in codes]
    return None if None in numbers else sum((number for number in numbers if number is not None), Decimal(0))


def _adds_up(
    given: Given,
    codes: tuple[str, ...],
    total: Decimal | None,
    what: str,
    whole: str,
    touched: tuple[str, ...],
    unit: str = "人",
) -> Iterator[Said]:
    """All parts known: they make the whole. Some known: they are not more than it."""
    numbers = {code: given.number(code) for code in codes}
    known = [number for number in numbers.values() if number is not None]
    if total is None or not known:
        return
    parts = sum(known, Decimal(0))
    first = next(code for code, number in numbers.items() if number is not None)
    if len(known) == len(codes) and parts != total:
        yield first, touched, f"{what}合计 {_text(parts)} {unit},与{whole}({_text(total)} {unit})不相等,请核对。"
    elif parts > total:
        yield first, touched, f"{what}已填的合计 {_text(parts)} {unit},多于{whole}({_text(total)} {unit}),请核对。"


def _days(given: Given) -> Iterator[tuple[str, date]]:
    for code, question in given.asked.items():
        if question.kind == AnswerType.DATE and (day := day_of_answer(given.values.get(code))):
            yield code, day


def _before(given: Given, context: Context, code: str) -> tuple[Decimal | None, str]:
    known = number_of(given.sheet.known_value(code))
    if known is not None:
        told = given.sheet.known[code]
        return known, f"{told['w']},{told['d']}" if told["d"] else str(told["w"])
    return number_of(context.last.get(code)), f"{context.last_year} 年度年报"


def _text(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
