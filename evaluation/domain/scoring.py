"""The arithmetic of 考核: points from what was found, the total, the veto and the band. Exact decimals, no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError

from evaluation.models import Band, Counting, Indicator, Rater, Rule, Scheme

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
ZERO = Decimal("0.00")
# The last who rated decides: the county before the superior committee before the subject itself.
RANKS: tuple[Rater, ...] = (Rater.COUNTY, Rater.UNIT, Rater.SELF)
MOST_COUNT = 9999
MOST_STEPS = 8
MOST_DIGITS = 20
UNIT_WORD = "次"

# (assessment's indicator key, rater) → (raw value, points); without an entry it is not rated.
Given = Mapping[tuple[int, str], tuple[Decimal, Decimal]]


def half_up(value: Decimal) -> Decimal:
    """Two decimals, halves away from zero.

    Args:
        value: exact.
    """
    return value.quantize(CENT, ROUND_HALF_UP)


def plain(value: Decimal | None) -> str:
    """A number as people write it: no zeros behind the point, "" for None.

    Args:
        value: points, a count or percent.
    """
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(value: Any, what: str) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValidationError(f"{what}应是数字,请核对。", code="not_a_number") from None
    if (
        not number.is_finite()
        or not 0 < number <= MOST_COUNT
        or len(number.as_tuple().digits) > MOST_DIGITS
        or number != half_up(number)
    ):
        raise ValidationError(f"{what}应大于0、不超过{MOST_COUNT},最多两位小数,请核对。", code="out_of_range")
    return number


def checked_parameters(rule: str, points: Decimal, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a rule as they are stored, numbers as text.

    Args:
        rule: code of `Rule`.
        points: the indicator's points.
        given: what was entered; keys that the rule does not know are refused.

    Raises:
        ValidationError: what is missing, out of order or unknown.
    """
    known = {Rule.DEDUCT: {"each", "unit"}, Rule.STEPS: {"steps", "more"}, Rule.RATIO: {"full_at"}}
    known[Rule.BONUS] = {"each", "unit"}
    unknown = set(given) - known.get(Rule(rule), set())
    if unknown:
        raise ValidationError(
            f"“{Rule(rule).label}”没有这些参数:{'、'.join(sorted(unknown))}。", code="unknown_parameter"
        )
    if rule == Rule.DEDUCT:
        each = _number(given.get("each", ""), "每次扣几分")
        if each > points:
            raise ValidationError(f"每次扣的分不能多于分值{plain(points)},请核对。", code="over_points")
        return {"each": plain(each), "unit": str(given.get("unit") or UNIT_WORD).strip()[:8]}
    if rule == Rule.STEPS:
        return _checked_steps(points, given)
    if rule == Rule.RATIO:
        full_at = _number(given.get("full_at") or "100", "得满分的百分比")
        if full_at > HUNDRED:
            raise ValidationError("得满分的百分比不能超过100,请核对。", code="out_of_range")
        return {"full_at": plain(full_at)}
    if rule == Rule.BONUS and given.get("each"):
        each = _number(given["each"], "每项加几分")
        return {"each": plain(each), "unit": str(given.get("unit") or "项").strip()[:8]}
    return {}


def _checked_steps(points: Decimal, given: Mapping[str, Any]) -> dict[str, Any]:
    rows = given.get("steps") or []
    if not isinstance(rows, Sequence) or not 1 <= len(rows) <= MOST_STEPS:
        raise ValidationError(f"分档请填1至{MOST_STEPS}档,每档写明短缺不超过百分之几、扣几分。", code="no_steps")
    steps = [(_number(short, "短缺的百分比"), _number(cost, "扣分")) for short, cost in rows]
    more = _number(given.get("more", ""), "超过最后一档的扣分")
    shorts, costs = [short for short, _ in steps], [*(cost for _, cost in steps), more]
    if shorts != sorted(set(shorts)) or shorts[-1] > HUNDRED:
        raise ValidationError("各档的百分比应由小到大、不重复,且不超过100。", code="out_of_order")
    if costs != sorted(costs) or costs[-1] > points:
        raise ValidationError(f"短缺越多扣分不能越少,最多扣{plain(points)}分,请核对。", code="out_of_order")
    return {"steps": [[plain(short), plain(cost)] for short, cost in steps], "more": plain(more)}


def rule_words(indicator: Indicator) -> str:
    """The rule as a sentence.

    Args:
        indicator: with its parameters.
    """
    told, points = indicator.parameters, plain(indicator.points)
    if indicator.rule == Rule.DEDUCT:
        return f"每少(错)1{told['unit']}扣{told['each']}分,扣完为止"
    if indicator.rule == Rule.STEPS:
        steps = ",".join(f"短缺不超过{short}%扣{cost}分" for short, cost in told["steps"])
        return f"{steps},超过的扣{told['more']}分"
    if indicator.rule == Rule.RATIO:
        full = told.get("full_at", "100")
        return f"完成{full}%得满分,不足的按比例计" if full != "100" else "按完成的百分比计分"
    if indicator.rule == Rule.BONUS:
        return f"每{told['unit']}加{told['each']}分,最多加{points}分" if "each" in told else f"最多加{points}分"
    return "有此情形的一票否决" if indicator.rule == Rule.VETO else f"0至{points}分"


def raw_words(indicator: Indicator) -> str:
    """What a rater enters, with its unit: 得分, 扣几次, 短缺%, 完成%, 是或否.

    Args:
        indicator: with its parameters.
    """
    told = indicator.parameters
    words = {
        Rule.DEDUCT: f"少(错)几{told.get('unit', UNIT_WORD)}",
        Rule.STEPS: "短缺百分之几",
        Rule.RATIO: "完成百分之几",
        Rule.BONUS: f"几{told['unit']}" if "each" in told else "加分",
        Rule.VETO: "是或否",
        Rule.GIVEN: "得分",
    }
    return words[Rule(indicator.rule)]


def raw_shown(indicator: Indicator, raw: Decimal | None) -> str:
    """A raw value as a page or workbook shows it, "" where it is not rated.

    Args:
        indicator: whose.
        raw: as stored.
    """
    if raw is not None and indicator.rule == Rule.VETO:
        return "是" if raw else "否"
    return plain(raw)


def _counted(indicator: Indicator) -> bool:
    return indicator.rule == Rule.DEDUCT or indicator.rule == Rule.BONUS and "each" in indicator.parameters


def fault_of(indicator: Indicator, raw: Decimal) -> str:
    """What is wrong with a raw value and what would pass, "" where nothing is.

    Args:
        indicator: what is rated.
        raw: points, a count, percent, or 1 and 0 for 是 and 否.
    """
    if not raw.is_finite():
        return "请填数字。"
    # Before anything is rounded: more digits than the arithmetic carries cannot be.
    if abs(raw) > MOST_COUNT:
        return f"数字过大,最多填{MOST_COUNT}。" if raw > 0 else "不能是负数,没有扣分的填0;没有评的请留空。"
    if len(raw.as_tuple().digits) > MOST_DIGITS:
        return "最多两位小数,请核对。"
    if raw < 0:
        return "不能是负数,没有扣分的填0;没有评的请留空。"
    if indicator.rule == Rule.VETO:
        return "" if raw in (0, 1) else "一票否决的指标请填“是”或“否”。"
    if _counted(indicator):
        if raw != raw.to_integral_value():
            return f"{raw_words(indicator)},请填整数。"
        return "" if raw <= MOST_COUNT else f"数字过大,最多填{MOST_COUNT}。"
    if raw != half_up(raw):
        return "最多两位小数,请核对。"
    if indicator.rule in (Rule.STEPS, Rule.RATIO):
        return "" if raw <= HUNDRED else f"{raw_words(indicator)},最多填100。"
    if raw > indicator.points:
        return f"超过分值:这项最多{plain(indicator.points)}分,请核对。"
    return ""


def points_of(indicator: Indicator, raw: Decimal) -> Decimal:
    """The points that follow from what was found; never below 0 nor above the indicator's points.

    Args:
        indicator: what is rated.
        raw: a value without fault.

    Returns:
        Points with two decimals, halves up; 0 for a veto.
    """
    points, told = indicator.points, indicator.parameters
    if indicator.rule == Rule.VETO:
        return ZERO
    if indicator.rule == Rule.DEDUCT:
        reached = points - raw * Decimal(told["each"])
    elif indicator.rule == Rule.STEPS:
        reached = points - _cost(raw, told)
    elif indicator.rule == Rule.RATIO:
        reached = points * raw / Decimal(told.get("full_at", "100"))
    elif indicator.rule == Rule.BONUS and "each" in told:
        reached = raw * Decimal(told["each"])
    else:
        reached = raw
    return half_up(max(Decimal(0), min(points, reached)))


def _cost(short: Decimal, told: Mapping[str, Any]) -> Decimal:
    if not short:
        return Decimal(0)
    return next((Decimal(cost) for limit, cost in told["steps"] if short <= Decimal(limit)), Decimal(told["more"]))


@dataclass(frozen=True)
class Line:
    """One indicator of a sheet as it counts.

    Attributes:
        indicator: which.
        given: rater → (raw, points), those who rated.
        decided_by: the rater whose value counts, "" where several do or none.
        counted: points that go into the total, None where it is not rated as the scheme asks.
    """

    indicator: Indicator
    given: Mapping[str, tuple[Decimal, Decimal]]
    decided_by: str
    counted: Decimal | None

    @property
    def differs(self) -> bool:
        """Whether raters found different things."""
        return len({raw for raw, _ in self.given.values()}) > 1


@dataclass(frozen=True)
class Outcome:
    """A sheet worked out.

    Attributes:
        lines: in the scheme's order.
        base: sum of the ordinary indicators rated so far.
        bonus: sum of the bonuses before the cap, `bonus_counted` after it.
        total: None while an indicator is missing.
        vetoed: whether a veto holds.
        band: None while an indicator is missing.
    """

    lines: list[Line] = field(default_factory=list)
    base: Decimal = ZERO
    bonus: Decimal = ZERO
    bonus_counted: Decimal = ZERO
    total: Decimal | None = None
    vetoed: bool = False
    band: Band | None = None

    @property
    def missing(self) -> list[Indicator]:
        """Indicators that are not rated as the scheme asks."""
        return [line.indicator for line in self.lines if line.counted is None]


def percents_of(scheme: Scheme) -> dict[str, int]:
    """Rater → percent of a scheme that weighs; {} where the last rater decides.

    Args:
        scheme: which.
    """
    if scheme.counting != Counting.WEIGHTED:
        return {}
    shares = {
        str(Rater.SELF): scheme.self_percent or 0,
        str(Rater.UNIT): scheme.unit_percent or 0,
        str(Rater.COUNTY): scheme.county_percent or 0,
    }
    return {rater: share for rater, share in shares.items() if share}


def raters_of(scheme: Scheme) -> tuple[Rater, ...]:
    """Who rates under a scheme, in the order of pages; units have no superior committee.

    Args:
        scheme: which.
    """
    return (Rater.SELF, Rater.COUNTY) if scheme.of_units else (Rater.SELF, Rater.UNIT, Rater.COUNTY)


def work_out(scheme: Scheme, indicators: Iterable[Indicator], bands: Sequence[Band], given: Given) -> Outcome:
    """Works a sheet out line by line.

    Args:
        scheme: how raters' scores become the result.
        indicators: in their order.
        bands: from the highest down.
        given: who found what.
    """
    shares = percents_of(scheme)
    lines = [_line(indicator, shares, given) for indicator in indicators]
    base = sum((x.counted for x in lines if x.counted is not None and x.indicator.rule != Rule.BONUS), ZERO)
    bonus = sum((x.counted for x in lines if x.counted is not None and x.indicator.rule == Rule.BONUS), ZERO)
    capped = bonus if scheme.bonus_cap is None else min(bonus, scheme.bonus_cap)
    vetoed = any(
        x.indicator.rule == Rule.VETO and x.decided_by and x.given[x.decided_by][0] == 1 for x in lines
    )  # fmt: skip
    if any(line.counted is None for line in lines):
        return Outcome(lines, base, bonus, capped, None, vetoed, None)
    total = half_up(base + capped)
    return Outcome(lines, base, bonus, capped, total, vetoed, band_of(scheme, bands, total, vetoed))


def _line(indicator: Indicator, shares: Mapping[str, int], given: Given) -> Line:
    mine = {str(rater): given[indicator.pk, rater] for rater in RANKS if (indicator.pk, rater) in given}
    counting = [rater for rater in RANKS if rater in mine and (not shares or rater in shares)]
    if not counting:
        return Line(indicator, mine, "", None)
    if not shares or indicator.rule == Rule.VETO:
        return Line(indicator, mine, str(counting[0]), mine[counting[0]][1])
    if len(counting) < len(shares):
        return Line(indicator, mine, "", None)
    weighed = sum((mine[rater][1] * share for rater, share in shares.items()), Decimal(0)) / HUNDRED
    return Line(indicator, mine, "", half_up(weighed))


def band_of(scheme: Scheme, bands: Sequence[Band], total: Decimal, vetoed: bool) -> Band:
    """The band of a total: the highest whose first score it reaches; the lowest where a veto holds.

    Args:
        scheme: whether a veto means the lowest band.
        bands: from the highest down, the last from 0.
        total: with two decimals.
        vetoed: whether a veto holds.
    """
    if vetoed and scheme.veto_lowest:
        return bands[-1]
    return next(band for band in bands if total >= band.from_score)


def weight_words(scheme: Scheme) -> str:
    """How raters' scores become the result, in words.

    Args:
        scheme: which.
    """
    shares = percents_of(scheme)
    if not shares:
        return "县级评分为准,县级没有评的用自评" if scheme.of_units else Counting.LAST.label
    return "、".join(f"{Rater(rater).label}占{share}%" for rater, share in shares.items())
