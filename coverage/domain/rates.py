"""How a rate is worded: exact counts are stored, the percentage is only their reading (coverage.md, Rates)."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

ONE_DECIMAL = Decimal("0.1")


def percent(n: int | Decimal, d: int | Decimal) -> float | None:
    """100·n/d, half up, one decimal; never 100.0 while n < d, never 0.0 while n > 0; None where d is 0.

    Args:
        n: the part counted, a whole number or an amount.
        d: the base, in the same unit.
    """
    if not d:
        return None
    exact_n, exact_d = Decimal(str(n)), Decimal(str(d))
    rate = (exact_n * 100 / exact_d).quantize(ONE_DECIMAL, ROUND_HALF_UP)
    if exact_n < exact_d and rate >= 100:
        rate = Decimal("99.9")
    if exact_n > 0 and rate <= 0:
        rate = ONE_DECIMAL
    return float(rate)


def reaches(n: int, d: int, target: Decimal | int) -> bool:
    """Whether n of d reaches a target, exactly and never on the rounded percentage.

    Args:
        n: covered organizations.
        d: eligible organizations, more than 0.
        target: percent.
    """
    return n * 100 >= Decimal(target) * d


def lacking(n: int, d: int, target: Decimal | int) -> int:
    """How many more of d must be covered until the target is reached; 0 when it is.

    Args:
        n: covered organizations.
        d: eligible organizations.
        target: percent.
    """
    # Rounded up: a share of an organization cannot be built.
    needed = (Decimal(target) * d / 100).to_integral_value(ROUND_CEILING)
    return max(0, int(needed) - n)
