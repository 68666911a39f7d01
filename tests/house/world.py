"""A small county to ask what each role may see and do: two units, organizations in each, one account per role."""

from dataclasses import dataclass
from datetime import date

from coverage.domain import reference, spans
from orgs.models import Organization, Unit, User
from tests import factories

AS_OF = date(2011, 6, 30)
ROLES = (
    "owner_office", "line_department", "unit_office", "secretary", "filer", "former_filer", "leader", "auditor",
    "technician",
)  # fmt: skip


@dataclass
class World:
    """What was made.

    Attributes:
        mine: the unit of the unit office, of the secretary and of the filer.
        theirs: another unit.
        own: the organization of secretary and filer, in `mine`.
        here: all organizations in `mine`.
        there: all organizations in `theirs`.
        accounts: one account per role.
    """

    mine: Unit
    theirs: Unit
    own: Organization
    here: list[Organization]
    there: list[Organization]
    accounts: dict[str, User]

    @property
    def foreign(self) -> Organization:
        return self.there[0]

    def seen_by(self, role: str) -> list[Organization]:
        """The organizations a role may see at AS_OF."""
        county = [*self.here, *self.there]
        return {
            "owner_office": county,
            "line_department": county,
            "leader": county,
            "unit_office": self.here,
            "secretary": [self.own],
            "filer": [self.own],
            "former_filer": [],
            "auditor": [],
            "technician": [],
        }[role]


def make_world() -> World:
    """Two units with three and two organizations, their figures, bodies and an exclusion, and their spans."""
    reference.load_reference()
    mine, theirs = factories.unit(factories.CHENGXIANG), factories.unit(factories.PARK)
    here = [factories.organization(f"甲地第{i}厂", under=mine) for i in range(3)]
    there = [factories.organization(f"乙地第{i}厂", under=theirs) for i in range(2)]
    for i, row in enumerate([*here, *there]):
        factories.figures(
            row,
            employees=30 + 40 * i,
            women=12 + i,
            league_members=3 + i,
            full_members=i,
            annual_revenue_yuan=6_000_000,
        )
    factories.covered(here[0], line="party")
    factories.covered(here[0], line="union")
    factories.covered(here[1], there[1], line="league", form="league_joint")
    factories.covered(there[0], line="women", confirmed=False)
    factories.excluded(here[2], from_=date(2012, 1, 1))
    spans.rebuild()
    scopes = {
        "line_department": {"lines": ["union", "women_workers"]},
        "unit_office": {"unit": mine},
        "secretary": {"organization": here[0]},
        "filer": {"organization": here[0]},
    }
    accounts = {role: factories.account(role, **scopes.get(role, {})) for role in ROLES}
    return World(mine, theirs, here[0], here, there, accounts)
