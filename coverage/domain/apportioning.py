"""Splitting what a milestone lacks to units: largest remainder over their gaps, so that the parts make the whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Portion:
    """What one unit is proposed.

    Attributes:
        gap: organizations of the unit that are obliged and have no body.
        quota: the exact part in proportion to the gaps.
        extra: 1 where the unit got one of those left over after rounding down, else 0.
    """

    gap: int
    quota: Fraction
    extra: int

    @property
    def whole(self) -> int:
        """The quota rounded down."""
        return int(self.quota)

    @property
    def count(self) -> int:
        """What is proposed."""
        return self.whole + self.extra

    @property
    def words(self) -> str:
        """How the number came about: 按比例 12.4 → 12 + 余数 1."""
        quota = f"{float(self.quota):.2f}".rstrip("0").rstrip(".")
        return f"按比例 {quota} → {self.whole}{f' + 余数 {self.extra}' if self.extra else ''}"


def apportion(needed: int, gaps: Sequence[int]) -> list[Portion]:
    """Splits a number in proportion to gaps by largest remainder.

    What rounding down leaves goes to the largest remainders; of equal ones to the larger gap, then to the earlier
    unit. No unit is given more than its gap, and the parts make the whole, as long as the gaps do reach it.

    Args:
        needed: organizations to be split.
        gaps: one a unit, none negative, in the order of units.

    Raises:
        ValueError: more is needed than all gaps together.
    """
    total = sum(gaps)
    if needed > total:
        raise ValueError(f"{needed} cannot be split over gaps of {total}")
    quotas = [Fraction(needed * gap, total) if total else Fraction(0) for gap in gaps]
    left = needed - sum(int(quota) for quota in quotas)
    order = sorted(range(len(gaps)), key=lambda at: (-(quotas[at] % 1), -gaps[at], at))
    favoured = set(order[:left])
    return [Portion(gap, quota, int(at in favoured)) for at, (gap, quota) in enumerate(zip(gaps, quotas, strict=True))]
