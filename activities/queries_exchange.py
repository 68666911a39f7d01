"""What the API reads of activities."""

from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from activities.models import Activity, Participation
from activities.queries_activities import period_of
from orgs.models import Organization, Placement, Unit
from orgs.permissions import today


def activities_listed(
    user: Any,
    *,
    since: date | None = None,
    until: date | None = None,
    line: str = "",
    unit: Unit | None = None,
    organization: str = "",
    cancelled: str = "",
    updated_since: datetime | None = None,
) -> QuerySet[Activity]:
    """Activities of the account's sight, as host or taking part.

    Args:
        user: the signed-in User.
        since, until: the period in which they were held, both days included; None for open.
        line: code of `Line`, "" for all.
        unit: only hosts of its subtree as placed today, None for all.
        organization: code or key of an organization that hosted or took part, "" for all.
        cancelled: "yes" or "no", "" for both.
        updated_since: only those written or changed at this moment or later.
    """
    rows = Activity.objects.visible_to(user)
    if since or until:
        rows = rows.within(*period_of(since, until), today())
    if line:
        rows = rows.filter(line=line)
    if unit is not None:
        placed = Placement.objects.filter(unit__path__startswith=unit.path, period__contains=today())
        rows = rows.filter(organization__in=placed.values("organization"))
    if organization:
        asked = Q(uscc=organization) | Q(old_code=organization)
        if organization.isdecimal() and len(organization) < 18:
            asked |= Q(pk=int(organization))
        meant = Organization.objects.visible_to(user).filter(asked)
        shared = Participation.objects.filter(organization__in=meant)
        rows = rows.filter(Q(organization__in=meant) | Q(pk__in=shared.values("activity")))
    if cancelled:
        rows = rows.filter(cancelled_at__isnull=cancelled == "no")
    if updated_since is not None:
        rows = rows.filter(updated_at__gte=updated_since)
    return rows.select_related("organization", "kind", "programme").prefetch_related(
        Prefetch("participations", Participation.objects.named().order_by("organization_id"))
    )


def told(rows: list[Activity], user: Any) -> list[Activity]:
    """The same activities, each knowing its host's unit of today and which partners are in sight: two queries.

    Args:
        rows: a page of them.
        user: the signed-in User.
    """
    placed = Placement.objects.filter(organization__in={row.organization_id for row in rows}, period__contains=today())
    units = {one.organization_id: one.unit for one in placed.select_related("unit")}
    named = {part.organization_id for row in rows for part in row.participations.all()}
    seen = set(
        Organization.objects.visible_to(user).filter(pk__in=named).order_by().values_list("pk", flat=True)
        if named
        else ()
    )
    made: Any
    for made in rows:
        parts = [part.organization_id for part in made.participations.all()]
        made.unit = units.get(made.organization_id)
        made.partners = [pk for pk in parts if pk in seen]
        made.partner_count = len(parts)
    return rows
