"""The demo county's accounts: one for each role, all with the same published password."""

from typing import NamedTuple

from django.contrib.auth.hashers import make_password

from orgs.domain.demo.plan import LAST_DAY, PlannedCounty
from orgs.models import Organization, Role, RoleAssignment, Unit, User
from quannan.base.errors import Refused

# Published on purpose: whoever may load the demo county may show it. bin/start prints it.
PASSWORD = "quannan-demo"


class Account(NamedTuple):
    """One account to be made: its role, and the unit or lines it is given for."""

    username: str
    name: str
    role: str
    unit: str | None = None
    lines: tuple[str, ...] = ()


ACCOUNTS = (
    Account("owner", "两新工委办公室", "owner_office"),
    Account("union", "县总工会", "line_department", lines=("union", "women_workers")),
    Account("league", "团县委", "line_department", lines=("league",)),
    Account("women", "县妇联", "line_department", lines=("women",)),
    Account("chengxiang", "城厢镇党委", "unit_office", unit="36072901"),
    Account("gongyeyuan", "工业园区党工委", "unit_office", unit="36072910"),
    Account("secretary", "企业党组织书记", "secretary"),
    Account("filer", "企业联络员", "filer"),
    Account("leader", "县领导", "leader"),
    Account("auditor", "审计员", "auditor"),
    Account("technician", "系统管理员", "technician"),
)


def create_accounts(county: PlannedCounty, organizations: list[Organization]) -> list[User]:
    """Creates the accounts of ACCOUNTS with their roles.

    Args:
        county: the planned county, from which the secretary's and the filer's organization are chosen.
        organizations: its stored organizations, in the same order.

    Raises:
        Refused: a real account bears one of the names.
    """
    taken = User.objects.filter(username__in=[account.username for account in ACCOUNTS]).values_list(
        "username", flat=True
    )
    if taken:
        raise Refused(
            f"已有账号使用演示账号的登录名:{'、'.join(sorted(taken))}。请先给这些账号改名,或在空的数据目录里看演示。"
        )
    # One hash for all: the password is no secret, and hashing is slow by design.
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        [User(username=a.username, name=a.name, password=password, is_demo=True) for a in ACCOUNTS]
    )
    roles = {role.code: role for role in Role.objects.all()}
    units = {unit.code: unit for unit in Unit.objects.all()}
    own = {
        "secretary": organizations[_organization_of_secretary(county)],
        "filer": organizations[_organization_of_filer(county)],
    }
    RoleAssignment.objects.bulk_create(
        RoleAssignment(
            user=user,
            role=roles[account.role],
            unit=units[account.unit] if account.unit else None,
            organization=own.get(account.role),
            lines=list(account.lines),
        )
        for account, user in zip(ACCOUNTS, users, strict=True)
    )
    return users


def _running(county: PlannedCounty):
    """Organizations of the last day: neither closed nor excluded, with figures, of a size worth looking at."""
    for planned in county.organizations:
        if planned.kind == "enterprise" and planned.closed_on is None and not planned.exclusions:
            if (planned.count_on("employees", LAST_DAY) or 0) >= 60:
                yield planned.number


def _organization_of_secretary(county: PlannedCounty) -> int:
    """The first with an own, standing party body of before 2011."""
    led = {
        body.members[0].number
        for body in county.bodies
        if body.line == "party" and body.composition == "own" and not body.dissolved_on and body.founded_on.year < 2011
    }
    return next(number for number in _running(county) if number in led)


def _organization_of_filer(county: PlannedCounty) -> int:
    """The first that no party body ever covered."""
    covered = {member.number for body in county.bodies if body.line == "party" for member in body.members}
    return next(number for number in _running(county) if number not in covered)


def account_table() -> list[tuple[str, str, str]]:
    """The demo accounts that can be used now.

    Returns:
        Rows of login name, name, and role with its unit or organization; empty where there is no demo county.
    """
    rows = []
    # One that waits for its one-time code does not open with the published password.
    users = User.objects.filter(is_demo=True, is_active=True, must_change_password=False).prefetch_related(
        "role_assignments__role", "role_assignments__unit", "role_assignments__organization"
    )
    order = {account.username: place for place, account in enumerate(ACCOUNTS)}
    for user in sorted(users, key=lambda u: (order.get(u.username, len(order)), u.username)):
        for assignment in user.role_assignments.all():
            where = assignment.unit or assignment.organization
            rows.append(
                (user.username, user.name, f"{assignment.role.name}({where})" if where else assignment.role.name)
            )
    return rows
