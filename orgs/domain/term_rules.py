"""Writing 任期规定: how long terms last from a date on; terms that run keep the length they began with."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.acting import acting, locked, require_text, tell
from orgs.domain.refusals import NotAllowed
from orgs.lines import Line
from orgs.models import BodyForm, TermRule
from orgs.permissions import may_keep_term_rules

NOT_YOURS = "任期规定由两新工委办公室维护,您的角色不能修改。"
NOTE_LENGTH = 300


def change_term_rule(
    *,
    rule: TermRule,
    from_: date,
    shortest_years: int,
    usual_years: int,
    longest_years: int,
    between_allowed: bool,
    extension_months: int,
    source: str,
    is_reading: bool = False,
    note: str = "",
    by: Any,
    now: datetime,
) -> TermRule:
    """Gives a line and level another rule from a day on; the old one ends the day before and stays readable.

    Elections already recorded keep their terms: only those held from the day on follow the new rule.

    Args:
        rule: the rule in force at last, without an end.
        from_: first day of the new rule; past days are allowed, later than the old rule's first.
        shortest_years: least length of a term, years.
        usual_years: the length where nothing else is said.
        longest_years: greatest length.
        between_allowed: whether the lengths between are allowed too.
        extension_months: how long an extension generally lasts at most.
        source: where it is written.
        is_reading: whether the text leaves it open and this is our reading.
        note: what a reader should know.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: rules are not the actor's.
        ValidationError: by field.
    """
    _require_keeper(by)
    source = require_text(source, "source", "请写明依据,例如文件名称和文号。")
    with acting(by, source):
        old = locked(rule)
        _check_follows(old, from_)
        new = TermRule(
            line=old.line,
            level=old.level,
            forms=old.forms,
            **_lengths(shortest_years, usual_years, longest_years, between_allowed, extension_months),
            period=DateRange(from_, None),
            source=source,
            is_reading=is_reading,
            note=note.strip()[:NOTE_LENGTH],
        )
        old.period = DateRange(old.period.lower, from_)
        old.save(update_fields=["period"])
        new.save(force_insert=True)
        _tell("term_rule.change", new, by, now)
    return new


def add_term_rule(
    *,
    line: str,
    level: str,
    forms: Iterable[BodyForm],
    from_: date | None,
    shortest_years: int,
    usual_years: int,
    longest_years: int,
    between_allowed: bool,
    extension_months: int,
    source: str,
    is_reading: bool = False,
    note: str = "",
    by: Any,
    now: datetime,
) -> TermRule:
    """Sets a rule for forms that have none yet, such as women's bodies, which else follow the party's term.

    Args:
        line: code of `Line`, not mechanism.
        level: what the rule is called, once in a line.
        forms: the forms it holds for, all of the line and none of them under another rule from that day on.
        from_: first day, None for always.
        shortest_years: least length of a term, years.
        usual_years: the length where nothing else is said.
        longest_years: greatest length.
        between_allowed: whether the lengths between are allowed too.
        extension_months: how long an extension generally lasts at most.
        source: where it is written.
        is_reading: whether the text leaves it open and this is our reading.
        note: what a reader should know.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: rules are not the actor's.
        ValidationError: by field.
    """
    _require_keeper(by)
    level = require_text(level, "level", "请给这一层级起个名称,例如 委员会、支部。", 32)
    source = require_text(source, "source", "请写明依据,例如文件名称和文号。")
    meant = list(forms)
    _check_forms(line, meant, from_)
    with acting(by, source):
        rule = TermRule(
            line=line,
            level=level,
            forms=[form.code for form in meant],
            **_lengths(shortest_years, usual_years, longest_years, between_allowed, extension_months),
            period=DateRange(from_, None),
            source=source,
            is_reading=is_reading,
            note=note.strip()[:NOTE_LENGTH],
        )
        rule.save(force_insert=True)
        _tell("term_rule.add", rule, by, now)
    return rule


def _require_keeper(by: Any) -> None:
    if by is not None and not may_keep_term_rules(by):
        raise NotAllowed(NOT_YOURS)


def _check_follows(old: TermRule, from_: date) -> None:
    if old.period.upper is not None:
        raise ValidationError(f"这条规定已于{old.period.upper}起被新的代替,请修改现行的一条。", code="ended")
    if old.period.lower and from_ <= old.period.lower:
        sentence = f"新规定的施行日期应晚于现行规定的施行日期({old.period.lower}),请核对。"
        raise ValidationError({"from_": ValidationError(sentence, code="bad_day")})


def _check_forms(line: str, forms: list[BodyForm], from_: date | None) -> None:
    sentence = ""
    if line == Line.MECHANISM:
        raise ValidationError({"line": ValidationError("“一会三组”不实行任期。", code="no_term")})
    if not forms:
        sentence = "请至少选择一种组织形式。"
    elif strange := [form.label for form in forms if form.line != line]:
        sentence = f"{'、'.join(strange)}不是{Line(line).label}的形式,请取消勾选。"
    else:
        ruled = TermRule.objects.filter(line=line, forms__overlap=[form.code for form in forms])
        if ruled.filter(period__overlap=DateRange(from_, None)).exists():
            sentence = "所选形式里有的已有任期规定,请在原有规定上修改。"
    if sentence:
        raise ValidationError({"forms": ValidationError(sentence, code="bad_forms")})


def _lengths(shortest: int, usual: int, longest: int, between: bool, extension: int) -> dict[str, Any]:
    if not 1 <= shortest <= usual <= longest <= 10:
        sentence = "任期应满足:最短 ≤ 通常 ≤ 最长,都在1到10年之间。"
        raise ValidationError({"usual_years": ValidationError(sentence, code="bad_years")})
    if not between and usual not in (shortest, longest):
        sentence = "中间年数不可用时,通常任期只能等于最短或最长的一种。"
        raise ValidationError({"usual_years": ValidationError(sentence, code="bad_years")})
    return {
        "shortest_years": shortest,
        "usual_years": usual,
        "longest_years": longest,
        "between_allowed": between,
        "extension_months": extension,
    }


def _tell(action: str, rule: TermRule, by: Any, now: datetime) -> None:
    detail = {"line": rule.line, "level": rule.level, "from": str(rule.period.lower or ""), "years": rule.usual_years}
    tell(action=action, obj=rule, detail=detail, organization_ids=[], by=by, now=now)
