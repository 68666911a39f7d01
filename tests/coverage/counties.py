"""Small registers written for one question each."""

from datetime import date

from psycopg2.extras import DateRange

from orgs.models import BodyForm, Branch, BranchForm, BranchMembership, Figures, Organization, Placement, Unit

EARLY = date(2005, 1, 1)


def organizations(n: int, *, start: int = 0, registered_on: date = EARLY, **counts) -> list[Organization]:
    """n enterprises of one unit with the same figures as of 2009-12-31; counts left out are not known.

    Args:
        n: how many.
        start: the number in the first one's name.
        registered_on: their registration.
        counts: columns of Figures.
    """
    unit = Unit.objects.get(name="城厢镇")
    made = Organization.objects.bulk_create(
        Organization(
            name=f"企业{start + i}",
            name_key=f"企业{start + i}",
            sort_key=f"qiye{start + i:05}",
            kind="enterprise",
            registered_on=registered_on,
        )
        for i in range(n)
    )
    Placement.objects.bulk_create(Placement(organization=o, unit=unit, period=DateRange(None, None)) for o in made)
    if counts:
        Figures.objects.bulk_create(Figures(organization=o, as_of=date(2009, 12, 31), **counts) for o in made)
    return made


def body(members, form: str, since: date, *, until: date | None = None, confirmed: bool = True, **fields) -> Branch:
    """One body of a form that covers the given organizations from one day on.

    Args:
        members: organizations.
        form: code of a BodyForm.
        since: founding, and beginning of every membership.
        until: first day the memberships no longer count.
        confirmed: whether its line's department has confirmed it.
        fields: further columns of Branch.
    """
    kind = BodyForm.objects.get(code=form)
    branch = Branch.objects.create(
        line=kind.line,
        founded_on=since,
        composition="joint_area" if len(members) > 1 or kind.is_joint else "own",
        confirmed_at="2009-01-01T00:00:00Z" if confirmed else None,
        **fields,
    )
    BranchForm.objects.create(branch=branch, form=kind, period=DateRange(None, None))
    BranchMembership.objects.bulk_create(
        BranchMembership(branch=branch, organization=o, period=DateRange(since, until)) for o in members
    )
    return branch
