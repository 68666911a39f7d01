"""Rules about one entry of funds that pages, workbooks and the API all ask for."""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from orgs.lines import stored_range

# What numeric(14, 2) holds.
MOST_YUAN = Decimal("999999999999.99")
CENT = Decimal("0.01")
ONE_DAY = timedelta(days=1)

# The codes of `funding.models.Direction`.
RECEIPT, SPENDING = "receipt", "spending"

_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_UNITS = (Decimal(1), Decimal(10_000), Decimal(100_000_000))
# Sums of decimals in a spreadsheet are off by less than this; nobody types it.
_NOISE = Decimal("0.000001")
TOO_FINE = "金额最多写到分(两位小数),请核对。"

VOUCHER_LENGTH = 40
NOTE_LENGTH = 200


def validate_amount(value: Decimal) -> None:
    """Refuses an amount that is not above zero, finer than a cent, or too large to be kept.

    Args:
        value: yuan.

    Raises:
        ValidationError: code `bad_amount`.
    """
    sentence = ""
    if not value.is_finite() or value <= 0:
        sentence = "金额应大于0;退回的款项请按另一个方向登记,登错的请作废。"
    elif value > MOST_YUAN:
        sentence = "金额过大,请核对单位是“万元”还是“元”。"
    elif value != value.quantize(CENT):
        sentence = TOO_FINE
    if sentence:
        raise ValidationError(sentence, code="bad_amount")


def finer_than_a_cent(text: str, amount: Decimal) -> bool:
    """Whether what was typed says more than the amount read from it, which is kept to the cent.

    Args:
        text: as typed, with or without a unit.
        amount: yuan, rounded to the cent.
    """
    found = _DIGITS.search(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if found is None:
        return False
    typed = Decimal(found[0].replace(",", ""))
    return all(abs(typed * unit - amount) > _NOISE for unit in _UNITS)


def day_fault(name: str, registered_on: date, closed_on: date | None, day: date, precision: str, today: date) -> str:
    """Why money cannot have moved on this day at this organization, "" where it can.

    Args:
        name: the organization's.
        registered_on: its first day.
        closed_on: the first day on which it is no more, None while it stands.
        day: any day that the date can mean.
        precision: code of `Precision`: day, month or year.
        today: today.
    """
    first, last = stored_range(day, precision)
    if first > today:
        return f"日期不能晚于今天({today}),请核对。"
    if last < registered_on:
        return f"“{name}”于{registered_on}登记成立,日期不能早于这一天,请核对。"
    if closed_on is not None and first >= closed_on:
        return f"“{name}”已于{closed_on}注销或迁出,日期应早于这一天,请核对。"
    return ""


def stored_day(day: date, precision: str, closed_on: date | None, today: date) -> date:
    """The day kept for a date: the last one it can mean, so that no sum up to a date is overstated.

    Args:
        day: any day that the date can mean.
        precision: code of `Precision`: day, month or year.
        closed_on: the first day on which the organization is no more.
        today: nothing is later.
    """
    last = stored_range(day, precision)[1]
    return min(last, today, *([closed_on - ONE_DAY] if closed_on else []))


def kind_faults(
    direction: str, source: str, purpose: str, sources: dict[str, str], purposes: dict[str, str]
) -> dict[str, Any]:
    """What is wrong with 收支, 来源 and 用途, by field.

    Args:
        direction: code of `Direction`.
        source: code of the list fund_source, "" for a spending.
        purpose: code of the list fund_purpose, "" for a receipt.
        sources, purposes: labels by code of what may be chosen.
    """
    if direction not in (RECEIPT, SPENDING):
        return {"direction": ValidationError("请选择收入或支出。", code="unknown_direction")}
    receipt = direction == RECEIPT
    wanted, value, known = ("source", source, sources) if receipt else ("purpose", purpose, purposes)
    other, stray = ("purpose", purpose) if receipt else ("source", source)
    faults: dict[str, Any] = {}
    if value not in known:
        what = "收入须写明来源" if receipt else "支出须写明用途"
        faults[wanted] = ValidationError(f"{what},可选:{'、'.join(known.values())}。", code="unknown_code")
    if stray:
        said = "收入不填用途,请清空这一项。" if receipt else "支出不填来源,请清空这一项;岗位津贴等只能登记为支出。"
        faults[other] = ValidationError(said, code="source_or_purpose")
    return faults
