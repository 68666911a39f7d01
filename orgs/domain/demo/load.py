"""Writing the demo county in bulk, once."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db import connection, transaction
from django.utils import timezone
from psycopg2.extras import DateRange

from orgs.domain.demo.accounts import create_accounts
from orgs.domain.demo.approvals import approval_of
from orgs.domain.demo.county import plan_county
from orgs.domain.demo.leadership import write_leadership
from orgs.domain.demo.leads import write_leads
from orgs.domain.demo.ledger import write_ledger_facts
from orgs.domain.demo.people import write_people
from orgs.domain.demo.plan import PlannedCounty
from orgs.domain.demo.reconciliation import write_reconciliation
from orgs.domain.demo.support import write_support
from orgs.domain.demo.terms import write_terms
from orgs.domain.naming import naming_fields
from orgs.models import (
    BodyForm,
    Branch,
    BranchForm,
    BranchMembership,
    Exclusion,
    Figures,
    Organization,
    Placement,
    Unit,
    User,
)
from orgs.validators import normalise_name
from quannan.base.domain import audit
from quannan.base.errors import Refused
from quannan.base.planner import analyze

SOURCE = "demo"
# Two loads at once would both find no demo county; the number only has to differ from other advisory locks.
DEMO_LOCK = 360729_02

REGISTER = (Organization, Placement, Figures, Exclusion, Branch, BranchForm, BranchMembership)

audit.name_actions({"demo.load": "装入演示数据", "demo.clear": "清除演示数据"})


@dataclass(frozen=True)
class Loaded:
    """What a load wrote; all zero when the demo county was there already."""

    organizations: int = 0
    bodies: int = 0
    figures: int = 0
    accounts: int = 0


def is_loaded() -> bool:
    """Whether any demo row stands in the register."""
    return Organization.objects.filter(is_demo=True).exists() or User.objects.filter(is_demo=True).exists()


def lock_demo() -> None:
    """Holds other loads and removals back until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DEMO_LOCK])


@transaction.atomic
def load_demo(*, by: User | None, now: datetime, county: PlannedCounty | None = None) -> Loaded:
    """Writes the demo county with its accounts; does nothing where demo rows exist, changed ones included.

    Spans are not brought up to date here: the triggers leave their marks, and the caller settles them.

    Args:
        by: who asked for it; None for a command.
        now: the moment of the act, for the audit trail.
        county: another county than the usual one, such as a smaller one.

    Raises:
        Refused: reference data is missing, or a real row already bears a code or account name of the demo.
    """
    lock_demo()
    if is_loaded():
        return Loaded()
    county = county or plan_county()
    _check_room(county)
    organizations = _write_organizations(county)
    accounts = create_accounts(county, organizations)
    branches = _write_bodies(county, organizations, {account.username: account for account in accounts})
    write_terms(county, organizations, branches)
    write_people(county, organizations, branches)
    write_support(county, organizations, accounts, now)
    write_leads(county, organizations)
    write_leadership(organizations, accounts)
    write_reconciliation(county, organizations, accounts, now)
    write_ledger_facts(county, organizations)
    analyze(*REGISTER)
    loaded = Loaded(
        organizations=len(organizations),
        bodies=len(branches),
        figures=sum(len(planned.figures) for planned in county.organizations),
        accounts=len(accounts),
    )
    detail = {"organizations": loaded.organizations, "bodies": loaded.bodies}
    audit.record(action="demo.load", by=by, now=now, detail=detail)
    return loaded


def _check_room(county: PlannedCounty) -> None:
    if not Unit.objects.filter(code="36072901").exists() or not BodyForm.objects.exists():
        raise Refused("还没有单位和组织形式等参考数据,请先运行 bin/manage load_reference,再装入演示数据。")
    codes = [planned.uscc for planned in county.organizations if planned.uscc]
    old_codes = [planned.old_code for planned in county.organizations if planned.old_code]
    taken = (
        Organization.objects.filter(uscc__in=codes).first()
        or Organization.objects.filter(old_code__in=old_codes).first()
    )
    if taken:
        raise Refused(
            f"台账里的“{taken.name}”({taken.uscc or taken.old_code})与一家演示组织代码相同,演示数据没有装入。"
            "请核对这个代码;若它是演示数据留下的,请先删去。"
        )


def _write_organizations(county: PlannedCounty) -> list[Organization]:
    units = dict(Unit.objects.values_list("code", "id"))
    organizations = Organization.objects.bulk_create(
        [
            Organization(
                uscc=planned.uscc,
                old_code=planned.old_code,
                name=planned.name,
                former_names=planned.former_names,
                kind=planned.kind,
                registration_type=planned.registration_type,
                industry=planned.industry,
                registered_on=planned.registered_on,
                registered_precision=planned.registered_precision,
                closed_on=planned.closed_on,
                closed_precision="day" if planned.closed_on else "",
                closed_state=planned.closed_state,
                contact_name=planned.contact_name,
                contact_phone=planned.contact_phone,
                remark=planned.remark,
                is_demo=True,
                **naming_fields(planned.name, planned.former_names, planned.uscc, planned.old_code),
            )
            for planned in county.organizations
        ]
    )
    pairs = list(zip(county.organizations, organizations, strict=True))
    Placement.objects.bulk_create(
        Placement(organization=row, unit_id=units[code], period=DateRange(first, until))
        for planned, row in pairs
        for code, first, until in planned.placements
    )
    Figures.objects.bulk_create(
        Figures(organization=row, source=SOURCE, **vars(figures))
        for planned, row in pairs
        for figures in planned.figures
    )
    Exclusion.objects.bulk_create(
        Exclusion(
            organization=row,
            state=exclusion.state,
            period=DateRange(exclusion.first, exclusion.until),
            reason=exclusion.reason,
            approver=exclusion.approver,
        )
        for planned, row in pairs
        for exclusion in planned.exclusions
    )
    return organizations


# Which account's department confirms the bodies of a line; the rest fall to the owner office.
CONFIRMS = {"union": "union", "women_workers": "union", "league": "league", "women": "women"}


def _write_bodies(county: PlannedCounty, organizations: list[Organization], accounts: dict[str, User]) -> list[Branch]:
    forms = dict(BodyForm.objects.values_list("code", "id"))
    branches = Branch.objects.bulk_create(
        [
            Branch(
                line=planned.line,
                name=planned.name,
                name_key=normalise_name(planned.name),
                composition=planned.composition,
                founded_on=planned.founded_on,
                founded_precision=planned.founded_precision,
                approval=approval_of(planned, number),
                dissolved_on=planned.dissolved_on,
                dissolved_reason=planned.dissolved_reason,
                is_provisional=planned.is_provisional,
                confirmed_at=planned.confirmed_on
                and timezone.make_aware(datetime.combine(planned.confirmed_on, time(10, 0))),
                confirmed_by=accounts[CONFIRMS.get(planned.line, "owner")] if planned.confirmed_on else None,
                source=SOURCE,
                is_demo=True,
            )
            for number, planned in enumerate(county.bodies)
        ]
    )
    pairs = list(zip(county.bodies, branches, strict=True))
    BranchForm.objects.bulk_create(
        BranchForm(branch=row, form_id=forms[form], period=DateRange(first, until))
        for planned, row in pairs
        for (form, first), until in zip(planned.forms, [*(first for _, first in planned.forms[1:]), None], strict=True)
    )
    BranchMembership.objects.bulk_create(
        BranchMembership(
            branch=row,
            organization=organizations[member.number],
            period=DateRange(member.first, member.until),
            from_precision=member.precision,
            end_reason=member.end_reason,
            source=SOURCE,
        )
        for planned, row in pairs
        for member in planned.members
    )
    return branches
