"""The bases a rate can be told of: 应建 and its parts, and wider ones; each by name, so that no rate stands without.

Of what is owed (应建), a rate counts what is covered. Of a wider base it counts every organization that a body covers,
owed or not (`BUILT`): the two must never be read as one another (coverage.md, Rates).
"""

from dataclasses import dataclass

from django.db.models import Q

from coverage.models import ALL, BUILT, COVERED, ELIGIBLE, STATE_COLUMNS, Population
from orgs.lines import Line


@dataclass(frozen=True)
class Basis:
    """One base of rates.

    Attributes:
        code: in addresses.
        label: in a choice.
        words: the base in full, as it stands beside a rate.
        owed: whether a line counts only organizations that owe a body of it.
        population: of which the owed ones are counted; of no meaning for wider bases.
    """

    code: str
    label: str
    words: str
    owed: bool = False
    population: str = Population.ALL.value

    def within(self) -> Q:
        """Spans of a day that belong to the base, whatever the line."""
        return WITHIN[self.population if self.owed else self.code]

    def denominator(self, line: str) -> Q:
        """Spans of a day that a line is counted of.

        Args:
            line: a line code or "all".
        """
        if not self.owed:
            return self.within()
        return self.within() & Q(**{f"{STATE_COLUMNS[line]}__in": [int(s) for s in ELIGIBLE]})

    def numerator(self, line: str) -> Q:
        """Spans of a day that count as covered.

        Args:
            line: a line code or "all"; 群团全建 is built where every owed body is.
        """
        states = COVERED if self.owed or line == ALL else BUILT
        return self.within() & Q(**{f"{STATE_COLUMNS[line]}__in": [int(s) for s in states]})

    @property
    def base_measure(self) -> str:
        """The measure under which a list shows the whole base."""
        return "organizations" if self.owed else f"basis_{self.code}"

    @property
    def denominator_measure(self) -> str:
        """The measure under which a list shows a denominator."""
        return "eligible" if self.owed else f"basis_{self.code}"

    @property
    def numerator_measure(self) -> str:
        """The measure under which a list shows a numerator."""
        return "covered" if self.owed else f"built_of_{self.code}"

    @property
    def work_measure(self) -> str:
        """The measure under which a list shows 工作覆盖 within the base."""
        return "work" if self.owed else f"work_of_{self.code}"


_KNOWN = Q(excluded=False, known_figures=True)
WITHIN = {
    Population.ALL.value: _KNOWN,
    Population.ABOVE.value: _KNOWN & Q(scale=True),
    Population.BELOW.value: _KNOWN & Q(scale=False),
    Population.KEY.value: _KNOWN & Q(is_key=True),
    "registered": Q(),
    "operating": Q(excluded=False),
    "above": _KNOWN & Q(scale=True),
    "with_party": Q(excluded=False, **{f"{STATE_COLUMNS[Line.PARTY]}__in": [int(s) for s in BUILT]}),
}

OWED = Basis("eligible", "应建", "正常经营且符合组建条件的组织(应建)", owed=True)
BASES = (
    OWED,
    Basis("eligible_above", "应建 · 规上", "规模以上、符合组建条件的组织(应建)", True, Population.ABOVE.value),
    Basis("eligible_below", "应建 · 规下", "规模以下、符合组建条件的组织(应建)", True, Population.BELOW.value),
    Basis(
        "eligible_key",
        "应建 · 规上有党组织",
        "规模以上且有党组织、符合组建条件的组织(应建)",
        True,
        Population.KEY.value,
    ),
    Basis("registered", "在册", "在册的全部组织(剔除的也计)"),
    Basis("operating", "正常经营", "正常经营的全部组织"),
    Basis("above", "规上", "规模以上的全部组织"),
    Basis("with_party", "有党组织", "已有党组织覆盖的组织"),
)
BY_CODE = {basis.code: basis for basis in BASES}


def basis_of(code: str) -> Basis:
    """The base of a code; 应建 where the code is none.

    Args:
        code: what an address says.
    """
    return BY_CODE.get(code, OWED)


def wide_measures(line: str) -> dict[str, Q]:
    """What a list shows behind the numbers of bases wider than 应建, by measure.

    Args:
        line: a line code or "all".
    """
    found: dict[str, Q] = {}
    for basis in BASES:
        if not basis.owed:
            found[basis.base_measure] = basis.within()
            found[basis.numerator_measure] = basis.numerator(line)
            found[basis.work_measure] = basis.within() & Q(work=True)
    return found
