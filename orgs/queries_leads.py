"""Reads of 登记/招商线索."""

from datetime import date

from django.db.models import Case, CharField, Count, F, Min, Q, QuerySet, Value, When
from django.urls import reverse

from orgs.models import Lead, Organization
from orgs.models.plans import LeadState
from orgs.permissions import may_edit_leads
from orgs.queries_waiting import Waiting

OFFERED = 5


def leads_at(user, as_of: date) -> QuerySet[Lead]:
    """Leads known at a date that the account may see, each with the state it had then (`state_at`, `late_at`).

    Args:
        user: the signed-in User.
        as_of: the working date, inclusive; what was registered or signed later is left out, what was settled later
            is still open.
    """
    state = Case(
        When(decided_on__gt=as_of, then=Value(LeadState.OPEN.value)), default=F("state"), output_field=CharField()
    )
    return (
        Lead.objects.visible_to(user)
        .filter(happened_on__lte=as_of)
        .annotate(state_at=state)
        .annotate(late_at=Case(When(state_at=LeadState.OPEN, due_on__lt=as_of, then=Value(True)), default=Value(False)))
        .select_related("unit", "organization")
    )


def likely_organizations(user, lead: Lead) -> list[Organization]:
    """Organizations of the register that a lead may already be: the same code, the same name or former name.

    Args:
        user: the signed-in User; others' organizations are not offered.
        lead: which one.
    """
    same = Q(name_key=lead.name_key) | Q(former_names__contains=[lead.name])
    if lead.uscc:
        same |= Q(uscc=lead.uscc) | Q(old_code=lead.uscc[8:17])
    return list(Organization.objects.visible_to(user).filter(same).order_by("sort_key", "id")[:OFFERED])


def leads_of(organization: Organization) -> QuerySet[Lead]:
    """Leads that became this organization.

    Args:
        organization: which one; the caller has made sure that it may be seen.
    """
    return organization.leads.select_related("unit").order_by("happened_on", "id")


def waiting_leads(user, as_of: date) -> list[Waiting]:
    """Open leads for whoever follows them up, one query.

    Args:
        user: the signed-in User.
        as_of: the working date.
    """
    if not may_edit_leads(user):
        return []
    found = (
        leads_at(user, as_of)
        .filter(state_at=LeadState.OPEN)
        .order_by()
        .aggregate(count=Count("pk"), late=Count("pk", filter=Q(due_on__lt=as_of)), due=Min("due_on"))
    )
    if not found["count"]:
        return []
    overdue = f",其中 {found['late']} 条已过期限" if found["late"] else ""
    return [
        Waiting(
            text=f"{found['count']} 条登记招商线索待办{overdue}",
            done="建立台账、关联已有组织,或写明不再跟进的理由",
            url=f"{reverse('lead-list')}?state=open",
            action="去办理",
            due=found["due"],
            late=bool(found["late"]),
        )
    ]
