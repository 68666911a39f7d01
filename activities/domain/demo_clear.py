"""Taking the demo county's activities away, before its organizations go."""

from collections.abc import Collection

from django.db.models import Q

from activities.models import Activity, Participation
from orgs.domain.demo.clear import forget
from quannan.base.events import subscribe


@subscribe("demo.clear")
def clear_demo_activities(organization_ids: Collection[int] = (), **payload: object) -> None:
    """Deletes the activities of demo organizations, and their part in those of others.

    Args:
        organization_ids: the demo's organizations.
        payload: what else is announced.
    """
    hosted = list(Activity.objects.filter(organization__in=organization_ids).values_list("pk", flat=True))
    of_parts = Q(organization_id__in=organization_ids) | Q(activity_id__in=hosted)
    Participation.objects.filter(of_parts).delete()
    Activity.objects.filter(pk__in=hosted).delete()
    forget({Participation: of_parts, Activity: Q(id__in=hosted)})
