"""Suspected pairs as a workbook."""

from collections.abc import Iterable
from io import BytesIO

from orgs.models import Organization
from orgs.queries_duplicates import Pair
from quannan.base.workbook.write import write_table

PAIR_HEADERS = ("组织", "代码", "主管党(工)委", "另一家", "另一家的代码", "另一家的主管党(工)委", "为什么疑似")


def _code(organization: Organization) -> str:
    return organization.uscc or organization.old_code or ""


def pairs_file(pairs: Iterable[Pair], sentence: str) -> BytesIO:
    """The pairs as .xlsx, a pair a row.

    Args:
        pairs: with their organizations, the surest first.
        sentence: whose pairs, by which rule, as of when, who made it and when.
    """
    rows = []
    for pair in pairs:
        assert pair.first is not None and pair.second is not None
        one, other = pair.first, pair.second
        rows.append((one.name, _code(one), pair.units[0], other.name, _code(other), pair.units[1], pair.why))
    out = BytesIO()
    write_table(out, "疑似重复", sentence, PAIR_HEADERS, rows)
    out.seek(0)
    return out
