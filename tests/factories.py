"""Minimal rows for tests: deterministic, lawful, nothing that a test does not ask for.

They write rows directly, so that a test of one rule does not pass through the others.
"""

from datetime import UTC, date, datetime
from itertools import count

from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.naming import naming_fields
from orgs.domain.reference import load_reference
from orgs.models import (
    BodyForm,
    Branch,
    BranchForm,
    BranchMembership,
    Exclusion,
    Figures,
    Organization,
    Placement,
    Role,
    RoleAssignment,
    Unit,
    User,
)
from orgs.permissions import first_day_after
from orgs.validators import normalise_name, subject_check_character, uscc_check_character

# The clock of every test that needs one: a Monday noon in Asia/Shanghai.
NOW = datetime(2012, 11, 5, 4, 0, tzinfo=UTC)
TODAY = date(2012, 11, 5)
REGISTERED = date(2009, 3, 1)

COUNTY, CHENGXIANG, PARK = "360729", "36072901", "36072910"

# One form that each line's bodies usually have, alone and jointly.
OWN_FORM = {
    "party": "party_branch",
    "union": "union_committee",
    "league": "league_branch",
    "women": "women_committee",
    "women_workers": "ww_committee",
    "mechanism": "mechanism",
}

_numbers = count(1)


def reference() -> None:
    """Units, code lists, forms and roles as a new installation has them; loaded once a test."""
    if not Role.objects.exists():
        load_reference()


def unit(code: str = CHENGXIANG) -> Unit:
    """A unit of the county's tree by its code."""
    reference()
    return Unit.objects.get(code=code)


def uscc(number: int, kind: str = "enterprise") -> str:
    """A unified social credit code with both check characters right.

    Args:
        number: makes the subject code, below 10 ** 8.
        kind: code of `Kind`.
    """
    subject = f"{number:08d}"
    first17 = ("91" if kind == "enterprise" else "52") + COUNTY + subject + subject_check_character(subject)
    return first17 + uscc_check_character(first17)


def organization(name: str = "", under: Unit | None = None, **facts) -> Organization:
    """An enterprise under 城厢镇, registered on REGISTERED.

    Args:
        name: 单位名称, made up where left out.
        under: its unit from the beginning.
        facts: other columns of Organization.
    """
    number = next(_numbers)
    facts = {"kind": "enterprise", "registered_on": REGISTERED, "uscc": uscc(number)} | facts
    name = name or f"第{number}号竹木制品厂"
    row = Organization.objects.create(
        name=name,
        **naming_fields(name, facts.get("former_names", ()), facts["uscc"], facts.get("old_code")),
        **facts,
    )
    placed(row, under or unit())
    return row


def placed(row: Organization, under: Unit, from_: date | None = None, until: date | None = None) -> Placement:
    """A placement; both days None is always, `until` is the first day no longer under the unit."""
    return Placement.objects.create(organization=row, unit=under, period=DateRange(from_, until))


def figures(row: Organization, as_of: date = date(2011, 6, 30), **counts) -> Figures:
    """Figures of a day; counts left out are not known."""
    return Figures.objects.create(organization=row, as_of=as_of, **counts)


def excluded(row: Organization, from_: date = date(2011, 1, 1), last_day: date | None = None, **facts) -> Exclusion:
    """An exclusion for 停产."""
    facts = {"state": "suspended", "reason": "厂房检修", "approver": "钟主任"} | facts
    return Exclusion.objects.create(organization=row, period=DateRange(from_, first_day_after(last_day)), **facts)


def covered(
    *rows: Organization,
    line: str = "party",
    from_: date = date(2010, 5, 1),
    form: str = "",
    confirmed: bool = True,
    **facts,
) -> Branch:
    """A body that covers the organizations from its founding on: one alone, several jointly.

    Args:
        rows: the organizations.
        line: code of `Line`.
        from_: day of founding.
        form: code of a BodyForm, the line's usual one where left out.
        confirmed: whether the line's department has confirmed it.
        facts: other columns of Branch.
    """
    reference()
    facts = {"name": ""} | facts
    facts.setdefault("composition", "own" if len(rows) == 1 else "joint_area")
    branch = Branch.objects.create(
        line=line,
        founded_on=from_,
        name_key=normalise_name(facts["name"]),
        confirmed_at=NOW if confirmed else None,
        **facts,
    )
    BranchForm.objects.create(
        branch=branch, form=BodyForm.objects.get(code=form or OWN_FORM[line]), period=DateRange(None, None)
    )
    for row in rows:
        member(branch, row, from_)
    return branch


def member(
    branch: Branch, row: Organization, from_: date = date(2010, 5, 1), until: date | None = None
) -> BranchMembership:
    """A coverage; `until` is the first day no longer covered."""
    return BranchMembership.objects.create(branch=branch, organization=row, period=DateRange(from_, until))


def account(role: str = "", **scope) -> User:
    """An account with at most one role; its login name is the role's code and a number.

    Args:
        role: code of a Role, "" for none.
        scope: unit, organization or lines of the assignment.
    """
    reference()
    number = next(_numbers)
    user = User.objects.create_user(username=f"{role or 'nobody'}{number}", name=f"{number}号同志")
    if role:
        RoleAssignment.objects.create(user=user, role=Role.objects.get(code=role), **scope)
    return user


def owner() -> User:
    """两新工委办公室: the whole county, every act."""
    return account("owner_office")


def union_office() -> User:
    """县总工会: the whole county, the union's and the women workers' bodies."""
    return account("line_department", lines=["union", "women_workers"])


def township(code: str = CHENGXIANG) -> User:
    """A unit's office: its subtree, the register."""
    return account("unit_office", unit=unit(code))
