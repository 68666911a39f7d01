"""Rows that tests of bodies share."""

from datetime import date

from orgs.models import Branch, Organization
from tests import factories as make

FOUNDED = date(2010, 5, 1)


def seven(under=None) -> list[Organization]:
    """Seven enterprises of one unit, with 30 employees each."""
    rows = [make.organization(f"全南县第{i}号竹木厂", under=under) for i in range(1, 8)]
    for row in rows:
        make.figures(row, date(2010, 12, 31), employees=30)
    return rows


def provisional(*rows: Organization, line: str = "union", form: str = "union_joint", **facts) -> list[Branch]:
    """A provisional joint body for each organization, as a workbook without names makes them."""
    facts = {"from_": FOUNDED, "confirmed": False} | facts
    return [
        make.covered(row, line=line, form=form, composition="joint_area", is_provisional=True, **facts) for row in rows
    ]
