"""One answer: read from what somebody typed, stored as JSON, said in words.

Stored are: a whole number for counts, a decimal text in yuan for money, a decimal text for areas, an ISO date, a code
for choices, a list of codes for several, "yes" or "no", and text. None is 不清楚, which is not 0.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError

from evaluation.models import AnswerType, Question
from orgs.models import BodyForm, Code
from quannan.base.workbook.cells import normal

Stored = int | str | list[str] | None
UNKNOWN_WORD = "不清楚"
YES_NO = {"yes": "有", "no": "无"}
WAN = Decimal(10000)
YEARS = (1900, 2100)
_DAY = re.compile(r"^(\d{4})(?:[-./年](\d{1,2})[-./月](\d{1,2})日?|(\d{2})(\d{2}))$")


@dataclass(frozen=True)
class Choices:
    """The lists a form's questions choose from: list's name → code → label, in their order."""

    lists: dict[str, dict[str, str]]

    def of(self, question: Question) -> dict[str, str]:
        """Code → label of what may be chosen.

        Args:
            question: of kind choice, many or yes_no; {} for others.
        """
        if question.kind == AnswerType.YES_NO:
            return YES_NO
        if question.choices_from:
            return self.lists.get(question.choices_from, {})
        return dict(question.choices)


def load_choices(questions: Iterable[Question]) -> Choices:
    """The lists in use that some questions choose from: at most two queries.

    Args:
        questions: the form's.
    """
    wanted = {q.choices_from for q in questions if q.choices_from}
    codes = {name.removeprefix("code:") for name in wanted if name.startswith("code:")}
    lines = {name.removeprefix("forms:") for name in wanted if name.startswith("forms:")}
    lists: dict[str, dict[str, str]] = {name: {} for name in wanted}
    if codes:
        rows = Code.objects.filter(list_name__in=codes, is_active=True).order_by("list_name", "order", "code")
        for name, code, label in rows.values_list("list_name", "code", "label"):
            lists[f"code:{name}"][code] = label
    if lines:
        forms = BodyForm.objects.filter(line__in=lines, is_active=True).order_by("line", "order")
        for line, code, label in forms.values_list("line", "code", "label"):
            lists[f"forms:{line}"][code] = label
    return Choices(lists)


def read_answer(question: Question, typed: Any, choices: Choices) -> Stored:
    """What somebody typed, as it is stored.

    Args:
        question: the question.
        typed: text, or a list of texts for several choices; 不清楚 where the question allows it.
        choices: the lists chosen from.

    Returns:
        The value to store; "" or [] where nothing was typed, None for 不清楚.

    Raises:
        ValidationError: with the sentence that says what would pass.
    """
    if question.kind == AnswerType.MANY:
        return _read_many(question, typed, choices)
    text = str(typed or "").strip() if not isinstance(typed, int) else str(typed)
    if text == UNKNOWN_WORD:
        if question.may_be_unknown:
            return None
        raise ValidationError(f"“{question.label}”要填写,不能答不清楚。", code="must_be_known")
    if not text:
        return ""
    match question.kind:
        case AnswerType.COUNT:
            return _read_count(question, text)
        case AnswerType.MONEY | AnswerType.MONEY_WAN | AnswerType.AREA:
            return _read_number(question, text)
        case AnswerType.DATE:
            return _read_day(question, text)
        case AnswerType.CHOICE | AnswerType.YES_NO:
            return _read_choice(question, text, choices)
    if len(text) > question.longest:
        raise ValidationError(
            f"“{question.label}”最多写{question.longest}个字,现有{len(text)}个,请缩短。", code="too_long"
        )
    return text


def words_of(question: Question, value: Stored, choices: Choices) -> str:
    """A stored value as people read it, with its unit; "" where there is nothing.

    Args:
        question: the question.
        value: as stored.
        choices: the lists chosen from; a code no longer in use is shown as it is.
    """
    if value is None:
        return UNKNOWN_WORD
    if value in ("", []):
        return ""
    if isinstance(value, list):
        labels = choices.of(question)
        return "、".join(labels.get(code, code) for code in value)
    if question.kind in (AnswerType.CHOICE, AnswerType.YES_NO):
        return choices.of(question).get(str(value), str(value))
    shown = typed_form(question, value)
    return f"{shown} {question.unit_word}" if question.unit_word else shown


def typed_form(question: Question, value: Stored) -> str:
    """A stored value as one would type it: money in 万元 where the question asks so; "" for nothing and 不清楚.

    Args:
        question: the question.
        value: as stored; not a list.
    """
    if value is None or value in ("", []):
        return ""
    if question.kind == AnswerType.MONEY_WAN:
        return _plain(Decimal(str(value)) / WAN)
    if question.kind in (AnswerType.MONEY, AnswerType.AREA):
        return _plain(Decimal(str(value)))
    return str(value)


def number_of(value: Stored) -> Decimal | None:
    """A stored count, amount or area as a number; None for nothing and for 不清楚.

    Args:
        value: as stored.
    """
    if value is None or isinstance(value, list) or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def day_of_answer(value: Stored) -> date | None:
    """A stored date; None for nothing and for 不清楚.

    Args:
        value: as stored.
    """
    try:
        return date.fromisoformat(value) if isinstance(value, str) and value else None
    except ValueError:
        return None


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_count(question: Question, text: str) -> int:
    digits = normal(text).replace(",", "").removesuffix(question.unit_word or "人")
    if not digits.removeprefix("-").isdecimal() or len(digits) > 9:
        raise ValidationError(f"“{question.label}”应是整数,如 48;现填“{text}”。", code="not_a_count")
    return int(_within(question, Decimal(int(digits))))


def _read_number(question: Question, text: str) -> str:
    unit = question.unit_word
    plain = normal(text).replace(",", "")
    if unit and plain.endswith(unit):
        plain = plain.removesuffix(unit)
    if not re.fullmatch(r"-?\d{1,13}(\.\d{1,6})?", plain):
        raise ValidationError(
            f"“{question.label}”应是数字{f',单位{unit}' if unit else ''},如 1200.5;现填“{text}”。", code="not_a_number"
        )
    number = Decimal(plain)
    if question.kind == AnswerType.MONEY_WAN:
        number *= WAN
    if number != number.quantize(Decimal("0.01")):
        raise ValidationError(f"“{question.label}”最多精确到分,请核对。", code="too_exact")
    return _plain(_within(question, number))


def _within(question: Question, number: Decimal) -> Decimal:
    if question.least is not None and number < question.least:
        raise ValidationError(f"“{question.label}”不能小于{_plain(question.least)},请核对。", code="too_small")
    if question.most is not None and number > question.most:
        raise ValidationError(f"“{question.label}”不能大于{_plain(question.most)},请核对。", code="too_big")
    return number


def _read_day(question: Question, text: str) -> str:
    found = _DAY.match(normal(text))
    sentence = f"“{question.label}”应是日期,如 2011-06-30;现填“{text}”。"
    if not found:
        raise ValidationError(sentence, code="not_a_day")
    year, month, day = (int(part) for part in found.groups() if part is not None)
    if not YEARS[0] <= year <= YEARS[1]:
        raise ValidationError(sentence, code="not_a_day")
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise ValidationError(sentence, code="not_a_day") from None


def _read_choice(question: Question, text: str, choices: Choices) -> str:
    known = choices.of(question)
    if text in known:
        return text
    by_label = {label: code for code, label in known.items()}
    if question.kind == AnswerType.YES_NO:
        by_label |= {"是": "yes", "否": "no", "已建": "yes", "未建": "no", "没有": "no"}
    if text in by_label:
        return by_label[text]
    raise ValidationError(
        f"“{question.label}”请从列表里选:{'、'.join(known.values())};现填“{text}”。", code="not_in_list"
    )


def _read_many(question: Question, typed: Any, choices: Choices) -> list[str]:
    parts = re.split(r"[、,,;;]", typed) if isinstance(typed, str) else list(typed or ())
    read = [_read_choice(question, part.strip(), choices) for part in parts if str(part).strip()]
    return [code for code in choices.of(question) if code in read]
